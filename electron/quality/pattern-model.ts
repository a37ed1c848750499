import type { Channel } from '../../shared/domain/recording.ts';

/**
 * Seam for the trained model: it is shown windows of a recording and says how much each looks like a real wrist.
 * A model must be deterministic: the same windows give the same score on every machine, to two decimals.
 */
export type PatternModel = {
  name: string;
  /** Of the model's weights, 64 hexadecimal digits. */
  sha256: string;
  /** Takes rows in order; times in microseconds from the start, values in the channel's unit, NaN where missing. */
  push(t: Float64Array, values: Float64Array[]): void;
  /** 0–100 for all that was pushed; null where the model has nothing to say about such channels. */
  finish(): number | null;
};

/** The model for these channels. There is none yet: the part `pattern` counts nothing. */
export function openPatternModel(_channels: Channel[]): PatternModel | null {
  return null;
}
