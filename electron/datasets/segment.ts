import type { Hex } from '../../shared/domain/chain.ts';
import type { Channel, Column, RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { encodeElsewhere, hasThreads, type RowMemory } from './group-pool.ts';
import { encodeGroup, type EncodedGroup } from './group-work.ts';
import { createParquetWriter } from './parquet/writer.ts';
import { createRecordTree, DAY, endOfMinute, MINUTE, type MinuteRows } from './record-tree.ts';
import { GROUP_ROWS, MAX_MINUTE_ROWS, parquetColumns, parquetMetadata, segmentName } from './segment-format.ts';

export type SegmentFacts = { rows: number; recordRoot: Hex; records: number };
export type SegmentStream = {
  name: string; channel: string; day: number;
  /** Read it to its end before the next segment is asked for. */
  parquet: AsyncIterable<Uint8Array>;
  /** Call after `parquet` has ended. */
  finish(): SegmentFacts;
};
type LongOptions = { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void };

/** The rows with times since the first one, which is all of the clock that a dataset keeps. */
export async function* relativeBatches(info: Pick<RecordingInfo, 'startTime'>, batches: AsyncIterable<SampleBatch>): AsyncGenerator<SampleBatch> {
  for await (const { t, columns } of batches) {
    if (info.startTime === 0) { yield { t, columns }; continue; }
    const relative = new Float64Array(t.length);
    for (let i = 0; i < t.length; i++) relative[i] = t[i]! - info.startTime;
    yield { t: relative, columns };
  }
}

/**
 * Cuts rows (times since the start) into segments of one channel and one day each, day by day and channel by channel,
 * as Parquet. Rows pass through once, in bounded memory: a day's first channel streams, its others wait compressed.
 * @throws AppError `cancelled`, `clock-backwards`, `too-few-samples`, `invalid-argument`
 */
export async function* segmentRecording({ channels }: { channels: Channel[] }, batches: AsyncIterable<SampleBatch>, { signal, onProgress }: LongOptions = {}): AsyncGenerator<SegmentStream> {
  const days = cutDays(channels, batches, (rows) => {
    if (signal?.aborted) throw new AppError('cancelled', 'Sealing was cancelled.', { hint: 'Nothing was published.' });
    onProgress?.(rows, null);
  });
  try {
    let step = await days.next();
    if (step.done) throw new AppError('too-few-samples', 'The recording has no sample.', { hint: 'Record or import something first.' });
    while (!step.done) {
      const { day, segments } = step.value as DayBegun;
      const first = segments[0]!;
      let drained = false;
      async function* stream(): AsyncGenerator<Uint8Array> {
        for (step = await days.next(); !step.done && step.value === 'more'; step = await days.next()) yield* await first.take(GROUPS_UNDER_WAY);
        yield* await first.take(0);
        drained = true;
      }
      const live = stream();
      yield { name: first.name, channel: first.channel.name, day, parquet: live, finish: () => first.facts() };
      if (!drained) for await (const _ of live) void _;
      for (const segment of segments.slice(1)) {
        yield { name: segment.name, channel: segment.channel.name, day, parquet: replay(segment), finish: () => segment.facts() };
      }
    }
  } finally {
    await days.return(undefined);
  }
}

/** Row groups that may be with the other thread while this one gathers the next. */
const GROUPS_UNDER_WAY = 3;
/** Row groups that are encoded here before a second thread is worth its start. */
const GROUPS_ALONE = 2;

async function* replay(segment: OpenSegment): AsyncGenerator<Uint8Array> {
  yield* await segment.take(0);
}

type OpenSegment = ReturnType<typeof openSegmentWriter>;
type DayBegun = { day: number; segments: OpenSegment[] };

/** Yields a day when it begins and `more` whenever its segments may have bytes to take; they are complete when the next day, or the end, comes. */
async function* cutDays(channels: Channel[], batches: AsyncIterable<SampleBatch>, onRows: (rows: number) => void): AsyncGenerator<DayBegun | 'more', void, undefined> {
  let day = -1;
  let minute = -1;
  let last = -Infinity;
  let rows = 0;
  let segments: OpenSegment[] = [];
  for await (const { t, columns } of batches) {
    if (t.length === 0) continue;
    if (t[0]! < last || t[0]! < 0) throw new AppError('clock-backwards', 'The recording\'s clock runs backwards.', { hint: 'Import it again.' });
    last = t.at(-1)!;
    for (let from = 0; from < t.length;) {
      const to = endOfMinute(t, from);
      const nowMinute = Math.floor(t[from]! / MINUTE);
      const nowDay = Math.floor(t[from]! / DAY);
      if (nowMinute !== minute) {
        let flushed = false;
        for (const s of segments) flushed = s.endMinute(minute) || flushed;
        minute = nowMinute;
        if (nowDay !== day) {
          for (const s of segments) s.end();
          day = nowDay;
          segments = channels.map((channel) => openSegmentWriter(channel, nowDay));
          yield { day, segments };
        } else if (flushed) {
          // Channels that wait for their turn must not run ahead of the other thread either.
          for (const s of segments.slice(1)) await s.settle(GROUPS_UNDER_WAY);
          yield 'more';
        }
      }
      let column = 0;
      for (const s of segments) {
        s.append(t, columns.slice(column, column + s.channel.components.length), from, to);
        column += s.channel.components.length;
      }
      from = to;
    }
    rows += t.length;
    onRows(rows);
  }
  for (const s of segments) { s.endMinute(minute); s.end(); }
}

/** One segment on its way: rows are gathered until a minute ends; a full row group is encoded and its minutes are hashed as records. */
function openSegmentWriter(channel: Channel, day: number) {
  const name = segmentName(channel.name, day);
  const columnsOf = parquetColumns(channel);
  const writer = createParquetWriter({ columns: columnsOf, metadata: parquetMetadata(channel, day) });
  const tree = createRecordTree();
  const float = channel.decimals === null;
  const make = (capacity: number): RowMemory => ({ t: new Float64Array(capacity), values: channel.components.map(() => (float ? new Float64Array(capacity) : new Int32Array(capacity))) });
  const free: RowMemory[] = [];
  let rowsIn = make(8192);
  let held = 0;
  let minuteFrom = 0;
  let minutes: MinuteRows[] = [];
  let groups = 0;
  let rows = 0;
  let chunks: Uint8Array[] = [];
  let ended = false;
  let done = false;
  const underWay: { rows: number; result: Promise<EncodedGroup> }[] = [];

  function grow(needed: number): void {
    if (needed - minuteFrom > MAX_MINUTE_ROWS) throw new AppError('invalid-argument', `One minute of ${name} holds more than ${MAX_MINUTE_ROWS} rows.`, { hint: 'No channel is that fast; check the times of the recording.' });
    let capacity = rowsIn.t.length;
    while (capacity < needed) capacity *= 2;
    const wider = make(capacity);
    wider.t.set(rowsIn.t.subarray(0, held));
    wider.values.forEach((v, i) => v.set(rowsIn.values[i]!.subarray(0, held) as never));
    rowsIn = wider;
  }

  function flush(): void {
    if (held === 0) return;
    const job = { name, columns: columnsOf, rows: held, ...rowsIn, minutes };
    // Its own thread takes a group where the other one has enough to do.
    if (groups++ < GROUPS_ALONE || underWay.length > GROUPS_UNDER_WAY || !hasThreads()) underWay.push({ rows: held, result: Promise.resolve(encodeGroup(job)) });
    else {
      // Asked for before the memory goes to the other thread, which leaves arrays of length 0 here.
      const capacity = rowsIn.t.length;
      const result = encodeElsewhere(job).then(({ back, ...encoded }) => { free.push(back); return encoded; });
      // It is looked at in its turn; until then a failure must not count as one that nobody handles.
      result.catch(() => undefined);
      underWay.push({ rows: held, result });
      rowsIn = free.pop() ?? make(capacity);
    }
    held = 0;
    minuteFrom = 0;
    minutes = [];
  }

  /** Takes over row groups in their order until at most `left` are under way. */
  async function settle(left: number): Promise<void> {
    while (underWay.length > left) {
      const group = underWay.shift()!;
      const { pages, leaves } = await group.result;
      chunks.push(...writer.rowGroup(group.rows, pages));
      tree.append(leaves);
      rows += group.rows;
    }
  }

  return {
    name, channel, settle,
    append(times: Float64Array, values: Column[], from: number, to: number): void {
      if (held + to - from > rowsIn.t.length) grow(held + to - from);
      rowsIn.t.set(times.subarray(from, to), held);
      values.forEach((value, i) => {
        if (value instanceof Float64Array !== float) throw new AppError('internal', `The rows of ${name} are not of the type that its channel names.`);
        const into = rowsIn.values[i]!;
        into.set(value.subarray(from, to), held);
        // One bit pattern for «missing», so that what is hashed here is what a reader hashes.
        if (float) for (let at = held; at < held + to - from; at++) if (into[at] !== into[at]) into[at] = NaN;
      });
      held += to - from;
    },
    /** @returns whether a row group was completed */
    endMinute(minute: number): boolean {
      if (held === minuteFrom) return false;
      minutes.push({ minute, from: minuteFrom, to: held });
      minuteFrom = held;
      if (held < GROUP_ROWS) return false;
      flush();
      return true;
    },
    end(): void {
      flush();
      ended = true;
    },
    /** Bytes that are ready, when at most `left` row groups are still under way. */
    async take(left: number): Promise<Uint8Array[]> {
      await settle(left);
      if (ended && !done && underWay.length === 0) { chunks.push(writer.finish()); done = true; }
      const taken = chunks;
      chunks = [];
      return taken;
    },
    facts(): SegmentFacts {
      if (!done) throw new AppError('internal', `Segment ${name} was asked for its root before it was read to its end.`);
      return { rows, recordRoot: tree.root(), records: tree.count };
    },
  };
}
