/** Power spectra of short real signals, the same to the bit on every machine. */
import { fftOf, transform, type Fft } from '../signals/fft.ts';

/** Power of bins 0…size/2 of a signal padded with zeros to `size` (a power of two), into `out` (size/2 + 1 values). */
export function powerSpectrum(signal: ArrayLike<number>, size: number, out: Float64Array): void {
  const t = fftOf(size);
  const n = signal.length;
  for (let i = 0; i < size; i++) { const from = t.reversed[i]!; t.re[i] = from < n ? signal[from]! : 0; t.im[i] = 0; }
  transform(t);
  for (let k = 0; k <= size / 2; k++) out[k] = t.re[k]! * t.re[k]! + t.im[k]! * t.im[k]!;
}

/** Both signals through one transform: their powers apart, as `powerSpectrum` gives them. */
export function powerSpectra(a: ArrayLike<number>, b: ArrayLike<number>, size: number, outA: Float64Array, outB: Float64Array): void {
  const { re, im } = together(a, b, size);
  for (let k = 0; k <= size / 2; k++) {
    const m = k === 0 ? 0 : size - k;
    // What is even about the middle comes from the one, what is odd from the other.
    const ar = (re[k]! + re[m]!) / 2, ai = (im[k]! - im[m]!) / 2, br = (im[k]! + im[m]!) / 2, bi = (re[m]! - re[k]!) / 2;
    outA[k] = ar * ar + ai * ai; outB[k] = br * br + bi * bi;
  }
}

/** The sum of the powers of two signals. */
export function powerOfBoth(a: ArrayLike<number>, b: ArrayLike<number>, size: number, out: Float64Array): void {
  const { re, im } = together(a, b, size);
  for (let k = 0; k <= size / 2; k++) {
    const m = k === 0 ? 0 : size - k;
    out[k] = (re[k]! * re[k]! + im[k]! * im[k]! + re[m]! * re[m]! + im[m]! * im[m]!) / 2;
  }
}

function together(a: ArrayLike<number>, b: ArrayLike<number>, size: number): Fft {
  const t = fftOf(size), n = a.length;
  for (let i = 0; i < size; i++) { const from = t.reversed[i]!; t.re[i] = from < n ? a[from]! : 0; t.im[i] = from < n ? b[from]! : 0; }
  transform(t);
  return t;
}

/** The first lag within the strongest repetitions of the autocorrelation of so many samples, and how strong the strongest is. */
export function strideOf(correlation: Float64Array, length: number, from: number, to: number): { samples: number; repeats: number } {
  const c = (lag: number): number => correlation[lag]! * (length / (length - lag));
  const top = (lag: number): boolean => c(lag) > c(lag - 1) && c(lag) >= c(lag + 1);
  let repeats = 0;
  for (let lag = from; lag < to; lag++) if (top(lag) && c(lag) > repeats) repeats = c(lag);
  // Two strides are as alike as one; the first that is nearly as good is the one.
  for (let lag = from; lag < to; lag++) if (repeats > 0 && top(lag) && c(lag) >= 0.8 * repeats) return { samples: lag, repeats: Math.min(1, repeats) };
  return { samples: 0, repeats: 0 };
}

/** Autocorrelation for lags 0…lags−1 from a power spectrum of at least twice the signal's length, divided by that at lag 0. */
export function autocorrelation(power: Float64Array, size: number, lags: number, out: Float64Array): void {
  const t = fftOf(size);
  for (let i = 0; i < size; i++) { const k = t.reversed[i]!; t.re[i] = power[k <= size / 2 ? k : size - k]!; t.im[i] = 0; }
  transform(t);
  const zero = t.re[0]! > 1e-12 ? t.re[0]! : 1;
  for (let lag = 0; lag < lags; lag++) out[lag] = t.re[lag]! / zero;
}
