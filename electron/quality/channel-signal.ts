import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column } from '../../shared/domain/recording.ts';
import { createBadTime, spoiled } from './bad-time.ts';
import { limitsOf } from './limits.ts';
import { isMotion } from './motion.ts';
import { createSpans } from './spans.ts';
import { foldStep } from './signals/quantisation.ts';

/** So many equal samples in a row near a sensor's full scale are saturation, not movement. */
const CLIP_RUN = 4;
/** Full scale of the coarsest sensors is 2 g; below this a plateau says nothing. */
const CLIP_FROM_G = 1.9;
/** Intervals from which a slower channel's own period is taken. */
const OWN_LEARNT = 1024;
/** Rows whose differences tell the step of the sensor. */
const STEP_LEARNT = 100_000;
const SPECIAL = 0x80;

/**
 * Checks one channel, row by row, in bounded memory: values out of range, flat stretches, plateaus at full scale, steps that no
 * body takes, missing values. Times in microseconds from the first row. The batches' borders do not matter.
 * @param alone the recording has no other channel: a row without its value is a hole. Beside others, a channel that most rows
 * have no value of is a slower one, and goes by its own period.
 */
export function createChannelSignal(channel: Channel, alone: boolean) {
  const limits = limitsOf(channel);
  const width = channel.components.length;
  const scale = channel.decimals === null ? 1 : 10 ** channel.decimals;
  // Limits in the columns' own numbers, so that no value is divided: integers stay exact.
  const low = limits.low * scale;
  const high = limits.high * scale;
  const step = (limits.step ?? Infinity) * scale;
  const clipFrom = limits.gravity === null ? Infinity : CLIP_FROM_G * limits.gravity * scale;
  const flatTime = (limits.flatSeconds ?? Infinity) * 1e6;
  const weighs = isMotion(channel);
  const bad = createBadTime(weighs);
  const missing = createSpans();

  let rows = 0;
  let present = 0;
  let partial = 0;
  let outRows = 0;
  let clippedRows = 0;
  let steps = 0;
  let missingTime = 0;
  let outFrom = -1;
  let missingFrom = -1;
  const before = new Float64Array(width).fill(NaN);
  const runs = new Float64Array(width);
  const runFrom = new Float64Array(width);
  let running = 0;
  let flatFrom = -1;
  let flatRun = 0;
  let firstAt = 0;
  let lastAt = -1;
  const ownLearnt: number[] = [];
  let ownBase = 0;
  let ownTime = 0;
  let stepFound = 0;
  const lastRaw = new Float64Array(width).fill(NaN);
  let flags = new Uint8Array(0);

  function endRun(c: number, at: number): void {
    if (runs[c]! >= CLIP_RUN) { clippedRows += runs[c]!; bad.add('clipped', runFrom[c]!, at); }
    runs[c] = 0;
    running--;
  }
  function endFlat(at: number): void {
    if (flatRun >= 3 && at - flatFrom >= flatTime) bad.add('flat', flatFrom, at);
    flatRun = 0;
  }
  function learnOwn(): void {
    ownBase = [...ownLearnt].sort((a, b) => a - b)[ownLearnt.length >> 1] ?? 0;
    if (ownBase > 0) for (const d of ownLearnt) if (d >= 1.5 * ownBase) ownTime += spoiled(d - ownBase);
    ownLearnt.length = 0;
  }
  function endMissing(at: number): void {
    missing.add(missingFrom, at);
    missingTime += spoiled(at - missingFrom);
    missingFrom = -1;
  }

  /** Marks rows that need a closer look; in one tight loop a component. */
  function mark(columns: Column[], count: number): void {
    if (flags.length < count) flags = new Uint8Array(count);
    flags.fill(0, 0, count);
    for (let c = 0; c < width; c++) {
      const column = columns[c]!;
      let previous = before[c]!;
      for (let i = 0; i < count; i++) {
        const v = column[i]!;
        if (v === previous) flags[i]!++;
        if (!(v >= low && v <= high) || v === MISSING_INT32 || (weighs && v === 0) || v >= clipFrom || v <= -clipFrom || v - previous > step || previous - v > step) flags[i]! |= SPECIAL;
        previous = v;
      }
      const learn = channel.decimals === null ? 0 : Math.min(count, STEP_LEARNT - (rows - count));
      for (let i = 0; i < learn; i++) {
        const [a, b] = [column[i]!, i > 0 ? column[i - 1]! : lastRaw[c]!];
        if (a !== b && a !== MISSING_INT32 && b !== MISSING_INT32 && b === b) stepFound = foldStep(stepFound, a - b);
      }
      if (count > 0) lastRaw[c] = column[count - 1]!;
    }
  }

  function row(at: number, columns: Column[], i: number): void {
    let absent = 0;
    let same = true;
    // Nothing but zeros is what a driver gives that lost its sensor.
    let wrong = weighs && columns.every((c) => c[i] === 0);
    for (let c = 0; c < width; c++) {
      const value = columns[c]![i]!;
      if (value !== value || value === MISSING_INT32) { absent++; continue; }
      // A value that cannot be says nothing of the next one: that is compared with the last one that could.
      if (wrong || value < low || value > high) { wrong = true; same = false; if (runs[c]! > 0) endRun(c, at); continue; }
      if (value === before[c]) {
        if (runs[c]! > 0) runs[c]!++;
      } else {
        same = false;
        if (runs[c]! > 0) endRun(c, at);
        if (value >= clipFrom || value <= -clipFrom) { runs[c] = 1; runFrom[c] = at; running++; }
        if ((value - before[c]! > step || before[c]! - value > step) && at - lastAt <= 2e6) { steps++; bad.add('implausible', lastAt, at); }
        before[c] = value;
      }
    }
    if (absent > 0) {
      if (absent < width) partial++;
      if (missingFrom < 0) missingFrom = at;
      if (absent === width) return;
    } else if (missingFrom >= 0) endMissing(at);
    present++;
    interval(at);
    if (wrong) { outRows++; if (outFrom < 0) outFrom = at; }
    else if (outFrom >= 0) { bad.add('out-of-range', outFrom, at); outFrom = -1; }
    if (same && lastAt >= 0) { if (flatRun++ === 0) flatFrom = lastAt; }
    else if (flatRun > 0) endFlat(lastAt);
    lastAt = at;
  }

  function interval(at: number): void {
    if (lastAt < 0) firstAt = at;
    const d = at - lastAt;
    if (ownBase > 0) { if (d >= 1.5 * ownBase) ownTime += spoiled(d - ownBase); }
    else if (lastAt >= 0 && d > 0 && ownLearnt.push(d) === OWN_LEARNT) learnOwn();
  }

  return {
    channel,
    push(t: Float64Array, columns: Column[]): void {
      const count = t.length;
      rows += count;
      mark(columns, count);
      // Of `before`: whether it is that of the row before.
      let known = true;
      for (let i = 0; i < count; i++) {
        const flag = flags[i]!;
        if (flag < width && flatRun === 0 && running === 0 && outFrom < 0 && missingFrom < 0 && lastAt >= 0) {
          present++;
          const at = t[i]!;
          interval(at);
          lastAt = at;
          known = false;
          continue;
        }
        if (!known) { for (let c = 0; c < width; c++) before[c] = columns[c]![i - 1]!; known = true; }
        row(t[i]!, columns, i);
      }
      if (!known) for (let c = 0; c < width; c++) before[c] = columns[c]![count - 1]!;
    },
    /** @param end time of the recording's last row */
    finish(end: number) {
      if (ownBase === 0) learnOwn();
      for (let c = 0; c < width; c++) if (runs[c]! > 0) endRun(c, lastAt);
      if (flatRun > 0) endFlat(lastAt);
      if (outFrom >= 0) bad.add('out-of-range', outFrom, lastAt);
      if (missingFrom >= 0) endMissing(Math.max(missingFrom, end));
      const dense = alone || present * 2 > rows;
      if (!dense && present > 0) for (const d of [firstAt, end - lastAt]) if (d >= 1.5 * ownBase) ownTime += spoiled(d);
      return {
        rows, present, dense,
        /** Rows without all of their values, and the time that this costs. */
        missingRows: dense ? rows - present + partial : partial, missingTime: Math.min(end, dense ? missingTime : ownTime), missingSpans: missing,
        outRows, clippedRows, steps, bad,
        step: channel.decimals === null || stepFound === 0 ? null : stepFound / scale,
      };
    },
  };
}
export type ChannelSignalFacts = ReturnType<ReturnType<typeof createChannelSignal>['finish']>;
