import type { Channel } from '../../../../shared/domain/recording.ts';
import { numberOf, notThisFormat } from '../collector.ts';
import { directSource } from '../direct.ts';
import { CHANNELS } from '../kinds.ts';
import { note, skip } from '../series.ts';
import { fieldsOf, headText, linesOf } from '../text.ts';
import { headOf, type Container, type Entry } from '../container.ts';
import type { Format, FormatContext } from './format.ts';

type Signal = { title: string; channel: Channel; scale: number };
/** ACC counts 1/64 g, exactly six digits (the reference, 3.5). */
const SIGNALS: Record<string, Signal> = {
  ACC: { title: 'Acceleration', channel: { ...CHANNELS.acceleration, decimals: 6 }, scale: 1 / 64 },
  BVP: { title: 'Blood volume pulse', channel: CHANNELS.bvp, scale: 1 },
  EDA: { title: 'Electrodermal activity', channel: CHANNELS.eda, scale: 1 },
  TEMP: { title: 'Skin temperature', channel: CHANNELS.temperature, scale: 1 },
  HR: { title: 'Heart rate', channel: CHANNELS.heartRate, scale: 1 },
};
const FILE = /(?:^|\/)(ACC|BVP|EDA|TEMP|HR|IBI|tags)\.csv$/;
const START = /^\d{9,10}(\.\d+)?(, ?\d{9,10}(\.\d+)?){0,2}\r?\n\d{1,3}(\.\d+)?(, ?\d{1,3}(\.\d+)?){0,2}\r?\n/;
const DEVICE = 'Empatica E4';
const ZONE = 'UTC, as the E4 writes its start.';

const roleOf = (name: string) => FILE.exec(name)?.[1];

/** One file of an Empatica E4's folder or zip. The files tell themselves apart by their names alone. */
export const empatica: Format = {
  id: 'empatica-e4',
  matches({ text, name }) {
    const role = roleOf(name);
    if (role === 'IBI') return /^\d{9,10}(\.\d+)?, ?IBI\s/.test(text);
    if (role === 'tags') return /^(\d{9,10}\.\d+\r?\n?)+$/.test(text.slice(0, 200).replace(/[^\n]*$/, '') || text);
    return role !== undefined && START.test(text);
  },
  async read(entry, context) {
    const role = roleOf(entry.name)!;
    if (role === 'tags') return;
    const tags = await tagsOf(context, entry);
    if (role === 'IBI') { await readIbi(entry, context); return; }
    const signal = SIGNALS[role]!;
    const [startText = '', rateText = ''] = headText(await headOf(entry)).split('\n');
    const start = numberOf(startText.split(',')[0]);
    const rate = numberOf(rateText.split(',')[0]);
    if (!start || !(rate! > 0 && rate! <= 1000)) throw notThisFormat(entry.name, 'has no start and rate that can be read');
    const width = signal.channel.components.length;
    return [directSource({
      title: `${signal.title} (E4)`, channels: [signal.channel], nominalRateHz: rate!,
      source: { kind: 'empatica-e4', device: DEVICE, simulated: false, times: 'source', series: `empatica-e4:${role.toLowerCase()}`, zone: ZONE },
    }, entry.size, async function* (sink) {
      for (const t of tags) sink.annotations.push({ from: t, to: t + 1e6, label: 'button pressed' });
      for await (const { text, line, ended } of linesOf(entry.stream())) {
        if (line <= 2 || text === '') continue;
        const fields = fieldsOf(text);
        const values = fields.map(numberOf);
        const bad = fields.length !== width || values.some((v) => v === undefined || v !== v);
        // Without its end the last line may be cut within a number.
        if (bad || (!ended && width > 1 && fields.length < width)) { skip(sink.report, ended ? 'row-malformed' : 'file-truncated', line); continue; }
        // A row that cannot be read still takes its place in time.
        if (sink.add(start * 1e6 + ((line - 3) * 1e6) / rate!, values.map((v) => v! * signal.scale), line)) { await context.pause(); yield sink.take(); }
      }
      note(sink.report, 'Times are the start of the file and the rate, as the E4 writes them.');
    })];
  },
};

async function tagsOf({ container, shared }: FormatContext, entry: Entry): Promise<number[]> {
  const folder = entry.name.slice(0, entry.name.lastIndexOf('/') + 1);
  const key = `e4 tags ${folder}`;
  const known = shared.get(key) as number[] | undefined;
  if (known) return known;
  const tags: number[] = [];
  const file = (container as Container).entries.find((e) => e.name === `${folder}tags.csv`);
  if (file) {
    for await (const { text } of linesOf(file.stream())) {
      const t = numberOf(text);
      if (t !== undefined && t > 1e8 && t < 1e10 && tags.length < 10_000) tags.push(Math.round(t * 1e6));
    }
  }
  shared.set(key, tags);
  return tags;
}

/** `offset, interval` in seconds from the start on line 1, with gaps where the device was not sure. */
async function readIbi(entry: Entry, { collector, pause }: FormatContext): Promise<void> {
  let start = NaN;
  const rows = collector.open('empatica-e4:ibi', () => ({ title: 'Interbeat intervals (E4)', kind: 'empatica-e4', device: DEVICE, channels: [CHANNELS.rr], zone: ZONE }));
  for await (const { text, line } of linesOf(entry.stream())) {
    const [offset, interval] = fieldsOf(text).map((f) => numberOf(f));
    if (line === 1) { start = offset ?? NaN; continue; }
    if (text === '') continue;
    if (line % 4096 === 0) await pause();
    if (offset === undefined || interval === undefined || offset !== offset || !(interval > 0)) { rows.skip('row-malformed', line); continue; }
    rows.add((start + offset) * 1e6, [Math.round(interval * 1e6) / 1e3], line);
  }
}
