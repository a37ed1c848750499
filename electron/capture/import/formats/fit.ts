import type { FitRawField, FitRawMessage } from 'fit-file-parser';
import { AppError } from '../../../../shared/errors.ts';
import { notThisFormat } from '../collector.ts';
import { wholeOf } from '../container.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName } from '../series.ts';
import type { Channel } from '../../../../shared/domain/recording.ts';
import type { Format } from './format.ts';

/** Seconds from 1970 to FIT's 1989-12-31. */
const EPOCH = 631_065_600;
/** An activity of a day at one record a second has some megabytes; each message takes some hundred bytes of memory. */
const LARGEST = 32 << 20;
const WIDTH: Record<number, number> = { 0: 1, 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 8: 4, 9: 8, 10: 1, 11: 2, 12: 4, 13: 1 };
const STAGES = ['', 'awake', 'light sleep', 'deep sleep', 'REM sleep'];

/** Numbers of a field by its base type; NaN for the invalid value of the type (the reference, 3.3). */
function numbers(field: FitRawField | undefined, little: boolean): number[] {
  if (!field) return [];
  // Bits 5 and 6 are reserved, bit 7 tells of the order of bytes.
  const type = field.baseType & 0x1f;
  const width = WIDTH[type];
  if (!width) return [];
  const view = new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.byteLength);
  const out: number[] = [];
  for (let at = 0; at + width <= view.byteLength; at += width) {
    let v: number;
    if (type === 8 || type === 9) { v = type === 8 ? view.getFloat32(at, little) : view.getFloat64(at, little); out.push(Number.isFinite(v) ? v : NaN); continue; }
    const signed = type === 1 || type === 3 || type === 5;
    if (width === 1) v = signed ? view.getInt8(at) : view.getUint8(at);
    else if (width === 2) v = signed ? view.getInt16(at, little) : view.getUint16(at, little);
    else v = signed ? view.getInt32(at, little) : view.getUint32(at, little);
    const invalid = type === 10 || type === 11 || type === 12 ? 0 : signed ? 2 ** (8 * width - 1) - 1 : 2 ** (8 * width) - 1;
    out.push(v === invalid ? NaN : v);
  }
  return out;
}

