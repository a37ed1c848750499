import type { Channel, ChannelKind } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { shapeOf } from './shape-of.ts';

/** Where a file has no header, its first row stands in the header's place. */
const shown = (names: string[]): string => names.slice(0, 8).map((n) => (/^[A-Za-z_]/.test(n) ? n : shapeOf(n))).join(', ');

export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'iso';

/** What a column of the file is for: -2 ignored, -1 the time, 0… the index of a component. */
export type ColumnRole = number;

/** How to read the rows of one CSV file. Plain data, so that it can be posted to a worker. */
export type CsvPlan = {
  delimiter: number;
  roles: ColumnRole[];
  timeUnit: TimeUnit;
  /** Decimal digits of each component; -1 for Float64. All components of a channel have the same. */
  decimals: number[];
};

export type CsvHeader = { delimiter: string; names: string[]; channels: Channel[]; roles: ColumnRole[]; timeUnit: TimeUnit | null; unknown: string[]; notes: string[] };

const TIME = /^(t|time|ts|timestamp|times?tamps?|datetime|date_?time|date|epoch|elapsed|seconds_elapsed|elapsed_time|unix_?time)$/;
const AXIS = /^(?:(acc|accel|accelerometer|acceleration|linear_acceleration|a|gyro|gyroscope|g|w|rotation_rate|rot)[_. -]?)?([xyz])$/;

const SINGLE: { kind: ChannelKind; name: string; unit: string; match: RegExp }[] = [
  { kind: 'heart-rate', name: 'heart-rate', unit: '/min', match: /^(hr|heart_?rate|bpm|pulse|hr_bpm|heart_?rate_?bpm)$/ },
  { kind: 'rr-interval', name: 'rr-interval', unit: 'ms', match: /^(rr|rri|ibi|rr_?interval|nn_?interval|rr_ms|ibi_ms)$/ },
  { kind: 'spo2', name: 'spo2', unit: '%', match: /^(spo2|sp_o2|oxygen_?saturation|o2_?sat)$/ },
  { kind: 'temperature', name: 'temperature', unit: 'Cel', match: /^(temp|temperature|skin_?temp(erature)?|body_?temp(erature)?)$/ },
  { kind: 'ecg', name: 'ecg', unit: 'mV', match: /^(ecg|ekg)$/ },
  { kind: 'ppg', name: 'ppg', unit: '1', match: /^(ppg|bvp)$/ },
  { kind: 'steps', name: 'steps', unit: '1', match: /^(steps|step_?count)$/ },
];

const UNITS: Record<string, string> = {
  g: 'g', gs: 'g', 'm/s2': 'm/s2', 'm/s^2': 'm/s2', 'm/s²': 'm/s2', 'ms-2': 'm/s2', 'm.s-2': 'm/s2', ms2: 'm/s2', 'm/s/s': 'm/s2', mg: 'mg',
  bpm: '/min', '/min': '/min', '1/min': '/min', 'beats/min': '/min', ms: 'ms', s: 's', '%': '%', c: 'Cel', '°c': 'Cel', cel: 'Cel', celsius: 'Cel', degc: 'Cel', mv: 'mV', uv: 'uV', 'µv': 'uV',
  'rad/s': 'rad/s', 'deg/s': 'deg/s', 'dps': 'deg/s', '°/s': 'deg/s', '1': '1',
};
const TIME_UNITS: Record<string, TimeUnit> = {
  s: 's', sec: 's', secs: 's', second: 's', seconds: 's', ms: 'ms', msec: 'ms', millis: 'ms', milliseconds: 'ms', us: 'us', 'µs': 'us', micros: 'us', microseconds: 'us', ns: 'ns', nanos: 'ns', nanoseconds: 'ns', iso: 'iso', iso8601: 'iso',
};

/** Turns a unit as people write it into UCUM; undefined for one that is not known. */
export const ucumUnit = (text: string): string | undefined => UNITS[text.trim().toLowerCase()];

const clean = (field: string) => field.trim().replace(/^"(.*)"$/, '$1').replace(/""/g, '"').trim();

/** The delimiter of a header: the one of `,` `;` tab that occurs most. */
export function delimiterOf(line: string): string {
  let best = ',';
  for (const d of [',', ';', '\t']) if (line.split(d).length > line.split(best).length) best = d;
  return best;
}

/** Splits a name such as `acc_x (m/s^2)` or `hr [bpm]` or `time_ms` into its name and its unit. */
function nameAndUnit(field: string): { name: string; unit: string | null } {
  const bracket = /^(.*?)\s*[[({]\s*([^\])}]+?)\s*[\])}]\s*$/.exec(field);
  const name = (bracket ? bracket[1]! : field).trim().toLowerCase().replace(/[\s-]+/g, '_');
  return { name, unit: bracket ? bracket[2]! : null };
}

