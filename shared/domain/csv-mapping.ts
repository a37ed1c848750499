import { z } from 'zod';
import { Channel } from './recording.ts';

/** `dmy`, `mdy`, `ymd`: a date with a time of day; `excel`: days since 1899-12-30. */
export const TimeFormat = z.enum(['s', 'ms', 'us', 'ns', 'iso', 'dmy', 'mdy', 'ymd', 'excel']);
export type TimeFormat = z.infer<typeof TimeFormat>;

/** How to read a CSV file, as the person confirmed it. Columns count from 0. */
export const CsvMapping = z.object({
  delimiter: z.enum([',', ';', '\t', '|']),
  decimal: z.enum(['.', ',']),
  /** Lines before the first row, the header among them. */
  skipLines: z.number().int().min(0).max(1000),
  /** One column, or a date and a time of day. Null: the rows have no times, and `rateHz` says how many there are in a second. */
  time: z.object({ columns: z.array(z.number().int().min(0).max(999)).min(1).max(2), format: TimeFormat }).nullable(),
  rateHz: z.number().positive().max(1e6).optional(),
  channels: z.array(Channel.extend({ columns: z.array(z.number().int().min(0).max(999)).min(1).max(16) })).min(1).max(64),
});
export type CsvMapping = z.infer<typeof CsvMapping>;

export type MappingProposal = {
  mapping: CsvMapping;
  /** The columns as they are, with a few values, for the person to see. */
  columns: { index: number; name: string | null; values: string[] }[];
  /** What could not be told from the file and must be looked at. */
  doubts: string[];
};
