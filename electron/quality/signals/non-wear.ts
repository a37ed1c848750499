import { vonNeumann } from './noise.ts';

/**
 * Non-wear: van Hees et al. 2013, PLoS ONE 8:e61691, as GGIR does it (`g.weardec.R`, manual chapter 3): windows of 60 minutes
 * in steps of 15; an axis is still if its SD is below 13.0 mg *and* its range below 50 mg; a window is non-wear if at least
 * two of three axes are still. The block of 15 minutes takes the verdict of any window that covers it («2023»).
 */
export const BLOCK_US = 900_000_000;
export const BLOCKS_PER_WINDOW = 4;
/** Of a window's time must hold samples. */
const LEAST_HELD = 0.25;
export const NON_WEAR_SD = 0.013;
export const NON_WEAR_RANGE = 0.05;

/** White noise reaches so many standard deviations from end to end in an hour at 100 Hz. */
export const NOISE_RANGE = 10;
/** An axis whose hour is white (von Neumann's ratio) and has less than this SD, g, moved no more than a still one. */
export const NOISE_RATIO = 1.7;
export const NOISE_SD = 0.06;

/** Per axis of one block, g: count, sum, sum of squares, sum of squared differences between neighbours, least and greatest. */
export type AxisSums = { n: number; sum: number; squares: number; differences: number; min: number; max: number };

/**
 * Whether an axis is still over some consecutive blocks' sums. An axis with fewer than two samples is not. The limits were set
 * for quiet sensors (GGIR's manual bids to raise them for others): here the range may be as large as the sensor's own noise
 * explains, told from neighbouring samples, and an hour of nothing but noise is still (our choice; so noise added to a sensor
 * on a table does not make it worn).
 */
export function isStill(blocks: readonly AxisSums[], sd = NON_WEAR_SD, range = NON_WEAR_RANGE): boolean {
  let [n, sum, squares, differences, min, max] = [0, 0, 0, 0, Infinity, -Infinity];
  for (const b of blocks) { n += b.n; sum += b.sum; squares += b.squares; differences += b.differences; min = Math.min(min, b.min); max = Math.max(max, b.max); }
  if (n < 2) return false;
  const variance = Math.max(0, (squares - (sum * sum) / n) / (n - 1));
  const noise = Math.sqrt(differences / (2 * (n - 1)));
  if (variance < NOISE_SD * NOISE_SD && vonNeumann(differences, n - 1, variance) >= NOISE_RATIO) return true;
  return variance < sd * sd && max - min < Math.max(range, NOISE_RANGE * noise);
}

/**
 * Number of still axes (0–3) of each 15-minute block: the highest of the windows that cover it. Fewer than four blocks
 * cannot be judged. A window is judged by what it holds, and by nothing with less than a quarter of its time.
 * @param blocks one triple of axis sums a block, back to back
 * @param held share of a block's time that its sums are of, 0–1
 */
export function stillAxes(blocks: readonly (readonly [AxisSums, AxisSums, AxisSums])[], held: readonly number[]): Uint8Array | null {
  if (blocks.length < BLOCKS_PER_WINDOW) return null;
  const still = new Uint8Array(blocks.length);
  for (let from = 0; from + BLOCKS_PER_WINDOW <= blocks.length; from++) {
    const window = blocks.slice(from, from + BLOCKS_PER_WINDOW);
    if (held.slice(from, from + BLOCKS_PER_WINDOW).reduce((a, b) => a + b, 0) < LEAST_HELD * BLOCKS_PER_WINDOW) continue;
    let axes = 0;
    for (let a = 0; a < 3; a++) if (isStill(window.map((b) => b[a]!))) axes++;
    for (let i = from; i < from + BLOCKS_PER_WINDOW; i++) still[i] = Math.max(still[i]!, axes);
  }
  return still;
}

/** Non-wear blocks from the number of still axes: two or more; one still axis between two such blocks counts as well. */
export function nonWearBlocks(still: Uint8Array): boolean[] {
  const off = Array.from(still, (axes) => axes >= 2);
  return off.map((is, i) => is || (still[i] === 1 && off[i - 1] === true && off[i + 1] === true));
}

/**
 * Plausibility of short wear between non-wear (GGIR manual, chapter 3), three times over: wear is non-wear if it lasts
 * < 6 h and < 30 % of the non-wear on both sides together, or < 3 h and < 80 %; within the last 24 h, wear of < 3 h after
 * ≥ 1 h of non-wear; at the very start or end, wear of < 3 h next to non-wear.
 * @param off one entry a 15-minute block
 */
export function plausibleWear(off: readonly boolean[], blocksPerHour = 4): boolean[] {
  const out = [...off];
  for (let round = 0; round < 3; round++) {
    const runs = runsOf(out);
    const lastDay = out.length - 24 * blocksPerHour;
    const change: { from: number; to: number }[] = [];
    runs.forEach((run, i) => {
      if (run.off) return;
      const hours = (run.to - run.from) / blocksPerHour;
      const [before, after] = [runs[i - 1], runs[i + 1]];
      const around = ((before ? before.to - before.from : 0) + (after ? after.to - after.from : 0)) / blocksPerHour;
      const between = before !== undefined && after !== undefined;
      if (between && ((hours < 6 && hours < 0.3 * around) || (hours < 3 && hours < 0.8 * around))) change.push(run);
      else if (before && run.from >= lastDay && hours < 3 && before.to - before.from >= blocksPerHour) change.push(run);
      else if (!between && around > 0 && hours < 3) change.push(run);
    });
    if (change.length === 0) break;
    for (const { from, to } of change) out.fill(true, from, to);
  }
  return out;
}

function runsOf(off: readonly boolean[]): { off: boolean; from: number; to: number }[] {
  const runs: { off: boolean; from: number; to: number }[] = [];
  off.forEach((is, i) => { const last = runs.at(-1); if (last?.off === is) last.to = i + 1; else runs.push({ off: is, from: i, to: i + 1 }); });
  return runs;
}
