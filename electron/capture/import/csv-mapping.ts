import { CsvMapping, type MappingProposal, type TimeFormat } from '../../../shared/domain/csv-mapping.ts';
import { Channel, type RecordingSource } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { readHeader, type CsvHeader } from './csv-plan.ts';
import { directSource } from './direct.ts';
import { numberOf } from './collector.ts';
import { wallMicros } from './formats/actigraph.ts';
import { isoMicros, looksIso } from './iso-time.ts';
import { note, seriesName, skip } from './series.ts';
import { fieldsOf, headText, linesOf } from './text.ts';
import type { Entry } from './container.ts';
import { zoneClock } from './zones.ts';

const NUMBER = /^\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*$/;
const TIME_OF_DAY = /^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?$/;
const MAX_COLUMNS = 1000;

/**
 * Guesses how to read a CSV file from its first bytes: delimiter, decimal sign, header, time and channels. What has no name that
 * is known is proposed as `other`, so that the person sees every column of numbers.
 * @throws AppError `format-unknown` where there are no rows of numbers
 */
export function guessMapping(head: Uint8Array): MappingProposal {
  const lines = headText(head).split(/\r?\n/).slice(0, 400);
  if (head.includes(0) && !(head[0] === 0xff && head[1] === 0xfe)) throw new AppError('format-unknown', 'The file is not text.', { hint: 'Export it as CSV.' });
  if (lines.length > 1) lines.pop();
  const doubts: string[] = [];

  // The delimiter is the one that gives most lines the same number of fields, above one.
  let best = { delimiter: ',' as CsvMapping['delimiter'], width: 1, lines: 0 };
  for (const delimiter of [';', '\t', ',', '|'] as const) {
    const widths = new Map<number, number>();
    for (const l of lines) if (l.trim() !== '') { const w = fieldsOf(l, delimiter).length; widths.set(w, (widths.get(w) ?? 0) + 1); }
    for (const [width, count] of widths) if (width > 1 && width <= MAX_COLUMNS && count * Math.min(width, 8) > best.lines * Math.min(best.width, 8)) best = { delimiter, width, lines: count };
  }
  const { delimiter, width } = best;
  const fields = lines.map((l) => fieldsOf(l, delimiter).map((f) => f.trim()));
  const numeric = (f: string[]) => f.length === width && f.some((v) => NUMBER.test(v)) && f.every((v) => v === '' || NUMBER.test(v) || TIME_OF_DAY.test(v) || formatOf([v]) !== null);
  const firstRow = fields.findIndex(numeric);
  if (firstRow < 0) throw new AppError('format-unknown', 'The file has no rows of numbers.', { hint: 'Export it as CSV with one row for each sample.' });
  const before = firstRow > 0 ? fields[firstRow - 1]! : [];
  const header = before.length === width && before.some((v) => /[A-Za-z]/.test(v)) ? before : null;
  const rows = fields.slice(firstRow).filter(numeric).slice(0, 50);
  const column = (i: number) => rows.map((r) => r[i]!).filter((v) => v !== '');
  const decimal = delimiter !== ',' && rows.some((r) => r.some((v) => /^\s*[+-]?\d+,\d+\s*$/.test(v))) ? ',' as const : '.' as const;

  // The header's words decide where there is one; readHeader refuses what has no channel that is known.
  let known: CsvHeader | null = null;
  if (header) { try { known = readHeader(header.map((n) => n.replaceAll(delimiter, ' ')).join(delimiter), { rateHz: 1 }); } catch { known = null; } }
  if (known && known.roles.length !== width) known = null;
  let time: CsvMapping['time'] = null;
  const named = known ? known.roles.indexOf(-1) : -1;
  const candidates = named >= 0 ? [named] : Array.from({ length: width }, (_, i) => i);
  for (const i of candidates) {
    const format = formatOf(column(i)) ?? (i === named ? elapsedOf(column(i), decimal) : !header && i === 0 ? evenly(column(i), decimal) : null);
    if (!format) continue;
    const clockColumn = format === 'dmy' || format === 'mdy' || format === 'ymd' ? [i, i + 1].find((c) => c !== i && column(c).length > 0 && column(c).every((v) => /^\d{1,2}:\d{2}:\d{2}/.test(v))) : undefined;
    time = { columns: clockColumn === undefined ? [i] : [i, clockColumn], format: i === named && known?.timeUnit && format !== 'excel' && !looksIso(column(i)[0] ?? '') && clockColumn === undefined && /^[\d.,+-]+$/.test(column(i)[0] ?? '') ? known.timeUnit : format };
    if ((format === 'dmy' || format === 'mdy') && !column(i).some((v) => v.split(/[./-]/).slice(0, 2).some((p) => Number(p) > 12))) doubts.push('Day and month of the dates could be the other way round.');
    break;
  }
  if (!time) doubts.push('No column of times was found: say how many rows there are in a second.');

  const channels: CsvMapping['channels'] = [];
  const used = new Set(time?.columns ?? []);
  if (known) {
    let component = 0;
    for (const c of known.channels) {
      const columns = c.components.map(() => known.roles.indexOf(component++));
      if (columns.some((x) => x < 0 || used.has(x) || !column(x).every((v) => NUMBER.test(v)))) continue;
      columns.forEach((x) => used.add(x));
      channels.push({ ...c, decimals: null, columns });
    }
    for (const n of known.notes) if (/names no unit/.test(n)) doubts.push(n);
  }
  const rest = Array.from({ length: width }, (_, i) => i).filter((i) => !used.has(i) && column(i).length > 0 && column(i).every((v) => NUMBER.test(v)));
  // Three columns without names beside a time are most often an accelerometer; it is said to be a guess.
  if (!header && rest.length === 3 && rest[2] === rest[0]! + 2) {
    const largest = Math.max(...rest.flatMap((i) => column(i).map((v) => Math.abs(Number(v.replace(',', '.'))))));
    channels.push({ name: 'acceleration', kind: 'acceleration', unit: largest > 3.9 ? 'm/s2' : 'g', components: ['x', 'y', 'z'], decimals: null, columns: rest });
    doubts.push('The columns have no names; three of them were taken for an acceleration, its unit by its size.');
  } else {
    for (const i of rest.slice(0, 64 - channels.length)) {
      const base = (header?.[i] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 24) || `column-${i + 1}`;
      const name = channels.some((c) => c.name === base) ? `${base.slice(0, 20)}-${i + 1}` : base;
      channels.push({ name, kind: 'other', unit: '1', components: ['value'], decimals: null, columns: [i] });
      doubts.push(`What column ${i + 1}${header?.[i] ? ` («${header[i].slice(0, 40)}»)` : ''} measures, and in which unit, is not known.`);
    }
  }
  if (channels.length === 0) throw new AppError('format-unknown', 'The file has no column of numbers besides its times.', { hint: 'Export it as CSV with one row for each sample.' });
  return {
    mapping: { delimiter, decimal, skipLines: firstRow, time, channels },
    columns: Array.from({ length: Math.min(width, MAX_COLUMNS) }, (_, index) => ({ index, name: header?.[index]?.slice(0, 80) ?? null, values: column(index).slice(0, 5).map((v) => v.slice(0, 60)) })),
    doubts,
  };
}

