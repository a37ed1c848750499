import type { Channel, SampleBatch } from '../../../shared/domain/recording.ts';
import { toFloats } from './decimal.ts';
import type { KnownRows } from './series.ts';

/** Values differ by less than this share only through rounding to a channel's decimals. */
const SAME = 1e-9;

type Cursor = { next(): Promise<void>; t: number; row: Float64Array | null };

/** Follows the rows of a recording that is kept, in the order of `wanted` channels. */
async function follow(known: KnownRows, wanted: Channel[]): Promise<Cursor | null> {
  // A recording of other channels cannot hold the same row.
  const at: number[] = [];
  for (const channel of wanted) {
    let first = 0;
    const same = known.channels.find((c) => { if (c.name === channel.name && c.unit === channel.unit && c.components.length === channel.components.length) return true; first += c.components.length; return false; });
    if (!same) return null;
    channel.components.forEach((_, i) => at.push(first + i));
  }
  const decimals = known.channels.flatMap((c) => c.components.map(() => c.decimals));
  const batches = known.batches[Symbol.asyncIterator]();
  let batch: { t: Float64Array; columns: Float64Array[] } | null = null;
  let i = 0;
  const cursor: Cursor = {
    t: -Infinity, row: null,
    async next() {
      i++;
      while (!batch || i >= batch.t.length) {
        const step = await batches.next();
        if (step.done) { cursor.t = Infinity; cursor.row = null; return; }
        batch = { t: step.value.t, columns: at.map((c) => toFloats(step.value.columns[c]!, decimals[c]!)) };
        i = 0;
      }
      cursor.t = batch.t[i]!;
      cursor.row = Float64Array.from(batch.columns, (c) => c[i]!);
    },
  };
  await cursor.next();
  return cursor;
}

const same = (a: number, b: number) => a === b || (a !== a && b !== b) || Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));

/**
 * The rows that no kept recording of the series has: a row is known by its time and all its values. Both sides are in
 * the order of time, so each is read once and side by side; only rows of one instant are held.
 * @param left told of how many rows were left out
 */
export async function* withoutKnown(batches: AsyncIterable<SampleBatch>, channels: Channel[], known: KnownRows[], left: (count: number) => void): AsyncGenerator<SampleBatch> {
  const cursors = (await Promise.all(known.map((k) => follow(k, channels)))).filter((c) => c !== null);
  const decimals = channels.flatMap((c) => c.components.map(() => c.decimals));
  let instant = NaN;
  let there: Float64Array[] = [];
  for await (const batch of batches) {
    const keep: number[] = [];
    const floats = cursors.length === 0 ? [] : batch.columns.map((c, i) => toFloats(c, decimals[i]!));
    for (let i = 0; i < batch.t.length; i++) {
      const t = batch.t[i]!;
      if (cursors.length > 0 && t !== instant) {
        instant = t;
        there = [];
        for (const cursor of cursors) {
          while (cursor.t < t) await cursor.next();
          // Of one recording, so many equal rows as it has; equal rows within an instant were made one on both sides.
          while (cursor.t === t) { there.push(cursor.row!); await cursor.next(); }
        }
      }
      if (there.length === 0 || !there.some((row) => row.every((v, c) => same(v, floats[c]![i]!)))) keep.push(i);
    }
    if (keep.length === batch.t.length) { yield batch; continue; }
    left(batch.t.length - keep.length);
    if (keep.length > 0) yield { t: Float64Array.from(keep, (i) => batch.t[i]!), columns: batch.columns.map((c) => (c instanceof Int32Array ? Int32Array.from(keep, (i) => c[i]!) : Float64Array.from(keep, (i) => c[i]!))) };
  }
}
