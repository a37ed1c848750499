import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Channel, ChannelKind, Column, RecordingInfo, SampleBatch } from '../../../shared/domain/recording.ts';

/** One component of one channel over a whole recording. Times are microseconds since 1970. */
export type ChannelSummary = { channel: Channel; count: number; mean: number; least: number; greatest: number; sum: number; last: number; from: number; to: number };

/** What a person's summary shows; raw signals are for those who can read them. */
const RAW: readonly ChannelKind[] = ['acceleration', 'gyroscope', 'ecg', 'ppg', 'rr-interval', 'medicine', 'symptom', 'training'];
export const isSummarised = (c: Channel): boolean => !RAW.includes(c.kind) && c.components.length === 1 && c.loinc !== undefined;

/** Reads a recording once and keeps a handful of numbers of each channel that a summary shows. */
export async function summarise(info: Pick<RecordingInfo, 'channels'>, batches: AsyncIterable<SampleBatch>, signal?: AbortSignal): Promise<ChannelSummary[]> {
  let at = 0;
  const watched = info.channels.flatMap((channel) => { const column = at; at += channel.components.length; return isSummarised(channel) ? [{ channel, column, it: { count: 0, sum: 0, least: Infinity, greatest: -Infinity, last: NaN, from: NaN, to: NaN } }] : []; });
  if (watched.length === 0) return [];
  for await (const { t, columns } of batches) {
    signal?.throwIfAborted();
    for (const { channel, column, it } of watched) {
      const values = columns[column]!;
      const scale = 10 ** (channel.decimals ?? 0);
      for (let i = 0; i < t.length; i++) {
        if (isMissing(values, i)) continue;
        const v = values instanceof Float64Array ? values[i]! : values[i]! / scale;
        if (it.count === 0) it.from = t[i]!;
        it.count++;
        it.sum += v;
        if (v < it.least) it.least = v;
        if (v > it.greatest) it.greatest = v;
        it.last = v;
        it.to = t[i]!;
      }
    }
  }
  return watched.filter((w) => w.it.count > 0).map(({ channel, it }) => ({ channel, ...it, mean: it.sum / it.count }));
}

const isMissing = (column: Column, i: number): boolean => (column instanceof Float64Array ? Number.isNaN(column[i]) : column[i] === MISSING_INT32);
