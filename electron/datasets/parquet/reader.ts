import { zstdDecompressSync } from 'node:zlib';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Column } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { decodeDelta } from './delta.ts';
import { BYTE_STREAM_SPLIT, DATA_PAGE_V2, DELTA_BINARY_PACKED, DOUBLE, INT32, INT64, MAGIC, MAX_GROUP_ROWS, ZSTD, type ParquetColumn } from './format.ts';
import { decodeLevels } from './levels.ts';
import { decodeThrift, type Decoded } from './thrift.ts';

export type RowGroup = { t: Float64Array; columns: Column[]; /** No time is below the one before it, as far as that is known without looking; false: look. */ ascending: boolean };
export type ReadOptions = {
  /** Row groups to read, `to` exclusive; all where left out. */
  from?: number; to?: number;
  /** Yields the same memory again and again: what is to be kept has to be copied. */
  reuse?: boolean;
};

type Refuse = (why: string, cause?: unknown) => AppError;
const refusal = (name: string): Refuse => (why, cause) => new AppError('seal-format', `Segment ${name} is not the Parquet that its manifest describes: ${why}.`, { hint: 'Ask the owner to publish it again; do not confirm the purchase.', cause });

function guarded<T>(refuse: Refuse, work: () => T): T {
  try { return work(); } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}

/** Footer's row groups. */
function groupsOf(bytes: Uint8Array, columns: ParquetColumn[], refuse: Refuse): Decoded[] {
  return guarded(refuse, () => {
    if (bytes.length < 12 || !MAGIC.every((b, i) => bytes[i] === b && bytes[bytes.length - 4 + i] === b)) throw refuse('it does not begin and end with PAR1');
    const footer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 4).getUint32(0, true);
    if (footer > bytes.length - 12) throw refuse('its footer is longer than the file');
    const { value } = decodeThrift(bytes.subarray(0, bytes.length - 8), bytes.length - 8 - footer);
    checkSchema(value[2] as Decoded[], columns, refuse);
    const groups = value[4];
    if (!Array.isArray(groups)) throw refuse('it has no row groups');
    return groups as Decoded[];
  });
}

/** How many rows each row group says that it has. @throws AppError `seal-format` */
export function groupSizes(bytes: Uint8Array, columns: ParquetColumn[], name: string): number[] {
  const refuse = refusal(name);
  return groupsOf(bytes, columns, refuse).map((group) => guarded(refuse, () => rowsOf(group, refuse)));
}

function rowsOf(group: Decoded, refuse: Refuse): number {
  const rows = group[3] as number;
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_GROUP_ROWS) throw refuse(`a row group of ${rows} rows`);
  return rows;
}

/**
 * Reads back what createParquetWriter wrote, one row group at a time, and refuses any other Parquet: the bytes come from
 * a stranger, so nothing in them chooses how they are read or how much memory they take.
 * @throws AppError `seal-format`
 */
export function* readParquet(bytes: Uint8Array, columns: ParquetColumn[], name: string, { from = 0, to, reuse = false }: ReadOptions = {}): Generator<RowGroup> {
  const refuse = refusal(name);
  const make = (decimals: number | null, rows: number): Column => (decimals === null ? new Float64Array(rows) : new Int32Array(rows));
  let kept: { rows: number; t: Float64Array; columns: Column[] } | undefined;
  for (const group of groupsOf(bytes, columns, refuse).slice(from, to)) {
    yield guarded(refuse, () => {
      const rows = rowsOf(group, refuse);
      const chunks = (group[1] as Decoded[]).map((c) => c[3] as Decoded);
      if (chunks.length !== columns.length + 1) throw refuse('a row group has another count of columns');
      const room = kept && kept.rows >= rows ? kept : { rows, t: new Float64Array(rows), columns: columns.map((c) => make(c.decimals, rows)) };
      if (reuse) kept = room;
      const t = room.t.subarray(0, rows);
      const ascending = readPage(bytes, chunks[0]!, rows, { type: INT64, out: t, optional: false }, refuse);
      const values = columns.map(({ decimals }, i) => {
        const out = room.columns[i]!.subarray(0, rows);
        readPage(bytes, chunks[i + 1]!, rows, { type: decimals === null ? DOUBLE : INT32, out, optional: true }, refuse);
        return out;
      });
      return { t, columns: values, ascending };
    });
  }
}

function checkSchema(schema: Decoded[], columns: ParquetColumn[], refuse: Refuse): void {
  const label = (e: Decoded | undefined) => (e?.[4] instanceof Uint8Array ? new TextDecoder().decode(e[4]) : '');
  if (!Array.isArray(schema) || schema.length !== columns.length + 2 || label(schema[1]) !== 't' || schema[1]![1] !== INT64 || schema[1]![3] !== 0) throw refuse('its columns are others');
  columns.forEach(({ name, decimals }, i) => {
    const e = schema[i + 2]!;
    if (label(e) !== name || e[1] !== (decimals === null ? DOUBLE : INT32) || e[3] !== 1 || (decimals !== null && e[7] !== decimals)) throw refuse(`column ${name} has another type`);
  });
}

function readPage(bytes: Uint8Array, chunk: Decoded, rows: number, want: { type: number; out: Column; optional: boolean }, refuse: Refuse): boolean {
  if (chunk[1] !== want.type || chunk[4] !== ZSTD || chunk[5] !== rows) throw refuse('a column chunk has another type');
  const { value: header, end } = decodeThrift(bytes, chunk[9] as number);
  const page = header[8] as Decoded | undefined;
  const encoding = want.type === DOUBLE ? BYTE_STREAM_SPLIT : DELTA_BINARY_PACKED;
  if (header[1] !== DATA_PAGE_V2 || !page || page[1] !== rows || page[3] !== rows || page[4] !== encoding) throw refuse('a page has another kind');
  const [size, packed, levels, nulls] = [header[2], header[3], page[5], page[2]] as [number, number, number, number];
  if (!(levels >= 0 && levels <= packed && end + packed <= bytes.length && nulls >= 0 && nulls <= rows)) throw refuse('a page is cut');
  // A page holds at most eight bytes a row and its few headers: a bomb is not unpacked.
  const limit = rows * 9 + 4096;
  if (size - levels > limit) throw refuse('a page is larger than its rows');
  const body = zstdDecompressSync(bytes.subarray(end + levels, end + packed), { maxOutputLength: limit });
  const present = want.optional ? decodeLevels(bytes.subarray(end, end + levels), rows) : undefined;
  let count = rows;
  if (present) { count = 0; for (const p of present) count += p; }
  if (count !== rows - nulls) throw refuse('a page counts other nulls than it has');
  const values: Column = present ? (want.out instanceof Int32Array ? new Int32Array(count) : new Float64Array(count)) : want.out;
  let ascending = false;
  if (want.type === DOUBLE) {
    if (body.length !== count * 8) throw refuse('a page has another length');
    joinStreams(body, count, values as Float64Array);
  } else ascending = decodeDelta(body, count, values);
  if (!present) return ascending;
  const missing = want.out instanceof Int32Array ? MISSING_INT32 : NaN;
  for (let i = 0, n = 0; i < rows; i++) want.out[i] = present[i] === 1 ? values[n++]! : missing;
  return ascending;
}

function joinStreams(body: Uint8Array, count: number, out: Float64Array): void {
  const bytes = new Uint8Array(out.buffer, out.byteOffset, count * 8);
  for (let i = 0; i < count; i++) for (let b = 0; b < 8; b++) bytes[i * 8 + b] = body[b * count + i]!;
}
