import { randomUUID } from 'node:crypto';
import { Role, type AccessRow } from '../../shared/domain/chain.ts';
import { fetchManifest } from '../market/fetch-manifest.ts';
import { startKeeping, type Keeping, type KeepingEvent } from '../market/keep.ts';
import { systemClock } from '../market/ports.ts';
import { openEnvelope, type Envelope } from '../vault/envelope.ts';
import { sealShareForAccess } from '../vault/release.ts';
import type { NodeParts } from './open-parts.ts';
import { createShareStore } from './secret-stores.ts';
import { dialHolders } from './storage-service.ts';

type Seal = typeof sealShareForAccess;
let wrap: (seal: Seal, access: AccessRow) => Seal = (seal) => seal;

/** Lets the demo's lying keeper change what is sealed. Nothing in the app calls it. */
export function setKeeperSealing(wrapper: typeof wrap): void {
  wrap = wrapper;
}

export type KeeperOptions = {
  /** Stake to hold, in wei; what is missing is added. */
  stake?: bigint;
  quotaBytes: number | (() => number);
  autoRelease: boolean | (() => boolean);
  paused?: () => boolean;
  signal?: AbortSignal;
  onEvent?: (event: KeepingEvent) => void;
};

/** Registers, stakes and keeps until it is stopped. */
export async function runKeeper(parts: NodeParts, options: KeeperOptions): Promise<Keeping> {
  const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
  const { reads } = chain;
  await chain.ensureRegistered(Role.keeper, blobs.endpoint);
  const missing = (options.stake ?? 0n) - (reads.participant(parts.address)?.stake ?? 0n);
  if (missing > 0n) await chain.sendAndSee({ key: `stake:${randomUUID()}`, contract: 'participants', method: 'addStake', args: [], value: missing }, { signal: options.signal });
  return startKeeping({
    reads, submit: chain.outbox, changes: chain.indexer, clock: systemClock, network: chain.market, me: parts.address, shares: createShareStore(parts.db, parts.wallet),
    autoRelease: options.autoRelease,
    paused: options.paused,
    async fetchManifest(dataset, signal) {
      await dialHolders(blobs.store, reads, dataset);
      return (await fetchManifest(dataset, { blobs: blobs.store }, signal)).manifest;
    },
    openEnvelope: (manifest, index) => parts.wallet.withEncryptionKey((key) => openEnvelope(manifest.envelopes[index] as Envelope, key, { nonce: manifest.nonce as `0x${string}`, index, keeper: parts.address })),
    async pin(dataset, signal) {
      const quota = typeof options.quotaBytes === 'function' ? options.quotaBytes() : options.quotaBytes;
      const room = quota - (await blobs.store.storedBytes());
      await blobs.store.pin(dataset.cid, { signal, maxBytes: Math.max(0, room) });
    },
    async unpin(dataset) { await blobs.store.unpin(dataset.cid); },
    sealShare: (access) => wrap(sealShareForAccess, access),
    onEvent: options.onEvent,
  });
}
