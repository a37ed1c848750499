import { MISSING_INT32 } from '../../../shared/domain/recording.ts';
import { heartRate } from '../ble/drivers/heart-rate.ts';
import type { StreamSpec } from '../ble/drivers/driver.ts';
import { createHeart } from './heart.ts';
import { createWrist } from './wrist.ts';

const G = 9806.65;
/** Rows made at once; a whole second of any rate fits. */
const CHUNK = 256;

/** What the simulated watch sends: acceleration like a watch's, heart rate and beats exactly like a chest strap's service. */
export const watchStreams = (rateHz: number): StreamSpec[] => [
  { name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: rateHz, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 }] },
  ...heartRate.streams.map((s) => ({ ...s, channels: s.channels.filter((c) => c.name !== 'energy') })),
];

/** Rows of one stream; times in seconds on the watch's clock, columns in the order of `watchStreams`. */
export type WatchRows = { stream: string; t: number[]; columns: number[][]; /** Of beats, in milliseconds. */ intervals?: number[] };

/**
 * A watch on a simulated wrist over a simulated heart, which beats faster the more the wrist moves. Once a second it
 * sends a heart rate and the beats of that second. Deterministic for a seed, however it is advanced.
 * @returns `advance(seconds)`, which hands over the rows up to then in pieces of at most a second, each lent until the next
 */
export function createWatch({ seed, rateHz }: { seed: number; rateHz: number }): { advance(seconds: number): Generator<WatchRows> } {
  const wrist = createWrist({ seed, rateHz });
  const heart = createHeart(seed);
  let made = 0;
  let whole = 0;
  let moved = 0;
  let recent: number[] = [];

  return {
    *advance(seconds) {
      const due = Math.floor(seconds * rateHz + 1e-6);
      while (made < due) {
        // Up to the end of the second, at which the heart is asked.
        const count = Math.min(CHUNK, due - made, (whole + 1) * rateHz - made);
        const columns = [new Int32Array(count), new Int32Array(count), new Int32Array(count)] as const;
        wrist.fill(...columns);
        for (let i = 0; i < count; i++) moved += Math.abs(Math.hypot(columns[0][i]!, columns[1][i]!, columns[2][i]!) - G) / 1000;
        yield { stream: 'acceleration', t: Array.from({ length: count }, (_, i) => (made + i) / rateHz), columns: columns.map((c) => [...c]) };
        made += count;
        if (made < (whole + 1) * rateHz) continue;
        whole++;
        const beats = heart.advance(whole, moved / rateHz);
        moved = 0;
        recent = [...recent, ...beats.map((b) => b.interval)].slice(-4);
        const rate = recent.length === 0 ? MISSING_INT32 : Math.round(60_000 / (recent.reduce((a, b) => a + b, 0) / recent.length));
        yield { stream: 'heart-rate', t: [whole], columns: [[rate], [1]] };
        if (beats.length > 0) yield { stream: 'rr-interval', t: beats.map((b) => b.at), columns: [beats.map((b) => Math.round(b.interval * 1000))], intervals: beats.map((b) => b.interval) };
      }
    },
  };
}
