import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import type { Annotation, Channel, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_SCALED, POW10 } from '../import/decimal.ts';
import { CHANNELS } from '../import/kinds.ts';
import { seriesName } from '../import/series.ts';

type Series = { id: string; title: string; channels: Channel[]; rows: { t: number; values: number[] }[]; annotations: Annotation[]; offsets: Set<string> };

const three = (channel: Channel): Channel => ({ ...channel, decimals: 3 });
/** Medicine, symptoms and training have no LOINC code of their own that fits a single value; their names stand in the annotations. */
const dose = (unit: string): Channel => ({ name: 'medicine-dose', kind: 'medicine', unit, components: ['value'], decimals: 3 });
const severity: Channel = { name: 'symptom-severity', kind: 'symptom', unit: '{score}', components: ['value'], decimals: 0 };
/** 55411-3 «Exercise duration», in minutes. */
const training: Channel = { name: 'exercise-duration', kind: 'training', unit: 'min', components: ['value'], decimals: 3, loinc: '55411-3' };
const effort: Channel = { name: 'perceived-exertion', kind: 'training', unit: '{score}', components: ['value'], decimals: 0 };
/** Glucose by amount 15074-8, by mass 2339-0. */
const glucose = (unit: string): Channel => three({ ...CHANNELS.bloodGlucose, unit, loinc: unit === 'mg/dL' ? '2339-0' : '15074-8' });

function placed(e: ManualEntry): { kind: string; key?: string; title: string; channels: Channel[]; values: number[]; label?: string; minutes?: number } {
  switch (e.kind) {
    case 'medicine': return { kind: 'medicine', key: `${e.name.toLowerCase()} ${e.unit}`, title: `Medicine: ${e.name}`, channels: [dose(e.unit)], values: [e.amount], label: e.name };
    case 'symptom': return { kind: 'symptom', key: e.name.toLowerCase(), title: `Symptom: ${e.name}`, channels: [severity, three(CHANNELS.duration)], values: [e.severity, e.minutes === undefined ? NaN : e.minutes * 60], label: e.name, minutes: e.minutes };
    case 'training': return { kind: 'training', key: e.name.toLowerCase(), title: `Training: ${e.name}`, channels: [training, effort], values: [e.minutes, e.effort ?? NaN], label: e.name, minutes: e.minutes };
    case 'weight': return { kind: 'weight', key: e.unit, title: 'Weight', channels: [three({ ...CHANNELS.weight, unit: e.unit })], values: [e.value] };
    case 'blood-pressure': return { kind: 'blood-pressure', title: 'Blood pressure', channels: [three(CHANNELS.bloodPressure), three(CHANNELS.bloodPressureDiastolic), three(CHANNELS.heartRate)], values: [e.systolic, e.diastolic, e.pulse ?? NaN] };
    case 'glucose': return { kind: 'glucose', key: e.unit, title: 'Blood glucose', channels: [glucose(e.unit)], values: [e.value] };
  }
}

/** The recording that an entry belongs to: its series, what it is called and the codes of what it holds. */
export function seriesOf(entry: ManualEntry): { series: string; title: string; loinc: string[] } {
  const { kind, key, title, channels } = placed(entry);
  return { series: seriesName('manual', kind, key), title, loinc: channels.flatMap((c) => c.loinc ?? []) };
}

const offsetText = (minutes: number) => `${minutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;

/**
 * What was written down, as recordings: one for each kind, name and unit, its rows the single events in the order of
 * their times. An entry that is there twice counts once.
 * @throws AppError `invalid-argument` naming the entry and the field
 */
export function openManual(entries: readonly unknown[]): RecordingSource[] {
  if (entries.length === 0) throw new AppError('too-few-samples', 'There is no entry to keep.', { hint: 'Write down at least one.' });
  const all = new Map<string, Series>();
  entries.forEach((raw, i) => {
    const parsed = ManualEntry.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new AppError('invalid-argument', `Entry ${i + 1} cannot be kept: ${issue.path.join('.') || 'kind'}: ${issue.message}.`, { hint: 'Correct the value.', details: { entry: i + 1 } });
    }
    const e = parsed.data;
    const it = placed(e);
    const id = seriesOf(e).series;
    let s = all.get(id);
    if (!s) all.set(id, s = { id, title: it.title, channels: it.channels, rows: [], annotations: [], offsets: new Set() });
    const t = e.time * 1000;
    s.rows.push({ t, values: it.values });
    s.offsets.add(offsetText(e.offsetMinutes));
    if (it.label) s.annotations.push({ from: t, to: t + Math.max(1, Math.round((it.minutes ?? 0) * 60e6)), label: it.label });
  });
  return [...all.values()].map(source);
}

function source(s: Series): RecordingSource {
  const key = (r: { t: number; values: number[] }) => `${r.t} ${r.values.join(' ')}`;
  const rows = [...new Map(s.rows.map((r) => [key(r), r])).values()].sort((a, b) => a.t - b.t);
  const repeated = s.rows.length - rows.length;
  const annotations = [...new Map(s.annotations.map((a) => [JSON.stringify(a), a])).values()].sort((a, b) => a.from - b.from);
  const decimals = s.channels.flatMap((c) => c.components.map(() => c.decimals!));
  // Thousandths are what an entry holds; of a value that is too large for them, more is not known anyway.
  const fits = decimals.map((d, c) => rows.every((r) => !(Math.abs(r.values[c]! * POW10[d]!) > MAX_SCALED)));
  async function* batches(): AsyncGenerator<SampleBatch> {
    yield {
      t: Float64Array.from(rows, (r) => r.t),
      columns: decimals.map((d, c) => (fits[c] ? Int32Array.from(rows, (r) => (r.values[c] === r.values[c] ? Math.round(r.values[c]! * POW10[d]!) : MISSING_INT32)) : Float64Array.from(rows, (r) => r.values[c]!))),
    };
  }
  return {
    draft: {
      title: s.title, nominalRateHz: null, channels: s.channels.map((c, i) => (fits[i] ? c : { ...c, decimals: null })),
      source: { kind: 'manual', device: null, simulated: false, times: 'source', series: s.id, zone: `Offsets where the entries were made: ${[...s.offsets].sort().slice(0, 8).join(', ')}.` },
    },
    batches: batches(),
    finish: () => ({ report: { rowsRead: rows.length, rowsSkipped: repeated, skipped: repeated > 0 ? [{ reason: 'repeated', count: repeated, firstLine: 0 }] : [], notes: ['Written down by the owner, not measured by a device that was read.'], sourceBytes: 0 }, annotations }),
  };
}
