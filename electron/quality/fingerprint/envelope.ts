import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Channel, Column } from '../../../shared/domain/recording.ts';

/** Length of a bin of the envelope, microseconds. */
export const BIN_US = 200_000;
/** Weight of a new bin in the slow mean that is taken out of the norm (about 4 s): gravity, an offset, a wrong scale. */
const SLOW = 0.05;

/**
 * How strongly something moves, whichever way the sensor is turned: mean distance of the norm from its own slow mean, in bins
 * of 0.2 s. In the channel's own numbers: nothing behind it depends on their unit. Times from the first row; bins without a
 * sample are told as a break.
 * @param onBin in time order; `bin` rises
 */
export function createEnvelope(channel: Channel, onBin: (bin: number, value: number) => void) {
  let bin = -1;
  let binEnd = -1;
  let [n, sum, spread] = [0, 0, 0];
  let slow = NaN;
  function end(): void {
    if (n === 0) return;
    onBin(bin, spread / n);
    const mean = sum / n;
    slow = slow !== slow ? mean : slow + SLOW * (mean - slow);
    n = 0; sum = 0; spread = 0;
  }
  /** Rows [from, to) of the bin under way. Its sums are taken into locals: they grow in the order of the rows wherever a batch ends. */
  function run(X: Column, Y: Column, Z: Column, from: number, to: number): void {
    let [count, total, away, level] = [n, sum, spread, slow];
    for (let i = from; i < to; i++) {
      const x = X[i]!, y = Y[i]!, z = Z[i]!;
      if (x === MISSING_INT32 || y === MISSING_INT32 || z === MISSING_INT32 || x !== x || y !== y || z !== z) continue;
      const norm = Math.sqrt(x * x + y * y + z * z);
      if (level !== level) level = norm;
      count++;
      total += norm;
      away += norm > level ? norm - level : level - norm;
    }
    n = count; sum = total; spread = away; slow = level;
  }
  return {
    push(t: Float64Array, columns: readonly Column[]): void {
      const [X, Y, Z] = columns as [Column, Column, Column];
      for (let i = 0; i < t.length;) {
        const at = t[i]!;
        if (at >= binEnd) {
          end();
          const next = Math.floor(at / BIN_US);
          // After a pause of five seconds the mean begins anew.
          if (next > bin + 25) slow = NaN;
          bin = next;
          binEnd = (bin + 1) * BIN_US;
        }
        let to = i + 1;
        while (to < t.length && t[to]! < binEnd) to++;
        run(X, Y, Z, i, to);
        i = to;
      }
    },
    finish: end,
    channel,
  };
}
