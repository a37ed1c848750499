import type { Device, MedicationStatement, Observation, Patient, Provenance, Resource } from '@medplum/fhirtypes';
import type { Channel, ChannelKind, Column, ImportOrigin, RecordingInfo, SampleBatch } from '../../../shared/domain/recording.ts';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import { AppError } from '../../../shared/errors.ts';
import { rightResources, uuidOf } from '../../consent/clinical/fhir/consent-out.ts';
import { entryObservation, medicationStatement } from '../../consent/clinical/fhir/observations.ts';
import type { RightFacts } from '../../consent/clinical/right-facts.ts';
import { bundleWriter, ref } from '../../fhir/bundle-writer.ts';
import { categoryOf, codingOf, OFFSET_URL, UCUM } from '../../fhir/codes.ts';
import { sampledObservations } from '../../fhir/sampled-data.ts';
import { fhirIssues } from '../../fhir/validate.ts';
import { writeNewFile } from '../../recordings/new-file.ts';
import type { KeptEntry } from '../manual/entry-store.ts';

export type FhirPart = {
  recordings: { info: RecordingInfo; clock: boolean; batches(): AsyncIterable<SampleBatch> }[];
  entries: KeptEntry[];
  rights: RightFacts[];
  now: number; signal: AbortSignal; onRows(rows: number): void;
};

/** Raw signals have no code that clinics share, and fill no bundle to any use: they are in the Parquet files. */
const RAW: readonly ChannelKind[] = ['acceleration', 'gyroscope', 'ecg', 'ppg'];
/** Each of the first of a series is held against R4, then each hundredth: they differ in their numbers only. */
const CHECK_ALL = 200;
const CHECK_EACH = 100;
/** Observations that one Provenance names. */
const TARGETS = 1000;

/**
 * Everything that FHIR R4 can say of it, as one Bundle that is written as it is made: the person by a pseudonym, devices,
 * values of recordings (even ones as SampledData, others one by one), what was written down, rights with what became of them.
 * @returns how many resources @throws AppError `internal` where something is not valid R4: an export must not hold what others refuse
 */
export async function writeFhirPart(path: string, it: FhirPart): Promise<number> {
  let count = 0;
  await writeNewFile(path, async (file) => {
    const out = bundleWriter(file);
    const put = async (resource: Resource, check = true) => {
      if (check) {
        const [issue] = fhirIssues(resource);
        if (issue) throw new AppError('internal', `The export made a ${resource.resourceType} that is not valid FHIR R4: ${issue.path} ${issue.message}.`, { hint: 'Report this; nothing was written.' });
      }
      await out.entry(resource.id!, resource);
      count++;
    };
    await out.begin({ resourceType: 'Bundle', type: 'collection', timestamp: new Date(it.now).toISOString() });
    const patient: Patient = { resourceType: 'Patient', id: uuidOf('export', 'patient', it.now), identifier: [{ system: 'urn:phdex:export-subject', value: uuidOf('export', it.now) }] };
    await put(patient);
    const who = patient.id!;
    const devices = new Map<string, string>();
    for (const { info } of it.recordings) {
      const name = info.source.device;
      if (name === null || devices.has(name)) continue;
      const device: Device = { resourceType: 'Device', id: uuidOf('device', name, it.now), patient: ref(who), deviceName: [{ name, type: 'model-name' }] };
      devices.set(name, device.id!);
      await put(device);
    }
    for (const recording of it.recordings) await values(recording, who, devices, put, it);
    const doses = new Map<string, Extract<KeptEntry['entry'], { kind: 'medicine' }>[]>();
    for (const { id, entry } of it.entries) {
      if (entry.kind === 'medicine') doses.set(`${entry.name.toLowerCase()} ${entry.unit}`, [...(doses.get(`${entry.name.toLowerCase()} ${entry.unit}`) ?? []), entry]);
      else await put(entryObservation(entry, uuidOf('entry', id), who) satisfies Observation);
    }
    for (const [name, all] of doses) await put(medicationStatement(all[0]!.name, all.sort((a, b) => a.time - b.time), uuidOf('medicine', name), who) satisfies MedicationStatement);
    for (const facts of it.rights) {
      it.signal.throwIfAborted();
      for (const resource of rightResources(facts, who)) await put(resource);
    }
    await out.end();
  });
  return count;
}

