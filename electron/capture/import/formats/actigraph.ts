import { AppError } from '../../../../shared/errors.ts';
import { directSource } from '../direct.ts';
import { notThisFormat, numberOf } from '../collector.ts';
import { CHANNELS } from '../kinds.ts';
import { note, seriesName, skip } from '../series.ts';
import { fieldsOf, headText, linesOf } from '../text.ts';
import { headOf } from '../container.ts';
import type { Format } from './format.ts';

/** Times without an order of day and month cannot be read. */
export function wallMicros(date: string, time: string, order: string): number {
  const parts = date.trim().split(/[./-]/).map(Number);
  const keys = order.toLowerCase().split(/[./-]/).map((k) => k[0]);
  const of = (key: string) => parts[keys.indexOf(key)] ?? NaN;
  const clock = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,6}))?\s*([AaPp][Mm])?$/.exec(time.trim());
  const [y, m, d] = [of('y') < 100 ? of('y') + 2000 : of('y'), of('m'), of('d')];
  if (!clock || !(m >= 1 && m <= 12 && d >= 1 && d <= 31 && y >= 1990 && y < 2200)) return NaN;
  const hour = clock[5] ? (Number(clock[1]) % 12) + (/p/i.test(clock[5]) ? 12 : 0) : Number(clock[1]);
  return (Date.UTC(y, m - 1, d) / 1000 + hour * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1e6 + Number((clock[4] ?? '').padEnd(6, '0'));
}

/**
 * ActiGraph's raw CSV: ten lines of header, then x, y, z in g, with or without a time of its own. The clock is local and is
 * not put forward for daylight saving while it runs (the reference, 3.6).
 */
export const actigraph: Format = {
  id: 'actigraph-csv',
  matches: ({ text }) => /^-+ Data File Created By ActiGraph/i.test(text),
  async read(entry, { options, clock, pause }) {
    const head = headText(await headOf(entry)).split(/\r?\n/).slice(0, 12);
    const first = head[0]!;
    const value = (key: RegExp) => head.map((l) => key.exec(l)?.[1]?.trim()).find((v) => v !== undefined);
    const order = /date format\s+([A-Za-z./-]+)/i.exec(first)?.[1] ?? 'M/d/yyyy';
    const rate = Number(/\bat\s+(\d+(?:\.\d+)?)\s*Hz/i.exec(first)?.[1]);
    const epoch = value(/^Epoch Period \(hh:mm:ss\)\s*(\S+)/i);
    if (epoch !== undefined && !/^0?0:00:00$/.test(epoch)) throw notThisFormat(entry.name, 'holds ActiGraph counts, not raw acceleration', 'Export the raw data from ActiLife.');
    if (!(rate > 0 && rate <= 10_000)) throw notThisFormat(entry.name, 'names no sampling rate');
    const startLocal = wallMicros(value(/^Start Date\s*(.+)/i) ?? '', value(/^Start Time\s*(.+)/i) ?? '', order);
    if (startLocal !== startLocal) throw notThisFormat(entry.name, 'names no start that can be read');
    const serial = value(/^Serial Number:?\s*(\S+)/i);
    const model = /Created By ActiGraph\s+(\S+)/i.exec(first)?.[1];
    const device = model && model !== 'ActiLife' ? `ActiGraph ${model}`.slice(0, 80) : 'ActiGraph';
    const zoned = clock();
    const toUtc = zoned.fixed(startLocal);
    return [directSource({
      title: 'Acceleration (ActiGraph)', channels: [CHANNELS.acceleration], nominalRateHz: rate,
      source: { kind: 'actigraph-csv', device, simulated: false, times: 'source', series: seriesName('actigraph', 'acceleration', serial), zone: zoned.evidence },
    }, entry.size, async function* (sink) {
      let row = 0;
      let timed: boolean | null = null;
      let delimiter = ',';
      for await (const { text, line, ended } of linesOf(entry.stream())) {
        if (line <= 10 || text === '') continue;
        if (timed === null) {
          if (/accelerometer/i.test(text)) { timed = /^"?timestamp/i.test(text); delimiter = text.includes(';') ? ';' : ','; continue; }
          delimiter = text.includes(';') ? ';' : ',';
          timed = fieldsOf(text, delimiter).length === 4;
        }
        const fields = fieldsOf(text, delimiter);
        const values = fields.slice(timed ? 1 : 0, timed ? 4 : 3).map((f) => numberOf(delimiter === ';' ? f.replace(',', '.') : f));
        let t: number;
        if (timed) {
          const [date = '', time = ''] = (fields[0] ?? '').trim().split(/[ T]/);
          t = toUtc(wallMicros(date, time, /^\d{4}-/.test(date) ? 'y-m-d' : order));
          if (t !== t) { skip(sink.report, 'time-malformed', line); continue; }
        } else t = toUtc(startLocal) + (row++ * 1e6) / rate;
        if (values.length < 3 || values.some((v) => v === undefined || v !== v)) { skip(sink.report, ended ? 'row-malformed' : 'file-truncated', line); continue; }
        if (sink.add(t, values as number[], line)) { await pause(); yield sink.take(); }
      }
      if (row > 0) note(sink.report, 'Times are the start of the file and the rate; a device that slept repeats its last value or writes zeros.');
      if (options.zone === undefined) note(sink.report, zoned.evidence);
      if (sink.report.rowsRead + sink.size === 0) throw new AppError('too-few-samples', `The file ${entry.name} has a header and no sample.`, { hint: 'Export it again.' });
    })];
  },
};
