import { numberOf } from '../collector.ts';
import type { Entry } from '../container.ts';
import { isoMicros } from '../iso-time.ts';
import { elementsOf, isObject, numberIn } from '../json.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName, skip } from '../series.ts';
import { fieldsOf, linesOf } from '../text.ts';
import type { Format, FormatContext } from './format.ts';

const STAGES: Record<string, [number, string]> = { '40001': [1, 'awake'], '40002': [2, 'light sleep'], '40003': [3, 'deep sleep'], '40004': [4, 'REM sleep'] };
/** Ends of the tables' names that are read. */
const KINDS = [['tracker.heart_rate', 'heart-rate'], ['sleep_stage', 'sleep'], ['oxygen_saturation', 'spo2'], ['pedometer_step_count', 'steps']] as const;
const EVIDENCE = {
  utc: 'start_time is UTC: found by comparing it with its binning data.',
  local: 'start_time is local at time_offset: found by comparing it with its binning data.',
  assumed: 'start_time was read as local at time_offset; nothing in the export proves it.',
};

type Row = { get(column: string): string; line: number };

/** Rows by the names of the header on line 2; a row may have a field more than it (the reference, 3.4). */
async function* rowsOf(entry: Entry): AsyncGenerator<Row> {
  let columns = new Map<string, number>();
  for await (const { text, line } of linesOf(entry.stream())) {
    if (line === 1 || text === '') continue;
    const fields = fieldsOf(text);
    if (line === 2) { columns = new Map(fields.map((f, i) => [f.slice(f.lastIndexOf('.') + 1).trim(), i])); continue; }
    yield { line, get: (column) => fields[columns.get(column) ?? -1]?.trim() ?? '' };
  }
}

const offsetMicros = (text: string): number => {
  const m = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})$/.exec(text);
  return m ? (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * 60e6 : NaN;
};

/** Whether times are UTC or local, from the first rows that name binning data, whose own times are UTC in milliseconds. */
async function meaningOf(entry: Entry, { container, shared }: FormatContext): Promise<keyof typeof EVIDENCE> {
  const known = shared.get('samsung times') as keyof typeof EVIDENCE | undefined;
  if (known) return known;
  const byName = (shared.get('samsung files') as Map<string, Entry> | undefined) ?? new Map(container.entries.map((e) => [e.name.slice(e.name.lastIndexOf('/') + 1), e]));
  shared.set('samsung files', byName);
  let utc = 0;
  let local = 0;
  let seen = 0;
  for await (const row of rowsOf(entry)) {
    if (seen >= 20 || row.line > 100_000) break;
    const file = byName.get(row.get('binning_data'));
    const offset = offsetMicros(row.get('time_offset'));
    const start = isoMicros(row.get('start_time'));
    if (!file || !offset || start !== start) continue;
    seen++;
    for await (const { value } of elementsOf(file.stream(), file.name)) {
      const ms = isObject(value) ? numberIn(value['start_time']) : NaN;
      if (Math.abs(ms * 1000 - start) < 900e6) utc++;
      else if (Math.abs(ms * 1000 - (start - offset)) < 900e6) local++;
      break;
    }
  }
  const meaning = utc > local ? 'utc' : local > 0 ? 'local' : 'assumed';
  if (seen > 0) shared.set('samsung times', meaning);
  return meaning;
}

/** CSV of Samsung Health's «download personal data»: heart rate with its binning data, sleep stages, oxygen, steps. */
export const samsung: Format = {
  id: 'samsung-health',
  matches: ({ text }) => /^com\.samsung\.[a-z0-9_.]+,\d+,\d+\s*\r?\n/.test(text),
  async read(entry, context) {
    const { collector, pause } = context;
    let table = '';
    for await (const { text } of linesOf(entry.stream())) { table = text.split(',')[0]!.replace(/^\uFEFF/, ''); break; }
    const kind = KINDS.find(([end]) => table.endsWith(end))?.[1];
    if (!kind) { skip(collector.overall, `type-not-read: ${table.slice(0, 80)}`); return; }
    const meaning = await meaningOf(entry, context);
    const zone = EVIDENCE[meaning];
    const byName = context.shared.get('samsung files') as Map<string, Entry> | undefined;
    const toUtc = (text: string, offset: number) => { const at = isoMicros(text); return meaning === 'utc' ? at : at - offset; };
    for await (const row of rowsOf(entry)) {
      if (row.line % 1024 === 0) await pause();
      const source = row.get('deviceuuid');
      const open = (k: string, title: string, channels: Parameters<typeof collector.open>[1] extends () => infer S ? S extends { channels: infer C } ? C : never : never) => collector.open(seriesName('samsung', k, source), () => ({ title: `${title} (Samsung Health)`, kind: 'samsung-health', device: null, channels, zone }));
      const rows = kind === 'heart-rate' ? open(kind, 'Heart rate', [whole(CHANNELS.heartRate)])
        : kind === 'sleep' ? open(kind, 'Sleep', [whole(CHANNELS.sleep), CHANNELS.duration])
        : kind === 'spo2' ? open(kind, 'Oxygen saturation', [CHANNELS.spo2])
        : open(kind, 'Steps', [whole(CHANNELS.steps), CHANNELS.duration]);
      const offset = offsetMicros(row.get('time_offset'));
      if (offset === offset) rows.offset(row.get('time_offset').replace(/^UTC/, ''));
      const t = toUtc(row.get('start_time'), offset);
      if (t !== t) { rows.skip('time-malformed', row.line); continue; }
      const end = toUtc(row.get('end_time'), offset);
      if (kind === 'sleep') {
        const stage = STAGES[row.get('stage')];
        if (!stage || !(end > t)) { rows.skip('row-malformed', row.line); continue; }
        rows.add(t, [stage[0], (end - t) / 1e6], row.line);
        rows.annotate(t, end, stage[1]);
        continue;
      }
      const binned = kind === 'heart-rate' ? byName?.get(row.get('binning_data')) : undefined;
      if (binned) {
        // The row is only the mean of its bins.
        for await (const { value } of elementsOf(binned.stream(), binned.name)) {
          const ms = isObject(value) ? numberIn(value['start_time']) : NaN;
          const bpm = isObject(value) ? numberIn(value['heart_rate']) : NaN;
          if (!(bpm > 0) || ms !== ms) { rows.skip('row-malformed', row.line); continue; }
          rows.add(ms * 1000, [bpm], row.line);
        }
        continue;
      }
      const value = numberOf(row.get(kind === 'heart-rate' ? 'heart_rate' : kind === 'spo2' ? 'spo2' : 'count'));
      if (value === undefined || value !== value) { rows.skip('value-not-finite', row.line); continue; }
      rows.add(t, kind === 'steps' ? [value, end >= t ? (end - t) / 1e6 : NaN] : [value], row.line);
    }
  },
};
