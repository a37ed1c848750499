import { numberOf, type SeriesRows } from '../collector.ts';
import { isoMicros } from '../iso-time.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName, skip } from '../series.ts';
import { readXml } from '../xml.ts';
import type { Entry } from '../container.ts';
import type { Format, FormatContext } from './format.ts';

const WORDS = { gpx: { point: 'trkpt', time: 'time', title: 'Heart rate (GPX)' }, tcx: { point: 'Trackpoint', time: 'Time', title: 'Heart rate (TCX)' } } as const;

/**
 * The heart rate of a track. Positions are not read: they say where a person lives. Elements are told apart by their local
 * names, for the prefix of the extension varies (the reference, 3.10).
 */
async function readTrack(id: 'gpx' | 'tcx', entry: Entry, { collector, clock, pause }: FormatContext): Promise<void> {
  const words = WORDS[id];
  const local = clock();
  let creator: string | null = null;
  let rows: SeriesRows | undefined;
  let inPoint = false;
  let inRate = false;
  let time = '';
  let rate = '';
  let reading: 'time' | 'rate' | 'creator' | null = null;
  let inCreator = false;
  let name = '';
  let lap = NaN;
  let lastTime = NaN;
  let laps = 0;
  const open = () => (rows ??= collector.open(seriesName(id, 'heart-rate', creator), () => ({ title: words.title, kind: id, device: creator, channels: [whole(CHANNELS.heartRate)], zone: 'As given with each time.' })));
  const micros = (text: string) => { const at = isoMicros(text.trim()); return /(Z|[+-]\d{2}:?\d{2})\s*$/i.test(text) ? at : local.toUtc(at); };
  const endLap = () => { if (lastTime > lap) open().annotate(lap, lastTime + 1e6, `lap ${laps}`); };

  const { mistakes, truncated } = await readXml(entry.stream(), entry.name, {
    open(tag, attributes) {
      if (tag === 'gpx') creator = attributes['creator']?.slice(0, 80) ?? null;
      else if (tag === 'Lap') { endLap(); lap = micros(attributes['StartTime'] ?? ''); laps++; }
      else if (tag === 'Creator') inCreator = true;
      else if (inCreator && tag === 'Name') { reading = 'creator'; name = ''; }
      else if (tag === words.point) { inPoint = true; time = ''; rate = ''; }
      else if (inPoint && tag === words.time) { reading = 'time'; time = ''; }
      else if (inPoint && id === 'gpx' && tag === 'hr') { reading = 'rate'; rate = ''; }
      else if (inPoint && id === 'tcx' && tag === 'HeartRateBpm') inRate = true;
      else if (inRate && tag === 'Value') { reading = 'rate'; rate = ''; }
    },
    text(text) {
      if (reading === 'time' && time.length < 64) time += text.slice(0, 64);
      else if (reading === 'rate' && rate.length < 64) rate += text.slice(0, 64);
      else if (reading === 'creator' && name.length < 80) name += text.slice(0, 80);
    },
    close(tag) {
      if (reading === 'creator' && tag === 'Name') creator ??= name.trim().slice(0, 80) || null;
      reading = null;
      if (tag === 'Creator') inCreator = false;
      if (tag === 'HeartRateBpm') inRate = false;
      if (tag !== words.point || !inPoint) return;
      inPoint = false;
      const t = micros(time);
      if (t === t) lastTime = t;
      if (rate === '') { skip(collector.overall, 'no-heart-rate'); return; }
      const value = numberOf(rate);
      if (t !== t) open().skip('time-malformed');
      else if (value === undefined || value !== value) open().skip('value-not-finite');
      else open().add(t, [value]);
    },
    pause,
  });
  endLap();
  rows?.note('Positions were not read.');
  if (mistakes > 0) skip(collector.overall, 'xml-mistake', 0, mistakes);
  if (truncated) skip(collector.overall, 'file-truncated');
}

export const gpx: Format = { id: 'gpx', matches: ({ text }) => /<(\w+:)?gpx[\s>]/.test(text), read: (entry, context) => readTrack('gpx', entry, context) };
export const tcx: Format = { id: 'tcx', matches: ({ text }) => /<(\w+:)?TrainingCenterDatabase[\s>]/.test(text), read: (entry, context) => readTrack('tcx', entry, context) };
