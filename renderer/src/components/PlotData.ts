import type { PlotLevels } from '../../../shared/api/common.ts';

/** Column arrays for uPlot: seconds, then least and greatest of each component by turns. */
export type PlotColumns = (number | null)[][];

/** A slot without samples between two that hold some is a gap only where it is wider than the slots or samples usually lie apart. */
const GAP_EXACT = 5;
const GAP_BANDS = 2.5;

function usualStep(t: readonly number[]): number {
  if (t.length < 2) return Infinity;
  const steps: number[] = [];
  // A few hundred tell the median well enough; sorting thousands on every answer would be felt.
  const stride = Math.max(1, Math.floor(t.length / 512));
  for (let i = stride; i < t.length; i += stride) steps.push((t[i]! - t[i - stride]!) / stride);
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1]!;
}

/** Empty slots leave the line whole between two neighbouring samples and break it at a real gap. */
export function columnsOf(levels: PlotLevels): PlotColumns {
  const { t, min, max, exact } = levels;
  const width = levels.components.length;
  const full: number[] = [];
  for (let i = 0; i < t.length; i++) if (min.some((column) => column[i] !== null && column[i] !== undefined)) full.push(i);
  const gap = usualStep(full.map((i) => t[i]!)) * (exact ? GAP_EXACT : GAP_BANDS);
  const out: PlotColumns = Array.from({ length: 1 + 2 * width }, () => []);
  let before = -1;
  for (const i of full) {
    if (before >= 0 && t[i]! - t[before]! > gap) {
      out[0]!.push((t[before]! + t[i]!) / 2000);
      for (let c = 1; c < out.length; c++) out[c]!.push(null);
    }
    out[0]!.push(t[i]! / 1000);
    for (let c = 0; c < width; c++) { out[1 + 2 * c]!.push(min[c]![i] ?? null); out[2 + 2 * c]!.push(max[c]![i] ?? null); }
    before = i;
  }
  return out;
}

export type Extent = { component: string; min: number | null; max: number | null };

/** Least and greatest of what is shown: the plot for whoever cannot see it. */
export function extents(levels: PlotLevels, from: number, to: number): Extent[] {
  return levels.components.map((component, c) => {
    let min: number | null = null;
    let max: number | null = null;
    for (let i = 0; i < levels.t.length; i++) {
      const us = levels.t[i]! * 1000;
      if (us < from || us > to) continue;
      const low = levels.min[c]?.[i] ?? null;
      const high = levels.max[c]?.[i] ?? null;
      if (low !== null && (min === null || low < min)) min = low;
      if (high !== null && (max === null || high > max)) max = high;
    }
    return { component, min, max };
  });
}

/** The close look where there is one, and the whole recording's coarse look to its left and right. */
export function joinColumns(whole: PlotColumns, part: PlotColumns): PlotColumns {
  const inner = part[0]!;
  if (inner.length === 0 || whole[0]!.length === 0 || whole.length !== part.length) return inner.length === 0 ? whole : part;
  const first = inner[0]!;
  const last = inner[inner.length - 1]!;
  const x = whole[0]!;
  let before = 0;
  while (before < x.length && x[before]! < first!) before++;
  let after = x.length;
  while (after > before && x[after - 1]! > last!) after--;
  return whole.map((column, i) => [...column.slice(0, before), ...part[i]!, ...column.slice(after)]);
}
