import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

/**
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: «Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance», CRYPTO 2015, §7) over AES-256-GCM: chunks of 1 MiB, nonce = prefix(7) ‖ counter(u32 BE) ‖
 * last-chunk flag. Dropped, swapped, repeated and truncated chunks fail; memory stays bounded.
 *
 * blob   = header(44) ‖ chunk*           chunk = ciphertext ‖ tag(16); only the last may be short
 * header = "PHDX" ‖ version 0x01 ‖ nonce prefix(7) ‖ key check(32)
 * The header and the caller's associated data are the associated data of every chunk. The key check is
 * HKDF-SHA256(key, salt = prefix, "phdex/v1/key-check"): AES-GCM does not commit to its key, this does.
 */
export const CHUNK_BYTES = 1024 * 1024;
export const HEADER_BYTES = 44;
export const TAG_BYTES = 16;
const MAGIC = Buffer.from('PHDX\u0001', 'latin1');
const MAX_CHUNKS = 2 ** 32;

export type StreamInput = {
  /** 32 bytes; stays the caller's, to wipe. */
  key: Uint8Array;
  /** Bound to every chunk; not stored. */
  aad: Uint8Array;
  /** Cut anyhow. Parts are not copied while they wait: the source may not use their memory again. */
  source: AsyncIterable<Uint8Array>;
};

/** Length of the blob of `plainBytes`. An empty plaintext has one empty chunk. */
export const sealedLength = (plainBytes: number): number => HEADER_BYTES + plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));

function keyCheck(key: Uint8Array, prefix: Uint8Array): Buffer {
  if (key.length !== 32) throw new RangeError(`stream: key has ${key.length} bytes, not 32`);
  return Buffer.from(hkdfSync('sha256', key, prefix, 'phdex/v1/key-check', 32));
}

function nonceOf(prefix: Uint8Array, counter: number, last: boolean): Buffer {
  if (counter >= MAX_CHUNKS) throw new AppError('seal-format', 'A blob cannot have more than 2^32 chunks.', { hint: 'Split the recording.' });
  const nonce = Buffer.alloc(12);
  nonce.set(prefix, 0);
  nonce.writeUInt32BE(counter, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/**
 * Cuts a source into pieces of exactly `size`, the last one of up to `size`, and says which is the last.
 * A source of a multiple of `size` ends with a full last piece; an empty one yields one empty last piece.
 */
async function* pieces(source: AsyncIterable<Uint8Array>, size: number, first: Buffer = Buffer.alloc(0)): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let waiting: Buffer[] = first.length > 0 ? [first] : [];
  let length = first.length;
  const take = (): Buffer => {
    const all = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, length);
    waiting = all.length > size ? [all.subarray(size)] : [];
    length -= Math.min(size, all.length);
    return all.subarray(0, size);
  };
  // One byte more than a piece has to be there before it is known not to be the last.
  while (length > size) yield { piece: take(), last: false };
  for await (const part of source) {
    if (part.length === 0) continue;
    waiting.push(Buffer.from(part.buffer, part.byteOffset, part.length));
    length += part.length;
    while (length > size) yield { piece: take(), last: false };
  }
  yield { piece: length > 0 ? take() : Buffer.alloc(0), last: true };
}

/** Encrypts a stream. @yields the header, then chunk by chunk */
export async function* sealStream({ key, aad, source }: StreamInput): AsyncGenerator<Uint8Array> {
  const prefix = randomBytes(7);
  const header = Buffer.concat([MAGIC, prefix, keyCheck(key, prefix)]);
  const bound = Buffer.concat([header, aad]);
  yield header;
  let counter = 0;
  for await (const { piece, last } of pieces(source, CHUNK_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(prefix, counter++, last));
    cipher.setAAD(bound);
    const body = cipher.update(piece);
    cipher.final();
    yield body;
    yield cipher.getAuthTag();
  }
}

/**
 * Decrypts a stream. Never yields a byte that has not been authenticated.
 * @throws AppError `seal-format` not a blob of ours · `seal-key-wrong` · `seal-truncated` ends too early · `seal-tampered`
 */
export async function* openStream({ key, aad, source }: StreamInput): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const rest: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => iterator };
  try {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < HEADER_BYTES) {
      const next = await iterator.next();
      if (next.done) throw new AppError(head.length === 0 || MAGIC.subarray(0, head.length).equals(head.subarray(0, 5)) ? 'seal-truncated' : 'seal-format', `The blob ends after ${head.length} bytes, inside its header.`, { hint: 'Fetch it again; it is not whole.' });
      head = Buffer.concat([head, next.value]);
    }
    const header = head.subarray(0, HEADER_BYTES);
    if (!header.subarray(0, 4).equals(MAGIC.subarray(0, 4))) throw new AppError('seal-format', 'This is no blob sealed by PHDex.', { hint: 'Check that the right file was taken.' });
    if (header[4] !== MAGIC[4]) throw new AppError('seal-format', `This blob has format version ${header[4]}; this program reads version 1.`, { hint: 'Update PHDex.' });
    const prefix = header.subarray(5, 12);
    if (!timingSafeEqual(keyCheck(key, prefix), header.subarray(12))) throw new AppError('seal-key-wrong', 'The key is not the one that this blob was sealed with, or its header was changed.', { hint: 'Collect the shares of this dataset again.' });
    const bound = Buffer.concat([header, aad]);
    let counter = 0;
    for await (const { piece, last } of pieces(rest, CHUNK_BYTES + TAG_BYTES, head.subarray(HEADER_BYTES))) {
      yield openChunk(key, prefix, counter, last, bound, piece);
      counter += 1;
    }
  } finally {
    await iterator.return?.();
  }
}

function openChunk(key: Uint8Array, prefix: Uint8Array, counter: number, last: boolean, bound: Buffer, piece: Buffer): Buffer {
  const attempt = (asLast: boolean): Buffer | undefined => {
    if (piece.length < TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(prefix, counter, asLast));
    decipher.setAAD(bound);
    decipher.setAuthTag(piece.subarray(piece.length - TAG_BYTES));
    const body = decipher.update(piece.subarray(0, piece.length - TAG_BYTES));
    try { decipher.final(); } catch { body.fill(0); return undefined; }
    return body;
  };
  const body = attempt(last);
  if (body) return body;
  // A chunk that is whole but for the flag tells a blob that was cut at a chunk's end from one that was changed.
  if (last && (piece.length < TAG_BYTES || attempt(false))) throw new AppError('seal-truncated', `The blob ends after chunk ${counter}, before its last one.`, { hint: 'Fetch it again; it is not whole.' });
  throw new AppError('seal-tampered', `Chunk ${counter} of the blob is not what was sealed: a byte, its place or its associated data was changed.`, { hint: 'Do not use it. Fetch it again from another peer.' });
}
