import { turn } from './exact-math.ts';

/** Twiddles and places of one size; `re` and `im` are a transform's own room, which the next one of that size overwrites. */
export type Fft = { size: number; cos: Float64Array; sin: Float64Array; reversed: Uint32Array; re: Float64Array; im: Float64Array };
const made = new Map<number, Fft>();

/** For a power of two of points, 4 at least. */
export function fftOf(size: number): Fft {
  const found = made.get(size);
  if (found) return found;
  if (size < 4 || (size & (size - 1)) !== 0) throw new RangeError('fft: the length must be a power of two');
  const [cos, sin, reversed] = [new Float64Array(size / 2), new Float64Array(size / 2), new Uint32Array(size)];
  for (let k = 0; k < size / 2; k++) { const [c, s] = turn(k, size); cos[k] = c; sin[k] = -s; }
  for (let i = 0, j = 0; i < size; i++) {
    reversed[i] = j;
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
  }
  const tables: Fft = { size, cos, sin, reversed, re: new Float64Array(size), im: new Float64Array(size) };
  made.set(size, tables);
  return tables;
}

/** Radix 2, decimation in time, in place: what lies in `re` and `im` in the order of `reversed` becomes its Fourier transform. */
export function transform({ size, cos, sin, re, im }: Fft): void {
  // The first two stages turn by nothing or a quarter, which takes no products.
  for (let i = 0; i < size; i += 4) {
    const ar = re[i]! + re[i + 1]!, ai = im[i]! + im[i + 1]!, br = re[i]! - re[i + 1]!, bi = im[i]! - im[i + 1]!;
    const cr = re[i + 2]! + re[i + 3]!, ci = im[i + 2]! + im[i + 3]!, dr = im[i + 2]! - im[i + 3]!, di = re[i + 3]! - re[i + 2]!;
    re[i] = ar + cr; im[i] = ai + ci; re[i + 2] = ar - cr; im[i + 2] = ai - ci;
    re[i + 1] = br + dr; im[i + 1] = bi + di; re[i + 3] = br - dr; im[i + 3] = bi - di;
  }
  for (let half = 4; half < size; half <<= 1) {
    const step = size / (half << 1);
    for (let k = 0, j = 0; k < half; k++, j += step) {
      const wr = cos[j]!, wi = sin[j]!;
      for (let a = k; a < size; a += half << 1) {
        const b = a + half, br = re[b]!, bi = im[b]!;
        const tr = br * wr - bi * wi, ti = br * wi + bi * wr;
        re[b] = re[a]! - tr; im[b] = im[a]! - ti;
        re[a] = re[a]! + tr; im[a] = im[a]! + ti;
      }
    }
  }
}