/** The format of times that cannot be anything else; null for plain small numbers. */
function formatOf(values: string[]): TimeFormat | null {
  const first = values[0];
  if (first === undefined) return null;
  if (values.every(looksIso)) return 'iso';
  if (values.every((v) => /^\d{4}[./-]\d{1,2}[./-]\d{1,2}([ T]\d{1,2}:\d{2}.*)?$/.test(v))) return 'ymd';
  if (values.every((v) => /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}([ T,]+\d{1,2}:\d{2}.*)?$/.test(v))) {
    const parts = values.map((v) => v.split(/[./-]/).map((p) => parseInt(p, 10)));
    if (parts.some((p) => p[0]! > 12)) return 'dmy';
    if (parts.some((p) => p[1]! > 12)) return 'mdy';
    return first.includes('/') ? 'mdy' : 'dmy';
  }
  const n = values.map((v) => Number(v.replace(',', '.')));
  if (!n.every((v) => Number.isFinite(v)) || n.some((v, i) => i > 0 && v < n[i - 1]!)) return null;
  // Since 1973, read as an epoch: the count of digits tells the unit.
  const start = n[0]!;
  return start >= 1e17 ? 'ns' : start >= 1e14 ? 'us' : start >= 1e11 ? 'ms' : start >= 1e8 ? 's' : null;
}

function elapsedOf(values: string[], decimal: string): TimeFormat | null {
  const n = values.map((v) => Number(decimal === ',' ? v.replace(',', '.') : v));
  if (n.length < 2 || !n.every(Number.isFinite) || n.some((v, i) => i > 0 && v < n[i - 1]!) || n[0] === n.at(-1)) return null;
  if (n[0]! > 20_000 && n[0]! < 80_000 && n.at(-1)! - n[0]! < 1) return 'excel';
  return n.every(Number.isInteger) && (n.at(-1)! - n[0]!) / (n.length - 1) >= 2 ? 'ms' : 's';
}

/** Without a name, only numbers that rise by much the same each time are a time. */
function evenly(values: string[], decimal: string): TimeFormat | null {
  const n = values.map((v) => Number(decimal === ',' ? v.replace(',', '.') : v));
  const step = (n.at(-1)! - n[0]!) / (n.length - 1);
  return n.length >= 3 && n.every((v, i) => i === 0 || (v > n[i - 1]! && v - n[i - 1]! < 3 * step)) ? elapsedOf(values, decimal) : null;
}

