import { spoiled } from './bad-time.ts';
import { createSpans } from './spans.ts';

/** Intervals from whose median the rate is taken. */
const LEARNT = 4096;
/** An interval of this many periods or more has samples missing in it. */
const GAP = 1.5;
const JITTER = 0.2;
const DRIFT = 0.01;
const WINDOW = 10e6;

/** Follows the times: rate, gaps, duplicates, jitter, drift. Bounded memory; the batches' borders do not matter. */
export function createTiming() {
  const learnt: number[] = [];
  let held: number[] = [];
  let base = 0;
  /** Mean of the learnt intervals that are no gaps: what a steady clock keeps to, jitter or not. */
  let steady = 0;
  let last = -1;
  let rows = 0;
  let intervals = 0;
  let missing = 0;
  let lost = 0;
  let jittered = 0;
  let duplicates = 0;
  const gaps = createSpans();
  const duplicateSpans = createSpans();
  const drifts = createSpans();
  let duplicateFrom = -1;
  // The window under way: where it began, and the intervals in it that are no gaps.
  let windowFrom = 0;
  let windowSum = 0;
  let windowCount = 0;
  let windows = 0;

  function endWindow(at: number): void {
    if (windowCount >= 20) {
      windows++;
      const mean = windowSum / windowCount;
      if (Math.abs(mean / steady - 1) > DRIFT) drifts.add(windowFrom, at);
    }
    windowFrom = at;
    windowSum = 0;
    windowCount = 0;
  }

  function row(t: number): void {
    const d = t - last;
    if (d <= 0) {
      duplicates++;
      if (duplicateFrom < 0) duplicateFrom = t;
      last = t;
      return;
    }
    if (duplicateFrom >= 0) { duplicateSpans.add(duplicateFrom, duplicateFrom + base); duplicateFrom = -1; }
    intervals++;
    if (d >= GAP * base) {
      missing += d / base - 1;
      lost += spoiled(d - base);
      gaps.add(last, t);
      endWindow(last);
      windowFrom = t;
    } else {
      if (Math.abs(d - base) > JITTER * base) jittered++;
      windowSum += d;
      windowCount++;
      if (t - windowFrom >= WINDOW) endWindow(t);
    }
    last = t;
  }

  function learn(): void {
    learnt.sort((a, b) => a - b);
    base = learnt[learnt.length >> 1] ?? 0;
    const even = learnt.filter((d) => d < GAP * base);
    steady = even.reduce((sum, d) => sum + d, 0) / even.length;
    if (base > 0) for (const t of held) row(t);
    held = [];
  }

  return {
    push(t: Float64Array): void {
      let at = 0;
      if (rows === 0 && t.length > 0) { last = windowFrom = t[0]!; rows = 1; at = 1; }
      rows += t.length - at;
      if (base === 0) {
        let before = held.at(-1) ?? last;
        for (; at < t.length && learnt.length < LEARNT; at++) {
          const d = t[at]! - before;
          before = t[at]!;
          held.push(t[at]!);
          if (d > 0) learnt.push(d);
        }
        if (learnt.length < LEARNT) return;
        learn();
      }
      for (; at < t.length; at++) row(t[at]!);
    },
    finish() {
      if (base === 0) learn();
      if (duplicateFrom >= 0) { duplicateSpans.add(duplicateFrom, duplicateFrom + base); duplicateFrom = -1; }
      endWindow(last);
      const share = (n: number, of: number) => (of > 0 ? n / of : 0);
      return {
        rows, base, end: last,
        /** Time that gaps cost, with what they spoil around them. */
        lost,
        coverage: intervals > 0 ? intervals / (intervals + missing) : 1,
        gaps, duplicates: share(duplicates, rows), duplicateRows: duplicates, duplicateSpans,
        jitter: share(jittered, intervals), drift: share(drifts.count, windows), drifts,
      };
    },
  };
}
export type TimingFacts = ReturnType<ReturnType<typeof createTiming>['finish']>;
