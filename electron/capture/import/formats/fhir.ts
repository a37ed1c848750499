import type { Observation, ObservationComponent, Quantity, Resource, SampledData } from '@medplum/fhirtypes';
import { ChannelKind, type Channel } from '../../../../shared/domain/recording.ts';
import { AppError } from '../../../../shared/errors.ts';
import { LOINC, OWN_KIND, UCUM } from '../../../fhir/codes.ts';
import { fhirIssues, LONGEST_FHIR, parseFhir } from '../../../fhir/validate.ts';
import type { SeriesRows } from '../collector.ts';
import type { Entry } from '../container.ts';
import { isoMicros } from '../iso-time.ts';
import { elementsOf, isObject } from '../json.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName, skip } from '../series.ts';
import { originReader } from './fhir-origin.ts';
import type { Format, FormatContext } from './format.ts';

type Conversion = Record<string, (value: number) => number>;
const same = (v: number) => v;
/** Decimals that a conversion is exact to: binary fractions are no measurement. */
const near = (v: number) => Math.round(v * 1e6) / 1e6;
const PER_MINUTE: Conversion = { '/min': same, '1/min': same, '{beats}/min': same, '{Beats}/min': same, '{breaths}/min': same };
const CELSIUS: Conversion = { Cel: same, '[degF]': (f) => near((f - 32) / 1.8), K: (k) => near(k - 273.15) };
const PERCENT: Conversion = { '%': same };
const COUNT: Conversion = { '1': same, '{steps}': same, '{step}': same, '{count}': same, '/d': same, '{steps}/d': same };
const KILOGRAM: Conversion = { kg: same, g: (g) => near(g / 1000), '[lb_av]': (lb) => near(lb * 0.45359237) };
const MILLISECOND: Conversion = { ms: same, s: (s) => near(s * 1000) };
const MM_HG: Conversion = { 'mm[Hg]': same, kPa: (kpa) => near(kpa * 7.500616827) };

/** What LOINC codes become, and from which UCUM units. */
const KNOWN: Record<string, { title: string; channel: Channel; from: Conversion }> = {
  '8867-4': { title: 'Heart rate', channel: whole(CHANNELS.heartRate), from: PER_MINUTE },
  '40443-4': { title: 'Resting heart rate', channel: whole(CHANNELS.restingHeartRate), from: PER_MINUTE },
  '80404-7': { title: 'Heart rate variability (SDNN)', channel: CHANNELS.sdnn, from: MILLISECOND },
  '2708-6': { title: 'Oxygen saturation', channel: CHANNELS.spo2, from: PERCENT },
  '59408-5': { title: 'Oxygen saturation', channel: CHANNELS.spo2, from: PERCENT },
  '8310-5': { title: 'Body temperature', channel: CHANNELS.bodyTemperature, from: CELSIUS },
  '9279-1': { title: 'Respiratory rate', channel: CHANNELS.respiration, from: PER_MINUTE },
  '55423-8': { title: 'Steps', channel: whole(CHANNELS.steps), from: COUNT },
  '41950-7': { title: 'Steps of a day', channel: { ...whole(CHANNELS.steps), loinc: '41950-7' }, from: COUNT },
  '29463-7': { title: 'Weight', channel: CHANNELS.weight, from: KILOGRAM },
  '8480-6': { title: 'Blood pressure', channel: CHANNELS.bloodPressure, from: MM_HG },
  '8462-4': { title: 'Blood pressure', channel: CHANNELS.bloodPressureDiastolic, from: MM_HG },
  '15074-8': { title: 'Blood glucose', channel: CHANNELS.bloodGlucose, from: { 'mmol/L': same } },
  '2339-0': { title: 'Blood glucose', channel: { ...CHANNELS.bloodGlucose, unit: 'mg/dL', loinc: '2339-0' }, from: { 'mg/dL': same } },
};
const PRESSURE_PANEL = '85354-9';
const AXES = ['x', 'y', 'z'];
/** Samples of one Observation: a day at 100 Hz would still be split by whoever wrote it. */
const MOST_SAMPLES = 4_000_000;

/**
 * A FHIR R4 Bundle of Observations with their Provenances, or one Observation. Each resource is held against R4 before it is read; what is not
 * valid, has a unit that its code does not go with, or no exact time, is left out and counted. A Bundle that is longer than
 * memory is read entry by entry.
 */
