import { lowerBound } from '../../recordings/lower-bound.ts';

/**
 * HDCZA, the sleep period window without a diary: van Hees et al. 2018, Sci Rep 8:12975; GGIR `HASPT.R`. On angles of 5 s:
 * absolute difference of consecutive epochs; rolling median over 5 minutes; threshold = 10th percentile of the day × 15,
 * held within 0.13–0.50; below it a candidate; blocks of more than 30 minutes stay; gaps of less than 60 minutes are filled;
 * the longest block is the window.
 * @param angles degrees, one an epoch of 5 s, about a day; NaN where there is none
 * @returns epoch indices, `to` exclusive; null where there is no block
 */
export function sleepWindow(angles: ArrayLike<number>, epochSeconds = 5): { from: number; to: number } | null {
  const perMinute = 60 / epochSeconds;
  const half = Math.floor((5 * perMinute) / 2);
  const n = angles.length;
  const moved = new Float64Array(n);
  for (let i = 1; i < n; i++) moved[i] = Math.abs(angles[i]! - angles[i - 1]!);
  if (n > 1) moved[0] = moved[1]!;
  const medians = rollingMedian(moved, half);
  const known = medians.filter((v) => v === v).sort();
  if (known.length === 0) return null;
  const threshold = Math.min(0.5, Math.max(0.13, quantile(known, 0.1) * 15));
  const blocks: { from: number; to: number }[] = [];
  for (let i = 0; i < n;) {
    if (!(medians[i]! < threshold)) { i++; continue; }
    let to = i;
    while (to < n && medians[to]! < threshold) to++;
    if (to - i > 30 * perMinute) blocks.push({ from: i, to });
    i = to;
  }
  const joined: { from: number; to: number }[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && block.from - last.to < 60 * perMinute) last.to = block.to;
    else joined.push({ ...block });
  }
  return joined.reduce<{ from: number; to: number } | null>((best, b) => (best === null || b.to - b.from > best.to - best.from ? b : best), null);
}

/** Quantile of sorted numbers, linear between neighbours (R's type 7). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Median over `half` epochs on each side, fewer at the ends; missing ones are passed over. NaN where none is left. */
export function rollingMedian(values: Float64Array, half: number): Float64Array {
  const out = new Float64Array(values.length);
  const window: number[] = [];
  const add = (i: number) => { const v = values[i]; if (v !== undefined && v === v) window.splice(lowerBound(window, v), 0, v); };
  const drop = (i: number) => { const v = values[i]; if (v !== undefined && v === v) window.splice(lowerBound(window, v), 1); };
  for (let i = 0; i < half && i < values.length; i++) add(i);
  for (let i = 0; i < values.length; i++) {
    add(i + half);
    if (i - half - 1 >= 0) drop(i - half - 1);
    const k = window.length;
    out[i] = k === 0 ? NaN : k % 2 === 1 ? window[k >> 1]! : (window[k / 2 - 1]! + window[k / 2]!) / 2;
  }
  return out;
}
