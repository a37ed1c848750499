import type { Channel } from '../../../../shared/domain/recording.ts';
import { numberOf, type SeriesRows } from '../collector.ts';
import { isoMicros } from '../iso-time.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName, skip } from '../series.ts';
import { readXml } from '../xml.ts';
import type { Format } from './format.ts';

type Quantity = { kind: string; title: string; channel: Channel; units: Record<string, string>; duration?: boolean; scale?: (v: number, unit: string) => number };
const MIN = { 'count/min': '/min' };
/** A fraction by Apple, though its unit says %; some apps write 97. */
const percent = (v: number) => (v <= 1 ? Math.round(v * 1e8) / 1e6 : v);

/** Types and units of the reference, 3.1. The unit of the source is kept; a series has one. */
const QUANTITIES: Record<string, Quantity> = {
  HeartRate: { kind: 'heart-rate', title: 'Heart rate', channel: whole(CHANNELS.heartRate), units: MIN },
  RestingHeartRate: { kind: 'resting-heart-rate', title: 'Resting heart rate', channel: whole(CHANNELS.restingHeartRate), units: MIN },
  HeartRateVariabilitySDNN: { kind: 'hrv-sdnn', title: 'Heart rate variability (SDNN)', channel: CHANNELS.sdnn, units: { ms: 'ms' } },
  StepCount: { kind: 'steps', title: 'Steps', channel: whole(CHANNELS.steps), units: { count: '1' }, duration: true },
  OxygenSaturation: { kind: 'spo2', title: 'Oxygen saturation', channel: CHANNELS.spo2, units: { '%': '%' }, scale: percent },
  RespiratoryRate: { kind: 'respiratory-rate', title: 'Respiratory rate', channel: CHANNELS.respiration, units: MIN },
  BodyTemperature: { kind: 'body-temperature', title: 'Body temperature', channel: CHANNELS.bodyTemperature, units: { degC: 'Cel', degF: '[degF]' } },
  VO2Max: { kind: 'vo2-max', title: 'VO₂max', channel: CHANNELS.vo2max, units: { 'mL/min·kg': 'mL/min/kg', 'mL/kg*min': 'mL/min/kg' } },
  BodyMass: { kind: 'weight', title: 'Weight', channel: CHANNELS.weight, units: { kg: 'kg', g: 'g', lb: '[lb_av]' } },
  BloodGlucose: { kind: 'blood-glucose', title: 'Blood glucose', channel: CHANNELS.bloodGlucose, units: { 'mg/dL': 'mg/dL', 'mmol<180.1558800000541>/L': 'mmol/L', 'mmol/L': 'mmol/L' } },
  BloodPressureSystolic: { kind: 'systolic', title: 'Blood pressure, systolic', channel: CHANNELS.bloodPressure, units: { mmHg: 'mm[Hg]' } },
  BloodPressureDiastolic: { kind: 'diastolic', title: 'Blood pressure, diastolic', channel: CHANNELS.bloodPressureDiastolic, units: { mmHg: 'mm[Hg]' } },
};
const SLEEP: Record<string, [number, string]> = { InBed: [6, 'in bed'], AsleepUnspecified: [5, 'asleep'], Asleep: [5, 'asleep'], Awake: [1, 'awake'], AsleepCore: [2, 'light sleep'], AsleepDeep: [3, 'deep sleep'], AsleepREM: [4, 'REM sleep'] };
const QUANTITY = 'HKQuantityTypeIdentifier';

/** Manufacturer and model of an HKDevice; never its name, which may be a person's. */
export function appleDevice(text: string | undefined): string | null {
  if (!text) return null;
  // A value may have a comma of its own (`Watch4,2`); the next key or the end ends it.
  const of = (key: string) => new RegExp(`(?:^|[,>] ?)${key}:(.{1,60}?)(?=, ?[a-zA-Z]+:|>|$)`).exec(text)?.[1]?.trim();
  const [maker, model, hardware] = [of('manufacturer'), of('model'), of('hardware')];
  const told = [maker, model, hardware].filter((s) => s).join(' ');
  return told === '' ? null : told.slice(0, 80);
}

