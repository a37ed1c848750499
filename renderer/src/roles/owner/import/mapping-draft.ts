import type { CsvMapping, TimeFormat } from '../../../../../shared/domain/csv-mapping.ts';
import type { ChannelKind } from '../../../../../shared/domain/recording.ts';

/** What one column of a table is to the person. Columns of the same channel are its components. */
export type ColumnRole =
  | { role: 'none' }
  | { role: 'time' }
  /** The time of day beside a column of dates. */
  | { role: 'clock' }
  | { role: 'channel'; kind: ChannelKind; channel: string; component: string; unit: string };

export type MappingDraft = Omit<CsvMapping, 'time' | 'channels'> & { timeFormat: TimeFormat; roles: ColumnRole[]; /** Decimals and codes of channels as they were proposed. */ proposed: CsvMapping['channels'] };

const VECTORS: readonly ChannelKind[] = ['acceleration', 'gyroscope'];
const AXES = ['x', 'y', 'z'];
const MAX_COMPONENTS = 16;

/** UCUM units that a kind usually comes in, the likeliest first; any other can be typed. */
const UNITS: Partial<Record<ChannelKind, readonly string[]>> = {
  acceleration: ['m/s2', 'g'], 'heart-rate': ['/min'], 'rr-interval': ['ms', 's'], spo2: ['%'], temperature: ['Cel', 'K', '[degF]'], ecg: ['mV', 'uV'], ppg: ['1'], gyroscope: ['rad/s', 'deg/s'], steps: ['1'],
  respiration: ['/min'], weight: ['kg', '[lb_av]'], 'blood-pressure': ['mm[Hg]'], glucose: ['mmol/L', 'mg/dL'], medicine: ['mg'], training: ['min'],
};
export const unitsOf = (kind: ChannelKind): readonly string[] => UNITS[kind] ?? ['1'];
/** Formats in which a date can have its time of day in a column of its own. */
export const DATE_FORMATS: readonly TimeFormat[] = ['dmy', 'mdy', 'ymd', 'iso'];

/** @param width columns of the file */
export function draftOfMapping(m: CsvMapping, width: number): MappingDraft {
  const roles: ColumnRole[] = Array.from({ length: width }, () => ({ role: 'none' }));
  const put = (column: number, role: ColumnRole) => { if (column < width) roles[column] = role; };
  m.time?.columns.forEach((column, i) => put(column, { role: i === 0 ? 'time' : 'clock' }));
  for (const c of m.channels) c.columns.forEach((column, i) => put(column, { role: 'channel', kind: c.kind, channel: c.name, component: c.components[i] ?? 'value', unit: c.unit }));
  return { delimiter: m.delimiter, decimal: m.decimal, skipLines: m.skipLines, ...(m.rateHz === undefined ? {} : { rateHz: m.rateHz }), timeFormat: m.time?.format ?? 'iso', roles, proposed: m.channels };
}

/** The mapping that the draft says; null while nothing is read, or rows have neither a time nor a rate. */
export function mappingOf(d: MappingDraft): CsvMapping | null {
  const time = d.roles.findIndex((r) => r.role === 'time');
  const clock = d.roles.findIndex((r) => r.role === 'clock');
  if (time < 0 && d.rateHz === undefined) return null;
  const channels: CsvMapping['channels'] = [];
  d.roles.forEach((r, column) => {
    if (r.role !== 'channel') return;
    const known = channels.find((c) => c.name === r.channel);
    if (known) { known.components.push(r.component); known.columns.push(column); return; }
    const before = d.proposed.find((c) => c.name === r.channel && c.kind === r.kind && c.unit === r.unit);
    channels.push({ name: r.channel, kind: r.kind, unit: r.unit, components: [r.component], decimals: before?.decimals ?? null, ...(before?.loinc === undefined ? {} : { loinc: before.loinc }), columns: [column] });
  });
  if (channels.length === 0 || channels.some((c) => c.unit === '')) return null;
  return {
    delimiter: d.delimiter, decimal: d.decimal, skipLines: d.skipLines, ...(d.rateHz === undefined ? {} : { rateHz: d.rateHz }),
    time: time < 0 ? null : { columns: clock >= 0 && clock !== time && DATE_FORMATS.includes(d.timeFormat) ? [time, clock] : [time], format: d.timeFormat }, channels,
  };
}

const channelsOf = (roles: readonly ColumnRole[], kind: ChannelKind): string[] => [...new Set(roles.flatMap((r) => (r.role === 'channel' && r.kind === kind ? [r.channel] : [])))];
const used = (roles: readonly ColumnRole[], channel: string): string[] => roles.flatMap((r) => (r.role === 'channel' && r.channel === channel ? [r.component] : []));

/** A name that no other channel has: `heart-rate`, `heart-rate-2`. */
function freeName(base: string, roles: readonly ColumnRole[]): string {
  const taken = new Set(roles.flatMap((r) => (r.role === 'channel' ? [r.channel] : [])));
  for (let n = 1; ; n++) { const name = n === 1 ? base : `${base}-${n}`; if (!taken.has(name)) return name; }
}

/** File-safe and short, from the header of a column. */
const nameFrom = (header: string | null): string => (header ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 24);

/** The draft after a column became `what`; there is one time and one time of day at most. @param header of that column */
export function setRole(d: MappingDraft, column: number, what: ChannelKind | 'none' | 'time' | 'clock', header: string | null): MappingDraft {
  const roles = d.roles.map((r, i): ColumnRole => (i === column || (what !== 'none' && r.role === what) ? { role: 'none' } : r));
  if (what === 'time' || what === 'clock') roles[column] = { role: what };
  else if (what !== 'none') {
    const vector = VECTORS.includes(what);
    // The next axis of the channel that is there already, and a new channel once it has all three.
    const open = vector ? channelsOf(roles, what).find((name) => { const have = used(roles, name); return have.length < Math.min(AXES.length, MAX_COMPONENTS) && AXES.some((a) => !have.includes(a)); }) : undefined;
    const channel = open ?? freeName((what === 'other' && nameFrom(header)) || what, roles);
    const peer = roles.find((r) => r.role === 'channel' && r.channel === channel);
    const unit = peer?.role === 'channel' ? peer.unit : unitsOf(what)[0]!;
    const component = vector ? AXES.find((a) => !used(roles, channel).includes(a))! : 'value';
    roles[column] = { role: 'channel', kind: what, channel, component, unit };
  }
  return { ...d, roles };
}

/** All components of a channel have one unit. */
export function setUnit(d: MappingDraft, column: number, unit: string): MappingDraft {
  const mine = d.roles[column];
  if (mine?.role !== 'channel') return d;
  return { ...d, roles: d.roles.map((r) => (r.role === 'channel' && r.channel === mine.channel ? { ...r, unit } : r)) };
}
