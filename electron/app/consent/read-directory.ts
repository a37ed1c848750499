import type { Channel } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Packet } from '../../consent/packet.ts';
import { readSegment } from '../../datasets/read-segment.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { collectBytes } from '../../vault/collect-bytes.ts';
import { manifestHash, MAX_MANIFEST_BYTES, parseManifest } from '../../vault/manifest.ts';
import { openWithKey } from '../../vault/open-dataset.ts';
import { segmentFile } from '../../vault/segment-file.ts';
import { parseShare, SHARE_FILE, type ShareSegment } from '../../vault/share-manifest.ts';

export type Directory = NonNullable<Packet['directory']>;
export type Described = { channels: Channel[]; segments: (ShareSegment & { key: Uint8Array })[]; simulated: boolean };

/** Of one segment: a day of the fastest channel has a third of it, and it is held in memory. */
const MAX_SEGMENT_BYTES = 1024 * 1024 * 1024;

/**
 * Reads what a packet's directory says of the segments whose keys came with it, and holds each to what the packet says.
 * @returns keys are the caller's to wipe
 * @throws AppError `hash-mismatch`, `manifest-invalid`, and those of the store
 */
export async function describeDirectory(store: Pick<BlobStore, 'readFile'>, directory: Directory, given: Packet['segments'], options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<Described> {
  const bytes = await collectBytes(store.readFile(directory.cid, directory.kind === 'share' ? SHARE_FILE : 'manifest.json', { ...options, maxBytes: MAX_MANIFEST_BYTES }));
  if (manifestHash(bytes) !== directory.manifestSha256) throw new AppError('hash-mismatch', 'The description of what was shared is not the one that its owner named.', { hint: 'Try again; if it stays so, ask its owner to give it again.' });
  const described = directory.kind === 'share' ? parseShare(bytes) : parseManifest(bytes);
  if (described.nonce !== directory.nonce) throw new AppError('manifest-invalid', 'The description of what was shared has another nonce than its owner named.', { hint: 'Ask its owner to give it again.' });
  const segments = given.map(({ name, key, sha256 }) => {
    const segment = described.segments.find((s) => s.name === name);
    if (!segment || segment.sha256 !== sha256) throw new AppError('manifest-invalid', `Segment ${name} is not in what was shared, or is another one.`, { hint: 'Ask its owner to give it again.' });
    return { ...segment, key: Buffer.from(key.slice(2), 'hex') };
  });
  const channels = described.channels.filter((c) => segments.some((s) => s.channel === c.name));
  return { channels, segments, simulated: 'simulated' in described ? described.simulated : described.label.simulated };
}

/** Fetches, decrypts and verifies segment by segment: ciphertext hash, authenticated chunks, Merkle root of the records. */
export async function* openDirectory(store: Pick<BlobStore, 'readFile'>, directory: Directory, { channels, segments }: Described, { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {}): AsyncGenerator<{ segment: ShareSegment; plain: Uint8Array; rows: number }> {
  const nonce = Buffer.from(directory.nonce.slice(2), 'hex');
  const order = [...segments].sort((a, b) => a.day - b.day || channels.findIndex((c) => c.name === a.channel) - channels.findIndex((c) => c.name === b.channel));
  for (const [i, segment] of order.entries()) {
    signal?.throwIfAborted();
    if (segment.sealedBytes > MAX_SEGMENT_BYTES) throw new AppError('quota-exceeded', `Segment ${segment.name} has ${segment.sealedBytes} bytes; ${MAX_SEGMENT_BYTES} are the most.`, { hint: 'It was not fetched.' });
    onProgress?.(i, order.length);
    const plain = await collectBytes(openWithKey({ key: segment.key, nonce, segment, source: store.readFile(directory.cid, segmentFile(segment.name), { signal, maxBytes: segment.sealedBytes }) }));
    if (segment.mediaType) { yield { segment, plain, rows: 0 }; continue; }
    const read = await readSegment({ parquet: plain, segment, channels });
    if (read.recordRoot !== segment.recordRoot || read.rows !== segment.rows) throw new AppError('root-mismatch', `The rows of ${segment.name} are not those that its Merkle root names.`, { hint: 'Do not use them; ask its owner to give it again.' });
    yield { segment, plain, rows: read.rows };
  }
  onProgress?.(order.length, order.length);
}
