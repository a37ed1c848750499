import { numberOf } from '../collector.ts';
import { isoMicros } from '../iso-time.ts';
import { elementsOf, isObject, numberIn } from '../json.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { skip } from '../series.ts';
import { fieldsOf, linesOf } from '../text.ts';
import type { Format, FormatContext } from './format.ts';
import type { Entry } from '../container.ts';

const STAGES: Record<string, [number, string]> = { wake: [1, 'awake'], awake: [1, 'awake'], light: [2, 'light sleep'], deep: [3, 'deep sleep'], rem: [4, 'REM sleep'], asleep: [5, 'asleep'], restless: [2, 'restless'] };

/** `MM/DD/YY HH:MM:SS`, UTC by observation (the reference, 3.2). */
export function fitbitMicros(text: unknown): number {
  const m = typeof text === 'string' ? /^(\d{2})\/(\d{2})\/(\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text) : null;
  return m ? isoMicros(`20${m[3]}-${m[1]}-${m[2]} ${m[4]}Z`) : NaN;
}

/** Google Takeout's and Fitbit's own JSON of heart rate, steps and sleep; Takeout's newer CSV of the heart rate. */
export const fitbit: Format = {
  id: 'fitbit',
  matches: ({ text }) => /^\s*\[\s*\{\s*"dateTime"\s*:\s*"\d{2}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}"\s*,\s*"value"\s*:\s*(\{\s*"bpm"|"?\d)/.test(text)
    || /^\s*\[\s*\{\s*"logId"\s*:\s*\d+\s*,\s*"dateOfSleep"/.test(text)
    || /^timestamp,beats per minute\r?\n/.test(text),
  async read(entry, context) {
    const { collector, pause } = context;
    let kind: 'csv' | 'json' = 'json';
    for await (const chunk of entry.stream()) { kind = chunk[0] === 91 || /^\s*\[/.test(new TextDecoder().decode(chunk.subarray(0, 64)).replace(/^\uFEFF/, '')) ? 'json' : 'csv'; break; }
    if (kind === 'csv') { await readCsv(entry, context); return; }
    const zone = 'UTC, as Fitbit writes these times.';
    const clock = context.clock();
    for await (const { value, index } of elementsOf(entry.stream(), entry.name)) {
      if (index % 2048 === 0) await pause();
      const line = index + 1;
      if (!isObject(value)) { skip(collector.overall, 'row-malformed', line); continue; }
      if ('logId' in value) { sleep(value, context, clock, line); continue; }
      const t = fitbitMicros(value['dateTime']);
      if (isObject(value['value']) && 'bpm' in value['value']) {
        const rows = collector.open('fitbit:heart-rate', () => ({ title: 'Heart rate (Fitbit)', kind: 'fitbit', device: null, channels: [whole(CHANNELS.heartRate), whole(CHANNELS.confidence)], zone }));
        const bpm = numberIn(value['value']['bpm']);
        if (t !== t) rows.skip('time-malformed', line);
        else if (bpm !== bpm) rows.skip('value-not-finite', line);
        else rows.add(t, [bpm, numberIn(value['value']['confidence'])], line);
      } else if (/step/i.test(entry.name)) {
        const rows = collector.open('fitbit:steps', () => ({ title: 'Steps (Fitbit)', kind: 'fitbit', device: null, channels: [whole(CHANNELS.steps)], zone }));
        const steps = numberIn(value['value']);
        if (t !== t) rows.skip('time-malformed', line);
        else if (steps !== steps) rows.skip('value-not-finite', line);
        else rows.add(t, [steps], line);
      } else skip(collector.overall, 'type-not-read', line);
    }
  },
};

function sleep(value: Record<string, unknown>, { collector }: FormatContext, clock: ReturnType<FormatContext['clock']>, line: number): void {
  const rows = collector.open('fitbit:sleep', () => ({ title: 'Sleep (Fitbit)', kind: 'fitbit', device: null, channels: [whole(CHANNELS.sleep), CHANNELS.duration], zone: clock.evidence }));
  const levels = isObject(value['levels']) ? value['levels'] : {};
  if (!Array.isArray(levels['data'])) { rows.skip('row-malformed', line); return; }
  for (const one of levels['data'] as unknown[]) {
    const stage = isObject(one) && typeof one['level'] === 'string' ? STAGES[one['level']] : undefined;
    const local = isObject(one) && typeof one['dateTime'] === 'string' ? isoMicros(one['dateTime']) : NaN;
    const seconds = isObject(one) ? numberIn(one['seconds']) : NaN;
    if (!stage || local !== local || !(seconds > 0 && seconds < 1e6)) { rows.skip('row-malformed', line); continue; }
    const t = clock.toUtc(local);
    rows.add(t, [stage[0], seconds], line);
    rows.annotate(t, t + seconds * 1e6, stage[1]);
  }
}

async function readCsv(entry: Entry, { collector, pause, clock }: FormatContext): Promise<void> {
  const local = clock();
  for await (const { text, line } of linesOf(entry.stream())) {
    if (line === 1 || text === '') continue;
    if (line % 4096 === 0) await pause();
    const [time = '', bpm] = fieldsOf(text);
    const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(time);
    const rows = collector.open('fitbit:heart-rate', () => ({ title: 'Heart rate (Fitbit)', kind: 'fitbit', device: null, channels: [whole(CHANNELS.heartRate), whole(CHANNELS.confidence)], zone: zoned ? 'Given with each time.' : local.evidence }));
    const at = isoMicros(time);
    const value = numberOf(bpm);
    if (at !== at) rows.skip('time-malformed', line);
    else if (value === undefined || value !== value) rows.skip('value-not-finite', line);
    else rows.add(zoned ? at : local.toUtc(at), [value, NaN], line);
  }
}
