import { createHash } from 'node:crypto';
import type { CsvMapping } from '../../../shared/domain/csv-mapping.ts';
import type { Channel, FileOutcome, ImportReport, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CsvOptions } from './csv.ts';

/** Rows of a recording that is kept already: as the store gives them back. */
export type KnownRows = { channels: Channel[]; batches: AsyncIterable<SampleBatch> };

export type ImportsOptions = CsvOptions & {
  /** A mapping of a CSV file that the person confirmed (see `guessMapping`). */
  mapping?: CsvMapping;
  /** The recordings that hold rows of this series already; their rows are left out and counted. */
  known?(series: string): Promise<KnownRows[]> | KnownRows[];
  /** Where rows are put aside, encrypted under a key that is never written, when they do not fit `memoryBytes`. */
  spoolDir?: string;
  /** Bytes of rows that are sorted in memory. */
  memoryBytes?: number;
  /** Bytes that all files of an archive may have once expanded. */
  maxExpandedBytes?: number;
};

export type ImportsReport = {
  recordings: number;
  /** Of all series: also of those that had nothing new. */
  total: ImportReport;
  /** What became of each file of an archive or folder; at most 1000. */
  files: FileOutcome[];
};

export const cancelledIf = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new AppError('cancelled', 'The import was cancelled.', { hint: 'Nothing was kept.' });
};

/** The name of a series. What might name a person (a watch's name, a user id) goes in as a digest only. */
export function seriesName(format: string, kind: string, ...source: (string | number | null | undefined)[]): string {
  const told = source.filter((s) => s !== null && s !== undefined && s !== '');
  const digest = told.length === 0 ? '' : `:${createHash('sha256').update(JSON.stringify(['phdex/series', ...told])).digest('hex').slice(0, 16)}`;
  return `${format}:${kind}${digest}`;
}

export const emptyReport = (sourceBytes = 0): ImportReport => ({ rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes });

export function skip(report: ImportReport, reason: string, line = 0, count = 1): void {
  report.rowsSkipped += count;
  const known = report.skipped.find((s) => s.reason === reason);
  if (known) known.count += count;
  else if (report.skipped.length < 100) report.skipped.push({ reason, count, firstLine: line });
}

/** Notes are for people: each once, and not without end. */
export function note(report: ImportReport, text: string): void {
  if (report.notes.length < 50 && !report.notes.includes(text)) report.notes.push(text);
}
