/**
 * Two simple beat detectors that err differently, for bSQI. Both work on one window (about 10 s) and give sample indices.
 * A beat is followed by at least 0.25 s without another (240 a minute).
 */
const REFRACTORY = 0.25;

/** Slope energy: squared derivative, averaged over 0.12 s; peaks above half of the window's 98th percentile (Pan & Tompkins 1985, without its band-pass). */
export function beatsBySlope(values: ArrayLike<number>, rateHz: number): number[] {
  const n = values.length;
  const width = Math.max(1, Math.round(0.12 * rateHz));
  const energy = new Float64Array(n);
  for (let i = 1; i + 1 < n; i++) { const d = values[i + 1]! - values[i - 1]!; energy[i] = d * d; }
  return refine(values, peaks(smooth(energy, width), 0.5, rateHz), Math.round(0.08 * rateHz));
}

/** Height: distance from a moving mean over 0.6 s, the side that reaches further; peaks above half of the 98th percentile. */
export function beatsByHeight(values: ArrayLike<number>, rateHz: number): number[] {
  const flat = Float64Array.from(values);
  const base = smooth(flat, Math.max(3, Math.round(0.6 * rateHz)));
  let [up, down] = [0, 0];
  for (let i = 0; i < flat.length; i++) { flat[i] = flat[i]! - base[i]!; up = Math.max(up, flat[i]!); down = Math.min(down, flat[i]!); }
  const height = up >= -down ? flat : flat.map((v) => -v);
  return refine(values, peaks(height, 0.5, rateHz), Math.round(0.08 * rateHz));
}

/** Moves each beat to where the signal is furthest from the window's mean nearby, so that both detectors mark the same point. */
function refine(values: ArrayLike<number>, at: number[], reach: number): number[] {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]!;
  mean /= values.length;
  return at.map((peak) => {
    let best = peak;
    for (let i = Math.max(0, peak - reach); i <= Math.min(values.length - 1, peak + reach); i++) if (Math.abs(values[i]! - mean) > Math.abs(values[best]! - mean)) best = i;
    return best;
  });
}

function smooth(values: Float64Array, width: number): Float64Array {
  const half = width >> 1;
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return values.map((_, i) => { const [a, b] = [Math.max(0, i - half), Math.min(values.length, i + half + 1)]; return (sums[b]! - sums[a]!) / (b - a); });
}

function peaks(values: Float64Array, share: number, rateHz: number): number[] {
  const sorted = Float64Array.from(values).sort();
  const limit = share * sorted[Math.floor(0.98 * (sorted.length - 1))]!;
  const found: number[] = [];
  const apart = REFRACTORY * rateHz;
  for (let i = 1; i + 1 < values.length; i++) {
    if (!(values[i]! > limit && values[i]! >= values[i - 1]! && values[i]! > values[i + 1]!)) continue;
    const last = found.at(-1);
    if (last !== undefined && i - last < apart) { if (values[i]! > values[last]!) found[found.length - 1] = i; continue; }
    found.push(i);
  }
  return found;
}

/** bSQI: 2 m / (n₁ + n₂) for m beats that both found, 50 ms apart at most (Li 2008; tolerance as in Aura-healthcare/ecg_qc). 0 where neither found one. */
export function bSqi(first: readonly number[], second: readonly number[], rateHz: number, toleranceMs = 50): number {
  if (first.length + second.length === 0) return 0;
  const most = (toleranceMs / 1000) * rateHz;
  let [matched, j] = [0, 0];
  for (const i of first) {
    while (j < second.length && second[j]! < i - most) j++;
    if (j < second.length && Math.abs(second[j]! - i) <= most) { matched++; j++; }
  }
  return (2 * matched) / (first.length + second.length);
}
