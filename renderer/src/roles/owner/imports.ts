import { create } from 'zustand';
import type { ErrorView } from '../../../../shared/api/common.ts';
import type { ImportIn } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { errorOf } from '../../api/error.ts';
import { fileRefOf } from '../../api/upload.ts';

export type ImportOptions = Omit<ImportIn, 'file'>;
/** One file on its way in. The file itself stays with the page, so that it can be tried again with other options. */
export type ImportEntry = {
  id: number; file: File; options: ImportOptions;
  phase: 'sending' | 'reading' | 'failed';
  sent: number; jobId: string | null; error: ErrorView | null;
};

export const importsStore = create<{ entries: ImportEntry[] }>(() => ({ entries: [] }));

let next = 1;
const aborts = new Map<number, AbortController>();
const change = (id: number, part: Partial<ImportEntry>) => importsStore.setState(({ entries }) => ({ entries: entries.map((e) => (e.id === id ? { ...e, ...part } : e)) }));

async function run(id: number, file: File, options: ImportOptions): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { phase: 'sending', sent: 0, jobId: null, error: null, options });
  try {
    const ref = await fileRefOf(file, (sent) => change(id, { sent }), abort.signal);
    const { jobId } = await api.owner.importFile.mutate({ file: ref, ...options });
    change(id, { phase: 'reading', jobId });
  } catch (error) {
    if (abort.signal.aborted) dropImport(id); else change(id, { phase: 'failed', error: errorOf(error) });
  } finally {
    aborts.delete(id);
  }
}

/** One file after the other: sending them together makes none of them earlier. */
export async function importFiles(files: readonly File[], options: ImportOptions): Promise<void> {
  const made = files.map((file): ImportEntry => ({ id: next++, file, options, phase: 'sending', sent: 0, jobId: null, error: null }));
  importsStore.setState(({ entries }) => ({ entries: [...entries, ...made] }));
  for (const entry of made) if (importsStore.getState().entries.some((e) => e.id === entry.id)) await run(entry.id, entry.file, entry.options);
}

export const importAgain = (entry: ImportEntry, options: ImportOptions): Promise<void> => run(entry.id, entry.file, options);

export function dropImport(id: number): void {
  aborts.get(id)?.abort();
  importsStore.setState(({ entries }) => ({ entries: entries.filter((e) => e.id !== id) }));
}

export const useImports = (): ImportEntry[] => importsStore((s) => s.entries);
