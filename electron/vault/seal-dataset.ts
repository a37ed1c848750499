import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
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
import { segmentFile } from './segment-file.ts';
import { segmentAad, segmentKey } from './segment-key.ts';
import { checkThreshold, splitKey } from './split.ts';
import { sealStream } from './stream.ts';

/** A segment on its way into the vault. `finish` tells what is known when `parquet` has been read to its end. */
export type SegmentSource = {
  name: string;
  channel: string;
  day: number;
  parquet: AsyncIterable<Uint8Array>;
  finish(): { rows: number; recordRoot: Hex; records: number };
};

export type SealRequest = {
  segments: AsyncIterable<SegmentSource>;
  label: Label;
  channels: Channel[];
  quality: QualityReport;
  /** Ascending by address; seat i belongs to keepers[i]. `encryptionKey` is X25519, 32 bytes. */
  keepers: { address: Hex; encryptionKey: Uint8Array }[];
  threshold: number;
  providers: string[];
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

async function sealSegment(segment: SegmentSource, datasetKey: Uint8Array, nonce: Hex, dir: string, signal?: AbortSignal): Promise<ManifestSegment> {
  const path = join(dir, segmentFile(segment.name));
  const salt = Buffer.from(nonce.slice(2), 'hex');
  const key = segmentKey(datasetKey, salt, segment.name);
  const digest = createHash('sha256');
  let plainBytes = 0;
  let sealedBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of segment.parquet) { signal?.throwIfAborted(); plainBytes += chunk.length; yield chunk; }
  }
  async function* sealed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of sealStream({ key, aad: segmentAad(salt, segment.name), source: counted() })) { digest.update(chunk); sealedBytes += chunk.length; yield chunk; }
  }
  try {
    await writeDurably(path, sealed());
  } finally {
    key.fill(0);
  }
  const { rows, recordRoot, records } = segment.finish();
  return { name: segment.name, channel: segment.channel, day: segment.day, rows, plainBytes, sealedBytes, sha256: `0x${digest.digest('hex')}`, recordRoot, records };
}

async function writeDurably(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes new names in a folder last; a system that cannot open folders (Windows) does so by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
