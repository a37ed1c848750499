/** Log-odds of windows become probabilities. */
import { exp, ln } from '../signals/exact-math.ts';

/**
 * Rows of `width` log-odds of windows at `places` (whole numbers, ascending) become rows of probabilities. With a context above 1 each window's
 * log-probabilities are averaged with those of its neighbours, a whole context wide where the recording's end cuts one side off.
 */
export function classProbabilities(logits: Float32Array, width: number, places: readonly number[], context: number, temperature: number): Float32Array {
  const n = places.length, logs = new Float64Array(n * width), out = new Float32Array(n * width), half = context >> 1;
  for (let i = 0; i < n; i++) {
    let most = -Infinity, sum = 0;
    for (let k = 0; k < width; k++) most = Math.max(most, logits[i * width + k]!);
    for (let k = 0; k < width; k++) sum += exp(logits[i * width + k]! - most);
    for (let k = 0; k < width; k++) logs[i * width + k] = logits[i * width + k]! - most - ln(sum);
  }
  const adjoining = (i: number, j: number): boolean => j >= 0 && j < n && Math.abs(places[j]! - places[i]!) === Math.abs(j - i);
  for (let i = 0; i < n; i++) {
    let from = i, to = i;
    while (i - from < half && adjoining(i, from - 1)) from--;
    while (to - i < half && adjoining(i, to + 1)) to++;
    while (to - from + 1 < context && to - i > 0 && adjoining(i, to + 1)) to++;
    while (to - from + 1 < context && i - from > 0 && adjoining(i, from - 1)) from--;
    const mean = new Float64Array(width);
    for (let j = from; j <= to; j++) for (let k = 0; k < width; k++) mean[k]! += logs[j * width + k]! / (to - from + 1);
    let most = -Infinity, sum = 0;
    for (let k = 0; k < width; k++) most = Math.max(most, mean[k]!);
    for (let k = 0; k < width; k++) { const e = exp((mean[k]! - most) / temperature); out[i * width + k] = e; sum += e; }
    for (let k = 0; k < width; k++) out[i * width + k]! /= sum;
  }
  return out;
}

export function artefactProbability(logit: number, { gain, shift }: { gain: number; shift: number }): number {
  return 1 / (1 + exp(-(gain * logit + shift)));
}
