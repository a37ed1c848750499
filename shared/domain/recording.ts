import { z } from 'zod';
import { DeviceId, HardwareIdentity } from './hardware-identity.ts';

/** What a channel measures. A channel has one or more components that are sampled together. */
export const ChannelKind = z.enum([
  'acceleration', 'heart-rate', 'rr-interval', 'spo2', 'temperature', 'ecg', 'ppg', 'gyroscope', 'steps', 'respiration', 'sleep',
  'weight', 'blood-pressure', 'glucose', 'medicine', 'symptom', 'training', 'other',
]);
export type ChannelKind = z.infer<typeof ChannelKind>;

/** What happens, or is measured, when somebody does it: no even clock is to be expected of such channels, and no lasting one. */
export const EVENT_KINDS: readonly ChannelKind[] = ['sleep', 'weight', 'blood-pressure', 'glucose', 'medicine', 'symptom', 'training'];

export const Channel = z.object({
  /** File-safe and unique in the recording: `acceleration`, `heart-rate`. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  kind: ChannelKind,
  /** UCUM unit: `m/s2`, `g`, `/min`, `ms`, `%`, `Cel`. */
  unit: z.string().max(16),
  /** Names of the components, in column order: `['x','y','z']` or `['value']`. */
  components: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,15}$/)).min(1).max(16),
  /** Decimal digits: the columns are Int32Array and value = integer / 10^decimals. Null: Float64Array as they are. */
  decimals: z.number().int().min(0).max(9).nullable(),
  /** LOINC code of what is measured, where one fits. */
  loinc: z.string().regex(/^\d{1,7}-\d$/).optional(),
});
export type Channel = z.infer<typeof Channel>;

export { MISSING_INT32 } from './missing.ts';

export type Column = Int32Array | Float64Array;

/**
 * A run of rows. All channels of a recording share the rows' times.
 * `columns` holds the components of every channel, flattened in the order of `RecordingDraft.channels`.
 */
export type SampleBatch = {
  /** Microseconds since the Unix epoch (or since the start, in a dataset), whole numbers, never decreasing. */
  t: Float64Array;
  columns: Column[];
};

/** A stretch of time with a name that the source gave it (an activity of WISDM, a lap). Microseconds, `to` exclusive. */
export const Annotation = z.object({ from: z.number(), to: z.number(), label: z.string().max(40) });
export type Annotation = z.infer<typeof Annotation>;

/** The times of a live capture: `device`: its clock mapped to the host's; `regular`: arrival with the jitter removed; `beats`: chained intervals; `arrival`: as they came. */
export const ClockInfo = z.object({
  method: z.enum(['device', 'regular', 'beats', 'arrival']),
  /** Of the device's clock against the host's, parts in a million; null where there is none or too little was seen. */
  skewPpm: z.number().nullable(),
  /** Milliseconds: half of the rows arrived no later than this after their time. */
  delayMs: z.number().nullable(),
  /** How often the clock had to be set anew: the device's was set or it restarted. */
  resets: z.number().int().min(0),
});
export type ClockInfo = z.infer<typeof ClockInfo>;

export const SourceInfo = z.object({
  kind: z.enum([
    'csv', 'wisdm', 'simulator', 'apple-health', 'fitbit', 'fit', 'tcx', 'gpx', 'gadgetbridge', 'empatica-e4', 'actigraph-csv', 'gt3x', 'axivity-csv', 'edf',
    'samsung-health', 'oura', 'fhir', 'manual', 'ble',
  ]),
  /** What the source says of the hardware; null where it says nothing. A claim, never proof. */
  device: z.string().max(80).nullable(),
  simulated: z.boolean(),
  /** Whether the times come from the source or were made from a nominal rate. */
  times: z.enum(['source', 'nominal']),
  /** The same for every import of one series (format, kind, source), so that a repeated one is known. Names nobody. */
  series: z.string().regex(/^[a-z0-9:-]{1,80}$/).optional(),
  /** What the source says of its time zone, or what was assumed. */
  zone: z.string().max(120).optional(),
  /** How a live capture got its times, and how well: see electron/capture/ble/clock.ts. */
  clock: ClockInfo.optional(),
  /** What a Bluetooth device said of itself; see electron/quality/hardware/. */
  identity: HardwareIdentity.optional(),
  /** The model of the signed list that the owner named: a claim (`devices.name`). */
  model: DeviceId.optional(),
  /** The recordings of one live session share this random name. */
  session: z.string().regex(/^[0-9a-f]{16}$/).optional(),
  /** Who added it by a right to append: not the person's own measurement. */
  appendedBy: z.string().regex(/^0x[0-9a-f]{40}$/).optional(),
});
export type SourceInfo = z.infer<typeof SourceInfo>;

export type SkippedRows = { reason: string; count: number; /** 0 where there is no line to name. */ firstLine: number };
/** What became of one file of an archive or a folder: read as `format`, or not and why. */
export type FileOutcome = { name: string; format: string | null; reason?: string };
/** Of a whole export: also of its series that had nothing new. */
export type ExportReport = {
  name: string; formats: string[]; recordings: number; rowsRead: number; rowsSkipped: number; skipped: SkippedRows[]; notes: string[];
  /** At most 200: those that were not read before those that were. */
  files: FileOutcome[]; filesCount: number;
};
/** What the file says of where its data comes from (a FHIR Provenance). Claims in a stranger's words; names people: it is never published. */
export type ImportOrigin = { /** A FHIR instant, as it stands. */ recorded: string; activity: string | null; who: string[]; /** The devices or documents it was made from. */ from: string[] };
export type ImportReport = {
  rowsRead: number; rowsSkipped: number; skipped: SkippedRows[]; notes: string[]; sourceBytes: number;
  /** At most 20, each once. */
  origins?: ImportOrigin[];
  /** Of the export that it came out of. */
  export?: ExportReport;
};

/** Known before the rows are read. */
export type RecordingDraft = { title: string; source: SourceInfo; channels: Channel[]; nominalRateHz: number | null };

/** What a source yields: a draft, its rows once, and what is known when they have been read. */
export type RecordingSource = {
  draft: RecordingDraft;
  batches: AsyncIterable<SampleBatch>;
  /**
   * Call after `batches` has ended. `channels` is there when a later value did not fit the draft's decimals: those
   * channels end with `decimals` null, their later columns came as Float64Array, and earlier ones count as integer / 10^draft decimals.
   */
  finish(): { report: ImportReport; annotations: Annotation[]; channels?: Channel[] };
};

export type RecordingInfo = RecordingDraft & {
  id: string;
  /** Microseconds since the Unix epoch of the first and last row. */
  startTime: number;
  endTime: number;
  rows: number;
  annotations: Annotation[];
  report: ImportReport;
  createdAt: number;
};
