import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Column } from '../../../shared/domain/recording.ts';

/** Powers of ten that a double holds exactly. */
export const POW10 = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Largest integer of a column with decimals: nine digits, what Parquet's DECIMAL on INT32 may hold. */
export const MAX_SCALED = 999_999_999;

/** The values of an integer column as doubles: integer / 10^decimals, correctly rounded, so equal to the text that was read. */
export function toFloats(column: Column, decimals: number | null): Float64Array {
  if (column instanceof Float64Array) return column;
  const scale = POW10[decimals ?? 0]!;
  const out = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) out[i] = column[i] === MISSING_INT32 ? NaN : column[i]! / scale;
  return out;
}
