import type { Job } from '../../../shared/api/app.ts';
import type { ExportIn } from '../../../shared/api/market.ts';
import type { DatasetRow } from '../../../shared/domain/chain.ts';
import type { Manifest } from '../../../shared/domain/manifest.ts';
import { customerRows } from '../../db/queries/market-rows.ts';
import { relativeBatches } from '../../datasets/segment.ts';
import { certificateOf } from '../../market/open.ts';
import type { RecordingStore } from '../../recordings/store.ts';
import type { Backstage } from '../backstage.ts';
import type { JobControl } from '../jobs.ts';
import { writeFhirBundle } from './export-fhir.ts';
import { defaultExportDir, fileSafe, writeExport } from './export-place.ts';
import { writeCsvFile, writeParquetFolder } from './export-table.ts';

const EXTENSIONS = { parquet: '', csv: '.csv', fhir: '.fhir.json' } as const;

/** The one act by which opened data leaves the vault: because a person asked for it, to where they said. */
export async function exportPurchase(
  b: Backstage,
  store: RecordingStore,
  it: { input: ExportIn; opened: { recording: string; verification: string }; dataset: DatasetRow; manifest: Manifest },
  { signal, progress }: JobControl,
): Promise<Job['result']> {
  const { input, opened, dataset, manifest } = it;
  const info = store.get(opened.recording)!;
  const verification = JSON.parse(opened.verification) as { checks: unknown[]; at: number };
  const step = (rows: number) => progress('writing', rows, info.rows);
  step(0);
  // Times in a dataset are relative already; the store keeps them as they came.
  const work = { channels: manifest.channels, batches: relativeBatches({ startTime: 0 }, store.read(info.id)), signal, onRows: step };
  const stem = `phdex-${dataset.id}-${fileSafe(manifest.label.title)}-access-${input.accessId}${input.format === 'parquet' ? '-parquet' : ''}`;
  const { path, bytes } = await writeExport(input.dir ?? defaultExportDir(), { stem, extension: EXTENSIONS[input.format] }, async (temporary) => {
    if (input.format === 'csv') return writeCsvFile(temporary, work);
    if (input.format === 'fhir') {
      return writeFhirBundle(temporary, work, {
        datasetId: dataset.id, contentHash: dataset.contentHash, cid: dataset.cid, owner: dataset.owner, validator: dataset.validator, score: dataset.score, label: manifest.label, verifiedAt: verification.at,
      });
    }
    return writeParquetFolder(temporary, work, {
      'manifest.json': customerRows(b.parts.db).manifest(dataset.contentHash)!,
      'certificate.json': JSON.stringify(certificateOf(dataset, b.chain.market), null, 2),
      'verification.json': JSON.stringify({ accessId: input.accessId, datasetId: dataset.id, cid: dataset.cid, checks: verification.checks }, null, 2),
    });
  });
  customerRows(b.parts.db).addExport(input.accessId, { format: input.format, path, bytes });
  b.changed('purchases');
  return { path, bytes, format: input.format };
}
