/** Figures made comparable before a network sees them. Training and scoring use these same lines. */
import { ln } from '../signals/exact-math.ts';

/** Mean and deviation of each figure over the training draws. */
export type Standard = { mean: Float32Array; sd: Float32Array };

/** In place; figures outside what training saw are held at four deviations. */
export function standardise(figures: Float32Array, { mean, sd }: Standard): void {
  const n = mean.length;
  for (let i = 0; i < figures.length; i += n) for (let j = 0; j < n; j++) figures[i + j] = Math.max(-4, Math.min(4, (figures[i + j]! - mean[j]!) / sd[j]!));
}

/** In place; beyond three deviations of real windows differences are drawn together, and end at eight. */
export function compress(figures: Float32Array, { mean, sd }: Standard): void {
  const n = mean.length;
  for (let i = 0; i < figures.length; i += n) {
    for (let j = 0; j < n; j++) {
      const v = (figures[i + j]! - mean[j]!) / sd[j]!, a = Math.abs(v);
      figures[i + j] = Math.sign(v) * Math.min(8, a <= 3 ? a : 3 + ln(a - 2));
    }
  }
}
