import { createHash, randomUUID } from 'node:crypto';
import type { Label } from '../../../shared/domain/label.ts';
import { bundleWriter, ref } from '../../fhir/bundle-writer.ts';
import { OFFSET_URL } from '../../fhir/codes.ts';
import { writeNewFile } from '../../recordings/new-file.ts';
import type { ExportWork } from './export-table.ts';
import { writeObservations } from './write-observations.ts';

export type FhirFacts = { datasetId: number; contentHash: string; cid: string; owner: string; validator: string | null; score: number | null; label: Label; verifiedAt: number };

/**
 * A FHIR R4 (4.0.1) Bundle of type collection, written as it is made: a pseudonymous Patient, the Device as the label
 * names it, Observations with SampledData, and a Provenance. SampledData is for even sampling: where the clock leaves the
 * grid by half a period or more (a gap, another rate) a new Observation begins, and its place is told in an extension.
 */
export async function writeFhirBundle(path: string, it: ExportWork, facts: FhirFacts): Promise<void> {
  await writeNewFile(path, async (file) => {
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
    const targets = await writeObservations(out, it, {
      rateHzOf: (channel) => facts.label.channels.find((c) => c.name === channel.name)?.rateHz ?? facts.label.channels[0]?.rateHz ?? 0,
      // The month is all of the clock that a dataset keeps; the place inside it is exact.
      when: (start) => ({ ...(facts.label.month ? { effectiveDateTime: facts.label.month } : {}), extension: [{ url: OFFSET_URL, valueDecimal: start }] }),
      all: { subject: ref(id.patient), ...(byHand ? {} : { device: ref(id.device) }) },
    });
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
  });
}
