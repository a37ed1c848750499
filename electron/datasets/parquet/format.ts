/** Numbers of parquet.thrift (apache/parquet-format) that writer and reader agree on. */
export const INT32 = 1;
export const INT64 = 2;
export const DOUBLE = 5;
export const REQUIRED = 0;
export const OPTIONAL = 1;
export const ZSTD = 6;
export const PLAIN = 0;
export const RLE = 3;
export const DELTA_BINARY_PACKED = 5;
export const BYTE_STREAM_SPLIT = 9;
export const DATA_PAGE_V2 = 3;
export const CONVERTED_DECIMAL = 5;
export const MAGIC = Uint8Array.from([0x50, 0x41, 0x52, 0x31]);
export const DECIMAL_PRECISION = 9;

/** A column of values: its name and the decimals of an Int32 column, null for Float64. */
export type ParquetColumn = { name: string; decimals: number | null };
/** More rows than any row group has: a reader holds at most these. */
export const MAX_GROUP_ROWS = 4 << 20;
