const WEIGHTS = [106, 54, 58, 76, 230, 74, 67] as const;

/**
 * Cole–Kripke's index, Sleep 1992;15:461–469, form for epochs of one minute:
 * D(t) = 0.001 × (106 A₋₄ + 54 A₋₃ + 58 A₋₂ + 76 A₋₁ + 230 A₀ + 74 A₊₁ + 67 A₊₂). Minutes beyond the ends count as 0.
 * @param activity one count a minute, in the scale that the weights are for; for ActiGraph's counts see `actigraphCounts`
 */
export function coleKripkeIndex(activity: ArrayLike<number>): Float64Array {
  const d = new Float64Array(activity.length);
  for (let t = 0; t < d.length; t++) {
    let sum = 0;
    WEIGHTS.forEach((w, k) => { sum += w * (activity[t + k - 4] ?? 0); });
    d[t] = 0.001 * sum;
  }
  return d;
}

/** Sleep where the index is below one. */
export const coleKripke = (activity: ArrayLike<number>): Uint8Array => Uint8Array.from(coleKripkeIndex(activity), (d) => (d < 1 ? 1 : 0));

/** ActiGraph's counts a minute in Cole–Kripke's scale: counts / 100, at most 300 (as `actigraph.sleepr` does). */
export const actigraphCounts = (counts: ArrayLike<number>): Float64Array => Float64Array.from(counts, (c) => Math.min(c / 100, 300));
