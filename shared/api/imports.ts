import { z } from 'zod';
import { CsvMapping, type MappingProposal } from '../domain/csv-mapping.ts';
import type { ExportReport, FileOutcome, ImportReport, SourceInfo } from '../domain/recording.ts';
import type { ErrorView } from './common.ts';

export type { CsvMapping, MappingProposal, TimeFormat } from '../domain/csv-mapping.ts';
export type { ExportReport, FileOutcome } from '../domain/recording.ts';

const Upload = z.string().regex(/^[0-9a-f]{32}$/);
/**
 * A file or a folder on the app's machine, or what was sent to it (`POST /upload` of the headless host): one file, or a
 * folder as its files with their paths in it.
 */
export const FileRef = z.union([
  z.object({ path: z.string().min(1).max(4096) }),
  z.object({ upload: Upload }),
  z.object({ folder: z.string().min(1).max(200), files: z.array(z.object({ upload: Upload, path: z.string().min(1).max(1024) })).min(1).max(20_000) }),
]);
export type FileRef = z.infer<typeof FileRef>;

const options = {
  /** IANA name of the zone in which clocks without one were set, such as `Europe/Berlin`; UTC is assumed without it. */
  zone: z.string().min(1).max(64).optional(),
  /** Of a plain CSV file, as the person confirmed it. */
  mapping: CsvMapping.optional(),
  /** For files without times. */
  rateHz: z.number().positive().max(10_000).optional(),
  /** Leaves malformed rows of plain CSV and WISDM out and counts them; other formats always do. */
  skipMalformed: z.boolean().default(false),
  /** Of a WISDM file of several people. */
  subject: z.string().max(20).optional(),
  /** Maker and model, where the file does not say it. */
  device: z.string().max(80).optional(),
};
/** @param title of the recording; where an export holds several, each keeps its own name and this is ignored */
export const ImportIn = z.object({ file: FileRef, title: z.string().max(80).optional(), ...options });
export type ImportIn = z.infer<typeof ImportIn>;

/** Asked again with what the person changed, the answer shows what that would give. */
export const ImportPreviewIn = z.object({ file: FileRef, ...options });
export type ImportPreviewIn = z.infer<typeof ImportPreviewIn>;

export type ImportFormat = Exclude<SourceInfo['kind'], 'simulator' | 'manual' | 'ble'>;

export type PreviewedRecording = {
  title: string; format: ImportFormat; device: string | null; zone: string | null;
  channels: { name: string; kind: string; unit: string; components: string[]; loinc: string | null }[];
  /** That would be added. */
  rows: number;
  /** Left out because an earlier import holds them. */
  alreadyThere: number;
  skipped: number;
  /** Unix milliseconds of the first and last row; null where the source has no clock. */
  from: number | null; to: number | null; durationSeconds: number;
};

/** What the person should look at. `field` is a field of `ImportIn`; a required one must be given before `importFile` can succeed. */
export type ImportQuestion = { field: 'mapping' | 'zone' | 'rateHz' | 'skipMalformed' | 'subject'; required: boolean; message: string };

export type CsvPreview = MappingProposal & {
  /** False: the header tells everything, and the file is read without a mapping. */
  required: boolean;
  /** The first rows as the given mapping (or the proposed one) reads them: values in the order of its channels' components. */
  example: { /** Unix milliseconds, or milliseconds from the start where the times are no clock's. */ t: number | null; values: (number | null)[] }[];
  /** Whether `example[].t` are times of a clock. */
  clock: boolean;
};

export type ImportPreview = {
  name: string; bytes: number; source: 'file' | 'folder' | 'zip';
  /** Of what was found, the most telling first. Empty with `problem`. */
  formats: ImportFormat[];
  /** What it would give; null where it is too large to be read through before, or cannot be read as it is. */
  recordings: PreviewedRecording[] | null;
  /** Rows that all of it has, that would be left out, and why; null together with `recordings`. */
  report: ImportReport | null;
  /** What would become of each file of a folder or an archive; at most 1000. */
  files: FileOutcome[];
  /** `assumed`: what times without a zone are read as; null where every time names its own. */
  zone: { assumed: string | null };
  /** Of a plain CSV file only. */
  csv: CsvPreview | null;
  questions: ImportQuestion[];
  /** Why it cannot be imported as it is: a missing answer, or a file that no answer helps. */
  problem: ErrorView | null;
};

/** What an import job made, while the app runs; what stays is with each recording (`RecordingDetail.importReport`). */
export type ImportOutcome = ExportReport & {
  jobId: string;
  made: { recordingId: string; title: string; rows: number; score: number | null }[];
};
