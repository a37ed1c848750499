import type { ChannelKind } from '../../../shared/domain/recording.ts';

const G = 9.80665;
const DEGREE = Math.PI / 180;

/** What one of a unit is in the first unit of its row; temperatures have a zero of their own as well. UCUM, and what files write for it. */
const FACTORS: Partial<Record<ChannelKind, Record<string, { factor: number; offset?: number }>>> = {
  acceleration: { g: { factor: 1 }, mg: { factor: 0.001 }, 'm/s2': { factor: 1 / G } },
  gyroscope: { 'deg/s': { factor: 1 }, 'rad/s': { factor: 1 / DEGREE } },
  ecg: { uV: { factor: 1 }, mV: { factor: 1000 }, V: { factor: 1e6 } },
  'rr-interval': { ms: { factor: 1 }, s: { factor: 1000 } },
  temperature: { Cel: { factor: 1 }, K: { factor: 1, offset: -273.15 }, '[degF]': { factor: 5 / 9, offset: -160 / 9 } },
};

export type Conversion = { factor: number; offset: number };

/** How values in `from` become values in `to`: value × factor + offset. Null where that is not known. */
export function conversion(kind: ChannelKind, from: string, to: string): Conversion | null {
  if (from === to) return { factor: 1, offset: 0 };
  const [a, b] = [FACTORS[kind]?.[from], FACTORS[kind]?.[to]];
  if (!a || !b) return null;
  return { factor: a.factor / b.factor, offset: ((a.offset ?? 0) - (b.offset ?? 0)) / b.factor };
}
