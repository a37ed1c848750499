import type { Channel } from '../../../../shared/domain/recording.ts';
import { directSource } from '../direct.ts';
import { numberOf } from '../collector.ts';
import { isoMicros } from '../iso-time.ts';
import { CHANNELS } from '../kinds.ts';
import { medianRate } from '../probe-csv.ts';
import { note, skip } from '../series.ts';
import { fieldsOf, headText, linesOf } from '../text.ts';
import { headOf } from '../container.ts';
import type { Format } from './format.ts';

const ROW = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}(,[+-]?\d+(\.\d+)?){3,9}\r?$/;
const HEADER = /^Time,\s*(Accel-X|Ax) ?\(g\)/i;

/**
 * OMGUI's «Convert CWA»: time, acceleration in g, then a gyroscope in °/s where the device has one, then raw readings of the
 * ADC, which are not read. The clock is the device's, set once: no daylight saving (the reference, 3.7).
 */
export const axivity: Format = {
  id: 'axivity-csv',
  matches({ text }) {
    const lines = text.split('\n');
    const at = HEADER.test(lines[0] ?? '') ? 1 : 0;
    return lines.length > at + 1 && ROW.test(lines[at]!);
  },
  async read(entry, { clock, pause, options }) {
    const lines = headText(await headOf(entry, 16384)).split(/\r?\n/).slice(0, -1);
    const skipLines = HEADER.test(lines[0]!) ? 1 : 0;
    const sample = lines.slice(skipLines).map((l) => fieldsOf(l));
    const width = sample[0]!.length;
    const named = skipLines === 1 ? fieldsOf(lines[0]!).map((n) => n.trim()) : null;
    // Seven or more columns after the time and more than acceleration: integers of the ADC tell themselves apart from °/s.
    const gyro = named ? named.some((n) => /^G(yro)?-?x/i.test(n)) : width >= 7 && sample.some((f) => f.slice(4, 7).some((v) => v.includes('.')));
    const channels: Channel[] = gyro ? [CHANNELS.acceleration, CHANNELS.gyroscope] : [CHANNELS.acceleration];
    const used = gyro ? 6 : 3;
    const first = isoMicros(sample[0]![0]!);
    const zoned = clock();
    const toUtc = zoned.fixed(first);
    return [directSource({
      title: 'Acceleration (Axivity)', channels, nominalRateHz: medianRate(Float64Array.from(sample, (f) => isoMicros(f[0]!))),
      source: { kind: 'axivity-csv', device: 'Axivity', simulated: false, times: 'source', series: 'axivity:acceleration', zone: zoned.evidence },
    }, entry.size, async function* (sink) {
      if (width > used + 1) note(sink.report, `${width - used - 1} columns after the acceleration${gyro ? ' and the gyroscope' : ''} were not read.`);
      if (options.zone === undefined) note(sink.report, zoned.evidence);
      for await (const { text, line, ended } of linesOf(entry.stream())) {
        if (line <= skipLines || text === '') continue;
        const fields = fieldsOf(text);
        const values = fields.slice(1, used + 1).map(numberOf);
        if (fields.length !== width || values.some((v) => v === undefined || v !== v)) { skip(sink.report, ended ? 'row-malformed' : 'file-truncated', line); continue; }
        const t = toUtc(isoMicros(fields[0]!));
        if (t !== t) { skip(sink.report, 'time-malformed', line); continue; }
        if (sink.add(t, values as number[], line)) { await pause(); yield sink.take(); }
      }
    })];
  },
};
