import { constants, zstdCompressSync } from 'node:zlib';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Column } from '../../../shared/domain/recording.ts';
import { deltaBound, encodeDelta, encodeDeltaInt32 } from './delta.ts';
import { BYTE_STREAM_SPLIT, CONVERTED_DECIMAL, DATA_PAGE_V2, DECIMAL_PRECISION, DELTA_BINARY_PACKED, DOUBLE, INT32, INT64, MAGIC, OPTIONAL, REQUIRED, RLE, ZSTD, type ParquetColumn } from './format.ts';
import { encodeLevels } from './levels.ts';
import { encodeThrift, flag, i32, i64, list, struct, text, type ThriftValue } from './thrift.ts';

/** One column of one row group, encoded: header, levels and body in one piece, and what the footer says of it. */
export type EncodedPage = { name: string; bytes: Uint8Array; unpacked: number; type: number; encoding: number };

let scratch = new Uint8Array(0);
const room = (size: number) => (scratch.length < size ? (scratch = new Uint8Array(size)) : scratch);

/**
 * Encodes rows as the pages of one row group: `t` and the columns, each DECIMAL on INT32 or DOUBLE. Pure, so that any
 * thread may do it.
 */
export function encodePages(columns: ParquetColumn[], rows: number, t: Float64Array, values: Column[]): EncodedPage[] {
  const buffer = room(deltaBound(rows));
  return [page('t', INT64, DELTA_BINARY_PACKED, rows, 0, new Uint8Array(0), buffer.subarray(0, encodeDelta(t, rows, buffer, 0))), ...columns.map((column, i) => valuePage(column, rows, values[i]!))];
}

function page(name: string, type: number, encoding: number, rows: number, nulls: number, levels: Uint8Array, body: Uint8Array): EncodedPage {
  const packed = zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_contentSizeFlag]: 1 } });
  const header = encodeThrift([
    [1, i32(DATA_PAGE_V2)], [2, i32(levels.length + body.length)], [3, i32(levels.length + packed.length)],
    [8, struct([1, i32(rows)], [2, i32(nulls)], [3, i32(rows)], [4, i32(encoding)], [5, i32(levels.length)], [6, i32(0)], [7, flag(true)])],
  ]);
  return { name, bytes: concat([header, levels, packed]), unpacked: header.length + levels.length + body.length, type, encoding };
}

function concat(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

function valuePage({ name, decimals }: ParquetColumn, rows: number, column: Column): EncodedPage {
  let values = column;
  let present: Uint8Array | undefined;
  let count = rows;
  // `includes` is native code: most columns miss nothing, and are then not walked through here.
  if (column.subarray(0, rows).includes(column instanceof Int32Array ? MISSING_INT32 : NaN)) {
    present = new Uint8Array(rows);
    values = column instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
    count = 0;
    for (let i = 0; i < rows; i++) {
      const value = column[i]!;
      if (value !== MISSING_INT32 && value === value) { present[i] = 1; values[count++] = value; }
    }
  }
  const levels = encodeLevels(rows, present);
  if (decimals !== null) {
    const out = room(deltaBound(count));
    return page(name, INT32, DELTA_BINARY_PACKED, rows, rows - count, levels, out.subarray(0, encodeDeltaInt32(values as Int32Array, count, out, 0)));
  }
  return page(name, DOUBLE, BYTE_STREAM_SPLIT, rows, rows - count, levels, splitStreams(values as Float64Array, count, room(count * 8)));
}

/**
 * Puts encoded row groups together as a Parquet file of our one shape: `t` (INT64, required) and columns that are DECIMAL
 * on INT32 or DOUBLE, optional; ZSTD. Made by hand because the packages at hand go through BigInt or plain arrays for
 * every value. Source: parquet.thrift, Encodings.md of apache/parquet-format.
 */
export function createParquetWriter({ columns, metadata }: { columns: ParquetColumn[]; metadata: Record<string, string> }): {
  /** @param pages of `encodePages` with the same columns. @returns bytes that follow what was written before */
  rowGroup(rows: number, pages: EncodedPage[]): Uint8Array[];
  /** @returns the footer */
  finish(): Uint8Array;
} {
  type Chunk = Omit<EncodedPage, 'bytes'> & { size: number; rows: number; offset: number };
  const groups: { chunks: Chunk[]; rows: number }[] = [];
  let offset = MAGIC.length;
  let total = 0;

  return {
    rowGroup(rows, pages) {
      const first = groups.length === 0 ? [MAGIC] : [];
      const chunks = pages.map(({ bytes, ...facts }): Chunk => {
        offset += bytes.length;
        return { ...facts, size: bytes.length, rows, offset: offset - bytes.length };
      });
      groups.push({ chunks, rows });
      total += rows;
      return [...first, ...pages.map((p) => p.bytes)];
    },
    finish() {
      const schema: ThriftValue[] = [
        struct([4, text('schema')], [5, i32(columns.length + 1)]),
        struct([1, i32(INT64)], [3, i32(REQUIRED)], [4, text('t')]),
        ...columns.map(({ name, decimals }) =>
          decimals === null
            ? struct([1, i32(DOUBLE)], [3, i32(OPTIONAL)], [4, text(name)])
            : struct([1, i32(INT32)], [3, i32(OPTIONAL)], [4, text(name)], [6, i32(CONVERTED_DECIMAL)], [7, i32(decimals)], [8, i32(DECIMAL_PRECISION)], [10, struct([5, struct([1, i32(decimals)], [2, i32(DECIMAL_PRECISION)])])]),
        ),
      ];
      const footer = encodeThrift([
        [1, i32(2)], [2, list(schema)], [3, i64(total)],
        [4, list(groups.map(({ chunks, rows }) => struct(
          [1, list(chunks.map((c) => struct(
            [2, i64(0)],
            [3, struct([1, i32(c.type)], [2, list([i32(RLE), i32(c.encoding)])], [3, list([text(c.name)])], [4, i32(ZSTD)], [5, i64(c.rows)], [6, i64(c.unpacked)], [7, i64(c.size)], [9, i64(c.offset)])],
          )))],
          [2, i64(chunks.reduce((n, c) => n + c.unpacked, 0))], [3, i64(rows)],
        )))],
        [5, list(Object.entries(metadata).map(([key, value]) => struct([1, text(key)], [2, text(value)])))],
        [6, text('phdex')],
      ]);
      const out = Buffer.alloc(footer.length + 8);
      out.set(footer);
      out.writeUInt32LE(footer.length, footer.length);
      out.set(MAGIC, footer.length + 4);
      return out;
    },
  };
}

/** BYTE_STREAM_SPLIT: all first bytes, then all second ones, …: alike bytes stand together, so ZSTD finds more. */
function splitStreams(values: Float64Array, count: number, out: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, count * 8);
  for (let i = 0; i < count; i++) for (let b = 0; b < 8; b++) out[b * count + i] = bytes[i * 8 + b]!;
  return out.subarray(0, count * 8);
}
