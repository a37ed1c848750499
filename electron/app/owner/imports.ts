import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileRef, ImportIn, ImportOutcome, ImportPreview, ImportPreviewIn } from '../../../shared/api/imports.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { previewImport, type ImportFile, type ImportsOptions } from '../../capture/import/index.ts';
import { knownRows, keepImports } from '../keep-imports.ts';
import type { JobControl } from '../jobs.ts';
import type { OwnerBase } from './base.ts';
import type { Recordings } from './recordings.ts';

const OUTCOMES = 50;

/** From a file or an export to recordings that are kept and scored. */
export function createImports({ b }: OwnerBase, recordings: Pick<Recordings, 'examine' | 'drop'>) {
  const store = b.parts.recordings;
  const known = knownRows(store);
  const work = b.parts.profile.path('work');
  // Where a file keeps its name until it is closed, a run that was killed leaves its rows, which nobody can read any more.
  for (const name of readdirSync(work)) if (name.endsWith('.spool')) rmSync(join(work, name), { force: true });
  const outcomes = new Map<string, ImportOutcome>();
  /** One after the other: what the first adds, the next one knows. */
  let last: Promise<unknown> = Promise.resolve();

  function fileOf(ref: FileRef): ImportFile {
    if ('path' in ref) return ref.path;
    if ('upload' in ref) return b.uploads.get(ref.upload);
    return { name: ref.folder, files: ref.files.map(({ upload, path }) => ({ ...b.uploads.get(upload), name: path })) };
  }
  const titleOf = (ref: FileRef): string => ('path' in ref ? basename(ref.path) : 'upload' in ref ? b.uploads.get(ref.upload).name : ref.folder);
  const uploadsOf = (ref: FileRef): string[] => ('upload' in ref ? [ref.upload] : 'files' in ref ? ref.files.map((f) => f.upload) : []);
  const optionsOf = ({ zone, mapping, rateHz, skipMalformed, subject, device }: ImportPreviewIn): ImportsOptions => ({ zone, mapping, rateHz, skipBad: skipMalformed, subject, device: device?.trim() || undefined, spoolDir: work });

  function inTurn<T>({ signal }: JobControl, work: () => Promise<T>): Promise<T> {
    let begun = false;
    const mine = last.then(() => { signal.throwIfAborted(); begun = true; return work(); });
    last = mine.catch(() => undefined);
    return new Promise((resolve, reject) => {
      mine.then(resolve, reject);
      // One that is under way ends by itself, when it has cleaned up.
      signal.addEventListener('abort', () => { if (!begun) reject(signal.reason as Error); }, { once: true });
    });
  }

  async function run(input: ImportIn, control: JobControl): Promise<Omit<ImportOutcome, 'jobId'>> {
    const { signal, progress, subject } = control;
    const { made, report } = await keepImports(store, fileOf(input.file), { ...optionsOf(input), title: input.title?.trim() || undefined, signal, onProgress: (done, total) => progress('import', done, total) });
    b.changed('recordings');
    try {
      if (made[0]) subject({ recordingId: made[0].id });
      const rows = made.reduce((n, info) => n + info.rows, 0);
      let done = 0;
      const scored: ImportOutcome['made'] = [];
      for (const info of made) {
        const score = await recordings.examine(info, { signal, progress: (step, of) => progress(step, done + of, rows) }).catch((error: unknown) => {
          // A single event is kept, though nothing can be said of it yet.
          if (isAppError(error, 'too-few-samples')) return null;
          throw error;
        });
        done += info.rows;
        scored.push({ recordingId: info.id, title: info.title, rows: info.rows, score });
      }
      return { ...report, made: scored };
    } catch (error) {
      for (const info of made) await recordings.drop(info.id);
      throw error;
    }
  }

  return {
    async preview(input: ImportPreviewIn, signal?: AbortSignal): Promise<ImportPreview> {
      try { return await previewImport(fileOf(input.file), { ...optionsOf(input), known, signal }); } catch (error) { throw inThePage(error); }
    },

    start(input: ImportIn): { jobId: string } {
      return b.jobs.start({
        kind: 'import', title: titleOf(input.file),
        async run(control) {
          try {
            const outcome = await inTurn(control, () => run(input, control));
            if (outcomes.size >= OUTCOMES) outcomes.delete(outcomes.keys().next().value!);
            outcomes.set(control.id, { ...outcome, jobId: control.id });
            for (const upload of uploadsOf(input.file)) await b.uploads.remove(upload);
            const rows = outcome.made.reduce((n, m) => n + m.rows, 0);
            const there = outcome.skipped.find((s) => s.reason === 'already-there')?.count ?? 0;
            return { recordingId: outcome.made[0]?.recordingId ?? null, recordings: outcome.made.length, rows, score: outcome.made[0]?.score ?? null, skipped: outcome.rowsSkipped - there, alreadyThere: there };
          } catch (error) {
            throw inThePage(error);
          } finally {
            b.changed('recordings');
          }
        },
      });
    },

    outcome: (jobId: string): ImportOutcome | null => outcomes.get(jobId) ?? null,
  };
}

/** Hints that name options of the command line, in the words of the page. */
function inThePage(cause: unknown): AppError {
  const error = toAppError(cause);
  if (!error.hint?.includes('--skip-malformed')) return error;
  const hint = error.hint.replace(/, or import with --skip-malformed\b[^.]*/, ', or import it again and leave malformed rows out');
  return new AppError(error.code, error.message, { hint, retryable: error.retryable, details: error.details, cause });
}
