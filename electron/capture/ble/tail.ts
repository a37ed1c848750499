import { MISSING_INT32 } from '../../../shared/domain/recording.ts';
import type { StreamSpec } from './drivers/driver.ts';
import type { LiveSamples } from './types.ts';

/** Microseconds: no plot shows more than the least and the greatest value of this. */
const BUCKET = 20_000;
const KEPT = 10e6;
const MAX_POINTS = 1024;

export type Tail = {
  /** Rows in the order of their times, in microseconds since the Unix epoch; columns as stored. */
  push(t: ArrayLike<number>, columns: ArrayLike<number>[]): void;
  /** Whatever came since the last call; null when nothing did. */
  take(): LiveSamples | null;
  recent(): LiveSamples;
};

/** The last ten seconds of a stream for a plot, in bounded memory whatever its rate. */
export function createTail(stream: StreamSpec): Tail {
  const scales = stream.channels.flatMap((c) => c.components.map(() => 10 ** (c.decimals ?? 0)));
  let t: number[] = [];
  let columns: (number | null)[][] = scales.map(() => []);
  /** Points already handed over by `take`. */
  let taken = 0;
  /** The bucket that is being filled. */
  let bucket = -1;
  let first = 0;
  let last = 0;
  let count = 0;
  let extremes = fresh();

  function fresh() { return scales.map(() => ({ low: Infinity, lowAt: 0, high: -Infinity, highAt: 0 })); }

  function close(): void {
    if (count === 0) return;
    const two = count > 1;
    t.push(first / 1000);
    if (two) t.push(last / 1000);
    extremes.forEach((e, c) => {
      const none = e.low === Infinity;
      const scale = scales[c]!;
      const inOrder = e.lowAt <= e.highAt ? [e.low, e.high] : [e.high, e.low];
      columns[c]!.push(none ? null : inOrder[0]! / scale);
      if (two) columns[c]!.push(none ? null : inOrder[1]! / scale);
    });
    count = 0;
    extremes = fresh();
    if (t.length > MAX_POINTS * 2) drop(t.length - MAX_POINTS);
  }

  function drop(n: number): void {
    t = t.slice(n);
    columns = columns.map((c) => c.slice(n));
    taken = Math.max(0, taken - n);
  }

  const from = (start: number): LiveSamples => ({ stream: stream.name, t: t.slice(start), columns: columns.map((c) => c.slice(start)) });

  return {
    push(times, values) {
      for (let i = 0; i < times.length; i++) {
        const at = times[i]!;
        const into = Math.floor(at / BUCKET);
        if (into !== bucket) { close(); bucket = into; first = at; }
        last = at;
        count++;
        for (let c = 0; c < scales.length; c++) {
          const value = values[c]?.[i];
          if (value === undefined || value === MISSING_INT32) continue;
          const e = extremes[c]!;
          if (value < e.low) { e.low = value; e.lowAt = count; }
          if (value > e.high) { e.high = value; e.highAt = count; }
        }
      }
    },
    take() {
      // A slow stream's only row would otherwise wait for the next one.
      close();
      bucket = -1;
      if (taken === t.length) return null;
      const made = from(taken);
      taken = t.length;
      return made;
    },
    recent() {
      close();
      bucket = -1;
      const since = (t.at(-1) ?? 0) - KEPT / 1000;
      return from(Math.max(0, t.findIndex((v) => v >= since)));
    },
  };
}
