import type { Hex } from '../../shared/domain/chain.ts';
import type { ManifestSegment } from '../../shared/domain/manifest.ts';
import type { Channel, Column, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { readParquet, type RowGroup } from './parquet/reader.ts';
import { createRecordTree, DAY, endOfMinute, MINUTE } from './record-tree.ts';
import { channelNamed, MAX_MINUTE_ROWS, parquetColumns, segmentName } from './segment-format.ts';

export type ReadSegment = { rows: number; records: number; recordRoot: Hex; /** Decodes again, a row group at a time. */ batches(): Iterable<SampleBatch> };

/**
 * Decodes a segment's Parquet, checks its times and computes the Merkle root of its records.
 * @throws AppError `seal-format` where it is no Parquet of ours or its times leave its day; `manifest-invalid`
 */
export async function readSegment({ parquet, segment, channels }: { parquet: Uint8Array; segment: Pick<ManifestSegment, 'name' | 'channel' | 'day'>; channels: Channel[] }): Promise<ReadSegment> {
  const channel = channelNamed(channels, segment.channel);
  if (segment.name !== segmentName(segment.channel, segment.day)) throw new AppError('manifest-invalid', `The manifest calls day ${segment.day} of ${segment.channel} «${segment.name}».`, { hint: 'Ask the owner to publish the dataset again.' });
  const tree = createRecordTree(segment.name);
  const groups = () => checkedGroups(parquet, channel, segment);
  let rows = 0;
  let tail: RowGroup | null = null;
  for (const group of groups()) {
    rows += group.t.length;
    // Rows of a minute that went on in the next row group; the writer never cuts there, a stranger's might.
    const { t, columns }: RowGroup = tail === null ? group : joined(tail, group);
    tail = null;
    for (let from = 0; from < t.length;) {
      const to = endOfMinute(t, from);
      if (to - from > MAX_MINUTE_ROWS) throw formatError(segment.name, 'a minute holds too many rows');
      const record: RowGroup = { t: t.subarray(from, to), columns: columns.map((c) => c.subarray(from, to)) };
      if (to === t.length) tail = record;
      else tree.append(Math.floor(t[from]! / MINUTE), record.t, record.columns);
      from = to;
    }
  }
  if (tail) tree.append(Math.floor(tail.t[0]! / MINUTE), tail.t, tail.columns);
  return { rows, records: tree.count, recordRoot: tree.root(), batches: groups };
}

/**
 * Puts the channels of each day back together as rows. Segments come day by day, each day's channels in any order.
 * Yields a day's rows when all its channels are there; holds their Parquet, never all of their rows.
 * @throws AppError `seal-format` where the channels of a day have other times
 */
export async function* readBatches(segments: AsyncIterable<{ channel: string; day: number; parquet: Uint8Array }>, channels: Channel[]): AsyncGenerator<SampleBatch> {
  let day = -1;
  let held = new Map<string, Uint8Array>();
  for await (const segment of segments) {
    if (segment.day !== day && held.size > 0) {
      yield* zipDay(day, held, channels);
      held = new Map();
    }
    if (segment.day < day) throw formatError(segmentName(segment.channel, segment.day), 'its day comes after a later one');
    day = segment.day;
    held.set(channelNamed(channels, segment.channel).name, segment.parquet);
  }
  if (held.size > 0) yield* zipDay(day, held, channels);
}

function* zipDay(day: number, held: Map<string, Uint8Array>, channels: Channel[]): Generator<SampleBatch> {
  const readers = channels.map((channel) => {
    const parquet = held.get(channel.name);
    if (!parquet) throw formatError(segmentName(channel.name, day), 'it is not there, but others of its day are');
    return checkedGroups(parquet, channel, { name: segmentName(channel.name, day), day });
  });
  for (;;) {
    const steps = readers.map((r) => r.next());
    const ended = steps.filter((s) => s.done).length;
    if (ended === steps.length) return;
    const groups = steps.map((s) => s.value as RowGroup | undefined);
    const t = groups[0]?.t;
    if (ended > 0 || !t || !groups.every((g) => sameTimes(g!.t, t))) throw formatError(segmentName(channels[0]!.name, day), 'the channels of its day have other times');
    yield { t, columns: groups.flatMap((g): Column[] => g!.columns) };
  }
}

function* checkedGroups(parquet: Uint8Array, channel: Channel, segment: { name: string; day: number }): Generator<RowGroup> {
  let last = segment.day * DAY;
  for (const group of readParquet(parquet, parquetColumns(channel), segment.name)) {
    last = lastOf(group.t, last, segment.name);
    if (last >= (segment.day + 1) * DAY) throw formatError(segment.name, 'its times leave its day');
    yield group;
  }
}

function lastOf(t: Float64Array, before: number, name: string): number {
  let last = before;
  for (let i = 0; i < t.length; i++) {
    const now = t[i]!;
    if (!(now >= last)) throw formatError(name, 'its clock runs backwards or leaves its day');
    last = now;
  }
  return last;
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return Buffer.compare(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength)) === 0;
}

function joined(a: RowGroup, b: RowGroup): RowGroup {
  const join = <T extends Column>(x: T, y: T, made: T): T => { made.set(x as never); made.set(y as never, x.length); return made; };
  const length = a.t.length + b.t.length;
  return {
    t: join(a.t, b.t, new Float64Array(length)),
    columns: a.columns.map((c, i) => (c instanceof Int32Array ? join<Column>(c, b.columns[i]!, new Int32Array(length)) : join<Column>(c, b.columns[i]!, new Float64Array(length)))),
  };
}

const formatError = (name: string, why: string) => new AppError('seal-format', `Segment ${name} is not what a dataset may hold: ${why}.`, { hint: 'Ask the owner to publish it again; do not confirm the purchase.' });
