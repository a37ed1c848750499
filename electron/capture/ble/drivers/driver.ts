import type { Channel } from '../../../../shared/domain/recording.ts';

/**
 * How the rows of a stream get their times (reference §1.12).
 * `device`: every row has a stamp of the device's clock. `regular`: none, but the device sends at a steady interval.
 * `beats`: each row ends an interval whose length is known. `event`: whenever it arrives.
 */
export type Timing = 'device' | 'regular' | 'beats' | 'event';

/** Rows that share their times: one recording. */
export type StreamSpec = {
  name: string;
  label: string;
  channels: Channel[];
  timing: Timing;
  nominalRateHz: number | null;
  /** Sent when a value changed or when the device sees fit: a hole is no loss, and a mean rate means nothing. */
  sparse?: boolean;
};

/** Rows of one packet. */
export type Block = {
  stream: string;
  /** Component values in the order of the stream's channels: value × 10^decimals, or MISSING_INT32. */
  columns: number[][];
  rows: number;
  /** Microseconds on the device's own clock, each row's; for `device` only. */
  deviceTimes?: number[];
  /** Milliseconds, each row's interval; for `beats` only. */
  intervals?: number[];
  /** Microseconds since the Unix epoch by the device's calendar, where the packet has one. */
  wallTime?: number;
  /** The device's clock starts anew with this block: nothing may be inferred from the one before. */
  restart?: boolean;
};

export type RefusalReason = 'too-short' | 'too-long' | 'malformed' | 'reserved-value' | 'out-of-range' | 'unknown-kind' | 'not-usable' | 'fault';

/** What a packet meant: rows, or why not, and what it says of the device. */
export type Decoded = {
  blocks: Block[];
  refused: RefusalReason | null;
  battery?: number;
  contact?: boolean | null;
  /** The device said that it stopped sending. */
  stopped?: boolean;
};

export type Endpoint = { service: string; characteristic: string };

/** What a driver may do with a connected device besides listening. */
export type DriverLink = {
  has(endpoint: Endpoint): boolean;
  read(endpoint: Endpoint): Promise<Uint8Array>;
  write(endpoint: Endpoint, bytes: Uint8Array, withoutResponse?: boolean): Promise<void>;
  /** The next notification of `endpoint` for which `wanted` holds. @throws AppError after `timeoutMs` */
  next(endpoint: Endpoint, wanted: (bytes: Uint8Array) => boolean, timeoutMs?: number): Promise<Uint8Array>;
  /** The largest value that one notification or write can carry. */
  payload: number;
};

/** The decoder of one connection; it may remember what came before. */
export type Decoder = {
  /** Bytes of a notification. Never throws: what it cannot read it refuses by name. */
  decode(characteristic: string, bytes: Uint8Array): Decoded;
};

export type Driver = {
  id: string;
  /** As a person knows it. */
  name: string;
  /** The service by which it is recognised and used. */
  service: string;
  /** Notifications to ask for, where the device has them. */
  listen: Endpoint[];
  streams: StreamSpec[];
  open(): Decoder;
  /** After listening began: commands without which nothing is sent. */
  start?(link: DriverLink): Promise<{ notes: string[] }>;
  /** Before disconnecting. */
  stop?(link: DriverLink): Promise<void>;
};

export const refuse = (refused: RefusalReason): Decoded => ({ blocks: [], refused });

/** Whatever a decoder does, a packet ends as rows or as a counted refusal. */
export function guarded(decode: Decoder['decode']): Decoder {
  return {
    decode(characteristic, bytes) {
      try {
        return decode(characteristic, bytes);
      } catch (error) {
        // A read past the end is how DataView says that the packet was cut.
        return refuse(error instanceof RangeError ? 'too-short' : 'fault');
      }
    },
  };
}

/** A view over exactly these bytes. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A channel of one component. */
export const single = (name: string, kind: Channel['kind'], unit: string, decimals: number): Channel => ({ name, kind, unit, components: ['value'], decimals });