export const fhir: Format = {
  id: 'fhir',
  matches: ({ text }) => /^\uFEFF?\s*\{/.test(text) && /"resourceType"\s*:\s*"(Bundle|Observation|Patient|Device|Composition)"/.test(text),
  async read(entry, context) {
    const { collector, pause } = context;
    const reader = observationReader(context);
    const one = (value: unknown, line: number) => {
      if (!isObject(value)) { skip(collector.overall, 'row-malformed', line); return; }
      const resource = isObject(value['resource']) ? value['resource'] : 'resource' in value ? null : value;
      const url = typeof value['fullUrl'] === 'string' ? value['fullUrl'] : null;
      if (resource) reader.take(resource as unknown as Resource, url, line);
    };
    if (entry.size <= LONGEST_FHIR) {
      const resource = parseFhir(await textOf(entry));
      if (resource.resourceType !== 'Bundle') { one(resource, 1); return; }
      if (resource.entry !== undefined && !Array.isArray(resource.entry)) throw new AppError('row-malformed', `The file ${entry.name} is no FHIR Bundle: its entries are no list.`, { hint: 'Export it again.' });
      reader.bundle(resource.id);
      for (const [i, each] of (resource.entry ?? []).entries()) { if (i % 64 === 0) await pause(); one(each, i + 1); }
      reader.end();
      return;
    }
    for await (const { key, value, index } of elementsOf(entry.stream(), entry.name)) {
      if (index % 64 === 0) await pause();
      if (key === 'entry') one(value, index + 1);
      else if (key === 'id') reader.bundle(value);
    }
    reader.end();
  },
};

async function textOf(entry: Entry): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of entry.stream()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function observationReader({ collector }: FormatContext) {
  const devices = new Map<string, string>();
  let subject: string | null = null;
  const left = (reason: string, line: number) => skip(collector.overall, reason, line);
  const origins = originReader(left);

  function observe(o: Observation, keys: readonly string[], line: number): void {
    if (o.status === 'entered-in-error' || o.status === 'cancelled') return left(`status-${o.status}`, line);
    // A Bundle of several people is nobody's recording: the first is read.
    const whose = o.subject?.reference ?? o.subject?.identifier?.value ?? '';
    subject ??= whose;
    if (whose !== subject) return left('other-subject', line);
    const device = (o.device?.reference ? devices.get(o.device.reference) : undefined) ?? o.device?.display ?? null;
    const start = o.effectiveInstant ?? o.effectiveDateTime ?? o.effectivePeriod?.start;
    if (start === undefined || !start.includes('T')) return left('time-not-exact', line);
    const at = isoMicros(start);
    if (at !== at) return left('time-malformed', line);
    const offset = /(Z|[+-]\d{2}:\d{2})$/.exec(start)?.[1];
    const open = (title: string, channels: Channel[]): SeriesRows => {
      const rows = collector.open(seriesName('fhir', channels[0]!.name.slice(0, 32), ...channels.map((c) => `${c.name} ${c.unit}`), device), () => ({ title: `${title} (FHIR)`, kind: 'fhir', device: device?.slice(0, 80) ?? null, channels }));
      if (offset) rows.offset(offset);
      origins.read(rows, keys);
      return rows;
    };
    if (o.valueSampledData) return sampled(o, o.valueSampledData, at, open, line);
    if (codesOf(o).includes(PRESSURE_PANEL)) return pressure(o, at, open, line);
    const value = o.valueQuantity ?? (o.valueInteger === undefined ? undefined : { value: o.valueInteger, system: UCUM, code: '1' });
    if (!value) return left(o.component?.length ? 'type-not-read: component' : o.dataAbsentReason ? 'value-missing' : 'type-not-read: value', line);
    const read = quantity(o, value);
    if (typeof read === 'string') return left(read, line);
    const end = o.effectivePeriod?.end ? isoMicros(o.effectivePeriod.end) : NaN;
    if (end > at) open(read.title, [read.channel, CHANNELS.duration]).add(at, [read.value, (end - at) / 1e6], line);
    else open(read.title, [read.channel]).add(at, [read.value], line);
  }

  function pressure(o: Observation, at: number, open: (title: string, channels: Channel[]) => SeriesRows, line: number): void {
    const of = (code: string): number | string => {
      const part = (o.component ?? []).find((c) => codesOf(c).includes(code));
      if (!part?.valueQuantity) return NaN;
      const read = quantity(part, part.valueQuantity);
      return typeof read === 'string' ? read : read.value;
    };
    const values = [of('8480-6'), of('8462-4')];
    const bad = values.find((v) => typeof v === 'string');
    if (typeof bad === 'string') return left(bad, line);
    open('Blood pressure', [CHANNELS.bloodPressure, CHANNELS.bloodPressureDiastolic]).add(at, values as number[], line);
  }

  function sampled(o: Observation, data: SampledData, at: number, open: (title: string, channels: Channel[]) => SeriesRows, line: number): void {
    const words = (data.data ?? '').split(' ');
    const { dimensions } = data;
    if (dimensions > 16 || words.length > MOST_SAMPLES || words.length % dimensions !== 0 || !(data.period > 0)) return left('row-malformed', line);
    const unit = quantity(o, { ...data.origin, value: 0 }, dimensions);
    if (typeof unit === 'string') return left(unit, line);
    const rows = open(unit.title, [unit.channel]);
    const values = new Array<number>(dimensions);
    for (let i = 0; i < words.length; i += dimensions) {
      for (let k = 0; k < dimensions; k++) {
        const word = words[i + k]!;
        const sample = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(word) ? Number(word) : NaN;
        values[k] = sample === sample ? unit.convert((data.origin.value ?? 0) + scaled(sample, data.factor ?? 1)) : NaN;
      }
      rows.add(at + (i / dimensions) * data.period * 1000, values, line);
    }
  }

  return {
    take(resource: Resource, url: string | null, line: number): void {
      if (resource.resourceType !== 'Observation' && resource.resourceType !== 'Device' && resource.resourceType !== 'Provenance') {
        if (resource.resourceType === 'Patient') return;
        return left(`type-not-read: ${String(resource.resourceType).replace(/[^A-Za-z]/g, '').slice(0, 40)}`, line);
      }
      const refused = resource.resourceType === 'Provenance' ? origins.refuses(resource) : null;
      if (refused !== null) return left(refused, line);
      if (fhirIssues(resource).length > 0) return left('fhir-not-valid', line);
      if (resource.resourceType === 'Provenance') return origins.take(resource, line);
      const keys = [...(url ? [url] : []), ...(resource.id ? [`${resource.resourceType}/${resource.id}`] : [])];
      if (resource.resourceType === 'Observation') return observe(resource, keys, line);
      const name = [resource.manufacturer, resource.deviceName?.[0]?.name ?? resource.modelNumber].filter(Boolean).join(' ').slice(0, 80);
      if (name !== '' && devices.size < 1000) for (const key of keys) devices.set(key, name);
    },
    bundle: origins.bundle,
    end: () => origins.end(devices),
  };
}

/** A sample times its factor, without the binary dust of 0.01 × 3. */
const scaled = (sample: number, factor: number): number => (factor === 1 ? sample : Number((sample * factor).toPrecision(15)));

const codesOf = (o: Observation | ObservationComponent): string[] => (o.code?.coding ?? []).flatMap((c) => (c.system === LOINC && c.code ? [c.code] : []));

type Read = { title: string; channel: Channel; value: number; convert: Conversion[string] };
/** The channel and value of a quantity; a reason where it cannot be one. */
function quantity(o: Observation | ObservationComponent, q: Quantity, dimensions = 1): Read | string {
  if (q.value === undefined) return 'value-missing';
  if (q.comparator) return 'value-not-exact';
  const unit = q.system === UCUM && q.code ? q.code : undefined;
  if (unit === undefined) return 'unit-not-ucum';
  const codes = codesOf(o);
  const known = codes.map((c) => KNOWN[c]).find((k) => k !== undefined);
  if (known && dimensions === 1) {
    const convert = known.from[unit];
    return convert ? { title: known.title, channel: known.channel, value: convert(q.value), convert } : 'unit-does-not-fit';
  }
  if (unit.length > 16) return 'unit-not-known';
  const components = dimensions === 1 ? ['value'] : dimensions <= 3 ? AXES.slice(0, dimensions) : Array.from({ length: dimensions }, (_, i) => `d${i}`);
  const own = ChannelKind.safeParse(o.code?.coding?.find((c) => c.system === OWN_KIND)?.code);
  if (own.success) return { title: o.code?.text?.slice(0, 60) ?? own.data, channel: { name: own.data, kind: own.data, unit, components, decimals: null }, value: q.value, convert: same };
  const loinc = codes.find((c) => /^\d{1,7}-\d$/.test(c));
  if (!loinc) return 'code-not-known';
  const title = o.code?.coding?.find((c) => c.code === loinc)?.display ?? o.code?.text ?? `LOINC ${loinc}`;
  return { title: title.slice(0, 60), channel: { name: `loinc-${loinc}`, kind: 'other', unit, components, decimals: null, loinc }, value: q.value, convert: same };
}
