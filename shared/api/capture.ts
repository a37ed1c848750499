import { z } from 'zod';
import type { ClockInfo } from '../domain/recording.ts';
import type { ErrorView } from './common.ts';

/**
 * Live capture: devices near, and what is being recorded now. tRPC: queries `capture.state`; subscription `capture.events`
 * (the state, the last ten seconds of what is being recorded, then what changes; it ends when the profile is locked);
 * mutations `capture.scan` (ScanIn; opens the adapter at its first use, fails with the sentence for this system where
 * there is none), `capture.stopScan`, `capture.start` (StartCaptureIn; answers `{ captures: string[] }` at once, connecting goes on
 * behind it), `capture.stop` (StopCaptureIn; finishes the recordings, starts jobs that score them, answers EndedCapture[]).
 * Times are Unix milliseconds unless they say otherwise.
 */

/** As many Bluetooth devices are recorded at once, and one simulated watch besides. */
export const MAX_DEVICES = 2;
export const MIN_SIMULATED_HZ = 25;
export const MAX_SIMULATED_HZ = 200;
/** Rows of one stream in one `live` message, at most; in the first after subscribing, which holds the last ten seconds, `MAX_RECENT_ROWS`. */
export const MAX_LIVE_ROWS = 64;
export const MAX_RECENT_ROWS = 512;

export type AdapterView = {
  /** `unused`: Bluetooth was not asked for yet; the first scan opens it. `problem` tells what is wrong and what to do. */
  state: 'unused' | 'opening' | 'ready' | 'problem';
  problem: ErrorView | null;
};

/** A device that was seen in the scan; the same shape describes the device of a capture. */
export type DeviceView = {
  /** Names it to `start`, on this machine and adapter only. */
  id: string;
  /** What it calls itself; null where it says nothing. */
  name: string | null;
  /** dBm; null where the system does not tell. */
  rssi: number | null;
  seenAt: number;
  /** What it offers that this app can record, by its drivers: `Heart rate monitor`, `Polar sensor`. Empty: nothing. */
  offers: string[];
  /** Whether a driver is there for it; one that is not may still turn out to be once connected. */
  supported: boolean;
};

export type CaptureStream = {
  name: string;
  /** `heart rate`, `beats`, `acceleration`. */
  label: string;
  /** Flattened components in the order of the columns of `LiveSamples`. */
  components: { channel: string; component: string; kind: string; unit: string }[];
  /** How rows get their times: by the device's clock, by a steady rate, by the beats themselves, or by their arrival. */
  timing: ClockInfo['method'];
  /** Rows a second of a steady stream, as far as that is known; null for values that come when they come. */
  nominalRateHz: number | null;
  /** Rows that are written, or on their way to the disk within the second. */
  rows: number;
  /** Rows a second over the last ten seconds; null before the second row. */
  rateHz: number | null;
  /** Rows that never came while connected, as far as the times tell; null where nothing tells. */
  missed: number | null;
};

export type CaptureView = {
  id: string;
  simulated: boolean;
  /** `Simulated watch` for that one. */
  name: string;
  /** What the device says of itself once connected; a claim, never proof. Never a serial number. */
  manufacturer: string | null;
  model: string | null;
  firmware: string | null;
  /** `waiting`: the device was lost and is tried again; what falls into the gap is recorded as a gap. */
  state: 'connecting' | 'recording' | 'waiting' | 'stopping';
  startedAt: number;
  /** While `waiting`: when the next attempt begins. */
  retryAt: number | null;
  /** As of the scan that found it, dBm. */
  rssi: number | null;
  /** Percent. */
  battery: number | null;
  /** Whether it is worn; null where it does not say. */
  contact: boolean | null;
  /** When the last packet came. */
  lastAt: number | null;
  /** Packets that came and could not be read, by reason. */
  refused: { reason: string; count: number }[];
  /** Newest last, the last 50; `to` null while it lasts. */
  gaps: { from: number; to: number | null }[];
  /** How often the connection was lost. */
  losses: number;
  packets: number;
  /** In the words of the device's driver, for a person: settings that were chosen, what it would not do. */
  notes: string[];
  streams: CaptureStream[];
  /** What went wrong last, with what to do; null once it is over. */
  error: ErrorView | null;
};

/** What became of a capture; the last ten of this run of the app. */
export type EndedCapture = {
  id: string; name: string; simulated: boolean; startedAt: number; endedAt: number;
  /** One a stream that had a row; each is scored by the job beside it. */
  recordings: { id: string; title: string; rows: number; jobId: string | null }[];
  /** Why it ended, or why nothing was kept; null where it was stopped by the person. */
  error: ErrorView | null;
};

export type CaptureState = {
  adapter: AdapterView;
  scan: { running: boolean; /** When it ends by itself. */ until: number | null };
  /** Those that can be recorded first, then by signal. */
  devices: DeviceView[];
  captures: CaptureView[];
  /** Newest first. */
  ended: EndedCapture[];
};

/** Newest rows of a stream, for a trace. Not all of them: what is stored is whole, what is shown is decimated. */
export type LiveSamples = {
  capture: string; stream: string;
  /** Unix milliseconds with decimals, ascending. Where rows were left out, pairs of least and greatest. */
  t: number[];
  /** One array a component, values in its unit; null where the device had none. */
  columns: (number | null)[][];
};

export type CaptureEvent =
  /** The whole; first, and whenever something but figures changed; at most four a second. */
  | { type: 'state'; state: CaptureState }
  /** Four a second while something is recorded: the captures as they are now, and the rows since the last one. */
  | { type: 'live'; at: number; captures: CaptureView[]; samples: LiveSamples[] };

export const ScanIn = z.object({ /** Seconds after which it ends by itself. */ seconds: z.number().int().min(1).max(300).default(60) });
export type ScanIn = z.infer<typeof ScanIn>;

export const DeviceId = z.string().regex(/^[0-9a-zA-Z:-]{1,64}$/);
export const SimulatedWatchIn = z.object({ rateHz: z.number().int().min(MIN_SIMULATED_HZ).max(MAX_SIMULATED_HZ).default(50), seed: z.number().int().nonnegative().max(0xffffffff).optional() });
export type SimulatedWatchIn = z.infer<typeof SimulatedWatchIn>;
export const StartCaptureIn = z
  .object({
    /** Of the scan. */
    devices: z.array(DeviceId).max(MAX_DEVICES).default([]),
    simulated: SimulatedWatchIn.nullable().default(null),
    /** Of the recordings; the device's name when left out. */
    title: z.string().max(80).optional(),
  })
  .refine((v) => v.devices.length > 0 || v.simulated !== null, 'choose a device or the simulated watch')
  .refine((v) => new Set(v.devices).size === v.devices.length, 'a device is named twice');
export type StartCaptureIn = z.infer<typeof StartCaptureIn>;

/** All of them when left out. */
export const StopCaptureIn = z.object({ id: z.string().max(64).optional() });
export type StopCaptureIn = z.infer<typeof StopCaptureIn>;
