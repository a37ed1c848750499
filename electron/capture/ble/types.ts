import type { Channel, ClockInfo, RecordingInfo } from '../../../shared/domain/recording.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { AdapterState } from './adapter.ts';
import type { CaptureStore } from './capture-writer.ts';
import type { DeviceInformation } from './drivers/device-information.ts';
import type { RefusalReason, Timing } from './drivers/driver.ts';

/* ── A live capture, whatever brings the samples: a radio, or the simulated watch. Plain data, fit for the API. ── */

/**
 * `connecting`: reaching the device, or reaching it again. `live`: samples are awaited. `lost`: the connection broke and
 * the next attempt is waited for. `stopping`: the last rows are written. `ended`: the recordings are in the store.
 */
export type SessionState = 'connecting' | 'live' | 'lost' | 'stopping' | 'ended';

/**
 * What the device says of itself, all of it claims and never proof. Without its serial number and System ID, which name a
 * person's unit; they are not even read.
 */
export type DeviceIdentity = DeviceInformation & {
  name: string | null;
  /** Of the advertisement's manufacturer data; null where it had none. */
  companyId: number | null;
  /** Advertised and discovered, short lower-case form, sorted. */
  services: string[];
  /** Ids of the drivers that read it. */
  drivers: string[];
};

/** Microseconds since the Unix epoch between the last row before a loss and the first after; `to` null while it lasts. */
export type Gap = { from: number; to: number | null };

export type StreamView = {
  name: string;
  label: string;
  channels: Channel[];
  timing: Timing;
  /** Rows since the start. */
  rows: number;
  /** Rows a second over the last ten seconds; null until two rows came. */
  rateHz: number | null;
  /** Rows that never came while connected, as far as the device's stamps, its beats or its steady interval tell; null where nothing tells. */
  lost: number | null;
  clock: ClockInfo;
};

/** The newest samples of a stream, thinned to what a plot can show: of each bucket the least and the greatest value. */
export type LiveSamples = {
  stream: string;
  /** Milliseconds since the Unix epoch. */
  t: number[];
  /** Component values in the order of the stream's channels, in their units; null: no value. */
  columns: (number | null)[][];
};

export type CaptureView = {
  /** 16 hex digits; `source.session` of every recording made. */
  id: string;
  deviceId: string;
  title: string;
  simulated: boolean;
  state: SessionState;
  device: DeviceIdentity;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  /** Per cent; null while unknown. */
  battery: number | null;
  /** On the skin; null where the device does not tell. */
  contact: boolean | null;
  streams: StreamView[];
  packets: number;
  /** Packets that could not be read, by reason. */
  refused: Partial<Record<RefusalReason, number>>;
  /** The last hundred; `losses` counts them all. */
  gaps: Gap[];
  losses: number;
  /** While `lost`: when the next attempt begins, in milliseconds since the Unix epoch. */
  retryAt: number | null;
  /** What went wrong last, in a sentence with what to do; null once it is over. */
  problem: { code: string; message: string; hint: string | null } | null;
  /** Sentences by the drivers, such as a stream that the device refused. */
  notes: string[];
};

export type CaptureEvent =
  /** At each change of state, and each second while anything comes. */
  | { type: 'view'; view: CaptureView }
  /** At most four times a second. */
  | { type: 'samples'; samples: LiveSamples[] };

export type CaptureSession = {
  readonly id: string;
  readonly deviceId: string;
  readonly simulated: boolean;
  readonly state: SessionState;
  view(): CaptureView;
  /** The last ten seconds of each stream, to begin a plot with. */
  recent(): LiveSamples[];
  /** @returns how to stop listening */
  subscribe(listener: (event: CaptureEvent) => void): () => void;
  /** Stops and keeps what came; the same promise however often it is called. Streams that never sent a row leave no recording. */
  stop(): Promise<RecordingInfo[]>;
  /** Resolves as `stop` does, also when the session ended by itself. */
  readonly ended: Promise<RecordingInfo[]>;
};

/* ── Bluetooth ── */

