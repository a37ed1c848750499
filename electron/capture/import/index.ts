import { stat } from 'node:fs/promises';
import type { RecordingSource } from '../../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { openCsv, type CsvOptions } from './csv.ts';
import { detectFormat } from './detect.ts';
import { openFile, readAt, type ByteFile, type ImportFile } from './file-blocks.ts';
import type { FormatId } from './formats/format.ts';
import { isExport, openImports } from './imports.ts';
import type { ImportsOptions } from './series.ts';
import { openWisdm } from './wisdm.ts';

export type { ImportFile };
export type ImportFormat = FormatId;
export type ImportOptions = CsvOptions & Pick<ImportsOptions, 'zone' | 'mapping' | 'spoolDir'> & { format?: 'auto' | 'csv' | 'wisdm' };
export { openImports, type Imports } from './imports.ts';
export { CsvMapping, guessMapping, type MappingProposal } from './csv-mapping.ts';
export type { ImportsOptions, ImportsReport, KnownRows } from './series.ts';

/**
 * Opens a file as a recording. The rows are read while `batches` is followed; errors in them are thrown there, with
 * their line. Never holds more than a few blocks of the file.
 * Threads open a file by its path themselves; one that is held elsewhere is read on this thread.
 * An export that holds several recordings is refused here: see `openImports`.
 * @throws AppError `file-not-found`, `file-empty`, `format-unknown`, `invalid-argument`; while reading `row-malformed`,
 * `value-not-finite`, `file-truncated`, `clock-backwards`, `rate-mixed`, `too-few-samples`, `cancelled`
 */
export async function openImport(from: ImportFile, options: ImportOptions = {}): Promise<RecordingSource & { format: ImportFormat }> {
  if (options.mapping || (typeof from === 'string' && (await stat(from).catch(() => null))?.isDirectory())) return onlyOne(from, options);
  const { file, size } = await openFile(from);
  const path = typeof from === 'string' ? from : from.name;
  try {
    const head = await readAt(file, 0, Math.min(size, 64 << 10));
    const format = formatFor(from, options, head, path);
    if (format === null) { await file.close(); return await onlyOne(from, options); }
    return Object.assign(await plainSource(format, from, file, size, head, options), { format });
  } catch (error) {
    await file.close();
    throw error;
  }
}

const plainSource = async (format: 'csv' | 'wisdm', from: ImportFile, file: ByteFile, size: number, head: Uint8Array, options: ImportOptions): Promise<RecordingSource> => {
  const path = typeof from === 'string' ? from : from.name;
  return format === 'wisdm' ? openWisdm(path, file, size, options) : await openCsv(path, file, size, head, { ...options, ...(typeof from === 'string' ? {} : { threads: 0 }) });
};

/** CSV or WISDM; null for a format of `openImports`. */
function formatFor(from: ImportFile, options: ImportOptions, head: Uint8Array, path: string): 'csv' | 'wisdm' | null {
  if (options.format && options.format !== 'auto') return options.format;
  return isExport(head, typeof from === 'string' ? from : from.name) ? null : detectFormat(head, path);
}

async function onlyOne(from: ImportFile, options: ImportOptions): Promise<RecordingSource & { format: ImportFormat }> {
  const imports = await openImports(from, options, true);
  const recordings = imports.recordings[Symbol.asyncIterator]();
  try {
    const first = await recordings.next();
    if (first.done) throw new AppError('too-few-samples', 'The export holds no sample.', { hint: 'Check that it holds what you expect.' });
    const source = first.value;
    // A direct source reads its own file: the next one can be looked at before this one is followed.
    const second = await recordings.next().catch((error: unknown) => { if (isAppError(error, 'cancelled')) throw error; return { done: true as const, value: undefined }; });
    if (!second.done) throw new AppError('invalid-argument', `The export holds several recordings, such as «${source.draft.title}» and «${second.value.draft.title}».`, { hint: 'Import them all at once.' });
    async function* batches() { try { yield* source.batches; } finally { await imports.close(); } }
    return { ...source, batches: batches(), draft: { ...source.draft, title: options.title ?? source.draft.title }, format: imports.formats[0]! };
  } catch (error) {
    await imports.close();
    throw error;
  }
}
