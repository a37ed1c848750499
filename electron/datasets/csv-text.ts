import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Column, SampleBatch } from '../../shared/domain/recording.ts';

const ROWS = 8192;

/**
 * Lines of a batch, up to 8192 at once: its times in microseconds, then the values of its columns.
 * @param decimals that each column was recorded with; null where its values are numbers as they are
 */
export function* csvText({ t, columns }: Pick<SampleBatch, 't' | 'columns'>, decimals: readonly (number | null)[]): Generator<string> {
  for (let from = 0; from < t.length; from += ROWS) {
    let text = '';
    for (let i = from; i < Math.min(t.length, from + ROWS); i++) {
      text += t[i];
      for (let c = 0; c < columns.length; c++) text += `,${valueText(columns[c]!, i, decimals[c]!)}`;
      text += '\n';
    }
    yield text;
  }
}

/** A value of a column with the decimals that it was recorded with; empty where missing. */
function valueText(column: Column, i: number, decimals: number | null): string {
  const value = column[i]!;
  if (decimals === null || column instanceof Float64Array) return Number.isNaN(value) ? '' : String(value);
  if (value === MISSING_INT32) return '';
  if (decimals === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
