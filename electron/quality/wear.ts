import { Flag, WINDOW_US, type MotionFacts } from './motion.ts';
import { BLOCKS_PER_WINDOW, BLOCK_US, nonWearBlocks, plausibleWear, stillAxes, type AxisSums } from './signals/non-wear.ts';

/** What is said of a block of 15 minutes: worn; still on all axes, on two, or not worn only because what is around it is not. */
export type WearVerdict = 'worn' | 'still' | 'mostly-still' | 'implausible';
/** Recordings below an hour cannot be judged by this rule. */
export const WEAR_MIN_US = BLOCKS_PER_WINDOW * BLOCK_US;

const PER_BLOCK = BLOCK_US / WINDOW_US;
type Block = { sums: [AxisSums, AxisSums, AxisSums]; held: number };
const none = (): AxisSums => ({ n: 0, sum: 0, squares: 0, differences: 0, min: Infinity, max: -Infinity });
const empty = (): Block => ({ sums: [none(), none(), none()], held: 0 });

/**
 * Non-wear over a whole recording. Windows of 10 s that are bad for other reasons say nothing of wear and are passed over, so
 * that a break in the signal does not make a sensor on the table look worn. Blocks without samples take part as empty ones; a
 * pause of a day or more ends one run of blocks and begins another, and a run of less than an hour is taken for worn.
 * @param bad whether a window is not to be believed
 * @param end time of the last row, microseconds
 */
export function judgeWear(motion: Pick<MotionFacts, 'flags' | 'sumsOf'>, bad: (window: number) => boolean, end: number): Map<number, WearVerdict> {
  /** Nor does a window beside noise, which may begin or end with a few samples of it. */
  const says = (w: number) => ((motion.flags.get(w) | motion.flags.get(w - 1) | motion.flags.get(w + 1)) & (Flag.noise | Flag.coarse)) === 0 && (motion.flags.get(w) & Flag.maybeNoise) === 0 && !bad(w);
  const blocks = new Map<number, Block>();
  for (const { from, to } of motion.flags.stretches()) {
    for (let w = from; w < to; w++) {
      const flags = motion.flags.get(w);
      if ((flags & Flag.seen) === 0) continue;
      const at = Math.floor(w / PER_BLOCK);
      let block = blocks.get(at);
      if (!block) blocks.set(at, block = empty());
      const own = says(w) ? motion.sumsOf(w) : null;
      if (!own) continue;
      block.held += 1 / PER_BLOCK;
      block.sums.forEach((sum, a) => {
        const add = own[a]!;
        sum.n += add.n; sum.sum += add.sum; sum.squares += add.squares; sum.differences += add.differences;
        sum.min = Math.min(sum.min, add.min);
        sum.max = Math.max(sum.max, add.max);
      });
    }
  }
  const verdicts = new Map<number, WearVerdict>();
  const order = [...blocks.keys()].sort((a, b) => a - b);
  for (let i = 0; i < order.length;) {
    let j = i + 1;
    while (j < order.length && order[j]! - order[j - 1]! < 24 * BLOCKS_PER_WINDOW) j++;
    // What was lost beside a run is part of the hours around it.
    const first = Math.max(i === 0 ? 0 : order[i - 1]! + 1, order[i]! - BLOCKS_PER_WINDOW + 1);
    const last = Math.min(j < order.length ? order[j]! - 1 : Math.max(order[j - 1]!, Math.floor(end / BLOCK_US)), order[j - 1]! + BLOCKS_PER_WINDOW - 1);
    const run = Array.from({ length: last - first + 1 }, (_, k) => blocks.get(first + k) ?? empty());
    const still = stillAxes(run.map((b) => b.sums), run.map((b) => b.held));
    if (still) {
      const off = nonWearBlocks(still);
      plausibleWear(off).forEach((is, k) => { if (is) verdicts.set(first + k, off[k] ? (still.at(k) === 3 ? 'still' : 'mostly-still') : 'implausible'); });
    }
    i = j;
  }
  return verdicts;
}
