import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { Manifest, ManifestSegment } from '../../shared/domain/manifest.ts';
import { Channel } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { canonicalBytes, datasetRecordRoot, manifestHash, MAX_MANIFEST_BYTES } from './manifest.ts';
import { sealSegment, syncFolder, writeDurably, type SegmentSource } from './seal-segment.ts';
import { segmentKey } from './segment-key.ts';
import { sealedLength } from './stream.ts';

export const SHARE_FILE = 'share.json';

/** A segment of rows, or a document (`mediaType`), which has none. */
export const ShareSegment = ManifestSegment.extend({ mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,60}$/).optional() }).strict();
export type ShareSegment = z.infer<typeof ShareSegment>;

/**
 * Describes a delivery: what was sealed for one grantee. Its key is in no keeper's hands, so there is neither threshold
 * nor envelope; what it is of, and when it was, stands in the packet that goes with it.
 */
export const ShareManifest = z.strictObject({
  format: z.literal('phdex/share/v1'),
  nonce: Manifest.shape.nonce, cipher: Manifest.shape.cipher.strict(),
  /** None where it holds documents only. */
  channels: z.array(Channel.strict()).max(64),
  segments: z.array(ShareSegment).min(1).max(10_000),
  recordRoot: Manifest.shape.recordRoot,
  simulated: z.boolean(),
});
export type ShareManifest = z.infer<typeof ShareManifest>;

const invalid = (sentence: string, cause?: unknown) => new AppError('manifest-invalid', sentence, { hint: 'Do not trust this delivery; its owner has to give it again.', cause });

/** @throws AppError `manifest-invalid` naming what does not fit */
export function parseShare(bytes: Uint8Array): ShareManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw invalid(`The delivery's description has ${bytes.length} bytes; ${MAX_MANIFEST_BYTES} are the most.`);
  let json: unknown;
  try { json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch (cause) { throw invalid('The delivery\'s description is no JSON in UTF-8.', cause); }
  const parsed = ShareManifest.safeParse(json);
  if (!parsed.success) throw invalid(`The delivery is not of format phdex/share/v1: ${parsed.error.issues[0]!.path.join('.') || 'top level'}.`, parsed.error);
  const share = parsed.data;
  if (!Buffer.from(canonicalBytes(share)).equals(bytes)) throw invalid('The delivery\'s description is not in its canonical form.');
  if (datasetRecordRoot(share.segments) !== share.recordRoot) throw invalid('The segments of the delivery do not give its record root.');
  if (new Set(share.segments.map((s) => s.name)).size !== share.segments.length) throw invalid('A segment is named twice in the delivery.');
  for (const s of share.segments) {
    if (!s.name.startsWith(`${s.channel}/`) || Number(s.name.split('/day-')[1]) !== s.day) throw invalid(`Segment ${s.name} says that it is of ${s.channel}, day ${s.day}.`);
    if (!s.mediaType && !share.channels.some((c) => c.name === s.channel)) throw invalid(`Segment ${s.name} belongs to no channel of the delivery.`);
    if (s.sealedBytes !== sealedLength(s.plainBytes)) throw invalid(`Segment ${s.name} cannot have ${s.sealedBytes} sealed bytes of ${s.plainBytes}.`);
  }
  return share;
}

export type SealedShare = { share: ShareManifest; sha256: Hex; nonce: Hex; sealedBytes: number; /** In the order of `share.segments`; the caller's, to wipe. */ keys: Uint8Array[] };

/**
 * Seals segments into a folder with share.json. Segment keys come from `key` and a fresh nonce, so that two deliveries
 * under one key have no segment key in common.
 * @param key 32 bytes; stays the caller's, to wipe
 * @throws AppError `too-few-samples`, `disk-full`, `invalid-argument`; nothing is left behind
 */
export async function sealShare(request: { segments: AsyncIterable<SegmentSource & { mediaType?: string }>; channels: Channel[]; simulated: boolean; key: Uint8Array; outDir: string; signal?: AbortSignal }): Promise<SealedShare> {
  const { outDir, key, signal } = request;
  if (existsSync(outDir)) throw new AppError('invalid-argument', `There is something at ${outDir} already.`, { hint: 'Name a folder that does not exist yet.' });
  const temporary = `${outDir}.sealing`;
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`;
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const segments: ShareSegment[] = [];
    for await (const segment of request.segments) {
      signal?.throwIfAborted();
      const sealed = await sealSegment(segment, key, nonce, temporary, signal);
      segments.push(segment.mediaType ? { ...sealed, mediaType: segment.mediaType } : sealed);
    }
    if (segments.length === 0) throw new AppError('too-few-samples', 'There is nothing to deliver.', { hint: 'Share a day on which something was recorded.' });
    const share: ShareManifest = {
      format: 'phdex/share/v1', nonce, cipher: { aead: 'AES-256-GCM', construction: 'STREAM', chunkBytes: 1048576, kdf: 'HKDF-SHA256' },
      channels: request.channels, segments, recordRoot: datasetRecordRoot(segments), simulated: request.simulated,
    };
    const bytes = canonicalBytes(share);
    parseShare(bytes);
    await writeDurably(join(temporary, SHARE_FILE), [bytes]);
    await syncFolder(temporary);
    signal?.throwIfAborted();
    await rename(temporary, outDir);
    await syncFolder(dirname(outDir));
    const salt = Buffer.from(nonce.slice(2), 'hex');
    return { share, sha256: manifestHash(bytes), nonce, sealedBytes: segments.reduce((n, s) => n + s.sealedBytes, bytes.length), keys: segments.map((s) => segmentKey(key, salt, s.name)) };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('disk-full', 'The disk is full; nothing was sealed.', { hint: 'Free some space and try again; nothing was half-written.', cause: error });
    throw error;
  }
}
