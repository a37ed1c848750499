/**
 * Figures by which a hand can be told from a machine, a fault or a forgery. Each answers a question about one window of 10 s, some by looking at
 * the 10 s before and after. They are of two sorts: rules for what a network that pools over time can't see (exact
 * repetition, runs of one value, samples at a limit), and shapes of a spectrum that arms don't have.
 */
import { exp, ln } from '../signals/exact-math.ts';
import { GRAVITY, RATE_HZ, WINDOW, type Axes } from './windows.ts';
import { select } from './select.ts';
import { autocorrelation, powerOfBoth, powerSpectrum, strideOf } from './spectrum.ts';

const FFT = 512;
const HALF = FFT / 2;
/** Furthest repetition that is looked for, in samples (20 s). */
const FURTHEST = 400;
const NEAREST = 6;
/** Movement below which no repetition is looked for, m/s². */
const STILL = 0.03;
const ANCHOR = 8;
const EDGES = [0, 0.3, 0.8, 1.5, 2.5, 4, 6, 8, 9.2, 10.1];

const power = new Float64Array(HALF + 1);
const total = new Float64Array(HALF + 1);
const correlation = new Float64Array(120);
const scratch = new Float64Array(WINDOW);
const bins = new Float64Array(HALF);
const moved = [0, 1, 2].map(() => new Float64Array(WINDOW));
const size = new Float64Array(WINDOW);
/** How far each lag's stretches have been followed. */
const covered = new Int16Array(2 * FURTHEST + 1);
/** Samples in sight, on shelves by the value of their liveliest axis; `shelves[k]` is where shelf k begins in `places`. */
const SHELVES = 512;
const shelves = new Int16Array(SHELVES + 1);
const next = new Int16Array(SHELVES + 1);
const places = new Int32Array(3 * WINDOW);
const path = new Float64Array(WINDOW + 1);
const log = (v: number): number => ln(v + 1e-6);

/** What one axis says; the three are then sorted, so that the order of axes does not matter. */
const PER_AXIS = 16;
const axisFigures: Float64Array[] = [0, 1, 2].map(() => new Float64Array(PER_AXIS));

function describeAxis(a: Float32Array, start: number, out: Float64Array): void {
  let mean = 0, high = -Infinity, low = Infinity;
  for (let i = 0; i < WINDOW; i++) { const v = a[start + i]!; mean += v; if (v > high) high = v; if (v < low) low = v; }
  mean /= WINDOW;
  let square = 0, lag1 = 0, lag2 = 0, run = 1, longest = 1, still = 0, zeros = 0, atHigh = 0, atLow = 0, runs = 0;
  const near = 0.01 + 0.003 * (high - low);
  for (let i = 0; i < WINDOW; i++) {
    const v = a[start + i]!, c = v - mean;
    square += c * c;
    if (i > 0) lag1 += c * (a[start + i - 1]! - mean);
    if (i > 1) lag2 += c * (a[start + i - 2]! - mean);
    if (i > 0 && Math.abs(v - a[start + i - 1]!) < 0.004) { run++; still++; } else { if (run >= 3) runs++; run = 1; }
    if (run > longest) longest = run;
    if (Math.abs(v) < 0.004) zeros++;
    if (high - v < near) atHigh++;
    if (v - low < near) atLow++;
  }
  const sd = Math.sqrt(square / WINDOW);
  // Second differences: an arm's are of a kind, a spike's stand alone.
  let most = 0, sum = 0, fourth = 0;
  for (let i = 1; i < WINDOW - 1; i++) {
    const d = Math.abs(a[start + i]! - (a[start + i - 1]! + a[start + i + 1]!) / 2);
    scratch[i] = d; sum += d * d; fourth += d * d * d * d;
    if (d > most) most = d;
  }
  scratch[0] = scratch[1]!; scratch[WINDOW - 1] = scratch[WINDOW - 2]!;
  const typical = select(scratch, WINDOW >> 1), upper = select(scratch, 0.95 * WINDOW, WINDOW >> 1);
  let steps = 0;
  for (let i = 1; i < WINDOW; i++) steps = Math.max(steps, Math.abs(a[start + i]! - a[start + i - 1]!));
  let alone = 0;
  const limit = 6 * upper + 0.6;
  for (let i = 0.95 * WINDOW; i < WINDOW; i++) if (scratch[i]! > limit) alone++;
  out[0] = log(sd + 0.003); out[1] = square > 1e-6 ? lag1 / square : 1; out[2] = square > 1e-6 ? lag2 / square : 1;
  out[3] = longest / WINDOW; out[4] = still / WINDOW; out[5] = runs / 40; out[6] = zeros / WINDOW;
  out[7] = Math.max(atHigh, atLow) / WINDOW; out[8] = (atHigh + atLow) / WINDOW;
  out[9] = log(most / (typical + 0.02)); out[10] = log(upper / (typical + 0.01)); out[11] = alone / 20;
  out[12] = log((fourth * WINDOW) / (sum * sum + 1e-6)); out[13] = log(steps / (sd + 0.02)); out[14] = log(typical + 0.003); out[15] = Math.max(high, -low) / GRAVITY;
}

