import { AppError } from '../../../shared/errors.ts';

/** Rows of one block of the rate check. */
const BLOCK = 16;
/** Blocks in a row that must agree on another rate before it counts as a change. */
const SUSTAINED = 4;
const TOLERANCE = 1.3;

export type OrderCheck = { ok: true } | { ok: false; row: number };

/**
 * Follows the times of a file: order and rate. The rate may jitter and pause; what is refused is a change that lasts,
 * because a recording has one rate: the median of 16 intervals differs by over 30 % for 64 intervals on end.
 */
export function createRateCheck(lineOf: (row: number) => number): { push(t: Float64Array, firstRow: number): void } {
  const held: number[] = [];
  let heldFrom = 0;
  let base = 0;
  const baseMedians: number[] = [];
  let other: number[] = [];
  let otherRow = 0;

  function block(t: ArrayLike<number>, from: number, row: number): void {
    const mean = (t[from + BLOCK]! - t[from]!) / BLOCK;
    if (base > 0 && mean < base * 1.2 && mean * 1.2 > base) { other = []; return; }
    const gaps = Array.from({ length: BLOCK }, (_, i) => t[from + i + 1]! - t[from + i]!).sort((a, b) => a - b);
    const median = gaps[BLOCK / 2]!;
    if (median <= 0) return;
    if (base === 0) {
      baseMedians.push(median);
      if (baseMedians.length < SUSTAINED) return;
      const sorted = [...baseMedians].sort((a, b) => a - b);
      if (sorted[SUSTAINED - 1]! <= sorted[0]! * TOLERANCE) base = sorted[SUSTAINED >> 1]!;
      else baseMedians.shift();
      return;
    }
    if (median < base * TOLERANCE && median * TOLERANCE > base) { other = []; return; }
    if (other.length > 0 && (median > other[0]! * 1.2 || median * 1.2 < other[0]!)) other = [];
    if (other.length === 0) otherRow = row;
    other.push(median);
    if (other.length < SUSTAINED) return;
    const [was, is] = [1e6 / base, 1e6 / other[0]!].map((hz) => Number(hz.toPrecision(3)));
    throw new AppError('rate-mixed', `The sampling rate changes near line ${lineOf(otherRow)}, from about ${was} Hz to about ${is} Hz.`, { hint: 'Split the file there and import the parts as recordings of their own.', details: { line: lineOf(otherRow) } });
  }

  return {
    push(t, firstRow) {
      let at = 0;
      if (held.length > 0) {
        while (held.length <= BLOCK && at < t.length) held.push(t[at++]!);
        if (held.length <= BLOCK) return;
        block(held, 0, heldFrom);
        at--; // the last row of one block is the first of the next
        held.length = 0;
      }
      for (; at + BLOCK < t.length; at += BLOCK) block(t, at, firstRow + at);
      heldFrom = firstRow + at;
      for (; at < t.length; at++) held.push(t[at]!);
    },
  };
}
