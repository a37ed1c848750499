import { randomBytes } from 'node:crypto';
import type { ManualEntryView } from '../../../shared/api/manual.ts';
import type { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { RecordingInfo, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { openManual, seriesOf } from '../../capture/manual/index.ts';
import type { RecordingStore } from '../../recordings/store.ts';
import type { EntryStore } from './entry-store.ts';

export type ManualDeps = {
  entries: EntryStore;
  recordings: RecordingStore;
  /** @throws AppError where the recording may not change now */
  mayChange(info: RecordingInfo): void;
  /** Its rows are others now. */
  changed(info: RecordingInfo): Promise<void>;
  /** Nothing is left of it. */
  drop(id: string): Promise<void>;
};

export type ManualRecordings = {
  list(): ManualEntryView[];
  add(entry: ManualEntry): Promise<ManualEntryView>;
  edit(id: string, entry: ManualEntry): Promise<ManualEntryView>;
  remove(id: string): Promise<void>;
  /** Brings recordings to what the entries say, where a run ended in between. */
  reconcile(): Promise<void>;
};

/** Keeps the recordings of what a person writes down in step with the entries: one for each kind, name and unit. */
export function createManualRecordings({ entries, recordings, mayChange, changed, drop }: ManualDeps): ManualRecordings {
  const recordingOf = (series: string) => recordings.list().find((info) => info.source.kind === 'manual' && info.source.series === series);
  const sourceOf = (series: string): RecordingSource | null => {
    const own = entries.list().map(({ entry }) => entry).filter((entry) => seriesOf(entry).series === series);
    return own.length === 0 ? null : openManual(own)[0]!;
  };
  const view = (id: string, entry: ManualEntry, find: (series: string) => RecordingInfo | undefined = recordingOf): ManualEntryView => {
    const { series, title, loinc } = seriesOf(entry);
    return { ...entry, id, recordingId: find(series)?.id ?? null, series: title, loinc };
  };
  const known = (id: string): ManualEntry => {
    const entry = entries.get(id);
    if (!entry) throw new AppError('invalid-argument', 'That entry is not there any more.', { hint: 'It was deleted; look at the list again.' });
    return entry;
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => { const next = last.then(work); last = next.catch(() => undefined); return next; };

  async function rebuild(series: string): Promise<void> {
    const there = recordingOf(series);
    const source = sourceOf(series);
    if (source) await changed(there ? await recordings.replace(there.id, source) : await recordings.add(source));
    else if (there) await drop(there.id);
  }

  /** Changes an entry and the recordings that it was and is in; what fails leaves them as they were. */
  async function apply(id: string, before: ManualEntry | undefined, after: ManualEntry | undefined): Promise<void> {
    const touched = [...new Set([before, after].filter((e) => e !== undefined).map((e) => seriesOf(e).series))];
    for (const series of touched) { const info = recordingOf(series); if (info) mayChange(info); }
    if (after) entries.put(id, after); else entries.remove(id);
    try {
      for (const series of touched) await rebuild(series);
    } catch (error) {
      if (before) entries.put(id, before); else entries.remove(id);
      for (const series of touched) await rebuild(series).catch(() => undefined);
      throw error;
    }
  }

  return {
    list() {
      // Once for all entries: a diary has thousands.
      const bySeries = new Map(recordings.list().flatMap((info) => (info.source.kind === 'manual' ? [[info.source.series!, info] as const] : [])));
      return entries.list().map(({ id, entry }) => view(id, entry, (series) => bySeries.get(series))).sort((a, b) => b.time - a.time);
    },
    add: (entry) => inTurn(async () => {
      const id = randomBytes(8).toString('hex');
      await apply(id, undefined, entry);
      return view(id, entry);
    }),
    edit: (id, entry) => inTurn(async () => { await apply(id, known(id), entry); return view(id, entry); }),
    remove: (id) => inTurn(() => apply(id, known(id), undefined)),
    reconcile: () => inTurn(async () => {
      const all = new Set([...entries.list().map(({ entry }) => seriesOf(entry).series), ...recordings.list().flatMap(({ source }) => (source.kind === 'manual' ? [source.series!] : []))]);
      for (const series of all) {
        const [there, source] = [recordingOf(series), sourceOf(series)];
        if (!there || !source || !(await same(there, recordings.read(there.id), source))) await rebuild(series);
      }
    }),
  };
}

/** Whether a recording holds what a source says; both are small. */
async function same(info: RecordingInfo, stored: AsyncIterable<SampleBatch>, source: RecordingSource): Promise<boolean> {
  const channels = JSON.stringify(source.draft.channels) === JSON.stringify(info.channels);
  if (!channels) return false;
  const [a, b] = [await rowsOf(stored), await rowsOf(source.batches)];
  return a === b && JSON.stringify(source.finish().annotations) === JSON.stringify(info.annotations);
}

async function rowsOf(batches: AsyncIterable<SampleBatch>): Promise<string> {
  const rows: (number | null)[][] = [];
  for await (const { t, columns } of batches) for (let i = 0; i < t.length; i++) rows.push([t[i]!, ...columns.map((c) => (c[i] === MISSING_INT32 || Number.isNaN(c[i]) ? null : c[i]!))]);
  return JSON.stringify(rows);
}
