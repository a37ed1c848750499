/**
 * DELTA_BINARY_PACKED of Parquet (Encodings.md of apache/parquet-format): blocks of 128 deltas in four miniblocks of 32,
 * each with its own width. Integers are doubles here, exact up to 2^53, so that no BigInt is made for each row.
 */
const BLOCK = 128;
const MINI = 32;

/** Most bytes that `count` values can take: header and, a block, minimum, widths and 128 values. */
export const deltaBound = (count: number): number => 40 + Math.ceil(count / BLOCK) * (10 + 4 + BLOCK * 8);

const deltas = new Float64Array(BLOCK);

/**
 * Encodes whole numbers into `out` from `at` on.
 * @returns where it ended
 * @throws RangeError when neighbours differ by 2^53 or more
 */
export function encodeDelta(values: ArrayLike<number>, count: number, out: Uint8Array, at: number): number {
  at = putVarint(out, at, BLOCK);
  at = putVarint(out, at, BLOCK / MINI);
  at = putVarint(out, at, count);
  at = putZigzag(out, at, count > 0 ? values[0]! : 0);
  let previous = count > 0 ? values[0]! : 0;
  for (let from = 1; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    // An even clock: one delta, no width. Worth a look of its own, since most times are like that.
    const even = values[from]! - previous;
    let same = 1;
    while (same < size && (values[from + same]! - values[from + same - 1]!) === even) same++;
    if (same === size && Math.abs(even) <= Number.MAX_SAFE_INTEGER) {
      at = putZigzag(out, at, even);
      for (let i = 0; i < BLOCK / MINI; i++) out[at++] = 0;
      previous = values[from + size - 1]!;
      continue;
    }
    let min = Infinity;
    for (let i = 0; i < size; i++) {
      const value = values[from + i]!;
      const d = value - previous;
      previous = value;
      deltas[i] = d;
      if (d < min) min = d;
    }
    if (!(Math.abs(min) <= Number.MAX_SAFE_INTEGER)) throw new RangeError('encodeDelta: neighbours differ by 2^53 or more');
    at = putZigzag(out, at, min);
    const widths = at;
    at += BLOCK / MINI;
    for (let mini = 0; mini < BLOCK / MINI; mini++) {
      const start = mini * MINI;
      const stop = Math.min(start + MINI, size);
      let max = 0;
      for (let i = start; i < stop; i++) { const d = deltas[i]! - min; deltas[i] = d; if (d > max) max = d; }
      if (max > Number.MAX_SAFE_INTEGER) throw new RangeError('encodeDelta: neighbours differ by 2^53 or more');
      for (let i = Math.max(start, stop); i < start + MINI; i++) deltas[i] = 0;
      const width = max === 0 ? 0 : max < 4294967296 ? 32 - Math.clz32(max) : 32 + (32 - Math.clz32(Math.floor(max / 4294967296)));
      out[widths + mini] = width;
      if (width > 0) at = width <= 32 ? packNarrow(start, width, out, at) : packWide(start, width, out, at);
    }
  }
  return at;
}

const narrow = new Int32Array(BLOCK);

/**
 * As `encodeDelta`, for integers of at most 30 bits and a sign, whose deltas fit into 32: integer arithmetic only, and
 * the same bytes.
 */
export function encodeDeltaInt32(values: Int32Array, count: number, out: Uint8Array, at: number): number {
  at = putVarint(out, at, BLOCK);
  at = putVarint(out, at, BLOCK / MINI);
  at = putVarint(out, at, count);
  let previous = count > 0 ? values[0]! : 0;
  at = putZigzag(out, at, previous);
  for (let from = 1; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    let min = 2147483647;
    for (let i = 0; i < size; i++) {
      const value = values[from + i]! | 0;
      const d = (value - previous) | 0;
      previous = value;
      narrow[i] = d;
      if (d < min) min = d;
    }
    // Past the end: as wide as the least, which is nothing.
    if (size < BLOCK) narrow.fill(min, size);
    at = putZigzag(out, at, min);
    const widths = at;
    at += BLOCK / MINI;
    for (let start = 0; start < BLOCK; start += MINI) {
      // The bits that any value of the miniblock has: their highest is the width, no comparison needed.
      let any = 0;
      for (let i = start; i < start + MINI; i++) { const d = (narrow[i]! - min) | 0; narrow[i] = d; any |= d; }
      const width = 32 - Math.clz32(any);
      out[widths + start / MINI] = width;
      if (width === 0) continue;
      let word = 0;
      let bits = 0;
      for (let i = start; i < start + MINI; i++) {
        const d = narrow[i]!;
        word |= d << bits;
        bits = (bits + width) | 0;
        if (bits >= 32) {
          out[at] = word; out[at + 1] = word >>> 8; out[at + 2] = word >>> 16; out[at + 3] = word >>> 24;
          at = (at + 4) | 0;
          bits = (bits - 32) | 0;
          word = bits === 0 ? 0 : d >>> (width - bits);
        }
      }
    }
  }
  return at;
}

function packNarrow(start: number, width: number, out: Uint8Array, at: number): number {
  let word = 0;
  let bits = 0;
  for (let i = start; i < start + MINI; i++) {
    const d = deltas[i]! | 0;
    word |= d << bits;
    bits += width;
    if (bits >= 32) {
      out[at] = word; out[at + 1] = word >>> 8; out[at + 2] = word >>> 16; out[at + 3] = word >>> 24;
      at += 4;
      bits -= 32;
      word = bits === 0 ? 0 : d >>> (width - bits);
    }
  }
  return at;
}

