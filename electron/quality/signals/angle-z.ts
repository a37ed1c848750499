import { createSeries } from '../series.ts';
import { elevation } from './exact-math.ts';

/** Angle of the sensor's z axis above the horizontal, degrees (GGIR `g.applymetrics.R`): atan2(z, √(x² + y²)). */
export const angleZ = (x: number, y: number, z: number): number => elevation(z, Math.sqrt(x * x + y * y));

/** Seconds in an epoch, and seconds on each side over which an axis is smoothed. */
const EPOCH = 5;
const SIDE = 2;

/**
 * Angle-z over epochs of 5 s from means over single seconds, each axis smoothed by a rolling median of 5 s. GGIR smooths
 * samples at 10 Hz; seconds' means are our choice, so that a day's rows need no second pass. An epoch without a second is NaN.
 * Seconds are pushed in ascending order; some may be absent.
 */
export function createAngles() {
  const series = createSeries((n) => new Float32Array(n), NaN);
  // The last five seconds that were seen, as a queue.
  const held: { second: number; x: number; y: number; z: number }[] = [];
  /** Of `held`: the next one whose angle is due. */
  let due = 0;
  let epoch = -1;
  let [sum, n] = [0, 0];

  const around = new Float64Array(2 * SIDE + 1);
  function median(of: 'x' | 'y' | 'z', second: number): number {
    let k = 0;
    for (let i = 0; i < held.length; i++) {
      const h = held[i]!;
      if (h.second < second - SIDE || h.second > second + SIDE) continue;
      const v = h[of];
      let j = k++;
      for (; j > 0 && around[j - 1]! > v; j--) around[j] = around[j - 1]!;
      around[j] = v;
    }
    return k % 2 === 1 ? around[k >> 1]! : (around[k / 2 - 1]! + around[k / 2]!) / 2;
  }
  function endEpoch(): void {
    if (n > 0) series.set(epoch, sum / n);
    sum = 0; n = 0;
  }
  function settle(before: number): void {
    while (due < held.length && held[due]!.second + SIDE < before) {
      const { second } = held[due]!;
      const own = Math.floor(second / EPOCH);
      if (own !== epoch) { endEpoch(); epoch = own; }
      sum += angleZ(median('x', second), median('y', second), median('z', second));
      n++;
      due++;
    }
    while (held.length > 0 && due > 0 && held[0]!.second < (held[due]?.second ?? before) - SIDE) { held.shift(); due--; }
  }
  return {
    series,
    push(second: number, x: number, y: number, z: number): void {
      settle(second);
      // A clock that runs back gives a second twice: the first counts.
      if (held.at(-1) && held.at(-1)!.second >= second) return;
      held.push({ second, x, y, z });
    },
    finish(): void { settle(Infinity); endEpoch(); },
  };
}