function timeColumn(name: string, unit: string | null): { unit: TimeUnit | null } | null {
  const suffix = /^(.+?)_(s|sec|secs|seconds|ms|msec|millis|milliseconds|us|micros|microseconds|ns|nanos|nanoseconds|iso|iso8601)$/.exec(name);
  if (suffix && TIME.test(suffix[1]!)) return { unit: TIME_UNITS[suffix[2]!]! };
  if (name === 'seconds_elapsed') return { unit: 's' };
  if (TIME.test(name)) return { unit: unit === null ? null : (TIME_UNITS[unit.trim().toLowerCase()] ?? null) };
  return TIME_UNITS[name] && name.length > 1 ? { unit: TIME_UNITS[name]! } : null;
}

/**
 * Reads the header of a CSV file: which column is the time, which ones are the components of which channel, in which unit.
 * @param unit unit of the acceleration where the header names none
 * @throws AppError `format-unknown` where there is no time or nothing that is known to be a sample
 */
export function readHeader(line: string, options: { unit?: string; /** For a file without times. */ rateHz?: number } = {}): CsvHeader {
  const delimiter = delimiterOf(line);
  const names = line.replace(/^\uFEFF/, '').split(delimiter).map(clean);
  const roles: ColumnRole[] = names.map(() => -2);
  const notes: string[] = [];
  const unknown: string[] = [];
  let timeUnit: TimeUnit | null = null;
  let timeAt = -1;
  type Found = { at: number; name: string; kind: ChannelKind; component: string; unit: string | null; fallback: string };
  const found: Found[] = [];
  names.forEach((field, at) => {
    const { name, unit } = nameAndUnit(field);
    const asTime = timeColumn(name, unit);
    if (asTime) {
      if (timeAt < 0) { timeAt = at; timeUnit = asTime.unit; roles[at] = -1; } else unknown.push(field);
      return;
    }
    const axis = AXIS.exec(name) ?? AXIS.exec(name.replace(/_(g|mg|ms2|m_s2|mps2)$/, ''));
    if (axis) {
      const gyro = /^(gyro|gyroscope|g|w|rotation_rate|rot)$/.test(axis[1] ?? '');
      const tail = /_(g|mg|ms2|m_s2|mps2)$/.exec(name)?.[1] ?? null;
      const named = unit ?? (tail === null ? null : tail === 'g' || tail === 'mg' ? tail : 'm/s2');
      found.push({ at, name: gyro ? 'gyroscope' : 'acceleration', kind: gyro ? 'gyroscope' : 'acceleration', component: axis[2]!, unit: named, fallback: gyro ? 'rad/s' : '' });
      return;
    }
    const single = SINGLE.find((s) => s.match.test(name));
    if (single) found.push({ at, name: single.name, kind: single.kind, component: 'value', unit, fallback: single.unit });
    else unknown.push(field);
  });
  if (timeAt < 0) {
    if (options.rateHz === undefined) throw new AppError('format-unknown', `The header on line 1 names no time column: ${shown(names)}.`, { hint: 'Call the column t, time or timestamp, with its unit, as in `t [s],x,y,z`; or say how many rows there are in a second.' });
    notes.push(`The file has no times; ${options.rateHz} Hz was assumed.`);
  }
  const channels: Channel[] = [];
  let component = 0;
  for (const name of new Set(found.map((f) => f.name))) {
    const seen = new Set<string>();
    const parts = found.filter((f) => f.name === name && !seen.has(f.component) && seen.add(f.component));
    for (const extra of found.filter((f) => f.name === name && !parts.includes(f))) unknown.push(names[extra.at]!);
    parts.sort((a, b) => (a.component < b.component ? -1 : a.component > b.component ? 1 : 0));
    const first = parts[0]!;
    const texts = [...new Set(parts.map((p) => p.unit).filter((u) => u !== null))];
    const units = texts.map((text) => {
      const known = ucumUnit(text);
      if (!known) throw new AppError('format-unknown', `The header on line 1 gives ${name} in «${text}», a unit that is not known.`, { hint: name === 'acceleration' ? 'Use g or m/s2.' : 'Use a unit such as bpm, ms, %, Cel, mV.' });
      return known;
    });
    if (new Set(units).size > 1) throw new AppError('format-unknown', `The header on line 1 gives ${name} in different units: ${units.join(', ')}.`, { hint: 'Bring the components of one sensor to one unit.' });
    let unit = units[0];
    if (!unit && name === 'acceleration') {
      unit = options.unit === undefined ? 'm/s2' : ucumUnit(options.unit);
      if (!unit) throw new AppError('invalid-argument', `«${options.unit}» is not a unit of acceleration.`, { hint: 'Use g or m/s2.' });
      if (options.unit === undefined) notes.push('The header names no unit for the acceleration; it was read as m/s².');
    }
    channels.push({ name, kind: first.kind, unit: unit ?? first.fallback, components: parts.map((p) => p.component), decimals: null });
    for (const part of parts) roles[part.at] = component++;
  }
  if (channels.length === 0) throw new AppError('format-unknown', `The header on line 1 names no channel that is known: ${shown(names)}.`, { hint: 'Call the columns x,y,z for an accelerometer, hr for a heart rate, rr, spo2, temperature, ecg or ppg.' });
  if (unknown.length > 0) notes.push(`Columns that were not read: ${unknown.slice(0, 12).join(', ')}.`);
  return { delimiter, names, channels, roles, timeUnit, unknown, notes };
}
