import { AppError } from '../../../../shared/errors.ts';
import { viewOf, type DriverLink, type Endpoint } from './driver.ts';

/** Control point of Polar PMD (reference §1.8, 2–5). */
export const PMD_SERVICE = 'fb005c8002e7f3871cad8acd2d8df0c8';
export const PMD_CONTROL: Endpoint = { service: PMD_SERVICE, characteristic: 'fb005c8102e7f3871cad8acd2d8df0c8' };
export const PMD_DATA: Endpoint = { service: PMD_SERVICE, characteristic: 'fb005c8202e7f3871cad8acd2d8df0c8' };

export const PMD_TYPE = { ecg: 0, acc: 2, ppi: 3 } as const;
const OP = { settings: 1, start: 2, stop: 3 } as const;

/** Sizes of one value by setting id: rate, resolution, range, range in milli-units, channels, factor, security. */
const SIZES: Record<number, number> = { 0: 2, 1: 2, 2: 2, 3: 4, 4: 1, 5: 4, 6: 16 };
const [RATE, RESOLUTION, RANGE, CHANNELS, FACTOR] = [0, 1, 2, 4, 5];

export type PmdSettings = { rates: number[]; resolutions: number[]; ranges: number[]; channels: number[]; factor: number };

/** Type-length-values `id, count, values…`. Null where they are cut or of an id whose size is not known. */
export function readSettings(bytes: Uint8Array): PmdSettings | null {
  const view = viewOf(bytes);
  const out: PmdSettings = { rates: [], resolutions: [], ranges: [], channels: [], factor: 1 };
  const lists: Record<number, number[]> = { [RATE!]: out.rates, [RESOLUTION!]: out.resolutions, [RANGE!]: out.ranges, [CHANNELS!]: out.channels };
  for (let at = 0; at < bytes.length;) {
    if (at + 2 > bytes.length) return null;
    const id = bytes[at]!;
    const count = bytes[at + 1]!;
    const size = SIZES[id];
    at += 2;
    if (size === undefined || at + size * count > bytes.length) return null;
    for (let i = 0; i < count; i++, at += size) {
      if (id === FACTOR) out.factor = view.getFloat32(at, true);
      else lists[id]?.push(size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : 0);
    }
  }
  return Number.isFinite(out.factor) && out.factor > 0 ? out : null;
}

/** Streams that the features byte offers: `0F`, then bit 0 ECG, 2 ACC, 3 PPI. */
export function readFeatures(bytes: Uint8Array): { ecg: boolean; acc: boolean; ppi: boolean } | null {
  if (bytes.length < 2 || bytes[0] !== 0x0f) return null;
  const bits = bytes[1]!;
  return { ecg: (bits & 1) !== 0, acc: (bits & 4) !== 0, ppi: (bits & 8) !== 0 };
}

const STATUS: Record<number, string> = {
  1: 'it does not know the command', 2: 'it does not know the stream', 3: 'it does not support this', 4: 'the command had a wrong length', 5: 'a setting was wrong', 6: 'it is sending already',
  7: 'the resolution was refused', 8: 'the rate was refused', 9: 'the range was refused', 10: 'the connection carries too little', 11: 'the channels were refused', 12: 'it is in another state', 13: 'it is on its charger', 14: 'its memory is full',
};

/** Far more packets than any answer has. */
const MAX_PACKETS = 16;

/** Sends a command and gathers its answer, which may come in several packets. Status 6 (already in that state) is success. */
export async function command(link: DriverLink, bytes: Uint8Array): Promise<Uint8Array> {
  const [op, type] = bytes as unknown as [number, number];
  const packets: Uint8Array[] = [];
  // Gathered as they come: the second may follow the first before anybody could ask for it.
  const last = (b: Uint8Array) => {
    if (b.length < 4 || b[0] !== 0xf0 || (packets.length === 0 && (b[1] !== op || b[2] !== type))) return false;
    packets.push(Uint8Array.from(b));
    return failed(b) || !b[4] || packets.length === MAX_PACKETS;
  };
  await Promise.all([link.next(PMD_CONTROL, last), link.write(PMD_CONTROL, bytes)]);
  const end = packets.at(-1)!;
  if (failed(end)) throw new AppError('invalid-argument', `The Polar device refused a command: ${STATUS[end[3]!] ?? `status ${end[3]}`}.`, { hint: 'Put the device on, take it off its charger and try again.', details: { op, type, status: end[3]! } });
  if (end[4]) throw new AppError('format-unknown', 'The Polar device answered without an end.', { hint: 'Switch it off and on again.' });
  return concat(packets.map((p) => p.subarray(5)));
}

const failed = (answer: Uint8Array) => answer[3] !== 0 && answer[3] !== 6;

export const getSettings = async (link: DriverLink, type: number): Promise<PmdSettings | null> => readSettings(await command(link, Uint8Array.of(OP.settings, type)));
export const stopStream = (link: DriverLink, type: number): Promise<Uint8Array> => command(link, Uint8Array.of(OP.stop, type));

/** One value of each setting that the device listed; never the factor, which only the device knows. */
export function startCommand(type: number, chosen: { rate?: number; resolution?: number; range?: number; channels?: number }): Uint8Array {
  const out = [OP.start, type];
  const u16 = (id: number, value: number | undefined) => { if (value !== undefined) out.push(id, 1, value & 255, value >> 8); };
  u16(RATE!, chosen.rate);
  u16(RESOLUTION!, chosen.resolution);
  u16(RANGE!, chosen.range);
  if (chosen.channels !== undefined) out.push(CHANNELS!, 1, chosen.channels);
  return Uint8Array.from(out);
}

/** `F0 02 type status more params`: the factor by which this stream's samples are to be multiplied, 1 where none is given. */
export function startedFactor(answer: Uint8Array): { type: number; factor: number } | null {
  if (answer.length < 4 || answer[0] !== 0xf0 || answer[1] !== OP.start || answer[3] !== 0) return null;
  return { type: answer[2]!, factor: readSettings(answer.subarray(5))?.factor ?? 1 };
}

/** `F0 01 type 0 0 params`: the rates that this stream can have, in Hz; null for any other packet. */
export function offeredRates(answer: Uint8Array): { type: number; rates: number[] } | null {
  if (answer.length < 5 || answer[0] !== 0xf0 || answer[1] !== OP.settings || answer[3] !== 0) return null;
  return { type: answer[2]!, rates: readSettings(answer.subarray(5))?.rates ?? [] };
}

function concat(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
}
