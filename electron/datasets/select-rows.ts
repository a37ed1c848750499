import type { Channel, SampleBatch } from '../../shared/domain/recording.ts';

export type RowSelection = {
  /** Of the recording. */
  channels: Channel[];
  /** Names of those to keep, in the recording's order. */
  keep: readonly string[];
  /** Microseconds, `to` exclusive. */
  from: number; to: number;
  /** What becomes time zero. */
  origin: number;
};

export const keptChannels = ({ channels, keep }: Pick<RowSelection, 'channels' | 'keep'>): Channel[] => channels.filter((c) => keep.includes(c.name));

/** The rows of some channels within a span of time, counted from an origin. Copies nothing that stays as it was but the times. */
export async function* selectRows(batches: AsyncIterable<SampleBatch>, { channels, keep, from, to, origin }: RowSelection): AsyncGenerator<SampleBatch> {
  const columnsKept: number[] = [];
  let at = 0;
  for (const channel of channels) {
    if (keep.includes(channel.name)) for (let i = 0; i < channel.components.length; i++) columnsKept.push(at + i);
    at += channel.components.length;
  }
  for await (const { t, columns } of batches) {
    if (t.length === 0 || t.at(-1)! < from) continue;
    if (t[0]! >= to) return;
    const begin = firstAtLeast(t, from);
    const end = firstAtLeast(t, to);
    if (begin === end) continue;
    yield { t: t.slice(begin, end).map((time) => time - origin), columns: columnsKept.map((i) => columns[i]!.subarray(begin, end)) };
  }
}

/** Index of the first time that is not before `wanted`; times never decrease. */
function firstAtLeast(t: Float64Array, wanted: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < wanted) low = middle + 1; else high = middle;
  }
  return low;
}