/**
 * The largest part of a window's movement that one stretch elsewhere repeats, exactly and roughly, and the lag at which it does (samples).
 * The axes come with the liveliest first: two places that differ mostly differ there.
 */
function repetition([x, y, z]: readonly [Float32Array, Float32Array, Float32Array], start: number, from: number, to: number, sd: number): { exact: number; rough: number; lag: number } {
  // In a hand that lies still there is nothing to copy; all of it is like all of it.
  if (sd < STILL) return { exact: 0, rough: 0, lag: 0 };
  path[0] = 0;
  for (let i = 0; i < WINDOW; i++) {
    const j = start + i;
    path[i + 1] = path[i]! + (i === 0 ? 0 : Math.abs(x[j]! - x[j - 1]!) + Math.abs(y[j]! - y[j - 1]!) + Math.abs(z[j]! - z[j - 1]!));
  }
  const whole = path[WINDOW]! + 0.5;
  let exact = 0, rough = 0, lag = 0;
  const tight = 0.004 + 0.004 * sd, loose = 0.01 + 0.13 * sd;
  const like = (a: number, b: number, tolerance: number): boolean => {
    const dx = x[a]! - x[b]!;
    if (!(dx < tolerance && dx > -tolerance)) return false;
    const dy = y[a]! - y[b]!;
    if (!(dy < tolerance && dy > -tolerance)) return false;
    const dz = z[a]! - z[b]!;
    return dz < tolerance && dz > -tolerance;
  };
  /** The stretch around place i of the window that is like what lies `l` away, between places `first` and `last`; its end. */
  const stretch = (i: number, l: number, first: number, last: number): number => {
    let lo = i, hi = i;
    while (lo > first && like(start + lo - 1, start + lo - 1 + l, loose)) lo--;
    while (hi + 1 < last && like(start + hi + 1, start + hi + 1 + l, loose)) hi++;
    if (hi - lo > 4) {
      const moved = path[hi + 1]! - path[lo + 1]!;
      if (moved > rough || (moved === rough && l < lag)) { rough = moved; lag = l; }
      // A run that counts has six places or more: one of every sixth would be exact.
      let any = lo + 5;
      while (any <= hi && !like(start + any, start + any + l, tight)) any += 6;
      if (moved > exact && any <= hi) {
        let run = lo;
        for (let k = lo; k <= hi + 1; k++) {
          if (k <= hi && like(start + k, start + k + l, tight)) continue;
          if (k - run > 5) exact = Math.max(exact, path[k]! - path[run + 1]!);
          run = k + 1;
        }
      }
    }
    return hi;
  };
  // Two places inside the window are compared once, from the earlier; a negative lag is for what lies before the window.
  const lastOf = (l: number): number => (l < 0 ? Math.min(WINDOW, -l) : Math.min(WINDOW, to - start - l));
  const least = Math.max(-FURTHEST, from - start - WINDOW + 1), all = from - start;
  for (let l = least; l < all; l++) {
    const first = all - l, last = lastOf(l);
    for (let i = first + ANCHOR - 1; i < last; i += ANCHOR) {
      if (!like(start + i, start + i + l, loose)) continue;
      const hi = stretch(i, l, first, last);
      while (i + ANCHOR <= hi) i += ANCHOR;
    }
  }
  // The rest start from the window's first sample. Only places whose liveliest axis is near can be alike: they are looked up by its value.
  covered.fill(-1);
  let low = Infinity, high = -Infinity;
  for (let i = from; i < to; i++) { const v = x[i]!; if (v < low) low = v; if (v > high) high = v; }
  const width = Math.max(loose, (high - low) / (SHELVES - 3)) * 1.0001;
  const shelfOf = (v: number): number => 1 + Math.floor((v - low) / width);
  shelves.fill(0);
  for (let i = from; i < to; i++) if (x[i] === x[i]) shelves[shelfOf(x[i]!) + 1]!++;
  for (let k = 1; k <= SHELVES; k++) shelves[k]! += shelves[k - 1]!;
  // Filling from the end leaves each shelf's beginning in `shelves`, and its places in order.
  places.fill(0);
  next.set(shelves);
  for (let i = from; i < to; i++) if (x[i] === x[i]) { const k = shelfOf(x[i]!); places[next[k]!] = i; next[k]!++; }
  for (let i = ANCHOR - 1; i < WINDOW; i += ANCHOR) {
    const at = start + i, ax = x[at]!, ay = y[at]!, az = z[at]!, shelf = shelfOf(ax);
    for (let k = shelves[shelf - 1]!; k < shelves[shelf + 2]!; k++) {
      const other = places[k]!, l = other - at;
      const dx = ax - x[other]!;
      if (dx > loose || dx < -loose) continue;
      const dy = ay - y[other]!;
      if (dy > loose || dy < -loose) continue;
      const dz = az - z[other]!;
      if (dz > loose || dz < -loose) continue;
      if (l < least || l < all || l > FURTHEST || (l > -NEAREST && l < NEAREST) || i >= lastOf(l) || covered[l + FURTHEST]! >= i) continue;
      covered[l + FURTHEST] = stretch(i, l, 0, lastOf(l));
    }
  }
  lag = Math.abs(lag);
  return { exact: exact / whole, rough: rough / whole, lag };
}

