import type { Channel } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { parseCsvBlock } from './csv-block.ts';
import type { CsvHeader, CsvPlan, TimeUnit } from './csv-plan.ts';
import { MAX_SCALED, POW10 } from './decimal.ts';
import { readLineBlock, type ByteFile } from './file-blocks.ts';
import { looksIso } from './iso-time.ts';
import { shapeOf } from './shape-of.ts';

const PLACES = 16;
const PLACE_BYTES = 8 << 10;

export type CsvProbe = { plan: CsvPlan; channels: Channel[]; nominalRateHz: number | null; /** Whether the times are a clock's and none of them names a zone. */ local: boolean; notes: string[]; bytesPerRow: number };

/**
 * Looks at the start of a file and at places spread over it: unit of the time, decimals of each channel, rate.
 * What it guesses wrong about decimals is put right while reading; it never costs a value.
 */
export async function probeCsv(input: { file: ByteFile; size: number; from: number; header: CsvHeader; timeUnit?: TimeUnit }): Promise<CsvProbe> {
  const { file, size, from, header } = input;
  const blocks = Math.max(1, Math.ceil((size - from) / PLACE_BYTES));
  const indices = [...new Set([0, ...Array.from({ length: PLACES }, (_, i) => Math.floor((i * (blocks - 1)) / Math.max(1, PLACES - 1)))])];
  const components = header.roles.filter((r) => r >= 0).length;
  const fraction = new Array<number>(components).fill(0);
  const highest = new Array<number>(components).fill(0);
  const exact = new Array<boolean>(components).fill(true);
  const times: string[] = [];
  let first: Uint8Array | undefined;
  let lines = 0;
  let bytes = 0;
  for (const index of indices) {
    const block = await readLineBlock(file, size, from, index, PLACE_BYTES);
    if (!block) continue;
    first ??= block.bytes;
    for (const line of new TextDecoder('latin1').decode(block.bytes).split('\n')) {
      const fields = line.split(header.delimiter);
      if (fields.length !== header.roles.length) continue;
      lines++;
      bytes += line.length + 1;
      for (let c = 0; c < fields.length; c++) {
        const role = header.roles[c]!;
        if (role === -2) continue;
        const text = fields[c]!.trim().replace(/^"(.*)"$/, '$1');
        if (role === -1) { if (index === 0 && times.length < 4096) times.push(text); continue; }
        const m = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text);
        if (m && text !== '') {
          fraction[role] = Math.max(fraction[role]!, m[2]?.length ?? 0);
          highest[role] = Math.max(highest[role]!, Math.abs(Number(text)));
        } else if (text !== '' && Number.isFinite(Number(text))) exact[role] = false;
      }
    }
  }
  const notes: string[] = [];
  const timeUnit = input.timeUnit ?? header.timeUnit ?? guessTimeUnit(times, header.channels, notes);
  const clocks = timeUnit === 'iso' ? times.filter(looksIso) : [];
  const local = clocks.length > 0 && clocks.every((x) => !/(Z|[+-]\d{2}:?\d{2})$/i.test(x));

  let component = 0;
  const decimals: number[] = [];
  const channels = header.channels.map((channel): Channel => {
    const own = channel.components.map(() => component++);
    const digits = Math.max(...own.map((c) => fraction[c]!));
    const fits = digits <= 9 && own.every((c) => exact[c] && Math.round(highest[c]! * POW10[digits]!) <= MAX_SCALED);
    for (const _ of own) decimals.push(fits ? digits : -1);
    return { ...channel, decimals: fits ? digits : null };
  });
  const plan: CsvPlan = { delimiter: header.delimiter.charCodeAt(0), roles: header.roles, timeUnit, decimals };
  return { plan, channels, nominalRateHz: first ? medianRate(parseCsvBlock(first, plan, false).t) : null, local, notes, bytesPerRow: lines > 0 ? bytes / lines : 16 };
}

/** 1 / the median interval, in Hz with four digits; null where there is none. */
export function medianRate(t: Float64Array): number | null {
  const gaps: number[] = [];
  for (let i = 1; i < t.length; i++) if (t[i]! > t[i - 1]!) gaps.push(t[i]! - t[i - 1]!);
  if (gaps.length === 0) return null;
  gaps.sort((a, b) => a - b);
  return Number((1e6 / gaps[gaps.length >> 1]!).toPrecision(4));
}

function guessTimeUnit(times: string[], channels: Channel[], notes: string[]): TimeUnit {
  const first = times.find((t) => t !== '');
  if (first === undefined) return 's';
  if (looksIso(first)) return 'iso';
  const numbers = times.map(Number).filter((n) => Number.isFinite(n));
  const start = numbers[0];
  if (start === undefined) throw new AppError('format-unknown', `The first time, «${shapeOf(first, 40)}», is neither a number nor a time of ISO 8601.`, { hint: 'Write times as seconds, milliseconds or 2026-07-01T12:00:00Z.' });
  // Since 1973, read as an epoch: the count of digits tells the unit.
  if (start >= 1e17) return 'ns';
  if (start >= 1e14) return 'us';
  if (start >= 1e11) return 'ms';
  if (start >= 1e8) return 's';
  const steps = numbers.slice(1).map((n, i) => n - numbers[i]!).filter((d) => d > 0).sort((a, b) => a - b);
  const step = steps[steps.length >> 1] ?? 0;
  const fast = channels.some((c) => ['acceleration', 'gyroscope', 'ecg', 'ppg'].includes(c.kind));
  if (fast && step >= 2 && numbers.every(Number.isInteger)) {
    const unit: TimeUnit = step < 1000 ? 'ms' : step < 1e6 ? 'us' : 'ns';
    notes.push(`The time column names no unit; its steps of ${step} were read as ${unit === 'us' ? 'µs' : unit}.`);
    return unit;
  }
  return 's';
}
