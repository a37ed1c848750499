import type { RecordingSource } from '../../../shared/domain/recording.ts';
import { openCsv, type CsvOptions } from './csv.ts';
import { detectFormat, type ImportFormat } from './detect.ts';
import { openFile, readAt, type ImportFile } from './file-blocks.ts';
import { openWisdm } from './wisdm.ts';

export type { ImportFile };
export type ImportOptions = CsvOptions & { format?: 'auto' | ImportFormat };

/**
 * Opens a file as a recording. The rows are read while `batches` is followed; errors in them are thrown there, with
 * their line. Never holds more than a few blocks of the file.
 * Threads open a file by its path themselves; one that is held elsewhere is read on this thread.
 * @throws AppError `file-not-found`, `file-empty`, `format-unknown`, `invalid-argument`; while reading `row-malformed`,
 * `value-not-finite`, `file-truncated`, `clock-backwards`, `rate-mixed`, `too-few-samples`, `cancelled`
 */
export async function openImport(from: ImportFile, options: ImportOptions = {}): Promise<RecordingSource & { format: ImportFormat }> {
  const { file, size } = await openFile(from);
  const path = typeof from === 'string' ? from : from.name;
  try {
    const head = await readAt(file, 0, Math.min(size, 64 << 10));
    const format = !options.format || options.format === 'auto' ? detectFormat(head, path) : options.format;
    const source = format === 'wisdm' ? openWisdm(path, file, size, options) : await openCsv(path, file, size, head, { ...options, ...(typeof from === 'string' ? {} : { threads: 0 }) });
    return Object.assign(source, { format });
  } catch (error) {
    await file.close();
    throw error;
  }
}
