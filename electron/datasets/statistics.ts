import type { LabelStatistics } from '../../shared/domain/label.ts';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, SampleBatch } from '../../shared/domain/recording.ts';

/** Of fewer rows, mean and extremes would tell samples. */
export const MIN_STATISTICS_ROWS = 1000;
/** Digits of a value whose sensor names no resolution. */
const FLOAT_DIGITS = 4;

/**
 * Statistics of each component in one pass (Welford 1962), the same to the last digit for owner and validator however
 * the rows come in batches. Rounded to the sensor's resolution; a component with too few values is left out.
 */
export function createStatistics(channels: Channel[]) {
  const parts = channels.flatMap((c) => c.components.map((component) => ({ channel: c.name, component, decimals: c.decimals, n: 0, mean: 0, m2: 0, min: Infinity, max: -Infinity })));
  return {
    push({ columns }: Pick<SampleBatch, 'columns'>): void {
      parts.forEach((p, i) => {
        const column = columns[i]!;
        const ints = column instanceof Int32Array;
        let { n, mean, m2, min, max } = p;
        for (let r = 0; r < column.length; r++) {
          const v = column[r]!;
          if (ints ? v === MISSING_INT32 : v !== v) continue;
          n += 1;
          const before = v - mean;
          mean += before / n;
          m2 += before * (v - mean);
          if (v < min) min = v;
          if (v > max) max = v;
        }
        Object.assign(p, { n, mean, m2, min, max });
      });
    },
    finish(): LabelStatistics[] {
      return parts.filter((p) => p.n >= MIN_STATISTICS_ROWS).map(({ channel, component, decimals, n, mean, m2, min, max }) => {
        const unit = decimals === null ? 1 : 10 ** decimals;
        const round = (v: number) => (decimals === null ? Number(v.toPrecision(FLOAT_DIGITS)) : Number((v / unit).toFixed(decimals)));
        // No negative zero: canonical JSON would write it as 0, and a comparison would fail.
        return { channel, component, mean: round(mean) + 0, sd: round(Math.sqrt(m2 / (n - 1))), min: round(min) + 0, max: round(max) + 0 };
      });
    },
  };
}
