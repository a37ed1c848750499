import { createHash, randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Label } from '../../../shared/domain/label.ts';
import type { Channel, ChannelKind, Column } from '../../../shared/domain/recording.ts';
import type { ExportWork } from './export-table.ts';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
/** Where no code is confirmed (raw acceleration, ECG and PPG of wearables) the kind of the channel stands under our own system. */
const OWN = 'urn:phdex:channel-kind';
export const OFFSET_URL = 'urn:phdex:fhir:offset-microseconds';

type Coding = { system: string; code: string; display: string };
const CODES: Partial<Record<ChannelKind, Coding[]>> = {
  'heart-rate': [{ system: LOINC, code: '8867-4', display: 'Heart rate' }],
  // R4's profile asks for 2708-6; 59408-5 says that it was measured by pulse oximetry.
  spo2: [{ system: LOINC, code: '2708-6', display: 'Oxygen saturation in Arterial blood' }, { system: LOINC, code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' }],
  temperature: [{ system: LOINC, code: '8310-5', display: 'Body temperature' }],
  steps: [{ system: LOINC, code: '55423-8', display: 'Number of steps in unspecified time Pedometer' }],
};
const VITAL: ChannelKind[] = ['heart-rate', 'spo2', 'temperature', 'rr-interval', 'ecg', 'ppg', 'respiration', 'weight', 'blood-pressure', 'glucose'];
/** The code that the channel itself has says more than its kind: a resting heart rate, a systolic pressure. */
const codingOf = ({ kind, name, loinc }: Channel): Coding[] => {
  const known = CODES[kind];
  if (loinc !== undefined && !known?.some((c) => c.code === loinc)) return [{ system: LOINC, code: loinc, display: name }];
  return known ?? [{ system: OWN, code: kind, display: name }];
};

/** Most samples in one Observation: a reader holds one at a time. */
export const CHUNK_ROWS = 10_000;

export type FhirFacts = { datasetId: number; contentHash: string; cid: string; owner: string; validator: string | null; score: number | null; label: Label; verifiedAt: number };

/**
 * A FHIR R4 (4.0.1) Bundle of type collection, written as it is made: a pseudonymous Patient, the Device as the label
 * names it, Observations with SampledData, and a Provenance. SampledData is for even sampling: where the clock leaves the
 * grid by half a period or more (a gap, another rate) a new Observation begins, and its place is told in an extension.
 */
export async function writeFhirBundle(path: string, it: ExportWork, facts: FhirFacts): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const out = bundleWriter(file);
    const pseudonym = createHash('sha256').update(`phdex/fhir/subject/${facts.contentHash}`).digest('hex').slice(0, 16);
    const id = { patient: randomUUID(), device: randomUUID() };
    await out.begin({ resourceType: 'Bundle', type: 'collection', timestamp: new Date().toISOString(), identifier: { system: 'urn:phdex:dataset', value: String(facts.datasetId) } });
    await out.entry(id.patient, { resourceType: 'Patient', id: id.patient, identifier: [{ system: 'urn:phdex:pseudonym', value: pseudonym }] });
    // What was written down by hand has no device.
    const byHand = facts.label.byHand === true;
    if (!byHand) await out.entry(id.device, {
      resourceType: 'Device', id: id.device, patient: ref(id.patient), deviceName: [{ name: facts.label.device ?? 'unknown', type: 'model-name' }],
      ...(facts.label.simulated ? { note: [{ text: 'These samples were made by a simulator.' }] } : {}),
    });
    const targets: { reference: string }[] = [];
    let column = 0;
    const series = it.channels.map((channel) => {
      const from = column;
      column += channel.components.length;
      const writer = seriesOf(channel, facts.label, async (observation) => {
        const uuid = randomUUID();
        targets.push(ref(uuid));
        await out.entry(uuid, { resourceType: 'Observation', id: uuid, subject: ref(id.patient), ...(byHand ? {} : { device: ref(id.device) }), ...observation });
      });
      return { ...writer, from, to: column };
    });
    let rows = 0;
    for await (const { t, columns } of it.batches) {
      it.signal.throwIfAborted();
      for (const s of series) await s.append(t, columns.slice(s.from, s.to));
      it.onRows((rows += t.length));
    }
    for (const s of series) await s.end();
    const provenance = randomUUID();
    const person = (address: string) => ({ identifier: { system: 'urn:phdex:address', value: address } });
    await out.entry(provenance, {
      resourceType: 'Provenance', id: provenance, target: targets, recorded: new Date(facts.verifiedAt).toISOString(),
      activity: { text: 'Opened from a sealed dataset: every segment was held against the Merkle root on chain.' },
      agent: [
        { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: person(facts.owner) },
        ...(facts.validator ? [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }] }, who: person(facts.validator) }] : []),
      ],
      entity: [{ role: 'source', what: { identifier: { system: 'urn:phdex:cid', value: facts.cid }, display: `SHA-256 of the manifest ${facts.contentHash}, quality ${facts.score ?? facts.label.quality} of 100` } }],
    });
    await out.end();
    await file.sync();
  } finally {
    await file.close();
  }
}

