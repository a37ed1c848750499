import type { Hex } from '../../shared/domain/chain.ts';
import type { ManifestSegment } from '../../shared/domain/manifest.ts';
import type { Channel, Column, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { hasThreads, verifyElsewhere } from './group-pool.ts';
import { checkedGroups, formatError, verifyGroups } from './group-work.ts';
import type { ParquetColumn } from './parquet/format.ts';
import { groupSizes, type RowGroup } from './parquet/reader.ts';
import { createRecordTree, MINUTE } from './record-tree.ts';
import { channelNamed, parquetColumns, segmentName } from './segment-format.ts';

export { warmGroupThread as warmReader } from './group-pool.ts';

export type ReadSegment = { rows: number; records: number; recordRoot: Hex; /** Decodes again, a row group at a time. */ batches(): Iterable<SampleBatch> };

/**
 * Decodes a segment's Parquet, checks its times and computes the Merkle root of its records.
 * @throws AppError `seal-format` where it is no Parquet of ours or its times leave its day; `manifest-invalid`
 */
export async function readSegment({ parquet, segment, channels }: { parquet: Uint8Array; segment: Pick<ManifestSegment, 'name' | 'channel' | 'day'>; channels: Channel[] }): Promise<ReadSegment> {
  const channel = channelNamed(channels, segment.channel);
  if (segment.name !== segmentName(segment.channel, segment.day)) throw new AppError('manifest-invalid', `The manifest calls day ${segment.day} of ${segment.channel} «${segment.name}».`, { hint: 'Ask the owner to publish the dataset again.' });
  const columns = parquetColumns(channel);
  const { rows, leaves } = await verify({ name: segment.name, day: segment.day, columns, parquet });
  const tree = createRecordTree();
  tree.append(leaves);
  return { rows, records: tree.count, recordRoot: tree.root(), batches: () => checkedGroups(parquet, columns, segment) };
}

/** Below this a second thread costs more than it brings. */
const WORTH_THREAD = 1 << 20;

/** All row groups: on two threads where they are many and a minute ends where the second one begins. */
async function verify(segment: { name: string; day: number; columns: ParquetColumn[]; parquet: Uint8Array }): Promise<{ rows: number; leaves: Uint8Array }> {
  const sizes = groupSizes(segment.parquet, segment.columns, segment.name);
  const alone = () => verifyGroups({ ...segment, from: 0, to: sizes.length });
  if (!hasThreads() || sizes.reduce((n, rows) => n + rows, 0) < WORTH_THREAD) return alone();
  const half = Math.ceil(sizes.length / 2);
  const later = verifyElsewhere({ ...segment, from: half, to: sizes.length });
  // It is awaited below; until then a failure must not count as one that nobody handles.
  later.catch(() => undefined);
  const first = verifyGroups({ ...segment, from: 0, to: half });
  const second = await later;
  if (second.firstTime < first.lastTime) throw formatError(segment.name, 'its clock runs backwards or leaves its day');
  if (Math.floor(first.lastTime / MINUTE) === Math.floor(second.firstTime / MINUTE)) return alone();
  return { rows: first.rows + second.rows, leaves: Buffer.concat([first.leaves, second.leaves]) };
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
    return checkedGroups(parquet, parquetColumns(channel), { name: segmentName(channel.name, day), day });
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

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return Buffer.compare(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength)) === 0;
}
