import type { Annotation, Channel, ChannelKind, RecordingSource } from '../../../../shared/domain/recording.ts';
import { AppError } from '../../../../shared/errors.ts';
import { directSource } from '../direct.ts';
import { notThisFormat, numberOf } from '../collector.ts';
import { note, seriesName, skip } from '../series.ts';
import { wholeOf, type Entry } from '../container.ts';
import type { Format } from './format.ts';

type Signal = { label: string; unit: string; gain: number; zero: number; samples: number; at: number; annotations: boolean };
type Header = { start: number; bytes: number; records: number; duration: number; discontinuous: boolean; plus: boolean; signals: Signal[]; recordBytes: number };

/** EDF's own limit is 61,440 bytes a record; files with more exist. */
const MAX_RECORD = 64 << 20;
const MAX_SIGNALS = 512;
const SECONDS = /^\d{1,9}(?:\.\d{1,9})?$/;
const KINDS: [RegExp, ChannelKind, string][] = [[/\bECG|\bEKG/i, 'ecg', 'ecg'], [/SpO2|SaO2/i, 'spo2', 'spo2'], [/\bPPG|PLETH/i, 'ppg', 'ppg'], [/^(HR|PULSE|PR)\b|heart ?rate/i, 'heart-rate', 'heart-rate'], [/\bTEMP/i, 'temperature', 'temperature'], [/ACC/i, 'acceleration', 'acceleration']];
const UNITS: Record<string, string> = { uV: 'uV', 'µV': 'uV', mV: 'mV', V: 'V', '%': '%', bpm: '/min', BPM: '/min', degC: 'Cel', C: 'Cel', g: 'g', mg: 'mg', 'm/s2': 'm/s2', ms: 'ms' };

/** The fixed header: ASCII, padded by spaces, per field across signals (edfplus.info; the reference, 3.11). */
export function readEdfHeader(bytes: Buffer, name: string): Header {
  const text = (at: number, length: number) => bytes.toString('latin1', at, at + length).trim();
  const bad = (what: string) => notThisFormat(name, `is no EDF that can be read: ${what}`);
  const date = /^(\d{2})\.(\d{2})\.(\d{2})$/.exec(text(168, 8));
  const time = /^(\d{2})\.(\d{2})\.(\d{2})$/.exec(text(176, 8));
  if (!date || !time) throw bad('its start is no time');
  const count = Number(text(252, 4));
  const size = Number(text(184, 8));
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_SIGNALS) || size !== 256 * (count + 1)) throw bad('its header has another length than it says');
  if (bytes.length < size) throw new AppError('file-truncated', `The file ${name} ends within its header.`, { hint: 'Copy it again.' });
  const year = Number(date[3]) + (Number(date[3]) >= 85 ? 1900 : 2000);
  const start = Date.UTC(year, Number(date[2]) - 1, Number(date[1]), Number(time[1]), Number(time[2]), Number(time[3])) * 1000;
  const records = Number(text(236, 8));
  const duration = Number(text(244, 8));
  if (!Number.isInteger(records) || !(duration >= 0 && duration <= 86400)) throw bad('its number of records or their duration');
  let at = 256;
  const field = (length: number) => { const out = Array.from({ length: count }, (_, i) => text(at + i * length, length)); at += count * length; return out; };
  const labels = field(16);
  field(80);
  const units = field(8);
  const [pmin, pmax, dmin, dmax] = [field(8), field(8), field(8), field(8)].map((f) => f.map((v) => numberOf(v.replace(',', '.')) ?? NaN));
  field(80);
  const samples = field(8).map(Number);
  let offset = 0;
  const signals = labels.map((label, i): Signal => {
    if (!(Number.isInteger(samples[i]) && samples[i]! >= 1)) throw bad('a signal without samples');
    const annotations = /^(EDF|BDF) Annotations$/.test(label);
    const gain = (pmax![i]! - pmin![i]!) / (dmax![i]! - dmin![i]!);
    if (!annotations && (!Number.isFinite(gain) || gain === 0)) throw bad(`the range of «${label}»`);
    const signal = { label, unit: units[i]!, gain, zero: pmin![i]! - dmin![i]! * gain, samples: samples[i]!, at: offset, annotations };
    offset += samples[i]! * 2;
    return signal;
  });
  if (offset > MAX_RECORD) throw bad('a record of more than 64 MB');
  const reserved = text(192, 44);
  if (duration === 0 && signals.some((s) => !s.annotations)) throw bad('records without a duration');
  return { start, bytes: size, records, duration, discontinuous: reserved.startsWith('EDF+D'), plus: reserved.startsWith('EDF+'), signals, recordBytes: offset };
}

/** Time-stamped lists: `±onset [0x15 duration] 0x14 text 0x14 … 0x00`. */
export function readTals(bytes: Uint8Array): { onset: number; duration: number; texts: string[] }[] {
  const out: { onset: number; duration: number; texts: string[] }[] = [];
  for (const raw of new TextDecoder().decode(bytes).split('\0')) {
    if (raw === '') continue;
    const [stamp = '', ...texts] = raw.split('\x14');
    const [onset = '', duration = '0'] = stamp.split('\x15', 2);
    if (/^[+-]\d{1,9}(?:\.\d{1,9})?$/.test(onset) && SECONDS.test(duration)) out.push({ onset: Number(onset), duration: Number(duration), texts: texts.slice(0, 64) });
  }
  return out;
}