/** How many figures `describeArtefacts` writes. */
export const ARTEFACT_FEATURES = PER_AXIS * 3 + 10 + 9 + 7 + 8 + 7 + 3;

/**
 * Figures of the window at sample `start` of axes that hold samples `from` … `to` (m/s², 20 Hz) into `out` at `at`.
 */
export function describeArtefacts(axes: Axes, start: number, from: number, to: number, out: Float32Array, at: number): void {
  const all = [axes.x, axes.y, axes.z];
  for (let c = 0; c < 3; c++) describeAxis(all[c]!, start, axisFigures[c]!);
  for (let k = 0; k < PER_AXIS; k++) {
    const a = axisFigures[0]![k]!, b = axisFigures[1]![k]!, c = axisFigures[2]![k]!;
    const least = Math.min(a, b, c), most = Math.max(a, b, c);
    out[at++] = least; out[at++] = a + b + c - least - most; out[at++] = most;
  }
  // Size: gravity must be there, and an arm has limits.
  let mean = 0, square = 0, least = Infinity, most = 0, low = 0, held = 0, whole = 1, longestWhole = 1;
  const sums = [0, 0, 0];
  for (let i = 0; i < WINDOW; i++) {
    const j = start + i, a = axes.x[j]!, b = axes.y[j]!, c = axes.z[j]!;
    const r = Math.sqrt(a * a + b * b + c * c) / GRAVITY;
    size[i] = r; mean += r; square += r * r;
    sums[0]! += a; sums[1]! += b; sums[2]! += c;
    if (r < least) least = r;
    if (r > most) most = r;
    if (r < 0.05) low++;
    if (i > 0 && Math.abs(a - axes.x[j - 1]!) < 0.004 && Math.abs(b - axes.y[j - 1]!) < 0.004 && Math.abs(c - axes.z[j - 1]!) < 0.004) { held++; whole++; } else whole = 1;
    if (whole > longestWhole) longestWhole = whole;
  }
  mean /= WINDOW;
  const sdSize = Math.sqrt(Math.max(0, square / WINDOW - mean * mean));
  const gravity = Math.sqrt(sums[0]! * sums[0]! + sums[1]! * sums[1]! + sums[2]! * sums[2]!) / WINDOW / GRAVITY;
  scratch.set(size);
  const middle = select(scratch, WINDOW >> 1);
  out[at++] = mean; out[at++] = log(sdSize); out[at++] = gravity; out[at++] = middle; out[at++] = least; out[at++] = most;
  out[at++] = low / WINDOW; out[at++] = held / WINDOW; out[at++] = longestWhole / WINDOW;
  out[at++] = Math.abs(middle - 1) / (sdSize + 0.03); // 10

  // The three axes' spectra added up: the same however the watch is turned.
  let variance = 0;
  const lively = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    const m = sums[c]! / WINDOW, a = all[c]!, out = moved[c]!;
    for (let i = 0; i < WINDOW; i++) { const v = a[start + i]! - m; out[i] = v; lively[c]! += v * v; }
    variance += lively[c]!;
  }
  powerOfBoth(moved[0]!, moved[1]!, FFT, total);
  powerSpectrum(moved[2]!, FFT, power);
  for (let k = 0; k <= HALF; k++) total[k]! += power[k]!;
  variance /= WINDOW;
  const bin = RATE_HZ / FFT;
  let sum = 0, logs = 0, peak = 0, peakAt = 0, k = 1;
  for (let i = 1; i <= HALF; i++) { sum += total[i]!; logs += ln(total[i]! + 1e-3); if (total[i]! > peak) { peak = total[i]!; peakAt = i; } }
  let previous = 0;
  for (let b = 0; b < EDGES.length - 1; b++) {
    let band = 0;
    for (; k <= HALF && k * bin < EDGES[b + 1]!; k++) band += total[k]!;
    const level = log(band / (sum + 1e-3) + 1e-5);
    out[at++] = b === 0 ? level : level - previous;
    previous = level;
  } // 9
  let around = 0;
  for (let i = Math.max(1, peakAt - 3); i <= Math.min(HALF, peakAt + 3); i++) around += total[i]!;
  for (let i = 0; i < HALF; i++) bins[i] = total[i + 1]!;
  const tenth = select(bins, Math.floor(HALF * 0.1)), half = select(bins, HALF >> 1, Math.floor(HALF * 0.1));
  select(bins, HALF - 20, HALF >> 1);
  let top = 0, cumulated = 0, edge = HALF;
  for (let i = 0; i < 20; i++) top += bins[HALF - 1 - i]!;
  for (let i = 1; i <= HALF; i++) { cumulated += total[i]!; if (cumulated >= 0.98 * sum) { edge = i; break; } }
  out[at++] = exp(logs / HALF) / (sum / HALF + 1e-3); out[at++] = around / (sum + 1e-3); out[at++] = peakAt * bin; out[at++] = top / (sum + 1e-3);
  out[at++] = edge * bin; out[at++] = log(half / (sum / HALF + 1e-3)); out[at++] = log(tenth / (sum / HALF + 1e-3)); // 7

  // Regularity over seconds: legs and arms wander, motors and formulas don't.
  autocorrelation(total, FFT, 120, correlation);
  let near = 0, far = 0, dip = 1;
  for (let lag = 4; lag < 120; lag++) {
    const c = correlation[lag]! * (WINDOW / (WINDOW - lag));
    if (lag < 32 && c > near) near = c;
    if (lag >= 50 && c > far) far = c;
    if (lag < 32 && c < dip) dip = c;
  }
  const [p0, p1, p2] = [0, 1, 2].sort((p, q) => lively[q]! - lively[p]!) as [number, number, number];
  const again = repetition([all[p0]!, all[p1]!, all[p2]!], start, from, to, Math.sqrt(variance / 3));
  out[at++] = near; out[at++] = far; out[at++] = dip; out[at++] = again.exact; out[at++] = again.rough; out[at++] = again.lag / FURTHEST;
  out[at++] = log(1.01 - Math.min(1, near)); out[at++] = log(1.01 - Math.min(1, far)); // 8

  // How the axes go together, and whether movement comes and goes.
  let strongest = 0, weakest = 1;
  for (const [p, q] of [[0, 1], [0, 2], [1, 2]] as const) {
    let pq = 0, pp = 0, qq = 0;
    const us = moved[p]!, vs = moved[q]!;
    for (let i = 0; i < WINDOW; i++) { const u = us[i]!, v = vs[i]!; pq += u * v; pp += u * u; qq += v * v; }
    const r = Math.abs(pq) / Math.sqrt(pp * qq + 1e-3);
    if (r > strongest) strongest = r;
    if (r < weakest) weakest = r;
  }
  let quietest = Infinity, loudest = 0, wander = 0, px = 0, py = 0, pz = 0;
  for (let s = 0; s < WINDOW; s += RATE_HZ) {
    const m = [0, 0, 0];
    let moved = 0;
    for (let i = start + s; i < start + s + RATE_HZ; i++) {
      for (let c = 0; c < 3; c++) m[c]! += all[c]![i]! / RATE_HZ;
      if (i > start + s) for (let c = 0; c < 3; c++) moved += Math.abs(all[c]![i]! - all[c]![i - 1]!);
    }
    if (moved < quietest) quietest = moved;
    if (moved > loudest) loudest = moved;
    if (s > 0) wander += Math.sqrt((m[0]! - px) * (m[0]! - px) + (m[1]! - py) * (m[1]! - py) + (m[2]! - pz) * (m[2]! - pz));
    [px, py, pz] = m as [number, number, number];
  }
  out[at++] = strongest; out[at++] = weakest; out[at++] = log(1.001 - Math.min(1, strongest)); out[at++] = log(quietest / RATE_HZ + 0.003); out[at++] = log(loudest / RATE_HZ + 0.003); out[at++] = log(loudest / (quietest + 0.05)); out[at++] = log(wander / 9 + 0.003);

  // How long a stride is, if it is one: motion that was stretched in time repeats too slowly or too fast.
  const stride = strideOf(correlation, WINDOW, 3, 118);
  out[at++] = stride.repeats; out[at++] = stride.repeats > 0.2 ? log(stride.samples / 20) : 0; out[at++] = (stride.samples / 20) * stride.repeats; // 3
}
