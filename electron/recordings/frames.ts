import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';

/**
 * A recording's rows at rest. Header: `PHDXREC1` ‖ 32 bytes of salt. Then frames: u32le length of the ciphertext ‖
 * ciphertext ‖ 16 bytes of tag. Key: HKDF-SHA256 (RFC 5869) of the store's key with the salt, so every file has its own;
 * nonce: u32be 0 ‖ u64be counter; associated data: the header, the counter and whether the frame is the last. So a frame that is
 * changed, dropped, swapped or cut off is refused. The last frame is empty.
 */
export const HEADER_BYTES = 40;
export const TAG_BYTES = 16;
const MAGIC = Buffer.from('PHDXREC1');
export const MAX_FRAME = 64 << 20;

export function frameHeader(salt: Uint8Array): Buffer {
  if (salt.length !== 32) throw new RangeError(`frameHeader: the salt has ${salt.length} bytes, not 32.`);
  return Buffer.concat([MAGIC, salt]);
}

/** @returns 32 bytes, the caller's to wipe */
export function frameKey(key: Uint8Array, header: Uint8Array, id: string): Buffer {
  if (!Buffer.from(header.subarray(0, 8)).equals(MAGIC)) throw damaged(id);
  return Buffer.from(hkdfSync('sha256', key, header.subarray(8, HEADER_BYTES), `phdex/v1/recording/${id}`, 32));
}

function nonceAndData(header: Uint8Array, counter: number, last: boolean): { nonce: Buffer; data: Buffer } {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(counter), 4);
  return { nonce, data: Buffer.concat([header, nonce, Buffer.of(last ? 1 : 0)]) };
}

/** One frame as it stands in the file. */
export function sealFrame(key: Uint8Array, header: Uint8Array, counter: number, plain: Uint8Array, last: boolean): Buffer[] {
  const { nonce, data } = nonceAndData(header, counter, last);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(data);
  const body = cipher.update(plain);
  cipher.final();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return [length, body, cipher.getAuthTag()];
}

/** @throws AppError `database-corrupt` where the frame is not what was written */
export function openFrame(key: Uint8Array, header: Uint8Array, counter: number, body: Uint8Array, tag: Uint8Array, last: boolean, id: string): Buffer {
  const { nonce, data } = nonceAndData(header, counter, last);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(data).setAuthTag(tag);
    const plain = decipher.update(body);
    decipher.final();
    return plain;
  } catch (cause) {
    throw damaged(id, cause);
  }
}

export const damaged = (id: string, cause?: unknown) => new AppError('database-corrupt', `The rows of recording ${id} cannot be read: its file was changed or cut, or belongs to another profile.`, { hint: 'Restore the file from a backup, or forget the recording and import it again.', cause });

const FLOAT = 255;

/**
 * u32le rows ‖ u32le columns ‖ a byte each: decimals of an Int32 column, 255 for Float64 ‖ padding to 8 ‖ times ‖ columns, each padded to 8.
 * @param decimals of each column, as the draft has them
 */
export function encodeBatch({ t, columns }: SampleBatch, decimals: (number | null)[]): Buffer {
  const head = (8 + columns.length + 7) & ~7;
  let size = head + t.byteLength;
  for (const c of columns) size += (c.byteLength + 7) & ~7;
  const out = Buffer.alloc(size);
  out.writeUInt32LE(t.length, 0);
  out.writeUInt32LE(columns.length, 4);
  columns.forEach((c, i) => { out[8 + i] = c instanceof Float64Array ? FLOAT : (decimals[i] ?? 0); });
  let at = head;
  for (const c of [t, ...columns]) {
    out.set(new Uint8Array(c.buffer, c.byteOffset, c.byteLength), at);
    at += (c.byteLength + 7) & ~7;
  }
  return out;
}

export function decodeBatch(bytes: Uint8Array): SampleBatch & { decimals: (number | null)[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  let at = (8 + count + 7) & ~7;
  // A copy of its own where the bytes do not stand at a multiple of eight.
  const base = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const take = <T>(size: number, make: (buffer: ArrayBufferLike, offset: number, length: number) => T): T => {
    const made = make(base.buffer, base.byteOffset + at, rows);
    at += (rows * size + 7) & ~7;
    return made;
  };
  const f64 = () => take(8, (b, o, n) => new Float64Array(b as ArrayBuffer, o, n));
  const i32 = () => take(4, (b, o, n) => new Int32Array(b as ArrayBuffer, o, n));
  const t = f64();
  const decimals = Array.from({ length: count }, (_, i) => (bytes[8 + i] === FLOAT ? null : bytes[8 + i]!));
  return { t, columns: decimals.map((d) => (d === null ? f64() : i32())), decimals };
}
