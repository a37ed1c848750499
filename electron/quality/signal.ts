import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column } from '../../shared/domain/recording.ts';
import { limitsOf } from './limits.ts';
import { createSpans } from './spans.ts';

/** So many equal samples in a row near a sensor's full scale are saturation, not movement. */
const CLIP_RUN = 4;
/** Full scale of the coarsest sensors is 2 g; below this a plateau says nothing. */
const CLIP_FROM_G = 1.9;
/** A second in which the norm varies by less than this share is rest, and there the norm is 1 g. */
const REST = 0.02;
const NORM_BINS = 4096;
const NORM_STEP = 0.01;
const SECOND = 1e6;
/** Intervals from which a slower channel's own period is taken. */
const OWN_LEARNT = 1024;
const MIN_WINDOW = 8;

/** Checks one channel, row by row, in bounded memory. */
export function createSignal(channel: Channel) {
  const limits = limitsOf(channel);
  const width = channel.components.length;
  const scale = channel.decimals === null ? 1 : 10 ** channel.decimals;
  // Limits in the columns' own numbers, so that no value is divided: integers stay exact.
  const low = limits.low * scale;
  const high = limits.high * scale;
  const step = (limits.step ?? Infinity) * scale;
  const clipFrom = limits.gravity === null ? Infinity : CLIP_FROM_G * limits.gravity * scale;
  const flatTime = (limits.flatSeconds ?? Infinity) * 1e6;
  const gravity = limits.gravity === null || width !== 3 ? 0 : limits.gravity * scale;

  let rows = 0;
  let present = 0;
  let partial = 0;
  let outRows = 0;
  let clippedRows = 0;
  let steps = 0;
  let flatRows = 0;
  const out = createSpans();
  const flat = createSpans();
  const clipped = createSpans();
  const jumps = createSpans();
  const missing = createSpans();
  let outFrom = -1;
  let missingFrom = -1;
  const before = new Float64Array(width).fill(NaN);
  const runs = new Float64Array(width);
  const runFrom = new Float64Array(width);
  let flatFrom = -1;
  let flatRun = 0;
  let lastAt = -1;
  // Own intervals of a channel that has a value only in some of the rows.
  const ownLearnt: number[] = [];
  let ownBase = 0;
  let ownMissing = 0;
  // The second under way.
  let second = -1;
  let n = 0;
  let sum = 0;
  let squares = 0;
  const restNorms = new Uint32Array(NORM_BINS);
  const allNorms = new Uint32Array(NORM_BINS);
  let restSeconds = 0;
  let seconds = 0;

  function endSecond(): void {
    if (n >= MIN_WINDOW) {
      const mean = sum / n;
      const variance = squares / n - mean * mean;
      const bin = Math.min(NORM_BINS - 1, Math.floor(mean / gravity / NORM_STEP));
      allNorms[bin]!++;
      seconds++;
      if (variance <= REST * REST * mean * mean) { restNorms[bin]!++; restSeconds++; }
    }
    n = 0;
    sum = 0;
    squares = 0;
  }

  function endRun(c: number, at: number): void {
    if (runs[c]! >= CLIP_RUN) { clippedRows += runs[c]!; clipped.add(runFrom[c]!, at); }
    runs[c] = 0;
  }

  function endFlat(at: number): void {
    if (flatRun >= 3 && at - flatFrom >= flatTime) { flat.add(flatFrom, at); flatRows += flatRun; }
    flatRun = 0;
  }

  function ownInterval(d: number): void {
    if (d >= 1.5 * ownBase) ownMissing += d / ownBase - 1;
  }

  function learnOwn(): void {
    ownBase = [...ownLearnt].sort((a, b) => a - b)[ownLearnt.length >> 1] ?? 0;
    if (ownBase > 0) ownLearnt.forEach(ownInterval);
    ownLearnt.length = 0;
  }

  function rowWithMissing(t: number, absent: number): void {
    if (absent < width) partial++;
    if (missingFrom < 0) missingFrom = t;
  }

  return {
    channel,
    push(t: Float64Array, columns: Column[]): void {
      const count = t.length;
      rows += count;
      const integers = channel.decimals !== null;
      for (let i = 0; i < count; i++) {
        const at = t[i]!;
        let absent = 0;
        let same = true;
        let wrong = false;
        let norm2 = 0;
        for (let c = 0; c < width; c++) {
          const value = columns[c]![i]!;
          if (integers ? value === MISSING_INT32 : value !== value) { absent++; continue; }
          if (value < low || value > high) wrong = true;
          norm2 += value * value;
          if (value === before[c]) {
            if (runs[c]! > 0) runs[c]!++;
          } else {
            same = false;
            if (runs[c]! > 0) endRun(c, at);
            if (value >= clipFrom || value <= -clipFrom) { runs[c] = 1; runFrom[c] = at; }
            if (value - before[c]! > step || before[c]! - value > step) { if (at - lastAt <= 2e6) { steps++; jumps.add(lastAt, at); } }
            before[c] = value;
          }
        }
        if (absent > 0) { rowWithMissing(at, absent); if (absent === width) continue; }
        else if (missingFrom >= 0) { missing.add(missingFrom, at); missingFrom = -1; }
        present++;
        if (ownBase > 0) ownInterval(at - lastAt);
        else if (lastAt >= 0 && at > lastAt && ownLearnt.push(at - lastAt) === OWN_LEARNT) learnOwn();
        if (wrong) { outRows++; if (outFrom < 0) outFrom = at; }
        else if (outFrom >= 0) { out.add(outFrom, at); outFrom = -1; }
        if (same && lastAt >= 0) { if (flatRun++ === 0) flatFrom = lastAt; }
        else if (flatRun > 0) endFlat(lastAt);
        if (gravity > 0 && absent === 0) {
          if (at >= second + SECOND || at < second) { endSecond(); second = at - (at % SECOND); }
          n++;
          sum += Math.sqrt(norm2);
          squares += norm2;
        }
        lastAt = at;
      }
    },
    finish() {
      endSecond();
      if (ownBase === 0) learnOwn();
      for (let c = 0; c < width; c++) endRun(c, lastAt);
      if (flatRun > 0) endFlat(lastAt);
      if (outFrom >= 0) out.add(outFrom, lastAt);
      if (missingFrom >= 0) missing.add(missingFrom, Math.max(missingFrom, lastAt));
      const share = (k: number, of: number) => (of > 0 ? Math.min(1, k / of) : 0);
      const dense = present * 2 > rows;
      const absentRows = dense ? rows - present + partial : partial;
      return {
        rows, present, dense,
        missing: dense ? share(absentRows, rows) : Math.max(share(partial, present), share(ownMissing, ownMissing + present)), missingSpans: missing,
        outOfRange: share(outRows, present), outRows, out,
        flat: share(flatRows, present), flatSpans: flat,
        clipped: share(clippedRows, present * width), clippedRows, clippedSpans: clipped,
        jumps: share(steps, present), jumpCount: steps, jumpSpans: jumps,
        /** Median norm in g: at rest where there is enough rest, otherwise over all seconds. Null where there is none. */
        norm: gravity === 0 ? null : restSeconds >= 5 ? { g: median(restNorms, restSeconds), atRest: true } : seconds >= 5 ? { g: median(allNorms, seconds), atRest: false } : null,
      };
    },
  };
}
export type SignalFacts = ReturnType<ReturnType<typeof createSignal>['finish']>;

function median(bins: Uint32Array, total: number): number {
  let left = Math.floor(total / 2);
  const bin = bins.findIndex((count) => (left -= count) < 0);
  return (bin + 0.5) * NORM_STEP;
}
