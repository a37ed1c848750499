import type { Channel } from '../../shared/domain/recording.ts';

/** What a window of wrist acceleration shows, in the order of its probabilities. */
export const PATTERN_CLASSES = ['walk', 'jog', 'stairs', 'sit', 'stand', 'vigorous'] as const;

/** Windows of ten seconds, back to back: window `i` holds the times `[i, i + 1) × 10 s` from the recording's first row. */
export const PATTERN_WINDOW_US = 10_000_000;
/** Probabilities are whole ten-thousandths: the four decimals to which every machine agrees. */
export const PATTERN_ONE = 10_000;

/**
 * What a model says of a recording, one entry a window, at most one entry for each window index. A window that it cannot
 * judge (too few samples), or that nobody asked for, has no entry. A month is 259,200 windows: 4 MB.
 */
export type PatternWindows = {
  /** Window indices, ascending. */
  index: Int32Array;
  /** `index.length × PATTERN_CLASSES.length`, row by row, in ten-thousandths: what movement it is, given that it is a person's. */
  classes: Uint16Array;
  /** `index.length`, in ten-thousandths: that the window is no valid human motion (stuck, noise, a machine, looped, synthetic …). */
  artefact: Uint16Array;
};

/**
 * Seam for the trained model. Deterministic: the same rows give the same `PatternWindows` on every machine, however they
 * come in batches. It may work in a worker thread: `push` resolves when it is ready for more, so that memory stays bounded
 * and the event loop is never blocked.
 */
export type PatternModel = {
  /** For instance `phdex-wrist/3`. */
  name: string;
  /** Of the model's weights and topology, 64 hexadecimal digits. */
  sha256: string;
  /** An `artefact` ≥ this counts as artefact, in ten-thousandths (the model card's realised false-alarm rate belongs to it). */
  artefactThreshold: number;
  /**
   * Rows in order: times in whole microseconds from the recording's first row (may repeat or run back), the three axes in m/s².
   * Rows with a missing axis are left out by the caller. Batches may have any length; the arrays are the caller's and are
   * reused after the promise resolves (copy what is kept).
   */
  push(t: Float64Array, x: Float64Array, y: Float64Array, z: Float64Array): void | Promise<void>;
  /** Once, after the last row. */
  finish(): Promise<PatternWindows>;
  /** Ends its workers; also after an error or a cancellation. */
  close(): void | Promise<void>;
};

/**
 * Opens the model for one recording of this acceleration channel (three components); null where it says nothing of such a channel.
 * `asked` says of a window that is over whether its verdict counts: others need no entry.
 */
export type OpenPatternModel = (channel: Channel, asked: (window: number) => boolean) => Promise<PatternModel | null>;

/** The model that comes with the app (`model/open.ts`), for wrist acceleration of three components. */
export const openPatternModel: OpenPatternModel = async (channel, asked) => {
  if (channel.kind !== 'acceleration' || channel.components.length !== 3) return null;
  const { openTrainedModel } = await import('./model/open.ts');
  return openTrainedModel({ asked });
};
