import { z } from 'zod';
import { ManualEntry } from '../domain/manual-entry.ts';

export { MANUAL_UNITS, type ManualEntry, type ManualKind } from '../domain/manual-entry.ts';

/** One thing to write down; see `ManualEntry` for the fields of each kind. */
export const ManualEntryIn = ManualEntry;
export const ManualEntryId = z.string().regex(/^[0-9a-f]{16}$/);
export const ManualEditIn = z.object({ id: ManualEntryId, entry: ManualEntry });

/** Newest first. */
export type ManualEntryView = ManualEntry & {
  id: string;
  /** The recording that its kind, name and unit make: all entries of one series stand in one recording. Null while it is being made again. */
  recordingId: string | null;
  /** Title of that recording. */
  series: string;
  /** LOINC codes of what it holds; none where none fits. */
  loinc: string[];
};
