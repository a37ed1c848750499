import { turn } from './exact-math.ts';

const tables = new Map<number, { cos: Float64Array; sin: Float64Array }>();

function table(n: number) {
  let found = tables.get(n);
  if (!found) {
    found = { cos: new Float64Array(n / 2), sin: new Float64Array(n / 2) };
    for (let k = 0; k < n / 2; k++) { const [c, s] = turn(k, n); found.cos[k] = c; found.sin[k] = s; }
    tables.set(n, found);
  }
  return found;
}

/** In-place fast Fourier transform of a power of two of points (radix 2, decimation in time). */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n < 2 || (n & (n - 1)) !== 0) throw new RangeError('fft: the length must be a power of two');
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) { [re[i], re[j]] = [re[j]!, re[i]!]; [im[i], im[j]] = [im[j]!, im[i]!]; }
  }
  const { cos, sin } = table(n);
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const step = n / size;
    for (let from = 0; from < n; from += size) {
      for (let k = 0; k < half; k++) {
        const [c, s] = [cos[k * step]!, -sin[k * step]!];
        const a = from + k;
        const b = a + half;
        const r = re[b]! * c - im[b]! * s;
        const m = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - r; im[b] = im[a]! - m;
        re[a] = re[a]! + r; im[a] = im[a]! + m;
      }
    }
  }
}

const hanns = new Map<number, Float64Array>();

function hann(n: number): Float64Array {
  let found = hanns.get(n);
  if (!found) {
    if (hanns.size >= 64) hanns.clear();
    found = Float64Array.from({ length: n }, (_, i) => 0.5 * (1 - turn(i, n)[0]));
    hanns.set(n, found);
  }
  return found;
}

/**
 * Power over frequency of one window: mean taken out, Hann window, padded with zeros to a power of two.
 * @returns power per bin (any scale), `hz` from one bin to the next
 */
export function periodogram(values: ArrayLike<number>, rateHz: number): { power: Float64Array; hz: number } {
  const n = values.length;
  let size = 2;
  while (size < n) size *= 2;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]!;
  mean /= n;
  const taper = hann(n);
  for (let i = 0; i < n; i++) re[i] = (values[i]! - mean) * taper[i]!;
  fft(re, im);
  return { power: Float64Array.from({ length: size / 2 + 1 }, (_, k) => re[k]! * re[k]! + im[k]! * im[k]!), hz: rateHz / size };
}

/** Power in [from, to) Hz. */
export function bandPower({ power, hz }: { power: Float64Array; hz: number }, from: number, to: number): number {
  let sum = 0;
  for (let k = Math.ceil(from / hz); k < power.length && k * hz < to; k++) sum += power[k]!;
  return sum;
}