/** EDF and EDF+. One recording for the signals of one rate, since a recording's channels share its times. Who the patient is is not read. */
export const edf: Format = {
  id: 'edf',
  matches: ({ bytes, text }) => bytes.length >= 256 && text.startsWith('0       ') && /^\d{2}\.\d{2}\.\d{2}\d{2}\.\d{2}\.\d{2}/.test(text.slice(168, 184)),
  async read(entry, { clock, pause, options }) {
    const header = readEdfHeader(await wholeHead(entry), entry.name);
    const rates = new Map<number, Signal[]>();
    for (const s of header.signals) if (!s.annotations) rates.set(s.samples, [...(rates.get(s.samples) ?? []), s]);
    const zoned = clock();
    const toUtc = zoned.fixed(header.start);
    const sources: RecordingSource[] = [];
    for (const [samples, signals] of rates) {
      const channels = channelsOf(signals);
      sources.push(directSource({
        title: `${signals.slice(0, 3).map((s) => s.label).join(', ')}${signals.length > 3 ? ' …' : ''} (EDF)`.slice(0, 120), channels, nominalRateHz: samples / header.duration,
        source: { kind: 'edf', device: null, simulated: false, times: 'source', series: seriesName('edf', 'signals', ...signals.map((s) => s.label), samples / header.duration), zone: zoned.evidence },
      }, entry.size, async function* (sink) {
        if (options.zone === undefined) note(sink.report, zoned.evidence);
        const step = (header.duration * 1e6) / samples;
        const row = new Float64Array(signals.length);
        let index = 0;
        let used = 0;
        const record = Buffer.alloc(header.recordBytes);
        let passed = 0;
        for await (const chunk of entry.stream()) {
          let at = 0;
          if (passed < header.bytes) { at = Math.min(chunk.length, header.bytes - passed); passed += at; }
          while (at < chunk.length) {
            const take = Math.min(chunk.length - at, record.length - used);
            record.set(chunk.subarray(at, at + take), used);
            at += take;
            used += take;
            if (used < record.length) continue;
            used = 0;
            if (header.records >= 0 && index >= header.records) { skip(sink.report, 'record-beyond-header'); continue; }
            const onset = readAnnotations(record, header, index, sink.annotations, toUtc);
            // The first stamp of a record is the only clock of EDF+D; others go on evenly.
            const from = toUtc(header.start) + (onset ?? index * header.duration) * 1e6;
            index++;
            for (let i = 0; i < samples; i++) {
              for (let k = 0; k < signals.length; k++) { const s = signals[k]!; row[k] = round(record.readInt16LE(s.at + i * 2) * s.gain + s.zero); }
              if (sink.add(from + i * step, row)) { await pause(); yield sink.take(); }
            }
          }
        }
        if (used > 0 || (header.records > 0 && index < header.records)) skip(sink.report, 'file-truncated', index);
        if (sink.report.rowsRead + sink.size === 0) throw new AppError('too-few-samples', `The file ${entry.name} has a header and no record.`, { hint: 'Copy it again.' });
      }));
    }
    if (sources.length === 0) throw new AppError('too-few-samples', `The file ${entry.name} has annotations and no signal.`, { hint: 'Choose the file of the signals.' });
    return sources;
  },
};

const round = (v: number) => Number(v.toPrecision(12));

async function wholeHead(entry: Entry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let got = 0;
  for await (const chunk of entry.stream()) { parts.push(chunk); got += chunk.length; if (got >= 256 * (MAX_SIGNALS + 1)) break; }
  return got < 256 ? wholeOf(entry, 256) : Buffer.concat(parts);
}

function channelsOf(signals: Signal[]): Channel[] {
  const names = new Set<string>();
  return signals.map((s) => {
    const known = KINDS.find(([match]) => match.test(s.label));
    const unit = UNITS[s.unit] ?? (/^[\x21-\x7e]{1,16}$/.test(s.unit) ? s.unit : '1');
    const base = s.label.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 26) || known?.[2] || 'signal';
    let name = base;
    for (let i = 2; names.has(name); i++) name = `${base}-${i}`;
    names.add(name);
    return { name, kind: known?.[1] ?? 'other', unit, components: ['value'], decimals: null };
  });
}

/** @returns seconds from the start to the record's own stamp; null where it has none */
function readAnnotations(record: Buffer, header: Header, index: number, into: Annotation[], toUtc: (t: number) => number): number | null {
  let first: number | null = null;
  for (const s of header.signals) {
    if (!s.annotations) continue;
    for (const tal of readTals(record.subarray(s.at, s.at + s.samples * 2))) {
      if (first === null && tal.texts[0] === '') first = tal.onset;
      for (const label of tal.texts) {
        if (label === '' || into.length >= 20_000) continue;
        const from = Math.round(toUtc(header.start) + tal.onset * 1e6);
        into.push({ from, to: from + Math.max(1, Math.round(tal.duration * 1e6)), label: label.slice(0, 40) });
      }
    }
  }
  return header.discontinuous || header.plus ? first : null;
}
