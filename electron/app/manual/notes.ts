import { AppError } from '../../../shared/errors.ts';
import { createPlots } from '../../recordings/levels.ts';
import type { NodeParts } from '../open-parts.ts';
import { createReports } from '../owner/reports.ts';
import { createPublicationStore } from '../secret-stores.ts';
import { openEntryStore } from './entry-store.ts';
import { createManualRecordings, type ManualRecordings } from './manual-recordings.ts';

/** The manual entries of a profile for the command line: what was scored or drawn of a recording that changes goes, to be made again when it is asked for. */
export function openNotes({ db, wallet, recordings, profile }: Pick<NodeParts, 'db' | 'wallet' | 'recordings' | 'profile'>): ManualRecordings {
  const publications = createPublicationStore(db);
  const reports = createReports({ db, wallet });
  const plots = createPlots({ dir: profile.path('recordings'), key: wallet.storageKey('levels'), store: recordings });
  const forget = async (id: string) => { await plots.remove(id); reports.remove(id); };
  return createManualRecordings({
    entries: openEntryStore({ db, wallet }), recordings,
    mayChange({ id, title }) {
      if (publications.unfinished().some((p) => p.request.recordingId === id)) throw new AppError('invalid-argument', `«${title}» is being published.`, { hint: 'Finish that publication first.' });
    },
    changed: ({ id }) => forget(id),
    async drop(id) { await forget(id); await recordings.remove(id); },
  });
}