const FACTOR: Partial<Record<TimeFormat, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };

/** A time as the format says; `local` where it names no zone. NaN for what it cannot be. */
function micros(text: string[], format: TimeFormat, decimal: string): { at: number; local: boolean } {
  const first = (text[0] ?? '').trim();
  const factor = FACTOR[format];
  if (factor !== undefined) {
    // 64 bits of nanoseconds do not fit a double: the last three digits are cut before.
    const digits = format === 'ns' && /^\d{4,}$/.test(first) ? Number(first.slice(0, -3)) : (numberOf(decimal === ',' ? first.replace(',', '.') : first) ?? NaN) * factor;
    return { at: digits, local: false };
  }
  if (format === 'excel') return { at: ((numberOf(first.replace(',', '.')) ?? NaN) - 25569) * 86_400e6, local: true };
  if (format === 'iso') {
    const whole = text.map((t) => t.trim()).join(' ');
    return { at: isoMicros(whole), local: !/(Z|[+-]\d{2}:?\d{2})$/i.test(whole) };
  }
  const [date = '', ...rest] = text.join(' ').trim().split(/[ T,]+/);
  const clock = rest.join(' ');
  return { at: wallMicros(date, clock === '' ? '00:00:00' : /^\d{1,2}:\d{2}( [AaPp][Mm])?$/.test(clock) ? clock.replace(/^(\d{1,2}:\d{2})/, '$1:00') : clock, format === 'dmy' ? 'd/m/y' : format === 'mdy' ? 'm/d/y' : 'y/m/d'), local: true };
}

/** Reads a CSV file by a mapping that was confirmed. @throws AppError `invalid-argument` */
export function openMappedCsv(entry: Entry, given: CsvMapping, options: { zone?: string; title?: string; device?: string; simulated?: boolean; pause(): Promise<void> }): RecordingSource {
  const parsed = CsvMapping.safeParse(given);
  if (!parsed.success) throw new AppError('invalid-argument', `The mapping is not complete: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}.`, { hint: 'Confirm the columns again.' });
  const mapping = parsed.data;
  if (!mapping.time && mapping.rateHz === undefined) throw new AppError('invalid-argument', 'The file has no times, and it is not said how many rows there are in a second.', { hint: 'Give the rate in hertz.' });
  if (mapping.channels.some((c) => c.columns.length !== c.components.length) || new Set(mapping.channels.map((c) => c.name)).size !== mapping.channels.length) throw new AppError('invalid-argument', 'Each channel must have a name of its own and a column for each of its components.', { hint: 'Confirm the columns again.' });
  const clock = zoneClock(options.zone);
  const columns = mapping.channels.flatMap((c) => c.columns);
  const zoned = mapping.time && !(mapping.time.format in FACTOR);
  return directSource({
    title: options.title ?? entry.name.slice(entry.name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, ''),
    channels: mapping.channels.map((c) => Channel.parse(c)), nominalRateHz: mapping.rateHz ?? null,
    source: { kind: 'csv', device: options.device ?? null, simulated: options.simulated ?? false, times: mapping.time ? 'source' : 'nominal', series: seriesName('csv', 'mapped', ...mapping.channels.map((c) => `${c.name} ${c.unit}`), options.device), ...(zoned ? { zone: clock.evidence } : {}) },
  }, entry.size, async function* (sink) {
    note(sink.report, 'Read by a mapping of its columns that was confirmed.');
    let row = 0;
    for await (const { text, line, ended } of linesOf(entry.stream())) {
      if (line <= mapping.skipLines || text.trim() === '') continue;
      const fields = fieldsOf(text, mapping.delimiter);
      const nominal = mapping.time ? 0 : (row++ * 1e6) / mapping.rateHz!;
      const values = columns.map((c) => numberOf(mapping.decimal === ',' ? fields[c]?.replace(',', '.') : fields[c]));
      if (values.some((v) => v === undefined) || Math.max(...columns) >= fields.length) { skip(sink.report, ended ? 'row-malformed' : 'file-truncated', line); continue; }
      if (values.every((v) => v !== v)) { skip(sink.report, 'value-missing', line); continue; }
      let t = nominal;
      if (mapping.time) {
        const { at, local } = micros(mapping.time.columns.map((c) => fields[c] ?? ''), mapping.time.format, mapping.decimal);
        if (at !== at) { skip(sink.report, 'time-malformed', line); continue; }
        t = local ? clock.toUtc(at) : at;
      }
      if (sink.add(t, values as number[], line)) { await options.pause(); yield sink.take(); }
    }
    if (sink.report.rowsRead + sink.size < 2) throw new AppError('too-few-samples', `The file ${entry.name} has ${sink.report.rowsRead + sink.size === 0 ? 'no sample' : 'a single sample'} that this mapping can read.`, { hint: 'Look at the mapping again.' });
  });
}
