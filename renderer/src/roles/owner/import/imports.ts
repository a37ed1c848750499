import { create } from 'zustand';
import type { ErrorView } from '../../../../../shared/api/common.ts';
import type { FileRef, ImportIn, ImportPreview } from '../../../../../shared/api/imports.ts';
import { api } from '../../../api/client.ts';
import { errorOf } from '../../../api/error.ts';
import { refOf } from './send.ts';
import type { ImportSource } from './sources.ts';

/** What the person answered, and what is asked of the server with it. */
export type ImportAnswers = Omit<ImportIn, 'file'>;

/**
 * One file or folder on its way in. `sending`: its bytes; `asking`: it was looked into, and the person says how to read
 * it; `starting` and `reading`: the job. The file itself stays with the page, so that it can be tried again.
 */
export type ImportEntry = {
  id: number; source: ImportSource; answers: ImportAnswers;
  phase: 'sending' | 'asking' | 'starting' | 'reading';
  sent: number; ref: FileRef | null; jobId: string | null;
  /** Null until the first one came; while `looking`, it is the one to the answers before. */
  preview: ImportPreview | null; looking: boolean;
  /** How the columns of a table are read is a guess that the person has to confirm, and has. */
  mustConfirm: boolean; confirmed: boolean;
  error: ErrorView | null;
};

export const importsStore = create<{ entries: ImportEntry[] }>(() => ({ entries: [] }));

/** A person who types an answer is not asked again at every key. */
const SETTLE_MS = 350;

let next = 1;
const aborts = new Map<number, AbortController>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

const entryOf = (id: number): ImportEntry | undefined => importsStore.getState().entries.find((e) => e.id === id);
const change = (id: number, part: Partial<ImportEntry>) => importsStore.setState(({ entries }) => ({ entries: entries.map((e) => (e.id === id ? { ...e, ...part } : e)) }));

/** Clocks without a zone are most often set where the person is; it is shown and can be changed. */
const firstAnswers = (): ImportAnswers => ({ skipMalformed: false, zone: Intl.DateTimeFormat().resolvedOptions().timeZone });

function cancel(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  aborts.get(id)?.abort();
  aborts.delete(id);
}

/** Looks into what was sent, with the answers so far; only the newest question's answer is shown. */
async function look(id: number): Promise<void> {
  const entry = entryOf(id);
  if (!entry?.ref) return;
  cancel(id);
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { looking: true, error: null });
  const { title: _, ...answers } = entry.answers;
  try {
    const preview = await api.owner.previewImport.query({ file: entry.ref, ...answers }, { signal: abort.signal });
    if (!abort.signal.aborted) change(id, { preview, looking: false, ...(preview.csv?.required ? { mustConfirm: true } : {}) });
  } catch (error) {
    if (!abort.signal.aborted) change(id, { looking: false, error: errorOf(error) });
  } finally {
    if (aborts.get(id) === abort) aborts.delete(id);
  }
}

async function send(id: number): Promise<void> {
  const entry = entryOf(id);
  if (!entry) return;
  cancel(id);
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { phase: 'sending', sent: 0, ref: null, error: null });
  try {
    const ref = await refOf(entry.source, (sent) => change(id, { sent }), abort.signal);
    if (abort.signal.aborted) return;
    change(id, { phase: 'asking', ref });
    void look(id);
  } catch (error) {
    if (!abort.signal.aborted) change(id, { error: errorOf(error) });
  } finally {
    if (aborts.get(id) === abort) aborts.delete(id);
  }
}

/** One after the other: sending them together makes none of them earlier. */
export async function addImports(sources: readonly ImportSource[]): Promise<void> {
  const made = sources.map((source): ImportEntry => ({ id: next++, source, answers: firstAnswers(), phase: 'sending', sent: 0, ref: null, jobId: null, preview: null, looking: false, mustConfirm: false, confirmed: false, error: null }));
  importsStore.setState(({ entries }) => ({ entries: [...entries, ...made] }));
  for (const { id } of made) await send(id);
}

export function answerImport(id: number, part: Partial<ImportAnswers>, { now = false }: { now?: boolean } = {}): void {
  const entry = entryOf(id);
  if (!entry) return;
  const answers = Object.fromEntries(Object.entries({ ...entry.answers, ...part }).filter(([, value]) => value !== undefined)) as ImportAnswers;
  change(id, { answers });
  // The title changes nothing of what is read.
  if (Object.keys(part).every((key) => key === 'title')) return;
  change(id, { looking: true });
  clearTimeout(timers.get(id));
  timers.set(id, setTimeout(() => void look(id), now ? 0 : SETTLE_MS));
}

export const confirmImport = (id: number, confirmed: boolean): void => change(id, { confirmed });

/** Again from where it failed: bytes that were sent are not sent again. */
export const retryImport = (id: number): Promise<void> => (entryOf(id)?.ref ? look(id) : send(id));

/** Back to the questions, after a job that failed or was cancelled. What was sent may be gone by now. */
export async function reviseImport(id: number): Promise<void> {
  change(id, { phase: 'asking', jobId: null });
  await look(id);
  if (entryOf(id)?.error?.code === 'file-not-found') await send(id);
}

/** Whether everything that must be answered is. */
export const canStart = (e: ImportEntry): boolean => e.phase === 'asking' && !e.looking && e.error === null && e.preview !== null && e.preview.problem === null && (!e.mustConfirm || e.confirmed) && !(e.preview.recordings !== null && e.preview.recordings.every((r) => r.rows === 0));

export async function startImport(id: number): Promise<void> {
  const entry = entryOf(id);
  if (!entry?.ref || !canStart(entry)) return;
  change(id, { phase: 'starting' });
  const title = entry.answers.title?.trim();
  const { title: _, ...answers } = entry.answers;
  try {
    const { jobId } = await api.owner.importFile.mutate({ file: entry.ref, ...answers, ...(title ? { title } : {}) });
    change(id, { phase: 'reading', jobId });
  } catch (error) {
    change(id, { phase: 'asking', error: errorOf(error) });
  }
}

export function dropImport(id: number): void {
  cancel(id);
  importsStore.setState(({ entries }) => ({ entries: entries.filter((e) => e.id !== id) }));
}

/** Those that nobody has started yet: what the dialog is about. */
export const isOpen = (e: ImportEntry): boolean => e.phase === 'sending' || e.phase === 'asking' || e.phase === 'starting';
/** The person changed their mind about all that was not started. */
export const dropOpenImports = (): void => { for (const e of importsStore.getState().entries.filter(isOpen)) dropImport(e.id); };
