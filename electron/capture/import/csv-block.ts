import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Column } from '../../../shared/domain/recording.ts';
import type { CsvPlan } from './csv-plan.ts';
import { MAX_SCALED, POW10, toFloats } from './decimal.ts';
import { fastRows, type FastState } from './fast-rows.ts';
import { isoMicros } from './iso-time.ts';

export type RowProblem = 'row-malformed' | 'value-not-finite' | 'file-truncated';
/** `line` counts from 0 at the start of the block. */
export type BlockProblem = { line: number; code: RowProblem; text: string };

/** Rows of whole lines. Rows with a problem are not among them. */
export type CsvBlock = {
  rows: number;
  lines: number;
  bytes: number;
  t: Float64Array;
  columns: Column[];
  /** At most 50; `problemCount` tells how many there were. */
  problems: BlockProblem[];
  problemCount: number;
  /** Lines (from the block's start) that hold no row, ascending: blank ones and those with a problem. */
  skippedLines: number[];
};

/** Below it every count of digits is exact; 2^53 − 1. */
const EXACT = Number.MAX_SAFE_INTEGER;
export type BlockRows = { t: Float64Array; columns: Column[] };

/** More rows than `bytes` bytes can hold: a line has at least a delimiter or an end for each field. */
export const blockCapacity = (plan: CsvPlan, bytes: number): number => Math.ceil(bytes / plan.roles.length) + 2;

/** Room for rows, in memory of its own or in `buffer` of `blockRowsBytes`. */
export function blockRows({ decimals }: CsvPlan, capacity: number, buffer?: SharedArrayBuffer): BlockRows {
  let at = 0;
  const take = (size: number) => { at += capacity * size; return at - capacity * size; };
  const f64 = () => (buffer ? new Float64Array(buffer as unknown as ArrayBuffer, take(8), capacity) : new Float64Array(capacity));
  const i32 = () => (buffer ? new Int32Array(buffer as unknown as ArrayBuffer, take(4), capacity) : new Int32Array(capacity));
  const t = f64();
  // Float64 first, so that each begins at a multiple of its size.
  const columns: Column[] = [];
  decimals.forEach((d, i) => { if (d < 0) columns[i] = f64(); });
  decimals.forEach((d, i) => { if (d >= 0) columns[i] = i32(); });
  return { t, columns };
}
export const blockRowsBytes = ({ decimals }: CsvPlan, capacity: number): number => capacity * decimals.reduce((n, d) => n + (d < 0 ? 8 : 4), 8);

const TIME_EXPONENT: Record<string, number> = { s: 6, ms: 3, us: 0, ns: -3 };
const decoder = new TextDecoder();

/**
 * Parses whole lines of a CSV file. Values that do not fit the plan's decimals turn their column into Float64Array
 * for this block. Pure, so that any thread may do it.
 * @param atEnd the block ends the file: a last line without its end may have been cut
 * @param into where the rows go, of `blockCapacity` rows; of its own where left out
 */
