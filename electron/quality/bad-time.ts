import { createSeries } from './series.ts';
import { createSpans, type Spans } from './spans.ts';

/** A stretch spoils what is around it too (filters, windows): as much again, half a second at most. */
const AROUND_US = 500_000;

/** Time that a stretch costs, microseconds. Gaps and bad values are measured alike, so that losing bad rows gains nothing. */
export const spoiled = (length: number): number => length + Math.min(AROUND_US, length);

export const BAD_KINDS = ['out-of-range', 'flat', 'clipped', 'implausible'] as const;
export type BadKind = (typeof BAD_KINDS)[number];
const WINDOW_US = 10_000_000;
/** Bad for this much of a window of 10 s: none of it is to be believed. */
export const BROKEN_MS = 5000;

/**
 * Time in which a channel is not to be believed, by kind, each moment counted once: stretches come by their ends, and what lies
 * before the end of an earlier one is not counted again.
 * @param windows also keeps how much of each window of 10 s is bad
 */
export function createBadTime(windows: boolean) {
  const kinds = Object.fromEntries(BAD_KINDS.map((k) => [k, { time: 0, spans: createSpans() }])) as Record<BadKind, { time: number; spans: Spans }>;
  const inWindow = windows ? createSeries((n) => new Uint16Array(n), 0) : null;
  const touched = windows ? createSeries((n) => new Uint8Array(n), 0) : null;
  let until = 0;
  return {
    add(kind: BadKind, from: number, to: number): void {
      kinds[kind].spans.add(from, to);
      const start = Math.max(from, until);
      // Values out of range are passed over one by one; a plateau moves the means of the windows where it begins and ends.
      if (touched && kind !== 'out-of-range') for (let w = Math.floor(from / WINDOW_US); w * WINDOW_US < to; w++) touched.set(w, 1);
      if (to <= start) return;
      until = to;
      kinds[kind].time += spoiled(to - start);
      if (inWindow) {
        for (let w = Math.floor(start / WINDOW_US); w * WINDOW_US < to; w++) {
          const ms = (Math.min(to, (w + 1) * WINDOW_US) - Math.max(start, w * WINDOW_US)) / 1000;
          inWindow.set(w, Math.min(10_000, inWindow.get(w) + Math.round(ms)));
        }
      }
    },
    kinds,
    /** Milliseconds of each window that are bad. */
    inWindow,
    /** Windows that say nothing of a stillness. */
    touched,
  };
}
