import type { Column } from '../../../shared/domain/recording.ts';
import { MAX_SCALED } from './decimal.ts';

/** Where the fast way stopped: at the start of a line that it leaves to the careful way, or too near the end. */
export type FastState = { at: number; row: number };

/** Bytes that a field has at most here: sign, nine digits, point, delimiter; with one to spare. */
const FIELD_BYTES = 13;
const SCALE = Float64Array.from({ length: 10 }, (_, i) => 10 ** i);

/**
 * Reads lines of plain decimals of at most nine digits each, as nearly all lines are, with integers and without
 * allocation. Column c goes to `out[c]` as number · 10^(scale[c] − fraction digits); a line for which that is no whole
 * number of the right size, or that holds anything else, ends it.
 * @param scale digits of each field: 6 for a time in seconds (microseconds come out), decimals for an Int32 column
 */
export function fastRows(bytes: Uint8Array, from: number, firstRow: number, delimiter: number, out: Column[], scale: Int32Array, state: FastState): void {
  const width = out.length;
  const last = width - 1;
  const limit = bytes.length - width * FIELD_BYTES - 2;
  let at = from;
  let row = firstRow;
  lines: while (at < limit) {
    let p = at;
    for (let c = 0; c < width; c++) {
      let ch = bytes[p]! | 0;
      const negative = ch === 45;
      if (negative) ch = bytes[++p]! | 0;
      const start = p;
      let m = 0;
      let digit = (ch - 48) | 0;
      if (digit < 0 || digit > 9) break lines;
      do {
        m = (Math.imul(m, 10) + digit) | 0;
        ch = bytes[++p]! | 0;
        digit = (ch - 48) | 0;
      } while (digit >= 0 && digit <= 9 && p - start < 10);
      let e = scale[c]! | 0;
      if (ch === 46) {
        const point = p;
        ch = bytes[++p]! | 0;
        digit = (ch - 48) | 0;
        while (digit >= 0 && digit <= 9 && p - start < 11) {
          m = (Math.imul(m, 10) + digit) | 0;
          ch = bytes[++p]! | 0;
          digit = (ch - 48) | 0;
        }
        e = (e - (p - point - 1)) | 0;
        if (p - start > 10) break lines;
      } else if (p - start > 9) break lines;
      if (c < last) { if (ch !== delimiter) break lines; }
      else if (ch !== 10) { if (ch !== 13 || bytes[++p] !== 10) break lines; }
      p++;
      if (e < 0) break lines;
      if (negative) m = -m | 0;
      if (c === 0) { out[0]![row] = e === 0 ? m : m * SCALE[e]!; continue; }
      if (e > 0) {
        const scaled = m * SCALE[e]!;
        if (scaled > MAX_SCALED || scaled < -MAX_SCALED) break lines;
        m = scaled | 0;
      }
      out[c]![row] = m;
    }
    at = p;
    row++;
  }
  state.at = at;
  state.row = row;
}
