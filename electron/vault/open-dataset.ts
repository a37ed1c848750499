import { createHash } from 'node:crypto';
import type { Manifest, ManifestSegment } from '../../shared/domain/manifest.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { segmentAad, segmentKey } from './segment-key.ts';
import { openStream } from './stream.ts';

export type OpenSegmentInput = { /** K, 32 bytes; stays the caller's, to wipe. */ datasetKey: Uint8Array; manifest: Manifest; name: string; source: AsyncIterable<Uint8Array> };

/**
 * Decrypts one segment, hashing its ciphertext in the same pass. Each chunk is authenticated before it is yielded;
 * whether the blob is the one that the manifest names is known at the end, so use nothing before the end.
 * @yields plaintext, up to 1 MiB at once
 * @throws AppError `seal-key-wrong` · `seal-truncated` · `seal-tampered` · `seal-format` · `hash-mismatch` sealed with the
 * right key but not what the manifest names, or longer · `manifest-invalid` no such segment
 */
export async function* openSegment({ datasetKey, manifest, name, source }: OpenSegmentInput): AsyncGenerator<Uint8Array> {
  const segment = manifest.segments.find((s) => s.name === name);
  if (!segment) throw new AppError('manifest-invalid', `The manifest has no segment ${name}.`, { hint: 'Ask for one of its own segments.' });
  const nonce = Buffer.from(manifest.nonce.slice(2), 'hex');
  const key = segmentKey(datasetKey, nonce, name);
  try {
    yield* openWithKey({ key, nonce, segment, source });
  } finally {
    key.fill(0);
  }
}

/**
 * The same with the segment's own key, which is all that a scoped grant hands out.
 * @param key 32 bytes; stays the caller's, to wipe @param nonce of its directory, 32 bytes
 */
export async function* openWithKey({ key, nonce, segment, source }: { key: Uint8Array; nonce: Uint8Array; segment: Pick<ManifestSegment, 'name' | 'sealedBytes' | 'sha256'>; source: AsyncIterable<Uint8Array> }): AsyncGenerator<Uint8Array> {
  const { name } = segment;
  const other = (cause?: unknown) => new AppError('hash-mismatch', `The blob of segment ${name} is not the one that the manifest names.`, { hint: 'Fetch it again from another peer.', cause });
  const digest = createHash('sha256');
  let bytes = 0;
  let ended = false;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.length;
      // A stranger that serves without end is cut off at the length that was promised.
      if (bytes > segment.sealedBytes) throw other();
      digest.update(chunk);
      yield chunk;
    }
    ended = true;
  }
  try {
    yield* openStream({ key, aad: segmentAad(nonce, name), source: hashed() });
  } catch (error) {
    // A blob cut inside a chunk looks tampered to the stream, which does not know how long it should be. We do.
    if (ended && bytes < segment.sealedBytes && isAppError(error, 'seal-tampered')) {
      throw new AppError('seal-truncated', `The blob of segment ${name} ends after ${bytes} of ${segment.sealedBytes} bytes.`, { hint: 'Fetch it again; it is not whole.', cause: error });
    }
    throw error;
  }
  if (bytes !== segment.sealedBytes || `0x${digest.digest('hex')}` !== segment.sha256) throw other();
}
