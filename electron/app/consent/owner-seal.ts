import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Channel, SampleBatch } from '../../../shared/domain/recording.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { Scope } from '../../../shared/domain/consent.ts';
import type { Packet } from '../../consent/packet.ts';
import { keptChannels, selectRows } from '../../datasets/select-rows.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import { hexOf } from '../../vault/hex.ts';
import type { SegmentSource } from '../../vault/seal-segment.ts';
import { segmentKey } from '../../vault/segment-key.ts';
import { sealShare } from '../../vault/share-manifest.ts';
import { createDatasetKeyStore } from '../secret-stores.ts';
import type { ConsentBase } from './base.ts';
import type { GivenStore } from './given.ts';
import type { DatasetPart, RecordingPart } from './owner-sources.ts';

/** A directory that is stored, and the keys of what of it is given. */
export type SealedPart = {
  directory: NonNullable<Packet['directory']>; segments: Packet['segments']; rows: number;
  /** Of a delivery, which nobody else needs; null for a listed dataset. */
  ownCid: string | null;
  /** Call when its packet is kept, or given up: until then a kill is found out by the folder. */
  settle(): Promise<void>;
};

/** Folders of this process: what it is working on is no leftover. */
const active = new Set<string>();

/** Makes what is given ready to be fetched: deliveries of what is not listed, keys of what is. */
export function createSealing(base: ConsentBase, store: GivenStore) {
  const { b } = base;
  const { rows } = store;
  const keys = createDatasetKeyStore(b.parts.db, b.parts.wallet);

  async function settle(dir: string): Promise<void> {
    await rm(dir, { recursive: true, force: true });
    await rm(`${dir}.sealing`, { recursive: true, force: true });
    rows.settled(dir);
    active.delete(dir);
  }

  /** Seals into a folder of its own and stores it. A kill leaves what `sweep` finds. */
  async function deliver(input: { segments: AsyncIterable<SegmentSource & { mediaType?: string }>; channels: Channel[]; simulated: boolean; key: Uint8Array; origin: number | null; title: string }, signal?: AbortSignal): Promise<SealedPart> {
    const dir = b.parts.profile.path('work', `${randomBytes(8).toString('hex')}.share`);
    active.add(dir);
    rows.begin(dir);
    try {
      const { share, sha256, nonce, keys: segmentKeys } = await sealShare({ segments: input.segments, channels: input.channels, simulated: input.simulated, key: input.key, outDir: dir, signal });
      const { cid } = await b.blobs.store.addDirectory(dir, { signal });
      const segments = share.segments.map((s, i) => ({ name: s.name, key: hexOf(segmentKeys[i]!), sha256: s.sha256 as Hex }));
      for (const key of segmentKeys) key.fill(0);
      return { directory: { kind: 'share', cid, manifestSha256: sha256, nonce, origin: input.origin, title: input.title.slice(0, 80) }, segments, ownCid: cid, rows: share.segments.reduce((n, s) => Math.max(n, s.rows), 0), settle: () => settle(dir) };
    } catch (error) {
      await settle(dir);
      throw error;
    }
  }

  return {
    deliver,

    /** Part of a recording, under a key of its own. */
    async recording({ info, channels, from, to, origin }: RecordingPart, key: Uint8Array, source: AsyncIterable<SampleBatch>, signal?: AbortSignal): Promise<SealedPart> {
      const selection = { channels: info.channels, keep: channels, from, to, origin: origin ?? info.startTime };
      return deliver({ segments: segmentRecording({ channels: keptChannels(selection) }, selectRows(source, selection), { signal }), channels: keptChannels(selection), simulated: info.source.simulated, key, origin, title: info.title }, signal);
    },

    /** Keys of some segments of a listed dataset. K stays; when it was is told only to who was given days of the calendar. */
    dataset({ dataset, manifest, sha256, segments, startTime, title }: DatasetPart, scope: Pick<Scope, 'days'>): SealedPart {
      const salt = Buffer.from(dataset.nonce.slice(2), 'hex');
      return keys.withKey(dataset.nonce, (datasetKey) => ({
        directory: { kind: 'dataset' as const, cid: dataset.cid, manifestSha256: sha256, nonce: manifest.nonce as Hex, origin: scope.days ? startTime : null, title: title.slice(0, 80) },
        segments: segments.map((s) => { const key = segmentKey(datasetKey, salt, s.name); const told = { name: s.name, key: hexOf(key), sha256: s.sha256 as Hex }; key.fill(0); return told; }),
        ownCid: null, rows: segments.reduce((n, s) => n + s.rows, 0), settle: async () => undefined,
      }));
    },

    /** Lets go of deliveries that nothing names any more. */
    async unpin(cids: readonly string[]): Promise<void> {
      const unused = cids.filter((cid) => !rows.isCidUsed(cid));
      if (unused.length > 0) await b.blobs.store.unpin(unused);
    },

    /** What a run that was killed left of a delivery: the same files have the same CID, so what was stored of them is found. */
    async sweep(): Promise<void> {
      for (const dir of rows.underWay().filter((d) => !active.has(d))) {
        if (existsSync(dir)) {
          const { cid } = await b.blobs.store.addDirectory(dir);
          if (!rows.isCidUsed(cid)) await b.blobs.store.unpin(cid);
        }
        await settle(dir);
      }
    },
  };
}
export type Sealing = ReturnType<typeof createSealing>;