async function values(recording: FhirPart['recordings'][number], who: string, devices: ReadonlyMap<string, string>, put: (r: Resource, check?: boolean) => Promise<void>, it: FhirPart): Promise<void> {
  const { info, clock } = recording;
  // What was written down is there as entries already.
  if (info.source.kind === 'manual') return;
  const about = { subject: ref(who), ...(info.source.device === null ? {} : { device: ref(devices.get(info.source.device)!) }) };
  const when = (micros: number) => (clock ? { effectiveDateTime: new Date(micros / 1000).toISOString() } : { extension: [{ url: OFFSET_URL, valueDecimal: micros - info.startTime }] });
  const origins = info.report.origins ?? [];
  let targets: string[] = [];
  let said = 0;
  const say = async () => {
    if (targets.length === 0) return;
    for (const [i, origin] of origins.entries()) await put(provenance(uuidOf(info.id, 'origin', i, said), origin, targets), said === 0);
    said++;
    targets = [];
  };
  let column = 0;
  const series = info.channels.flatMap((channel) => {
    const from = column;
    column += channel.components.length;
    if (RAW.includes(channel.kind)) return [];
    let n = 0;
    const write = async (observation: object) => {
      const id = uuidOf(info.id, channel.name, ++n);
      await put({ resourceType: 'Observation', id, ...about, ...observation } as Observation, n <= CHECK_ALL || n % CHECK_EACH === 0);
      if (origins.length > 0 && targets.push(id) >= TARGETS) await say();
    };
    const even = info.nominalRateHz !== null && info.nominalRateHz > 0;
    const sink = even ? sampledObservations(channel, info.nominalRateHz!, when, write) : singles(channel, when, write);
    return [{ sink, from, to: column }];
  });
  if (series.length === 0) return;
  let rows = 0;
  for await (const { t, columns } of recording.batches()) {
    it.signal.throwIfAborted();
    for (const s of series) await s.sink.append(t, columns.slice(s.from, s.to));
    it.onRows((rows += t.length));
  }
  for (const s of series) await s.sink.end();
  await say();
}

/** What an imported file said of where these values come from, said again: in its words, not in ours. */
const provenance = (id: string, origin: ImportOrigin, targets: readonly string[]): Provenance => ({
  resourceType: 'Provenance', id, target: targets.map(ref), recorded: origin.recorded, ...(origin.activity === null ? {} : { activity: { text: origin.activity } }),
  agent: (origin.who.length > 0 ? origin.who : ['not named']).map((display) => ({ who: { display } })),
  ...(origin.from.length > 0 ? { entity: origin.from.map((display) => ({ role: 'source' as const, what: { display } })) } : {}),
});

/** Values at uneven times: an Observation each. */
function singles(channel: Channel, when: (micros: number) => object, write: (observation: object) => Promise<void>) {
  const scale = 10 ** (channel.decimals ?? 0);
  const read = (column: Column, i: number): number => (column instanceof Float64Array ? column[i]! : column[i] === MISSING_INT32 ? NaN : column[i]! / scale);
  const quantity = (value: number) => ({ value, unit: channel.unit, system: UCUM, code: channel.unit });
  return {
    async append(t: Float64Array, columns: Column[]): Promise<void> {
      for (let i = 0; i < t.length; i++) {
        const found = columns.map((c) => read(c, i));
        if (found.every(Number.isNaN)) continue;
        await write({
          status: 'final', category: categoryOf(channel.kind), code: { coding: codingOf(channel), text: channel.name }, ...when(t[i]!),
          ...(channel.components.length === 1 ? { valueQuantity: quantity(found[0]!) } : { component: channel.components.flatMap((name, k) => (Number.isNaN(found[k]!) ? [] : [{ code: { text: name }, valueQuantity: quantity(found[k]!) }])) }),
        });
      }
    },
    end: async (): Promise<void> => undefined,
  };
}
