import { AppError } from '../../shared/errors.ts';
import type { Column } from '../../shared/domain/recording.ts';
import type { ParquetColumn } from './parquet/format.ts';
import { readParquet, type RowGroup } from './parquet/reader.ts';
import { encodePages, type EncodedPage } from './parquet/writer.ts';
import { DAY, endOfMinute, MINUTE, recordLeaves, type MinuteRows } from './record-tree.ts';
import { MAX_MINUTE_ROWS } from './segment-format.ts';

/** Pure work on row groups, so that any thread may do it; jobs and results can be posted. */
export type EncodeJob = { name: string; columns: ParquetColumn[]; rows: number; t: Float64Array; values: Column[]; minutes: MinuteRows[] };
export type EncodedGroup = { pages: EncodedPage[]; leaves: Uint8Array };

/** Pages and record hashes of one row group. */
export function encodeGroup({ name, columns, rows, t, values, minutes }: EncodeJob): EncodedGroup {
  return { pages: encodePages(columns, rows, t, values), leaves: recordLeaves(name, t, values, minutes) };
}

export type VerifyJob = { name: string; day: number; columns: ParquetColumn[]; parquet: Uint8Array; /** Row groups, `to` exclusive. */ from: number; to: number };
export type VerifiedGroups = { rows: number; leaves: Uint8Array; firstTime: number; lastTime: number };

/**
 * Decodes row groups, checks their times and hashes their records.
 * @throws AppError `seal-format`
 */
export function verifyGroups({ name, day, columns, parquet, from, to }: VerifyJob): VerifiedGroups {
  const leaves: Uint8Array[] = [];
  let rows = 0;
  let firstTime = NaN;
  let lastTime = NaN;
  /** The last minute of what was read: the next row group may go on with it, though the writer never cuts there. */
  let tail: RowGroup | null = null;
  const minuteOf = (group: RowGroup) => Math.floor(group.t[0]! / MINUTE);
  const hash = ({ t, columns: values }: RowGroup, minutes: MinuteRows[]) => { leaves.push(recordLeaves(name, t, values, minutes)); };
  for (const read of checkedGroups(parquet, columns, { name, day }, { from, to, reuse: true })) {
    rows += read.t.length;
    if (Number.isNaN(firstTime)) firstTime = read.t[0]!;
    lastTime = read.t.at(-1)!;
    let group = read;
    if (tail) {
      if (minuteOf(tail) === minuteOf(read)) group = joined(tail, read);
      else hash(tail, [{ minute: minuteOf(tail), from: 0, to: tail.t.length }]);
    }
    const minutes: MinuteRows[] = [];
    for (let at = 0; at < group.t.length;) {
      const end = endOfMinute(group.t, at);
      if (end - at > MAX_MINUTE_ROWS) throw formatError(name, 'a minute holds too many rows');
      minutes.push({ minute: Math.floor(group.t[at]! / MINUTE), from: at, to: end });
      at = end;
    }
    const last = minutes.pop()!;
    hash(group, minutes);
    tail = { t: group.t.slice(last.from), columns: group.columns.map((c) => c.slice(last.from)), ascending: true };
  }
  if (tail) hash(tail, [{ minute: minuteOf(tail), from: 0, to: tail.t.length }]);
  return { rows, leaves: Buffer.concat(leaves), firstTime, lastTime };
}

/** Row groups whose times never go back and stay within their day. */
export function* checkedGroups(parquet: Uint8Array, columns: ParquetColumn[], { name, day }: { name: string; day: number }, options: { from?: number; to?: number; reuse?: boolean } = {}): Generator<RowGroup> {
  let last = day * DAY;
  for (const group of readParquet(parquet, columns, name, options)) {
    const { t } = group;
    if (!(t[0]! >= last) || !(group.ascending || isAscending(t))) throw formatError(name, 'its clock runs backwards or leaves its day');
    last = t.at(-1)!;
    if (!(last < (day + 1) * DAY)) throw formatError(name, 'its times leave its day');
    yield group;
  }
}

function isAscending(t: Float64Array): boolean {
  for (let i = 1; i < t.length; i++) if (!(t[i]! >= t[i - 1]!)) return false;
  return true;
}

function joined(a: RowGroup, b: RowGroup): RowGroup {
  const join = <T extends Column>(x: T, y: T, made: T): T => { made.set(x as never); made.set(y as never, x.length); return made; };
  const length = a.t.length + b.t.length;
  return {
    t: join(a.t, b.t, new Float64Array(length)), ascending: a.ascending && b.ascending,
    columns: a.columns.map((c, i) => (c instanceof Int32Array ? join<Column>(c, b.columns[i]!, new Int32Array(length)) : join<Column>(c, b.columns[i]!, new Float64Array(length)))),
  };
}

export const formatError = (name: string, why: string) => new AppError('seal-format', `Segment ${name} is not what a dataset may hold: ${why}.`, { hint: 'Ask the owner to publish it again; do not confirm the purchase.' });