/** FIT of Garmin and others: records, RR intervals, monitoring, stress, SpO₂, respiration, sleep, calibrated acceleration. */
export const fit: Format = {
  id: 'fit',
  matches: ({ bytes }) => (bytes[0] === 12 || bytes[0] === 14) && String.fromCharCode(...bytes.subarray(8, 12)) === '.FIT',
  async read(entry, { collector, pause }) {
    const { FitMessageReaderError, readFitMessages } = await import('fit-file-parser');
    const bytes = await wholeOf(entry, LARGEST);
    let messages: FitRawMessage[];
    try {
      ({ messages } = readFitMessages(bytes, { maxInputBytes: LARGEST, messageNumbers: [0, 20, 55, 78, 132, 165, 227, 269, 275, 297, 371] }));
    } catch (cause) {
      const code = cause instanceof FitMessageReaderError ? cause.code : 'invalid_structure';
      const short = bytes.length >= 14 && bytes.length < bytes[0]! + bytes.readUInt32LE(4) + 2;
      if (short || code === 'invalid_crc' || code === 'invalid_structure') throw new AppError('file-truncated', `The file ${entry.name} is cut off or was changed: its ${short ? 'length' : code === 'invalid_crc' ? 'checksum' : 'structure'} is wrong.`, { hint: 'Copy it from the device again.', cause });
      throw notThisFormat(entry.name, 'is not a FIT file that can be read');
    }
    await pause();
    const get = (m: FitRawMessage, n: number) => numbers(m.fields.find((f) => f.fieldNumber === n), m.littleEndian);
    const one = (m: FitRawMessage, n: number) => get(m, n)[0] ?? NaN;
    const id = messages.find((m) => m.globalMessageNumber === 0);
    const maker = id ? one(id, 1) : NaN;
    const product = id ? one(id, 2) : NaN;
    const device = maker === maker ? `FIT manufacturer ${maker}${product === product ? `, product ${product}` : ''}` : null;
    const serial = id ? one(id, 3) : NaN;
    const zone = 'UTC, as FIT demands.';
    const rows = (kind: string, title: string, channels: Channel[]) => collector.open(seriesName('fit', kind, maker, product, serial), () => ({ title: `${title} (FIT)`, kind: 'fit', device, channels, zone }));

    let full = NaN;
    let rrEnd = NaN;
    for (let n = 0; n < messages.length; n++) {
      if (n % 8192 === 0) await pause();
      const m = messages[n]!;
      const stamp = m.compressedTimestamp ?? one(m, 253);
      const t = (stamp + EPOCH) * 1e6;
      const value = (kind: string, title: string, channel: Channel, v: number) => {
        const to = rows(kind, title, [channel]);
        if (t !== t) to.skip('time-malformed', n);
        else to.add(t, [v], n);
      };
      switch (m.globalMessageNumber) {
        case 20: {
          full = stamp === stamp ? stamp : full;
          const [hr, temperature, respiration] = [one(m, 3), one(m, 13), one(m, 108) / 100];
          if (hr > 0) value('heart-rate', 'Heart rate', whole(CHANNELS.heartRate), hr);
          if (temperature === temperature) value('temperature', 'Temperature of the device', whole(CHANNELS.temperature), temperature);
          if (respiration === respiration) value('respiratory-rate', 'Respiratory rate', CHANNELS.respiration, respiration);
          break;
        }
        case 78: {
          // RR intervals say no time: they follow each other from the record before, and start anew where they drift from it.
          const to = rows('rr', 'RR intervals', [whole(CHANNELS.rr)]);
          for (const v of get(m, 0)) {
            if (!(v > 0)) continue;
            if (full !== full) { to.skip('time-missing', n); continue; }
            rrEnd = rrEnd === rrEnd && Math.abs(rrEnd + v / 1000 - full) < 5 ? rrEnd + v / 1000 : full;
            to.note('RR intervals have no times in FIT; they were laid end to end from the record before them.');
            to.add((rrEnd + EPOCH) * 1e6, [v], n);
          }
          break;
        }
        case 55: {
          if (stamp === stamp) full = stamp;
          const short = one(m, 26);
          if (short === short && full === full) full += (short - (full & 0xffff)) & 0xffff;
          const hr = one(m, 27);
          const to = rows('heart-rate', 'Heart rate', [whole(CHANNELS.heartRate)]);
          if (hr > 0) { if (full === full) to.add((full + EPOCH) * 1e6, [hr], n); else to.skip('time-missing', n); }
          break;
        }
        case 132: rows('heart-rate', 'Heart rate', [whole(CHANNELS.heartRate)]).skip('hr-message-not-read', n); break;
        case 165: {
          const millis = one(m, 0);
          const offsets = get(m, 1);
          const calibrated = [get(m, 5), get(m, 6), get(m, 7)];
          const compressed = [get(m, 8), get(m, 9), get(m, 10)];
          const [axes, scale] = calibrated.every((a) => a.length > 0) ? [calibrated, 1] : [compressed, 1000];
          const to = rows('acceleration', 'Acceleration', [CHANNELS.acceleration]);
          if (axes.some((a) => a.length === 0)) { to.skip('acceleration-not-calibrated', n); break; }
          if (t !== t) { to.skip('time-malformed', n); break; }
          for (let i = 0; i < Math.min(offsets.length, ...axes.map((a) => a.length)); i++) to.add(t + ((millis || 0) + offsets[i]!) * 1000, axes.map((a) => a[i]! / scale), n);
          break;
        }
        case 227: {
          const at = one(m, 1);
          const stress = one(m, 0);
          const to = rows('stress', 'Stress level', [whole(CHANNELS.stress)]);
          // Below zero it says why it was not measured.
          if (stress >= 0) to.add(((at === at ? at : stamp) + EPOCH) * 1e6, [stress], n); else to.skip('not-measured', n);
          break;
        }
        case 269: if (one(m, 0) > 0) value('spo2', 'Oxygen saturation', whole(CHANNELS.spo2), one(m, 0)); break;
        case 297: { const v = one(m, 0); if (v > 0) value('respiratory-rate', 'Respiratory rate', CHANNELS.respiration, v / 100); break; }
        case 371: { const v = one(m, 0); if (v === v) value('hrv-rmssd', 'Heart rate variability', CHANNELS.rmssd, v / 128); break; }
        case 275: {
          const level = one(m, 0);
          value('sleep', 'Sleep', whole(CHANNELS.sleep), level);
          const next = messages.slice(n + 1, n + 64).find((x) => x.globalMessageNumber === 275);
          const to = next ? one(next, 253) : NaN;
          if (level >= 1 && level <= 4 && to > stamp) rows('sleep', 'Sleep', [whole(CHANNELS.sleep)]).annotate(t, (to + EPOCH) * 1e6, STAGES[level]!);
          break;
        }
      }
    }
  },
};