export function parseCsvBlock(bytes: Uint8Array, plan: CsvPlan, atEnd: boolean, into?: BlockRows): CsvBlock {
  const { roles, delimiter } = plan;
  const width = roles.length;
  const end = bytes.length;
  const iso = plan.timeUnit === 'iso';
  const timeExponent = TIME_EXPONENT[plan.timeUnit] ?? 0;
  const { t, columns: given } = into ?? blockRows(plan, blockCapacity(plan, end));
  const columns = [...given];
  const isInt = plan.decimals.map((d) => d >= 0);
  const decimals = plan.decimals;
  const problems: BlockProblem[] = [];
  const skippedLines: number[] = [];
  let problemCount = 0;
  let row = 0;
  let line = 0;
  let at = 0;

  const fail = (lineStart: number, code: RowProblem): number => {
    let stop = bytes.indexOf(10, at);
    if (stop < 0) stop = end;
    const last = stop === end && atEnd;
    problemCount++;
    if (problems.length < 50) problems.push({ line, code: last && code === 'row-malformed' ? 'file-truncated' : code, text: decoder.decode(bytes.subarray(lineStart, Math.min(stop, lineStart + 80))).replace(/\r$/, '') });
    skippedLines.push(line);
    line++;
    return stop + 1;
  };

  // The fast way is for the usual file: the time first, then components that are integers, every column read.
  const ordered = roles.every((r, c) => r === c - 1) && !iso && timeExponent >= 0;
  const scale = Int32Array.from(roles, (r) => (r === -1 ? timeExponent : decimals[r]!));
  const state: FastState = { at: 0, row: 0 };
  let fast = ordered && isInt.every(Boolean);

  rows: while (at < end) {
    if (fast) {
      fastRows(bytes, at, row, delimiter, [t, ...columns], scale, state);
      line += state.row - row;
      row = state.row;
      at = state.at;
    }
    const lineStart = at;
    const first = bytes[at]!;
    if (first === 10 || (first === 13 && bytes[at + 1] === 10)) { at += first === 10 ? 1 : 2; skippedLines.push(line++); continue; }
    for (let c = 0; c < width; c++) {
      const role = roles[c]!;
      const fieldStart = at;
      let ch = at < end ? bytes[at]! : 10;
      let value: number;
      if (role === -2) {
        if (ch === 34) at = endOfQuoted(bytes, at, end);
        while (at < end && (ch = bytes[at]!) !== delimiter && ch !== 10) at++;
        if (at >= end) ch = 10;
        else if (ch === 10 && c < width - 1) { at = fail(lineStart, 'row-malformed'); continue rows; }
      } else {
        // Sign, digits, point, digits: nearly every field there is. Anything else takes the slow way.
        let mantissa = 0;
        let fraction = -1;
        let digits = 0;
        let negative = false;
        if (ch === 45) { negative = true; ch = bytes[++at]!; }
        for (;;) {
          const digit = ch - 48;
          if (digit >= 0 && digit <= 9) { mantissa = mantissa * 10 + digit; digits++; if (fraction >= 0) fraction++; }
          else if (ch === 46 && fraction < 0) fraction = 0;
          else break;
          ch = ++at < end ? bytes[at]! : 10;
        }
        if (fraction < 0) fraction = 0;
        const atBreak = ch === delimiter || ch === 10 || (ch === 13 && (at + 1 >= end || bytes[at + 1] === 10));
        if (digits > 0 && mantissa <= EXACT && digits <= 20 && atBreak && !iso && !(atEnd && at >= end && bytes[at - 1] === 46)) {
          value = negative ? -mantissa : mantissa;
          if (role === -1) {
            const e = timeExponent - fraction;
            t[row] = e >= 0 ? value * POW10[e]! : Math.round(value / POW10[-e]!);
          } else if (isInt[role]) {
            const e = decimals[role]! - fraction;
            const scaled = e >= 0 ? value * POW10[e]! : value / POW10[-e]!;
            if (scaled > MAX_SCALED || scaled < -MAX_SCALED || scaled !== Math.trunc(scaled)) {
              promote(role);
              (columns[role] as Float64Array)[row] = value / POW10[fraction]!;
            } else (columns[role] as Int32Array)[row] = scaled;
          } else (columns[role] as Float64Array)[row] = negative && mantissa === 0 ? -0 : value / POW10[fraction]!;
        } else {
          at = fieldStart;
          if (bytes[at] === 34) at = endOfQuoted(bytes, at, end);
          while (at < end && (ch = bytes[at]!) !== delimiter && ch !== 10) at++;
          if (at >= end) ch = 10;
          const text = decoder.decode(bytes.subarray(fieldStart, at)).trim().replace(/^"(.*)"$/, '$1').trim();
          if (role === -1) {
            const micros = iso ? isoMicros(text) : slowMicros(text, timeExponent);
            if (Number.isNaN(micros)) { at = fail(lineStart, NOT_FINITE.test(text) ? 'value-not-finite' : 'row-malformed'); continue rows; }
            t[row] = micros;
          } else if (text === '') {
            columns[role]![row] = isInt[role] ? MISSING_INT32 : NaN;
          } else if (!NUMBER.test(text) || (atEnd && at >= end && /[.eE+-]$/.test(text))) {
            at = fail(lineStart, NOT_FINITE.test(text) ? 'value-not-finite' : 'row-malformed');
            continue rows;
          } else {
            const number = Number(text);
            if (!Number.isFinite(number)) { at = fail(lineStart, 'value-not-finite'); continue rows; }
            if (isInt[role]) {
              const scaled = Math.round(number * POW10[decimals[role]!]!);
              if (Math.abs(scaled) <= MAX_SCALED && (scaled / POW10[decimals[role]!]!) === number) columns[role]![row] = scaled;
              else promote(role);
            }
            if (!isInt[role]) columns[role]![row] = number;
          }
          if (ch === 10 && c < width - 1) { at = fail(lineStart, 'row-malformed'); continue rows; }
          if (ch === delimiter) { if (c === width - 1) { at = fail(lineStart, 'row-malformed'); continue rows; } at++; } else { at++; }
          continue;
        }
      }
      // At the end of a field: the delimiter before the last one, the end of the line after it.
      if (c < width - 1) {
        if (ch !== delimiter) { at = fail(lineStart, 'row-malformed'); continue rows; }
        at++;
      } else {
        if (ch === delimiter) { at = fail(lineStart, 'row-malformed'); continue rows; }
        at += ch === 13 ? 2 : 1;
      }
    }
    row++;
    line++;
  }
  return { rows: row, lines: line, bytes: end, t: t.subarray(0, row), columns: columns.map((c) => c.subarray(0, row)), problems, problemCount, skippedLines };

  function promote(role: number): void {
    columns[role] = toFloats(columns[role]!, decimals[role]!);
    isInt[role] = false;
    fast = false;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(nan|inf|infinity|1\.#inf|1\.#qnan)$/i;

function endOfQuoted(bytes: Uint8Array, at: number, end: number): number {
  let i = at + 1;
  while (i < end && bytes[i] !== 34 && bytes[i] !== 10) i++;
  return i < end && bytes[i] === 34 ? i + 1 : i;
}

/** Microseconds of a number with any count of digits, rounded half up; NaN where it is none. */
function slowMicros(text: string, exponent: number): number {
  const m = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!m) return NUMBER.test(text) ? Math.round(Number(text) * 10 ** exponent) : NaN;
  const fraction = m[3] ?? '';
  const shift = exponent - fraction.length;
  const mantissa = BigInt(m[2]! + fraction);
  const scaled = shift >= 0 ? mantissa * 10n ** BigInt(shift) : (mantissa * 2n / 10n ** BigInt(-shift) + 1n) / 2n;
  const out = Number(m[1] === '-' ? -scaled : scaled);
  return Number.isSafeInteger(out) ? out : NaN;
}
