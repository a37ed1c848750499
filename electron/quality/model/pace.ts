/**
 * A watch or a file may keep another time than it says (50 Hz for 20, say): everybody then walks in slow motion. Nobody's stride lasts
 * much longer than a second and a half, so the strides in a recording tell how many of its samples are one of ours.
 */
import { ln } from '../signals/exact-math.ts';
import { WINDOW, type Axes } from './windows.ts';

/** Rates that a file confuses, over the one that it gives. */
const PACES = [1, 1.6, 2, 2.5, 3.2] as const;
/** Strides of running, walking and stairs: samples, and the spread of the logarithm, as the people of the training data have them. */
const STRIDES = [[14.5, 0.1], [21.5, 0.09], [25, 0.1]] as const;
/** What a file must be off by before it is not believed, and what speaks against any pace in a single window, in squares of the spread. */
const DOUBT = 5;
const MOST = 16;
/** Strides must lie this near on the mean for another pace to explain them. */
const NEAR = 4;
/** Windows that must show a stride. */
const LEAST = 3;
/** No more than this share of them may be a person's at the pace given and nobody's at the other: who rows and walks keeps time. */
const SHARE = 0.15;
const [FITS, FAILS] = [2, 6];
/** Repetition from which a window shows a stride, and the shortest one, in samples. */
const REGULAR = 0.45;
const SHORTEST = 11;

/** What a window shows of strides: how long one is, in samples, and how well it repeats, 0–1. */
export type Stride = { samples: number; repeats: number };

/** How far a stride is from the nearest that people make. */
function farness(samples: number): number {
  let least = MOST;
  for (const [middle, spread] of STRIDES) { const off = ln(samples / middle) / spread; least = Math.min(least, off * off); }
  return least;
}

/** Samples of the recording for one of ours: 1 unless its strides say otherwise. */
export function paceOf(strides: readonly Stride[]): number {
  const seen = strides.filter((s) => s.repeats >= REGULAR && s.samples >= SHORTEST).map((s) => s.samples);
  if (seen.length < LEAST) return 1;
  let best = 1, least = Infinity;
  for (const pace of PACES) {
    let [cost, lost] = [0, 0];
    for (const samples of seen) {
      const far = farness(samples / pace);
      cost += far;
      if (far > FAILS && farness(samples) < FITS) lost++;
    }
    cost /= seen.length;
    if (pace !== 1 && (cost > NEAR || lost > SHARE * seen.length)) continue;
    cost += pace === 1 ? 0 : DOUBT;
    if (cost < least) { least = cost; best = pace; }
  }
  return best;
}

const paced: Axes = { x: new Float32Array(WINDOW), y: new Float32Array(WINDOW), z: new Float32Array(WINDOW) };

/**
 * The window about the middle of the one at sample `start` as a watch that keeps time would have recorded it: `pace` samples
 * become one. Where the recording ends it runs back. Overwritten by the next call.
 */
export function atPace(axes: Axes, start: number, pace: number): Axes {
  // Around the judged window there may be samples that nobody recorded.
  const middle = start + WINDOW / 2;
  let low = start, high = start + WINDOW - 1;
  const reach = Math.ceil((WINDOW / 2) * pace);
  while (low > 0 && low > middle - reach && axes.x[low - 1] === axes.x[low - 1]) low--;
  while (high + 1 < axes.x.length && high < middle + reach && axes.x[high + 1] === axes.x[high + 1]) high++;
  for (const c of ['x', 'y', 'z'] as const) {
    const from = axes[c], to = paced[c];
    const at = (k: number): number => from[k < low ? Math.min(high, 2 * low - k) : k > high ? Math.max(low, 2 * high - k) : k]!;
    for (let i = 0; i < WINDOW; i++) {
      const begin = middle + (i - WINDOW / 2) * pace, end = begin + pace;
      let sum = 0;
      for (let k = Math.floor(begin); k < end; k++) sum += at(k) * (Math.min(k + 1, end) - Math.max(k, begin));
      to[i] = sum / pace;
    }
  }
  return paced;
}
