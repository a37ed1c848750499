import { turn } from './exact-math.ts';
import { fftOf, transform } from './fft.ts';

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
  let size = 4;
  while (size < n) size *= 2;
  const fft = fftOf(size);
  const { re, im, reversed } = fft;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]!;
  mean /= n;
  const taper = hann(n);
  im.fill(0);
  for (let i = 0; i < size; i++) { const from = reversed[i]!; re[i] = from < n ? (values[from]! - mean) * taper[from]! : 0; }
  transform(fft);
  return { power: Float64Array.from({ length: size / 2 + 1 }, (_, k) => re[k]! * re[k]! + im[k]! * im[k]!), hz: rateHz / size };
}

/** Power in [from, to) Hz. */
export function bandPower({ power, hz }: { power: Float64Array; hz: number }, from: number, to: number): number {
  let sum = 0;
  for (let k = Math.ceil(from / hz); k < power.length && k * hz < to; k++) sum += power[k]!;
  return sum;
}
