import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldExportIn } from '../../../shared/api/consent.ts';
import type { Job } from '../../../shared/api/app.ts';
import type { RightRow } from '../../../shared/domain/consent.ts';
import type { RecordingInfo, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { bundleWriter, ref } from '../../fhir/bundle-writer.ts';
import { OFFSET_URL } from '../../fhir/codes.ts';
import { writeNewFile } from '../../recordings/new-file.ts';
import type { JobControl } from '../jobs.ts';
import { defaultExportDir, fileSafe, writeExport } from '../market/export-place.ts';
import { writeCsvFile, writeParquetFolder, type ExportWork } from '../market/export-table.ts';
import { writeObservations } from '../market/write-observations.ts';
import type { HeldStore } from './held.ts';

type Part = ReturnType<HeldStore['opened']>[number];
const EXTENSIONS = { parquet: '.parquet', csv: '.csv', fhir: '.fhir.json' } as const;

/** A rate that the rows themselves show; 0 where they have no even clock. */
const rateOf = ({ rows, startTime, endTime }: RecordingInfo): number => (endTime > startTime ? Number((((rows - 1) * 1e6) / (endTime - startTime)).toPrecision(4)) : 0);

/** A FHIR R4 collection of what was opened: Observations with SampledData, at their time where the owner shared it. */
async function writeBundle(path: string, right: RightRow, parts: readonly { part: Part; work: ExportWork; rateHz: number }[]): Promise<void> {
  await writeNewFile(path, async (file) => {
    const out = bundleWriter(file);
    const patient = randomUUID();
    const targets: { reference: string }[] = [];
    await out.begin({ resourceType: 'Bundle', type: 'collection', timestamp: new Date().toISOString(), identifier: { system: 'urn:phdex:right', value: String(right.id) } });
    await out.entry(patient, { resourceType: 'Patient', id: patient, identifier: [{ system: 'urn:phdex:pseudonym', value: createHash('sha256').update(`phdex/fhir/subject/${right.owner}`).digest('hex').slice(0, 16) }] });
    for (const { part, work, rateHz } of parts) {
      const { origin, simulated } = part.facts;
      const written = await writeObservations(out, work, {
        rateHzOf: () => rateHz,
        // Absolute where the owner shared it, or the place from the start of what was shared.
        when: (start) => (origin === null ? { extension: [{ url: OFFSET_URL, valueDecimal: start }] } : { effectiveDateTime: new Date(start / 1000).toISOString() }),
        all: { subject: ref(patient), ...(simulated ? { meta: { tag: [{ system: 'urn:phdex:source', code: 'simulated' }] } } : {}) },
      });
      for (const target of written) targets.push(target);
    }
    const provenance = randomUUID();
    await out.entry(provenance, {
      resourceType: 'Provenance', id: provenance, target: targets, recorded: new Date(parts[0]!.part.at).toISOString(), activity: { text: 'Opened by a right that its owner gave; every segment was held against its Merkle root.' },
      agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { identifier: { system: 'urn:phdex:address', value: right.owner } } }],
      entity: parts.map(({ part }) => ({ role: 'source', what: { identifier: { system: 'urn:phdex:cid', value: part.facts.cid }, display: `SHA-256 of the description ${part.facts.manifestSha256}` } })),
    });
    await out.end();
  });
}

/** The one act by which what was opened by a right leaves the profile. */
export async function exportHeld(store: HeldStore, right: RightRow, input: HeldExportIn, { signal, progress }: JobControl): Promise<Job['result']> {
  const parts = store.opened(right.id);
  if (parts.length === 0) throw new AppError('access-not-ready', 'Nothing of that right was opened yet.', { hint: 'Open it first.' });
  let rows = 0;
  let total = 0;
  const workOf = (part: Part): ExportWork => {
    const origin = part.facts.origin ?? 0;
    // A Parquet file of ours counts its days from zero; tables and FHIR say when it was.
    const absolute = input.format !== 'parquet' && origin > 0;
    async function* batches(): AsyncGenerator<SampleBatch> {
      for await (const { t, columns } of store.recordings.read(part.recordingId!)) { rows += t.length; progress('writing', rows, total); yield { t: absolute ? t.map((time) => time + origin) : t, columns }; }
    }
    return { channels: part.facts.channels, batches: batches(), signal, onRows: () => undefined };
  };
  // Deliveries that are kept as one recording leave as one.
  const series = parts.filter((p, i) => p.recordingId !== null && parts.findIndex((o) => o.recordingId === p.recordingId) === i);
  total = series.reduce((n, p) => n + (store.recordings.get(p.recordingId!)?.rows ?? 0), 0);
  const documents = parts.flatMap((p) => p.facts.documents);
  const asFolder = input.format === 'parquet' || documents.length > 0 || (input.format === 'csv' && series.length > 1);
  const stem = `phdex-right-${right.id}-${fileSafe(store.asked(right.id)?.label || parts[0]!.facts.title)}`;
  const name = (part: Part) => `${String(part.seq).padStart(4, '0')}-${fileSafe(part.facts.title)}`;
  const fhirParts = () => series.map((part) => ({ part, work: workOf(part), rateHz: rateOf(store.recordings.get(part.recordingId!)!) }));
  const written = await writeExport(input.folder ?? defaultExportDir(), { stem, extension: asFolder ? '' : EXTENSIONS[input.format] }, async (path) => {
    if (!asFolder) return input.format === 'csv' ? writeCsvFile(path, workOf(series[0]!)) : writeBundle(path, right, fhirParts());
    await mkdir(path, { mode: 0o700 });
    if (input.format === 'fhir' && series.length > 0) await writeBundle(join(path, 'bundle.fhir.json'), right, fhirParts());
    else for (const part of series) {
      if (input.format === 'csv') await writeCsvFile(join(path, `${name(part)}.csv`), workOf(part));
      else await writeParquetFolder(join(path, name(part)), workOf(part), { 'share.json': JSON.stringify({ rightId: right.id, owner: right.owner, cid: part.facts.cid, manifestSha256: part.facts.manifestSha256, origin: part.facts.origin, segments: part.facts.segments }, null, 2) });
    }
    for (const [i, d] of documents.entries()) await writeFile(join(path, `record-${String(i).padStart(3, '0')}.phdex-record`), Buffer.from(d.base64, 'base64'), { mode: 0o600 });
  });
  return { ...written, format: input.format };
}
