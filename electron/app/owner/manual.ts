import { AppError } from '../../../shared/errors.ts';
import { createManualRecordings, type ManualRecordings } from '../manual/manual-recordings.ts';
import type { OwnerBase } from './base.ts';
import type { Recordings } from './recordings.ts';

const silent = { signal: new AbortController().signal, progress: () => undefined };

/** What the owner writes down, as recordings that are scored and drawn like any other. */
export function createManual(base: OwnerBase, { examine, drop }: Pick<Recordings, 'examine' | 'drop'>): ManualRecordings {
  const { b, plots, reports, publications } = base;
  const manual = createManualRecordings({
    entries: base.entries, recordings: b.parts.recordings,
    mayChange({ id, title }) {
      const published = base.runningJob(['publish'], { recordingId: id }) || publications.unfinished().some((p) => p.request.recordingId === id);
      if (published) throw new AppError('invalid-argument', `«${title}» is being published.`, { hint: 'Finish that publication or discard it first.' });
      if (base.runningJob(['score'], { recordingId: id })) throw new AppError('invalid-argument', `«${title}» is being scored.`, { hint: 'Wait until that has ended.' });
    },
    async changed(info) {
      await plots.remove(info.id);
      reports.remove(info.id);
      // Nothing can be said of a single event yet.
      if (info.rows > 1) await examine(info, silent);
      b.changed('recordings');
    },
    async drop(id) { await drop(id); b.changed('recordings'); },
  });
  // A recording that cannot be read now is told where it is shown.
  manual.reconcile().catch(() => undefined);
  return manual;
}