/** Local clock time of a beat in seconds since midnight: `20:14:07.68`, `6:14:48.94 PM` (with U+202F), `08:34:05,10`. */
export function beatSeconds(text: string): number {
  const m = /^(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d{1,6})?)(?:[\s\u202f\u00a0]*([AaPp])\.?[Mm]\.?)?$/.exec(text.trim());
  if (!m) return NaN;
  let hour = Number(m[1]);
  if (m[4]) hour = (hour % 12) + (/p/i.test(m[4]) ? 12 : 0);
  return hour < 24 && Number(m[2]) < 60 ? hour * 3600 + Number(m[2]) * 60 + Number(m[3]!.replace(',', '.')) : NaN;
}

/** Of `… +0100`, `+01:00`. */
const offsetOf = (date: string): string | null => (/^[+-]\d{4}$/.test(date.slice(-5)) ? `${date.slice(-5, -2)}:${date.slice(-2)}` : null);

/** Two digits; NaN for what is none. */
function two(text: string, at: number): number {
  const [a, b] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : NaN;
}

/** Times repeat within a file of records in order: the same text is not read twice. */
function cachedMicros(): (text: string) => number {
  let last = '';
  let micros = NaN;
  let hour = '';
  let base = NaN;
  return (text) => {
    if (text === last) return micros;
    last = text;
    // `YYYY-MM-DD HH:MM:SS ±HHMM`: within an hour of one zone only minutes and seconds differ.
    const frame = text.length === 25 && text[13] === ':' && text[16] === ':' && text[19] === ' ' ? text.slice(0, 13) + text.slice(19) : null;
    const tail = frame === null ? NaN : two(text, 14) * 60 + two(text, 17);
    if (frame === null || !(tail < 3600) || two(text, 17) > 59) return (micros = isoMicros(text));
    if (frame !== hour) { hour = frame; base = isoMicros(`${text.slice(0, 13)}:00:00${text.slice(19)}`); }
    return (micros = base + tail * 1e6);
  };
}

/**
 * Apple Health's `export.xml`, in one pass. A recording for each type, source and unit. Records within a Correlation
 * stand outside as well and are passed over there.
 */
