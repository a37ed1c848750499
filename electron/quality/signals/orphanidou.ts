/** Thresholds of Orphanidou et al., IEEE J Biomed Health Inform 2015;19:832–838, for windows of 10 s. */
export const ORPHANIDOU = { rate: [40, 180], longest: 3, ratio: 2.2, ecg: 0.66, ppg: 0.86 } as const;
export type OrphanidouVerdict = { ok: boolean; why: 'ok' | 'too-few-beats' | 'rate' | 'pause' | 'ratio' | 'shape'; correlation: number | null };

/**
 * Whether a window holds a usable pulse: rate 40–180, no pause over 3 s, longest over shortest interval below 2.2, and beats
 * that resemble their average: mean correlation of at least 0.66 (ECG) or 0.86 (PPG).
 * @param beats sample indices, ascending
 */
export function orphanidou(values: ArrayLike<number>, beats: readonly number[], rateHz: number, kind: 'ecg' | 'ppg'): OrphanidouVerdict {
  if (beats.length < 3) return { ok: false, why: 'too-few-beats', correlation: null };
  const gaps = beats.slice(1).map((b, i) => (b - beats[i]!) / rateHz);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const rate = 60 / mean;
  if (rate < ORPHANIDOU.rate[0] || rate > ORPHANIDOU.rate[1]) return { ok: false, why: 'rate', correlation: null };
  if (Math.max(...gaps) > ORPHANIDOU.longest) return { ok: false, why: 'pause', correlation: null };
  if (Math.max(...gaps) / Math.min(...gaps) >= ORPHANIDOU.ratio) return { ok: false, why: 'ratio', correlation: null };
  // The template is as wide as the median interval.
  const half = Math.floor(([...gaps].sort((a, b) => a - b)[gaps.length >> 1]! * rateHz) / 2);
  const whole = beats.filter((b) => b - half >= 0 && b + half < values.length);
  if (whole.length < 2) return { ok: false, why: 'too-few-beats', correlation: null };
  const template = Float64Array.from({ length: 2 * half + 1 }, (_, k) => whole.reduce((sum, b) => sum + values[b - half + k]!, 0) / whole.length);
  const r = whole.reduce((sum, b) => sum + correlation((k) => values[b - half + k]!, template), 0) / whole.length;
  return r >= ORPHANIDOU[kind] ? { ok: true, why: 'ok', correlation: r } : { ok: false, why: 'shape', correlation: r };
}

/** Pearson's correlation; 0 where one of the two does not vary. */
function correlation(a: (k: number) => number, b: Float64Array): number {
  const n = b.length;
  let [sa, sb] = [0, 0];
  for (let k = 0; k < n; k++) { sa += a(k); sb += b[k]!; }
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < n; k++) { const [x, y] = [a(k) - sa / n, b[k]! - sb / n]; ab += x * y; aa += x * x; bb += y * y; }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