const ref = (uuid: string) => ({ reference: `urn:uuid:${uuid}` });

/** Writes the bundle entry by entry: an Observation is text in memory, a bundle never is. */
function bundleWriter(file: FileHandle) {
  let first = true;
  return {
    async begin(head: object): Promise<void> { await file.writeFile(`${JSON.stringify(head).slice(0, -1)},"entry":[`); },
    async entry(uuid: string, resource: object): Promise<void> {
      await file.writeFile(`${first ? '' : ','}\n${JSON.stringify({ fullUrl: `urn:uuid:${uuid}`, resource })}`);
      first = false;
    },
    async end(): Promise<void> { await file.writeFile('\n]}\n'); },
  };
}

/** The samples of one channel, gathered while they stay on the grid of its rate. */
function seriesOf(channel: Channel, label: Label, write: (observation: object) => Promise<void>) {
  const rateHz = label.channels.find((c) => c.name === channel.name)?.rateHz ?? label.channels[0]?.rateHz ?? 0;
  const period = rateHz > 0 ? 1_000_000 / rateHz : 0;
  let start = 0;
  let last = 0;
  let rows = 0;
  let some = false;
  let worst = 0;
  let data: string[] = [];

  const sample = (column: Column, i: number): string => {
    const value = column[i]!;
    const missing = column instanceof Float64Array ? Number.isNaN(value) : value === MISSING_INT32;
    if (missing) return 'E';
    some = true;
    return String(value);
  };

  async function flush(): Promise<void> {
    if (rows > 0 && some) {
      const decimals = channel.decimals ?? 0;
      await write({
        status: 'final',
        category: [{ coding: [{ system: CATEGORY, code: VITAL.includes(channel.kind) ? 'vital-signs' : 'activity' }] }],
        code: { coding: codingOf(channel), text: channel.name },
        // The month is all of the clock that a dataset keeps; the place inside it is exact.
        ...(label.month ? { effectiveDateTime: label.month } : {}),
        extension: [{ url: OFFSET_URL, valueDecimal: start }],
        ...(channel.components.length > 1 ? { note: [{ text: `Dimensions: ${channel.components.join(', ')}.${worst > 0 ? ` Times leave the grid by at most ${Math.round(worst)} microseconds.` : ''}` }] } : worst > 0 ? { note: [{ text: `Times leave the grid by at most ${Math.round(worst)} microseconds.` }] } : {}),
        valueSampledData: {
          origin: { value: 0, unit: channel.unit, system: UCUM, code: channel.unit },
          period: (rows > 1 && period === 0 ? (last - start) / (rows - 1) : period || 1) / 1000,
          ...(decimals > 0 ? { factor: Number(`1e-${decimals}`) } : {}),
          dimensions: channel.components.length,
          data: data.join(' '),
        },
      });
    }
    rows = 0;
    some = false;
    worst = 0;
    data = [];
  }

  return {
    async append(t: Float64Array, columns: Column[]): Promise<void> {
      for (let i = 0; i < t.length; i++) {
        const time = t[i]!;
        const off = rows === 0 ? 0 : Math.abs(time - (start + rows * period));
        if (rows >= CHUNK_ROWS || (rows > 0 && off >= period / 2)) await flush();
        if (rows === 0) start = time; else worst = Math.max(worst, off);
        for (const column of columns) data.push(sample(column, i));
        last = time;
        rows += 1;
      }
    },
    end: flush,
  };
}
