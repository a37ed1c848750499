import type { ExportReport, RecordingInfo } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { openImports, type ImportFile, type ImportsOptions, type KnownRows } from '../capture/import/index.ts';
import type { RecordingStore } from '../recordings/store.ts';

export type KeptImports = { made: RecordingInfo[]; report: ExportReport };

const FILES = 200;

/** What a profile holds of a series already. */
export function knownRows(store: Pick<RecordingStore, 'list' | 'read'>): (series: string) => KnownRows[] {
  return (series) => store.list().filter((info) => info.source.series === series).map((info) => ({ channels: info.channels, batches: store.read(info.id) }));
}

/**
 * Keeps the recordings of an export, each with the report of the whole. Rows that the profile has already are left out.
 * What fails or is cancelled leaves nothing; a process that is killed leaves whole recordings only, and the same import
 * again adds the others.
 * @throws AppError of the importers; `cancelled`, `disk-full`
 */
export async function keepImports(store: RecordingStore, from: ImportFile, options: ImportsOptions): Promise<KeptImports> {
  const made: RecordingInfo[] = [];
  try {
    // The store copies each batch into its frame at once, so the batches may be lent.
    const imports = await openImports(from, { known: knownRows(store), ...options, lend: true });
    for await (const source of imports.recordings) made.push(await store.add(source, { signal: options.signal }));
    if (options.signal?.aborted) throw new AppError('cancelled', 'The import was cancelled.', { hint: 'Nothing was kept.' });
    const { total, files } = imports.report();
    const report: ExportReport = {
      name: imports.name, formats: imports.formats, recordings: made.length,
      rowsRead: total.rowsRead, rowsSkipped: total.rowsSkipped, skipped: total.skipped, notes: total.notes,
      files: [...files].sort((a, b) => Number(a.reason === undefined) - Number(b.reason === undefined)).slice(0, FILES), filesCount: files.length,
    };
    const title = made.length === 1 && options.title ? options.title : undefined;
    return { made: made.map((info) => store.amend(info.id, { ...(title ? { title } : {}), report: { ...info.report, export: report } })), report };
  } catch (error) {
    for (const info of made) await store.remove(info.id);
    throw error;
  }
}
