import { zstdDecompressSync } from 'node:zlib';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Column } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { decodeDelta } from './delta.ts';
import { BYTE_STREAM_SPLIT, DATA_PAGE_V2, DELTA_BINARY_PACKED, DOUBLE, INT32, INT64, MAGIC, MAX_GROUP_ROWS, ZSTD, type ParquetColumn } from './format.ts';
import { decodeLevels } from './levels.ts';
import { decodeThrift, type Decoded } from './thrift.ts';

export type RowGroup = { t: Float64Array; columns: Column[] };

/**
 * Reads back what createParquetWriter wrote, one row group at a time, and refuses any other Parquet: the bytes come from
 * a stranger, so nothing in them chooses how they are read or how much memory they take.
 * @throws AppError `seal-format`
 */
export function* readParquet(bytes: Uint8Array, columns: ParquetColumn[], name: string): Generator<RowGroup> {
  const refuse = (why: string, cause?: unknown): AppError => new AppError('seal-format', `Segment ${name} is not the Parquet that its manifest describes: ${why}.`, { hint: 'Ask the owner to publish it again; do not confirm the purchase.', cause });
  const guard = <T>(work: () => T): T => {
    try { return work(); } catch (error) {
      if (error instanceof AppError) throw error;
      throw refuse(error instanceof Error ? error.message : String(error), error);
    }
  };
  const groups = guard(() => {
    if (bytes.length < 12 || !MAGIC.every((b, i) => bytes[i] === b && bytes[bytes.length - 4 + i] === b)) throw refuse('it does not begin and end with PAR1');
    const footer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 4).getUint32(0, true);
    if (footer > bytes.length - 12) throw refuse('its footer is longer than the file');
    const { value } = decodeThrift(bytes.subarray(0, bytes.length - 8), bytes.length - 8 - footer);
    checkSchema(value[2] as Decoded[], columns, refuse);
    return value[4] as Decoded[];
  });
  if (!Array.isArray(groups)) throw refuse('it has no row groups');
  for (const group of groups) {
    yield guard(() => {
      const rows = group[3] as number;
      if (!Number.isInteger(rows) || rows < 1 || rows > MAX_GROUP_ROWS) throw refuse(`a row group of ${rows} rows`);
      const chunks = (group[1] as Decoded[]).map((c) => c[3] as Decoded);
      if (chunks.length !== columns.length + 1) throw refuse('a row group has another count of columns');
      const t = new Float64Array(rows);
      readPage(bytes, chunks[0]!, rows, { type: INT64, out: t, optional: false }, refuse);
      return {
        t,
        columns: columns.map(({ decimals }, i) => {
          const out: Column = decimals === null ? new Float64Array(rows) : new Int32Array(rows);
          readPage(bytes, chunks[i + 1]!, rows, { type: decimals === null ? DOUBLE : INT32, out, optional: true }, refuse);
          return out;
        }),
      };
    });
  }
}

function checkSchema(schema: Decoded[], columns: ParquetColumn[], refuse: (why: string) => AppError): void {
  const label = (e: Decoded | undefined) => (e?.[4] instanceof Uint8Array ? new TextDecoder().decode(e[4]) : '');
  if (!Array.isArray(schema) || schema.length !== columns.length + 2 || label(schema[1]) !== 't' || schema[1]![1] !== INT64 || schema[1]![3] !== 0) throw refuse('its columns are others');
  columns.forEach(({ name, decimals }, i) => {
    const e = schema[i + 2]!;
    if (label(e) !== name || e[1] !== (decimals === null ? DOUBLE : INT32) || e[3] !== 1 || (decimals !== null && e[7] !== decimals)) throw refuse(`column ${name} has another type`);
  });
}

function readPage(bytes: Uint8Array, chunk: Decoded, rows: number, want: { type: number; out: Column; optional: boolean }, refuse: (why: string) => AppError): void {
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
  if (want.type === DOUBLE) {
    if (body.length !== count * 8) throw refuse('a page has another length');
    joinStreams(body, count, values as Float64Array);
  } else decodeDelta(body, count, values);
  if (!present) return;
  const missing = want.out instanceof Int32Array ? MISSING_INT32 : NaN;
  for (let i = 0, n = 0; i < rows; i++) want.out[i] = present[i] === 1 ? values[n++]! : missing;
}

function joinStreams(body: Uint8Array, count: number, out: Float64Array): void {
  const bytes = new Uint8Array(out.buffer, out.byteOffset, count * 8);
  for (let i = 0; i < count; i++) for (let b = 0; b < 8; b++) bytes[i * 8 + b] = body[b * count + i]!;
}
