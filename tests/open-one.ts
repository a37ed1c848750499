import { openImports, type ImportFile, type ImportsOptions } from '../electron/capture/import/index.ts';
import type { RecordingSource } from '../shared/domain/recording.ts';

/** The first recording of a file, which most have only one of. */
export async function openOne(from: ImportFile, options: ImportsOptions = {}): Promise<RecordingSource> {
  const imports = await openImports(from, options);
  const { value: source } = await imports.recordings[Symbol.asyncIterator]().next();
  if (!source) throw new Error('The file has no recording.');
  async function* batches() { try { yield* source!.batches; } finally { await imports.close(); } }
  return { ...source, batches: batches() };
}
