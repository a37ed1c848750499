import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column } from '../../shared/domain/recording.ts';
import { categoryOf, codingOf, UCUM } from './codes.ts';

/** Most samples in one Observation: a reader holds one at a time. */
export const CHUNK_ROWS = 10_000;

/** When the samples begin, as the Observation is to say it. */
export type WhenOf = (startMicros: number) => object;

/**
 * The samples of one channel as Observations with SampledData, gathered while they stay on the grid of its rate: where the
 * clock leaves it by half a period or more (a gap, another rate) a new Observation begins.
 * @param rateHz 0 where the channel has none
 */
export function sampledObservations(channel: Channel, rateHz: number, whenOf: WhenOf, write: (observation: object) => Promise<void>) {
  const period = rateHz > 0 ? 1_000_000 / rateHz : 0;
  let start = 0;
  let last = 0;
  let rows = 0;
  let some = false;
  let worst = 0;
  let data: string[] = [];

  const sample = (column: Column, i: number): string => {
    const value = column[i]!;
    const missing = column instanceof Float64Array ? Number.isNaN(value) : value === MISSING_INT32;
    if (missing) return 'E';
    some = true;
    return String(value);
  };

  async function flush(): Promise<void> {
    if (rows > 0 && some) {
      const decimals = channel.decimals ?? 0;
      const leaves = worst > 0 ? `Times leave the grid by at most ${Math.round(worst)} microseconds.` : '';
      const note = [channel.components.length > 1 ? `Dimensions: ${channel.components.join(', ')}.` : '', leaves].filter((s) => s !== '').join(' ');
      await write({
        status: 'final', category: categoryOf(channel.kind), code: { coding: codingOf(channel), text: channel.name },
        ...whenOf(start),
        ...(note === '' ? {} : { note: [{ text: note }] }),
        valueSampledData: {
          origin: { value: 0, unit: channel.unit, system: UCUM, code: channel.unit },
          period: (rows > 1 && period === 0 ? (last - start) / (rows - 1) : period || 1) / 1000,
          ...(decimals > 0 ? { factor: Number(`1e-${decimals}`) } : {}),
          dimensions: channel.components.length,
          data: data.join(' '),
        },
      });
    }
    rows = 0;
    some = false;
    worst = 0;
    data = [];
  }

  return {
    async append(t: Float64Array, columns: Column[]): Promise<void> {
      for (let i = 0; i < t.length; i++) {
        const time = t[i]!;
        const off = rows === 0 ? 0 : Math.abs(time - (start + rows * period));
        if (rows >= CHUNK_ROWS || (rows > 0 && off >= period / 2)) await flush();
        if (rows === 0) start = time; else worst = Math.max(worst, off);
        for (const column of columns) data.push(sample(column, i));
        last = time;
        rows += 1;
      }
    },
    end: flush,
  };
}
