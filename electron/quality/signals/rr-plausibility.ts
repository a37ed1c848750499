import { RR_MS } from '../limits.ts';

/** Filters for beat intervals in milliseconds. Each gives one flag a beat: 1 for a beat that it rejects. */

/** Beyond 30–200 beats a minute (`remove_outliers` of Aura-healthcare/hrv-analysis): RR outside of 300–2000 ms. */
export const outsideRange = (rr: ArrayLike<number>, low: number = RR_MS.low, high: number = RR_MS.high): Uint8Array => Uint8Array.from(rr, (v) => (v >= low && v <= high ? 0 : 1));

/**
 * Both compare a beat with the raw one before it, and pass over the beat after a rejected one, as hrv-analysis does:
 * a single early beat would take its neighbour along.
 */
function againstPrevious(rr: ArrayLike<number>, bad: (previous: number, now: number) => boolean): Uint8Array {
  const out = new Uint8Array(rr.length);
  for (let i = 1; i < rr.length; i++) if (out[i - 1] === 0 && bad(rr[i - 1]!, rr[i]!)) out[i] = 1;
  return out;
}

/** Malik et al., Eur Heart J 1989;10:1060–1074: differs by more than 20 % of the one before. */
export const malik = (rr: ArrayLike<number>): Uint8Array => againstPrevious(rr, (a, b) => Math.abs(b - a) > 0.2 * a);

/** Kamath & Fallen, in Heart Rate Variability 1995: longer by at most 32.5 %, shorter by at most 24.5 %. */
export const kamath = (rr: ArrayLike<number>): Uint8Array => againstPrevious(rr, (a, b) => b - a > 0.325 * a || a - b > 0.245 * a);

/** Karlsson et al., Biomed Eng Online 2012;11:2: off by 20 % or more from the mean of its two neighbours. */
export function karlsson(rr: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(rr.length);
  for (let i = 1; i + 1 < rr.length; i++) { const m = (rr[i - 1]! + rr[i + 1]!) / 2; if (Math.abs(rr[i]! - m) >= 0.2 * m) out[i] = 1; }
  return out;
}

/** Acar et al., Comput Methods Programs Biomed 2000;63:123–131, as in hrv-analysis: off by 20 % or more from the mean of the last nine accepted. The first nine are accepted. */
export function acar(rr: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(rr.length);
  const kept: number[] = [];
  for (let i = 0; i < rr.length; i++) {
    const mean = kept.length < 9 ? null : kept.reduce((a, b) => a + b, 0) / 9;
    if (mean !== null && Math.abs(rr[i]! - mean) >= 0.2 * mean) { out[i] = 1; continue; }
    kept.push(rr[i]!);
    if (kept.length > 9) kept.shift();
  }
  return out;
}

/** Out of range, or rejected by at least two of the four filters: one alone takes the neighbours of a bad beat along (our choice). */
export function rejected(rr: ArrayLike<number>): Uint8Array {
  const filters = [malik(rr), kamath(rr), karlsson(rr), acar(rr)];
  return outsideRange(rr).map((out, i) => (out === 1 || filters.reduce((n, f) => n + f[i]!, 0) >= 2 ? 1 : 0));
}

/** Above this share of rejected beats a window is of no use for heart-rate variability (our choice). */
export const USABLE_REJECTED = 0.2;
