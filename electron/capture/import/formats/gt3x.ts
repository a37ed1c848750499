import { AppError } from '../../../../shared/errors.ts';
import { directSource, type RowSink } from '../direct.ts';
import { notThisFormat, numberOf } from '../collector.ts';
import { wholeOf, type Entry } from '../container.ts';
import { CHANNELS } from '../kinds.ts';
import { note, seriesName, skip } from '../series.ts';
import { headText } from '../text.ts';
import type { SampleBatch } from '../../../../shared/domain/recording.ts';
import type { Format } from './format.ts';

/** .NET ticks of 100 ns from 0001-01-01 to 1970-01-01. */
const EPOCH_TICKS = 621_355_968_000_000_000n;
const SEPARATOR = 0x1e;
/** Record types (the reference, 3.6). */
const [ACTIVITY, EVENT, PARAMETERS, ACTIVITY2] = [0, 3, 21, 26];
const ACCEL_SCALE = 0x0037;

export const ticksToMicros = (ticks: bigint): number => Number((ticks - EPOCH_TICKS) / 10n);

/**
 * ActiGraph's GT3X, a zip with `info.txt` and `log.bin`: records of one second. Times of its records are seconds of the
 * device's clock on the wall, without a zone.
 */
export const gt3x: Format = {
  id: 'gt3x',
  matches: ({ text, name }) => /(^|\/)info\.txt$/.test(name) && /^Serial Number:/m.test(text) && /^Sample Rate:/m.test(text),
  async read(info, { container, clock, pause }) {
    const about = new Map(headText(await wholeOf(info, 1 << 20)).split(/\r?\n/).map((l) => [l.slice(0, l.indexOf(':')).trim(), l.slice(l.indexOf(':') + 1).trim()] as const));
    const log = container.entries.find((e) => e.name === info.name.replace(/info\.txt$/, 'log.bin'));
    if (!log) throw notThisFormat(container.name, 'has no log.bin beside its info.txt', 'Files of the oldest ActiGraph devices (NEO and MRA with firmware up to 2.5.0) are not read; convert them in ActiLife to raw CSV.');
    const rate = numberOf(about.get('Sample Rate')) ?? NaN;
    if (!(rate > 0 && rate <= 10_000)) throw notThisFormat(container.name, 'names no sampling rate in info.txt');
    const serial = about.get('Serial Number') ?? '';
    // 341 counts for 1 g; MOS devices 256. A record of parameters may say otherwise.
    const scale = numberOf(about.get('Acceleration Scale')) || (/^MOS/i.test(serial) ? 256 : 341);
    const zoned = clock();
    const ticks = /^\d{17,19}$/.test(about.get('Start Date') ?? '') ? ticksToMicros(BigInt(about.get('Start Date')!)) : NaN;
    const device = `ActiGraph ${about.get('Device Type') ?? ''}`.trim().slice(0, 80);
    return [directSource({
      title: 'Acceleration (ActiGraph)', channels: [{ ...CHANNELS.acceleration, decimals: 3 }], nominalRateHz: rate,
      source: { kind: 'gt3x', device, simulated: false, times: 'source', series: seriesName('actigraph', 'acceleration', serial), zone: zoned.evidence },
    }, container.size, (sink) => readLog(log, sink, { rate, scale, toUtc: (t) => (zoned.fixed(ticks === ticks ? ticks : t))(t), pause, rotated: false }))];
  },
};

type LogOptions = { rate: number; scale: number; toUtc(local: number): number; pause(): Promise<void>; rotated: boolean };

async function* readLog(entry: Entry, sink: RowSink, options: LogOptions): AsyncGenerator<SampleBatch> {
  let { scale } = options;
  let held = Buffer.alloc(0);
  let at = 0;
  let lost = 0;
  let records = 0;
  const row = [0, 0, 0];
  for await (const chunk of entry.stream()) {
    held = Buffer.concat([held.subarray(at), chunk]);
    at = 0;
    while (at + 9 <= held.length) {
      if (held[at] !== SEPARATOR) { at++; lost++; continue; }
      const size = held.readUInt16LE(at + 6);
      if (at + 9 + size > held.length) break;
      let sum = 0;
      for (let i = at; i < at + 8 + size; i++) sum ^= held[i]!;
      // Ones' complement of the XOR of all before.
      if ((~sum & 0xff) !== held[at + 8 + size]) { skip(sink.report, 'checksum-wrong'); at++; lost++; continue; }
      const type = held[at + 1]!;
      const second = held.readUInt32LE(at + 2);
      const payload = held.subarray(at + 8, at + 8 + size);
      at += 9 + size;
      if (++records % 512 === 0) await options.pause();
      if (type === PARAMETERS) { scale = scaleOf(payload) ?? scale; continue; }
      if (type === EVENT) { if (payload[0] === 0x08) note(sink.report, 'The device slept while it did not move; such stretches are gaps.'); continue; }
      if (type !== ACTIVITY && type !== ACTIVITY2) { skip(sink.report, `record-not-read: type ${type}`); continue; }
      // One byte is a USB event.
      if (size <= 1) continue;
      const samples = type === ACTIVITY ? Math.floor((size * 8) / 36) : Math.floor(size / 6);
      if (samples === 0 || samples > options.rate * 2) { skip(sink.report, 'row-malformed'); continue; }
      const start = options.toUtc(second * 1e6);
      for (let i = 0; i < samples; i++) {
        if (type === ACTIVITY) {
          // Packed big-endian, in the order Y, X, Z.
          row[1] = twelve(payload, i * 3) / scale;
          row[0] = twelve(payload, i * 3 + 1) / scale;
          row[2] = twelve(payload, i * 3 + 2) / scale;
        } else for (let k = 0; k < 3; k++) row[k] = payload.readInt16LE(i * 6 + k * 2) / scale;
        if (sink.add(start + (i * 1e6) / Math.max(samples, options.rate), row.map((v) => Math.round(v * 1000) / 1000))) yield sink.take();
      }
    }
  }
  if (at < held.length) skip(sink.report, 'file-truncated');
  if (lost > 0) note(sink.report, `${lost} bytes between records could not be read.`);
  if (sink.report.rowsRead + sink.size === 0) throw new AppError('too-few-samples', `The file ${entry.name} has no acceleration that can be read.`, { hint: 'Convert it in ActiLife to raw CSV.' });
}

/** The signed number of 12 bits at place `n`. */
export function twelve(bytes: Uint8Array, n: number): number {
  const at = (n * 12) >> 3;
  const v = n % 2 === 0 ? (bytes[at]! << 4) | (bytes[at + 1]! >> 4) : ((bytes[at]! & 15) << 8) | bytes[at + 1]!;
  return v & 0x800 ? v - 4096 : v;
}

/** ACCEL_SCALE among pairs of address and value, as a float of ActiGraph's own: 24 bits of fraction, 8 of exponent. */
function scaleOf(payload: Buffer): number | null {
  for (let i = 0; i + 8 <= payload.length; i += 8) {
    if (payload.readUInt16LE(i) !== 0 || payload.readUInt16LE(i + 2) !== ACCEL_SCALE) continue;
    const raw = payload.readUInt32LE(i + 4);
    let exponent = raw >>> 24;
    if (exponent & 0x80) exponent -= 256;
    let fraction = raw & 0xffffff;
    if (fraction & 0x800000) fraction -= 0x1000000;
    const value = (fraction / 8388608) * 2 ** exponent;
    return value >= 16 && value <= 65536 ? value : null;
  }
  return null;
}