export const appleHealth: Format = {
  id: 'apple-health',
  matches: ({ text }) => /<HealthData[\s>]|<!DOCTYPE\s+HealthData/.test(text),
  async read(entry, { collector, pause }) {
    let correlations = 0;
    const [startOf, endOf] = [cachedMicros(), cachedMicros()];
    const series = new Map<string, SeriesRows>();
    const devices = new Map<string | undefined, string>();
    const others = new Map<string, number>();
    let beats: { t: number; offset: number; source: string; device: string | null; at: number[] } | null = null;

    let last: { kind: string; unit: string; source: string; deviceText: string | undefined; rows: SeriesRows } | null = null;

    const rowsOf = (kind: string, title: string, channels: () => Channel[], source: string, deviceText: string | undefined, unit: string): SeriesRows => {
      // Records of one kind and source stand one after the other; their texts are compared faster than they are looked up.
      if (last && last.kind === kind && last.unit === unit && last.source === source && last.deviceText === deviceText) return last.rows;
      let plain = devices.get(deviceText);
      if (plain === undefined) {
        plain = deviceText?.replace(/^<<HKDevice: 0x[0-9a-f]+>, ?|, software:[^>]*|>$/g, '') ?? '';
        // The address in a device's text may differ for each record.
        if (devices.size < 5000) devices.set(deviceText, plain);
      }
      const key = `${kind}\u0000${source}\u0000${plain}\u0000${unit}`;
      let rows = series.get(key);
      if (!rows) {
        const device = appleDevice(deviceText);
        rows = collector.open(seriesName('apple-health', kind, source, device, unit), () => ({ title: `${title} (Apple Health)`, kind: 'apple-health', device, channels: channels() }));
        if (series.size < 5000) series.set(key, rows);
      }
      last = { kind, unit, source, deviceText, rows };
      return rows;
    };

    function record(a: Record<string, string>, line: number): void {
      const type = a['type'] ?? '';
      const start = a['startDate'] ?? '';
      const source = a['sourceName'] ?? '';
      if (type === 'HKCategoryTypeIdentifierSleepAnalysis') {
        const stage = SLEEP[(a['value'] ?? '').replace('HKCategoryValueSleepAnalysis', '')];
        const rows = rowsOf('sleep', 'Sleep', () => [whole(CHANNELS.sleep), CHANNELS.duration], source, a['device'], '1');
        const [from, to] = [startOf(start), endOf(a['endDate'] ?? '')];
        if (!stage) { rows.skip('row-malformed', line); return; }
        if (!(to > from)) { rows.skip('time-malformed', line); return; }
        rows.add(from, [stage[0], (to - from) / 1e6], line);
        rows.annotate(from, to, stage[1]);
        const offset = offsetOf(start);
        if (offset) rows.offset(offset);
        return;
      }
      const q = type.startsWith(QUANTITY) ? QUANTITIES[type.slice(QUANTITY.length)] : undefined;
      if (!q) { if (others.size < 300 || others.has(type)) others.set(type.slice(0, 80), (others.get(type.slice(0, 80)) ?? 0) + 1); return; }
      const unit = q.units[a['unit'] ?? ''];
      if (unit === undefined) { skip(collector.overall, 'unit-unknown', line); return; }
      const rows = rowsOf(q.kind, q.title, () => {
        // LOINC codes of the concentration of glucose differ by unit: 15074-8 by amount, 2339-0 by mass.
        const channel = { ...q.channel, unit, ...(unit === 'mg/dL' ? { loinc: '2339-0' } : {}) };
        return q.duration ? [channel, CHANNELS.duration] : [channel];
      }, source, a['device'], unit);
      const value = numberOf(a['value']);
      if (value === undefined || value !== value) { rows.skip('value-not-finite', line); return; }
      const t = startOf(start);
      if (t !== t) { rows.skip('time-malformed', line); return; }
      const scaled = q.scale ? q.scale(value, unit) : value;
      if (q.duration) {
        const to = endOf(a['endDate'] ?? '');
        rows.add(t, [scaled, to >= t ? (to - t) / 1e6 : NaN], line);
      } else rows.add(t, [scaled], line);
      const offset = offsetOf(start);
      if (offset) rows.offset(offset);
      if (q.kind === 'hrv-sdnn') beats = { t, offset: offset ? (offset[0] === '-' ? -1 : 1) * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60) : 0, source, device: a['device'] ?? null, at: [] };
    }

    function intervals(): void {
      const of = beats!;
      if (of.at.length < 2) return;
      const rows = rowsOf('rr', 'RR intervals', () => [CHANNELS.rr], of.source, of.device ?? undefined, 'ms');
      // The beats say no date: the day of the record's start by its own offset, the next where they pass midnight.
      const startLocal = of.t / 1e6 + of.offset;
      let day = Math.floor(startLocal / 86400) * 86400;
      if (of.at[0]! - (startLocal - day) < -43200) day += 86400;
      let before = NaN;
      for (const seconds of of.at) {
        let at = day + seconds;
        if (at < before) { at += 86400; day += 86400; }
        const rr = Math.round((at - before) * 1e5) / 100;
        // From the times, for bpm is rounded. A beat that was missed is not a long interval.
        if (rr >= 200 && rr <= 3000) rows.add(Math.round((at - of.offset) * 1e6), [rr]);
        before = at;
      }
    }

    const { mistakes, truncated } = await readXml(entry.stream(), entry.name, {
      open(name, a, line) {
        if (name === 'Correlation') correlations++;
        else if (correlations > 0) return;
        else if (name === 'Record') { beats = null; record(a, line); }
        else if (name === 'InstantaneousBeatsPerMinute' && beats && beats.at.length < 100_000) {
          const at = beatSeconds(a['time'] ?? '');
          if (at === at) beats.at.push(at);
        }
      },
      close(name) {
        if (name === 'Correlation') correlations = Math.max(0, correlations - 1);
        else if (name === 'Record' && correlations === 0 && beats) { intervals(); beats = null; }
      },
      pause,
    });
    for (const [type, count] of others) skip(collector.overall, `type-not-read: ${type.replace(/^HK(Quantity|Category)?(TypeIdentifier)?/, '')}`, 0, count);
    if (mistakes > 0) skip(collector.overall, 'xml-mistake', 0, mistakes);
    if (truncated) skip(collector.overall, 'file-truncated', 0);
  },
};
