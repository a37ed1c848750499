import type { Hex } from '../../shared/domain/chain.ts';
import type { Channel, Column, RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { createParquetWriter } from './parquet/writer.ts';
import { createRecordTree, DAY, endOfMinute, MINUTE } from './record-tree.ts';
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
  let step = await days.next();
  if (step.done) throw new AppError('too-few-samples', 'The recording has no sample.', { hint: 'Record or import something first.' });
  while (!step.done) {
    const { day, segments } = step.value as { day: number; segments: OpenSegment[] };
    const first = segments[0]!;
    let drained = false;
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield* first.take();
      for (step = await days.next(); !step.done && step.value === 'more'; step = await days.next()) yield* first.take();
      yield* first.take();
      drained = true;
    }
    const live = stream();
    yield { name: first.name, channel: first.channel.name, day, parquet: live, finish: () => first.facts() };
    if (!drained) for await (const _ of live) void _;
    for (const segment of segments.slice(1)) {
      yield { name: segment.name, channel: segment.channel.name, day, parquet: replay(segment), finish: () => segment.facts() };
    }
  }
}

async function* replay(segment: OpenSegment): AsyncGenerator<Uint8Array> {
  yield* segment.take();
}

type OpenSegment = ReturnType<typeof openSegmentWriter>;

/** Yields a day when it begins and `more` whenever its segments have bytes to take; they are complete when the next day, or the end, comes. */
async function* cutDays(channels: Channel[], batches: AsyncIterable<SampleBatch>, onRows: (rows: number) => void): AsyncGenerator<{ day: number; segments: OpenSegment[] } | 'more'> {
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
        for (const s of segments) s.endMinute(minute);
        minute = nowMinute;
        if (nowDay !== day) {
          for (const s of segments) s.end();
          day = nowDay;
          segments = channels.map((channel) => openSegmentWriter(channel, nowDay));
          yield { day, segments };
        } else if (segments.some((s) => s.waiting > 0)) yield 'more';
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

/** One segment on its way: rows are gathered until a minute ends, hashed as a record, and written when a row group is full. */
function openSegmentWriter(channel: Channel, day: number) {
  const name = segmentName(channel.name, day);
  const writer = createParquetWriter({ columns: parquetColumns(channel), metadata: parquetMetadata(channel, day) });
  const tree = createRecordTree(name);
  const float = channel.decimals === null;
  let capacity = 8192;
  let t = new Float64Array(capacity);
  let columns: Column[] = channel.components.map(() => (float ? new Float64Array(capacity) : new Int32Array(capacity)));
  let held = 0;
  let minuteFrom = 0;
  let rows = 0;
  let chunks: Uint8Array[] = [];
  let done = false;

  function grow(needed: number): void {
    if (needed - minuteFrom > MAX_MINUTE_ROWS) throw new AppError('invalid-argument', `One minute of ${name} holds more than ${MAX_MINUTE_ROWS} rows.`, { hint: 'No channel is that fast; check the times of the recording.' });
    while (capacity < needed) capacity *= 2;
    const wider = <T extends Column>(old: T, made: T): T => { made.set(old.subarray(0, held) as never); return made; };
    t = wider(t, new Float64Array(capacity));
    columns = columns.map((c) => (c instanceof Int32Array ? wider(c, new Int32Array(capacity)) : wider(c, new Float64Array(capacity))));
  }

  return {
    name, channel,
    get waiting() { return chunks.length; },
    append(times: Float64Array, values: Column[], from: number, to: number): void {
      if (held + to - from > capacity) grow(held + to - from);
      t.set(times.subarray(from, to), held);
      values.forEach((value, i) => {
        if (value instanceof Float64Array !== float) throw new AppError('internal', `The rows of ${name} are not of the type that its channel names.`);
        const into = columns[i]!;
        into.set(value.subarray(from, to), held);
        // One bit pattern for «missing», so that what is hashed here is what a reader hashes.
        if (float) for (let at = held; at < held + to - from; at++) if (into[at] !== into[at]) into[at] = NaN;
      });
      held += to - from;
    },
    endMinute(minute: number): void {
      if (held === minuteFrom) return;
      tree.append(minute, t.subarray(minuteFrom, held), columns.map((c) => c.subarray(minuteFrom, held)));
      minuteFrom = held;
      if (held >= GROUP_ROWS) this.flush();
    },
    flush(): void {
      if (held === 0) return;
      chunks.push(...writer.rowGroup(held, t, columns));
      rows += held;
      held = 0;
      minuteFrom = 0;
    },
    end(): void {
      this.flush();
      chunks.push(writer.finish());
      done = true;
    },
    take(): Uint8Array[] {
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
