import { CID } from 'multiformats/cid';
import { AppError } from '../../../shared/errors.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { collectBytes } from '../../vault/collect-bytes.ts';
import { sealedLength } from '../../vault/stream.ts';
import { MAX_CONTENT_BYTES } from './document.ts';
import { RECORD_FILE } from './record-context.ts';

/** With its description. */
const MAX_SEALED_BYTES = sealedLength(MAX_CONTENT_BYTES + 2048);
const TIMEOUT_MS = 30_000;

/**
 * Fetches a record's ciphertext from whoever serves it, at most as much as a record may have.
 * @param endpoints multiaddrs of its issuer
 * @throws AppError `manifest-invalid` where its CID is none · `quota-exceeded` where it is too large · `storage-timeout`, `blob-not-found`
 */
export async function fetchRecord(cid: string, endpoints: readonly string[], blobs: Pick<BlobStore, 'connect' | 'readFile'>, { signal, timeoutMs = TIMEOUT_MS }: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<Uint8Array> {
  try { CID.parse(cid); } catch (cause) { throw new AppError('manifest-invalid', 'The record names no place where its content would be.', { hint: 'Ask whoever issued it to issue it again.', cause }); }
  if (endpoints.length > 0) await blobs.connect(endpoints, { signal, timeoutMs }).catch(() => undefined);
  return collectBytes(blobs.readFile(cid, RECORD_FILE, { signal, timeoutMs, maxBytes: MAX_SEALED_BYTES }));
}