export type FoundDevice = {
  /** noble's id of the peripheral: an address, or on macOS a UUID of this host's own. */
  id: string;
  name: string | null;
  /** dBm. */
  rssi: number;
  /** Advertised; short lower-case form, sorted. */
  services: string[];
  /** The first two bytes of the manufacturer data (reference §2); null where there are none. */
  companyId: number | null;
  /** As hex, company id included; null where there is none. */
  manufacturerData: string | null;
  connectable: boolean;
  /** Ids of the drivers that serve what it advertises. */
  drivers: string[];
  /** What a person may call it; null when no driver knows it. */
  kind: string | null;
  /** Some driver serves it. */
  known: boolean;
  /** Milliseconds since the Unix epoch. */
  lastSeen: number;
};

export type ScanOptions = {
  /** Only these services; all where absent. */
  services?: string[];
  /** Called once when the scan cannot go on, for instance because the adapter was switched off. */
  onError?(error: AppError): void;
};

export type ConnectOptions = {
  /** Of the recordings; the device's name where absent. */
  title?: string;
  /** Names of the streams to keep; all where absent. */
  streams?: string[];
  signal?: AbortSignal;
};

export type Bluetooth = {
  state(): AdapterState;
  /** Why nothing can be scanned or connected, with what to do on this system; null when nothing is wrong. */
  problem(): AppError | null;
  /** @returns how to stop listening */
  onState(listener: (state: AdapterState) => void): () => void;
  /** Devices as they are found, and again at most once a second each while they are seen. Several scans may run at once. */
  scan(onFound: (device: FoundDevice) => void, options?: ScanOptions): { stop(): void };
  /**
   * Resolves when the device is connected, identified and read. After that a loss is the session's own business.
   * @throws AppError where it cannot be reached, does not answer in time, or has nothing that a driver reads
   */
  connect(deviceId: string, options?: ConnectOptions): Promise<CaptureSession>;
  sessions(): CaptureSession[];
  /** Stops scans and sessions, keeps what came, and lets go of the adapter. */
  stop(): Promise<void>;
};

export type BluetoothOptions = {
  store: CaptureStore;
  /** An instance of noble, such as `withBindings('hci', …)`. Where absent the system's own is loaded at the first use. */
  noble?: NobleLike;
  /** Microseconds since the Unix epoch that never step back. */
  now?: () => number;
  timeouts?: Partial<Timeouts>;
};

/** Milliseconds. noble has none of its own for what a device does not answer. */
export type Timeouts = {
  /** The adapter says how it is. */
  adapter: number;
  connect: number;
  discover: number;
  /** One read, write or subscription. */
  answer: number;
  disconnect: number;
  /** Of a driver's commands altogether. */
  start: number;
  /** Nothing at all from a device that had been sending: the connection is taken for lost. */
  silence: number;
  /** First wait before a new attempt, doubled each time up to `retryMost`. */
  retryFirst: number;
  retryMost: number;
};

/* ── The part of @stoprocent/noble that is used. ── */

type Emitter = {
  on(event: string, listener: (...args: never[]) => void): unknown;
  removeListener(event: string, listener: (...args: never[]) => void): unknown;
};

export type NobleLike = Emitter & {
  readonly state: string;
  startScanningAsync(serviceUuids?: string[], allowDuplicates?: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
  stop(): void;
};

export type PeripheralLike = Emitter & {
  readonly id: string;
  readonly address: string;
  readonly connectable: boolean;
  readonly rssi: number;
  readonly mtu: number | null;
  readonly state: string;
  readonly advertisement: { localName?: string; manufacturerData?: Uint8Array; serviceUuids?: string[] };
  connectAsync(): Promise<void>;
  cancelConnect(): void;
  disconnectAsync(): Promise<void>;
  discoverServicesAsync(serviceUuids: string[]): Promise<ServiceLike[]>;
};

export type ServiceLike = { readonly uuid: string; discoverCharacteristicsAsync(characteristicUuids: string[]): Promise<CharacteristicLike[]> };

export type CharacteristicLike = Emitter & {
  readonly uuid: string;
  readonly properties: readonly string[];
  readAsync(): Promise<Uint8Array>;
  writeAsync(data: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<void>;
  unsubscribeAsync(): Promise<void>;
};
