import type { Channel } from '../../../../shared/domain/recording.ts';
import { isoMicros } from '../iso-time.ts';
import { elementsOf, isObject, numberIn } from '../json.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { skip } from '../series.ts';
import type { Collector } from '../collector.ts';
import type { Format, FormatContext } from './format.ts';

/** A letter for each five minutes: 1 deep, 2 light, 3 REM, 4 awake. To the codes of the sleep channel. */
const STAGES: Record<string, [number, string]> = { '1': [3, 'deep sleep'], '2': [2, 'light sleep'], '3': [4, 'REM sleep'], '4': [1, 'awake'] };
const FIVE_MINUTES = 300e6;

const open = (collector: Collector, kind: string, title: string, channels: Channel[]) => collector.open(`oura:${kind}`, () => ({ title: `${title} (Oura)`, kind: 'oura', device: 'Oura Ring', channels }));

/**
 * Oura's JSON: an object of lists (`heartrate`, `sleep`, `daily_spo2`…) or one list, as its export and its API v2 give them.
 * Times carry their offset; one without is read by the zone that was given.
 */
export const oura: Format = {
  id: 'oura',
  matches: ({ text }) => /^\s*[[{]/.test(text) && (/"bpm"\s*:\s*\d+[^}]{0,120}"timestamp"/.test(text) || /"timestamp"[^}]{0,120}"bpm"\s*:/.test(text) || /"(sleep_phase_5_min|hypnogram_5min|bedtime_start)"\s*:/.test(text)),
  async read(entry, context) {
    const { collector, pause } = context;
    const clock = context.clock();
    const micros = (text: unknown): number => {
      if (typeof text !== 'string') return NaN;
      const at = isoMicros(text);
      return /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? at : clock.toUtc(at);
    };
    for await (const { value, key, index } of elementsOf(entry.stream(), entry.name)) {
      if (index % 512 === 0) await pause();
      const line = index + 1;
      if (!isObject(value)) { if (key === null || Array.isArray(value)) skip(collector.overall, 'row-malformed', line); continue; }
      if ('bpm' in value) {
        const rows = open(collector, 'heart-rate', 'Heart rate', [whole(CHANNELS.heartRate)]);
        const [t, bpm] = [micros(value['timestamp']), numberIn(value['bpm'])];
        if (t !== t) rows.skip('time-malformed', line);
        else if (bpm !== bpm) rows.skip('value-not-finite', line);
        else rows.add(t, [bpm], line);
        offset(rows, value['timestamp']);
      } else if ('bedtime_start' in value) night(value, micros, collector, line);
      else skip(collector.overall, `type-not-read: ${(key ?? 'record').slice(0, 60)}`, line);
    }
  },
};

function offset(rows: { offset(text: string): void }, text: unknown): void {
  const m = typeof text === 'string' ? /(Z|[+-]\d{2}:?\d{2})$/.exec(text) : null;
  if (m) rows.offset(m[1]!);
}

function night(value: Record<string, unknown>, micros: (text: unknown) => number, collector: FormatContext['collector'], line: number): void {
  const start = micros(value['bedtime_start']);
  const series = (name: 'heart-rate' | 'hrv-rmssd', title: string, channel: Channel, it: unknown) => {
    if (it === undefined || it === null) return;
    const rows = open(collector, `sleep-${name}`, title, [channel]);
    // API v2: {interval, items, timestamp}; before, a plain list of five minutes from the start of the night.
    const items = Array.isArray(it) ? (it as unknown[]) : isObject(it) && Array.isArray(it['items']) ? (it['items'] as unknown[]) : null;
    const interval = isObject(it) ? numberIn(it['interval']) * 1e6 : FIVE_MINUTES;
    const from = isObject(it) ? micros(it['timestamp']) : start;
    if (!items || !(interval > 0) || from !== from) { rows.skip('row-malformed', line); return; }
    for (let i = 0; i < items.length; i++) {
      const v = numberIn(items[i]);
      // Null, and 0 in the older form: not measured.
      if (v > 0) rows.add(from + i * interval, [v], line);
    }
    offset(rows, isObject(it) ? it['timestamp'] : value['bedtime_start']);
  };
  series('heart-rate', 'Heart rate in sleep', whole(CHANNELS.heartRate), value['heart_rate'] ?? value['hr_5min']);
  series('hrv-rmssd', 'Heart rate variability in sleep (RMSSD)', whole(CHANNELS.rmssd), value['hrv'] ?? value['rmssd_5min']);
  const phases = value['sleep_phase_5_min'] ?? value['hypnogram_5min'];
  if (typeof phases !== 'string') return;
  const rows = open(collector, 'sleep', 'Sleep', [whole(CHANNELS.sleep), CHANNELS.duration]);
  if (start !== start) { rows.skip('time-malformed', line); return; }
  for (let i = 0; i < phases.length && i < 2000; i++) {
    const stage = STAGES[phases[i]!];
    if (!stage) { rows.skip('row-malformed', line); continue; }
    rows.add(start + i * FIVE_MINUTES, [stage[0], 300], line);
    rows.annotate(start + i * FIVE_MINUTES, start + (i + 1) * FIVE_MINUTES, stage[1]);
  }
  offset(rows, value['bedtime_start']);
}
