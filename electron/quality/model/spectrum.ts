/** Power spectra of short real signals: radix-2, in place, tables made once for each size. */
type Tables = { cos: Float64Array; sin: Float64Array; reversed: Uint16Array; re: Float64Array; im: Float64Array };
const tables = new Map<number, Tables>();

function tablesOf(size: number): Tables {
  let t = tables.get(size);
  if (t !== undefined) return t;
  const bits = Math.log2(size);
  t = { cos: new Float64Array(size / 2), sin: new Float64Array(size / 2), reversed: new Uint16Array(size), re: new Float64Array(size), im: new Float64Array(size) };
  for (let i = 0; i < size / 2; i++) { t.cos[i] = Math.cos((2 * Math.PI * i) / size); t.sin[i] = -Math.sin((2 * Math.PI * i) / size); }
  for (let i = 0; i < size; i++) {
    let r = 0;
    for (let b = 0; b < bits; b++) if (i & (1 << b)) r |= 1 << (bits - 1 - b);
    t.reversed[i] = r;
  }
  tables.set(size, t);
  return t;
}

function transform({ cos, sin, re, im }: Tables, size: number): void {
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

/** Power of bins 0…size/2 of a signal padded with zeros to `size` (a power of two), into `out` (size/2 + 1 values). */
export function powerSpectrum(signal: ArrayLike<number>, size: number, out: Float64Array): void {
  const t = tablesOf(size);
  const n = signal.length;
  for (let i = 0; i < size; i++) { const from = t.reversed[i]!; t.re[i] = from < n ? signal[from]! : 0; t.im[i] = 0; }
  transform(t, size);
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

function together(a: ArrayLike<number>, b: ArrayLike<number>, size: number): Tables {
  const t = tablesOf(size), n = a.length;
  for (let i = 0; i < size; i++) { const from = t.reversed[i]!; t.re[i] = from < n ? a[from]! : 0; t.im[i] = from < n ? b[from]! : 0; }
  transform(t, size);
  return t;
}

/** Autocorrelation for lags 0…lags−1 from a power spectrum of at least twice the signal's length, divided by that at lag 0. */
export function autocorrelation(power: Float64Array, size: number, lags: number, out: Float64Array): void {
  const t = tablesOf(size);
  for (let i = 0; i < size; i++) { const k = t.reversed[i]!; t.re[i] = power[k <= size / 2 ? k : size - k]!; t.im[i] = 0; }
  transform(t, size);
  const zero = t.re[0]! > 1e-12 ? t.re[0]! : 1;
  for (let lag = 0; lag < lags; lag++) out[lag] = t.re[lag]! / zero;
}