function packWide(start: number, width: number, out: Uint8Array, at: number): number {
  let word = 0n;
  let bits = 0n;
  for (let i = start; i < start + MINI; i++) {
    word |= BigInt(deltas[i]!) << bits;
    bits += BigInt(width);
    for (; bits >= 8n; bits -= 8n, word >>= 8n) out[at++] = Number(word & 255n);
  }
  return at;
}

/**
 * Decodes `count` numbers into `out`.
 * @returns true where no number is below the one before it, as far as the blocks' minima tell: false may be too strict
 * @throws RangeError when the bytes are cut or hold another count
 */
export function decodeDelta(bytes: Uint8Array, count: number, out: Int32Array | Float64Array): boolean {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const b = bytes[at++];
      if (b === undefined || scale > 2 ** 56) throw new RangeError('decodeDelta: the bytes end early');
      value += (b & 127) * scale;
      if (b < 128) return value;
    }
  };
  const zigzag = () => { const n = varint(); return n % 2 === 0 ? n / 2 : -(n + 1) / 2; };
  const block = varint();
  const minis = varint();
  const total = varint();
  let value = zigzag();
  if (block !== BLOCK || minis !== BLOCK / MINI || total !== count) throw new RangeError(`decodeDelta: ${total} values in blocks of ${block}, not ${count} in blocks of ${BLOCK}`);
  if (count === 0) return true;
  let ascending = true;
  out[0] = value;
  for (let n = 1; n < count;) {
    const min = zigzag();
    if (min < 0) ascending = false;
    const widths = at;
    at += BLOCK / MINI;
    for (let mini = 0; mini < BLOCK / MINI && n < count; mini++) {
      const width = bytes[widths + mini]!;
      const stop = Math.min(n + MINI, count);
      if (width === 0) {
        if (min === 0) { out.fill(value, n, stop); n = stop; }
        else for (; n < stop; n++) out[n] = value += min;
        continue;
      }
      const end = at + width * 4;
      if (!(end <= bytes.length) || width > 53) throw new RangeError('decodeDelta: the bytes end early');
      // The last miniblock of a page is left to the other way: reading whole bytes ahead would leave the array.
      if (width <= 24 && end + 4 <= bytes.length) {
        value = out instanceof Int32Array ? unpackInt32(bytes, at, width, min | 0, value | 0, out, n, stop) : unpackFloat64(bytes, at, width, min, value, out, n, stop);
        n = stop;
      } else {
        for (let i = 0; n < stop; n++, i++) {
          let d = 0n;
          const first = i * width;
          for (let b = first >> 3, shift = -(first & 7); shift < width; b++, shift += 8) {
            const part = BigInt(bytes[at + b]!);
            d |= shift >= 0 ? part << BigInt(shift) : part >> BigInt(-shift);
          }
          out[n] = value += min + Number(d & ((1n << BigInt(width)) - 1n));
        }
      }
      at = end;
    }
  }
  return ascending;
}

function unpackFloat64(bytes: Uint8Array, at: number, width: number, min: number, first: number, out: Float64Array, from: number, to: number): number {
  const mask = (1 << width) - 1;
  let value = first;
  for (let n = from, bit = at << 3; n < to; n++, bit += width) {
    const b = bit >>> 3;
    out[n] = value += min + (((bytes[b]! | (bytes[b + 1]! << 8) | (bytes[b + 2]! << 16) | (bytes[b + 3]! << 24)) >>> (bit & 7)) & mask);
  }
  return value;
}

/**
 * One miniblock of at most 24 bits a value. A value begins at most seven bits into a byte, so it lies in two, three or
 * four bytes, whichever it is: no value waits for the one before.
 */
function unpackInt32(bytes: Uint8Array, at: number, width: number, min: number, first: number, out: Int32Array, from: number, to: number): number {
  const mask = (1 << width) - 1;
  let value = first;
  let bit = at << 3;
  if (width <= 9) {
    for (let n = from; n < to; n++, bit += width) {
      const b = bit >>> 3;
      out[n] = value = (value + min + (((bytes[b]! | (bytes[b + 1]! << 8)) >>> (bit & 7)) & mask)) | 0;
    }
  } else if (width <= 17) {
    for (let n = from; n < to; n++, bit += width) {
      const b = bit >>> 3;
      out[n] = value = (value + min + (((bytes[b]! | (bytes[b + 1]! << 8) | (bytes[b + 2]! << 16)) >>> (bit & 7)) & mask)) | 0;
    }
  } else {
    for (let n = from; n < to; n++, bit += width) {
      const b = bit >>> 3;
      out[n] = value = (value + min + (((bytes[b]! | (bytes[b + 1]! << 8) | (bytes[b + 2]! << 16) | (bytes[b + 3]! << 24)) >>> (bit & 7)) & mask)) | 0;
    }
  }
  return value;
}

function putVarint(out: Uint8Array, at: number, value: number): number {
  while (value >= 128) { out[at++] = (value % 128) + 128; value = Math.floor(value / 128); }
  out[at++] = value;
  return at;
}

const putZigzag = (out: Uint8Array, at: number, value: number): number => {
  if (Math.abs(value) < 4503599627370496) return putVarint(out, at, value < 0 ? -value * 2 - 1 : value * 2);
  let n = BigInt(value);
  n = n < 0n ? -n * 2n - 1n : n * 2n;
  for (; n >= 128n; n >>= 7n) out[at++] = Number(n & 127n) | 128;
  out[at++] = Number(n);
  return at;
};
