import { ln } from './exact-math.ts';

/**
 * Sadeh's index, Sleep 1994;17:201–207, epochs of one minute: PS = 7.601 − 0.065 W − 1.08 N − 0.056 S − 0.703 ln(A₀ + 1).
 * W: mean of the 11 minutes around; N: how many of them hold 50 ≤ counts < 100; S: sample standard deviation of the last six.
 * Minutes beyond the ends count as 0.
 * @param cap counts above it count as it: ActiLife uses 300; null: no cap
 */
export function sadehIndex(counts: ArrayLike<number>, cap: number | null = null): Float64Array {
  const at = (i: number) => { const c = counts[i] ?? 0; return cap === null ? c : Math.min(c, cap); };
  return Float64Array.from({ length: counts.length }, (_, t) => {
    let [sum, n] = [0, 0];
    for (let k = t - 5; k <= t + 5; k++) { const c = at(k); sum += c; if (c >= 50 && c < 100) n++; }
    let mean = 0;
    for (let k = t - 5; k <= t; k++) mean += at(k);
    mean /= 6;
    let squares = 0;
    for (let k = t - 5; k <= t; k++) squares += (at(k) - mean) ** 2;
    return 7.601 - 0.065 * (sum / 11) - 1.08 * n - 0.056 * Math.sqrt(squares / 5) - 0.703 * ln(at(t) + 1);
  });
}

/** Sleep where the index reaches the threshold: 0 in the paper; ActiLife takes −4 with a cap of 300. */
export const sadeh = (counts: ArrayLike<number>, { threshold = 0, cap = null as number | null } = {}): Uint8Array => Uint8Array.from(sadehIndex(counts, cap), (ps) => (ps >= threshold ? 1 : 0));
