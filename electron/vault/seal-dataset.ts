import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Label } from '../../shared/domain/label.ts';
import type { Manifest, ManifestSegment } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { sealEnvelope } from './envelope.ts';
import { canonicalBytes, datasetRecordRoot, manifestHash, writeManifest } from './manifest.ts';
import { commitmentOf } from './release.ts';
import { sealSegment, syncFolder, writeDurably, type SegmentSource } from './seal-segment.ts';
import { checkThreshold, splitKey } from './split.ts';

export type SealRequest = {
  segments: AsyncIterable<SegmentSource>;
  label: Label;
  channels: Channel[];
  quality: QualityReport;
  /** Ascending by address; seat i belongs to keepers[i]. `encryptionKey` is X25519, 32 bytes. */
  keepers: { address: Hex; encryptionKey: Uint8Array }[];
  threshold: number;
  providers: string[];
  /** X25519 key of the account that will list it. */
  contact?: Uint8Array;
  /** Gets its name only when everything is in it and on disk. */
  outDir: string;
  /** Lent the dataset key, for the owner's own encrypted note, before the folder gets its name; wiped afterwards. */
  keep?: (datasetKey: Uint8Array, nonce: Hex) => void;
  signal?: AbortSignal;
};

export type Sealed = { manifest: Manifest; manifestBytes: Uint8Array; contentHash: Hex; nonce: Hex; commitments: Hex[]; sealedBytes: number; plainBytes: number };

/**
 * Seals a dataset into a folder of blobs and a manifest (docs/protocol.md, Seal and Split). Streams: memory does not
 * grow with the dataset. The dataset key exists only here and in the keepers' shares.
 * @throws AppError `threshold-invalid`, `keeper-duplicate`, `invalid-argument`, `too-few-samples`, `manifest-invalid`,
 * `disk-full`; the signal's reason when aborted. Nothing is left behind.
 */
export async function sealDataset(request: SealRequest): Promise<Sealed> {
  const { keepers, threshold, outDir } = request;
  checkThreshold(keepers.length, threshold);
  keepers.forEach((k, i) => {
    if (i === 0) return;
    const before = BigInt(keepers[i - 1]!.address);
    if (BigInt(k.address) === before) throw new AppError('keeper-duplicate', `Keeper ${k.address} is named twice.`, { hint: 'Each keeper holds one share; name another.' });
    if (BigInt(k.address) < before) throw new RangeError('sealDataset: keepers have to be in ascending order of address');
  });
  const unusable = keepers.find((k) => k.encryptionKey.length !== 32);
  if (unusable) throw new AppError('invalid-argument', `The encryption key of keeper ${unusable.address} has ${unusable.encryptionKey.length} bytes, not 32.`, { hint: 'Choose another keeper.' });
  if (existsSync(outDir)) throw new AppError('invalid-argument', `There is something at ${outDir} already.`, { hint: 'Name a folder that does not exist yet.' });
  request.signal?.throwIfAborted();
  const temporary = `${outDir}.sealing`;
  const datasetKey = randomBytes(32);
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`;
  let shares: Uint8Array[] = [];
  try {
    // What a killed process left of an earlier try: ciphertext whose key died with it.
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const segments: ManifestSegment[] = [];
    for await (const segment of request.segments) {
      request.signal?.throwIfAborted();
      segments.push(await sealSegment(segment, datasetKey, nonce, temporary, request.signal));
    }
    if (segments.length === 0) throw new AppError('too-few-samples', 'The dataset has no segment.', { hint: 'Leave less out, or import a longer recording.' });
    shares = await splitKey(datasetKey, keepers.length, threshold);
    const commitments = shares.map((share, index) => commitmentOf(nonce, index, share));
    const envelopes = await Promise.all(keepers.map(async (keeper, index) => ({ index, keeper: keeper.address, ...(await sealEnvelope(shares[index]!, keeper.encryptionKey, { nonce, index, keeper: keeper.address })) })));
    const manifest: Manifest = {
      format: 'phdex/v1', nonce, cipher: { aead: 'AES-256-GCM', construction: 'STREAM', chunkBytes: 1048576, kdf: 'HKDF-SHA256' },
      label: request.label, channels: request.channels, quality: request.quality, qualityHash: manifestHash(canonicalBytes(request.quality)),
      segments, recordRoot: datasetRecordRoot(segments), threshold, commitments, envelopes, providers: request.providers,
      ...(request.contact ? { contact: `0x${Buffer.from(request.contact).toString('hex')}` } : {}),
    };
    const manifestBytes = writeManifest(manifest);
    await writeDurably(join(temporary, 'manifest.json'), [manifestBytes]);
    await syncFolder(temporary);
    // Kept before the dataset exists: a crash in between leaves a note too many, never a dataset without its key.
    request.keep?.(datasetKey, nonce);
    request.signal?.throwIfAborted();
    await rename(temporary, outDir);
    await syncFolder(dirname(outDir));
    const sum = (of: (s: ManifestSegment) => number) => segments.reduce((n, s) => n + of(s), 0);
    return { manifest, manifestBytes, contentHash: manifestHash(manifestBytes), nonce, commitments, sealedBytes: sum((s) => s.sealedBytes) + manifestBytes.length, plainBytes: sum((s) => s.plainBytes) };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('disk-full', 'The disk is full; the dataset was not sealed.', { hint: 'Free some space and publish again; nothing was half-written.', cause: error });
    throw error;
  } finally {
    datasetKey.fill(0);
    for (const share of shares) share.fill(0);
  }
}
