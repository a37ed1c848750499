import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column, SampleBatch } from '../../shared/domain/recording.ts';
import { encodeBatch, frameHeader, frameKey, sealFrame } from './frames.ts';

/** Each level's buckets are that many times as wide as those of the level below. */
export const FACTOR = 4;
/** Samples in a bucket of the lowest level, about: what is finer is read from the rows themselves. */
export const BASE_SAMPLES = 16;
const BLOCK_BUCKETS = 4096;

export type Block = { at: number; bytes: number; counter: number; first: number; last: number };
export type Level = { /** Microseconds. */ width: number; blocks: Block[] };
/** What the last frame of the file holds. `batches`: first and last time of each batch of the rows, and how many they are. */
export type LevelIndex = { channels: Channel[]; start: number; rows: number; /** Microseconds between samples, about. */ interval: number; levels: Level[]; batches: [first: number, last: number, rows: number][] };

type Pair = { min: Int32Array | Float64Array; max: Int32Array | Float64Array };
type Pending = { level: Level; held: number; bucket: Float64Array; pairs: Pair[]; /** The bucket that is being filled. */ current: number; low: Float64Array; high: Float64Array };

/**
 * Writes the pyramid of a recording: buckets of time with the least and the greatest of each component, only those that
 * hold samples, each level `FACTOR` times as coarse. One pass, memory of one block a level.
 */
export async function createLevelWriter({ path, key, id, channels }: { path: string; key: Uint8Array; id: string; channels: Channel[] }) {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const header = frameHeader(randomBytes(32));
  const own = frameKey(key, header, `levels/${id}`);
  const decimals = channels.flatMap((c) => c.components.map(() => c.decimals));
  const stored = decimals.flatMap((d) => [d, d]);
  let file: FileHandle | undefined = await open(temporary, 'wx', 0o600);
  let at = header.length;
  let counter = 0;
  const index: LevelIndex = { channels, start: NaN, rows: 0, interval: 0, levels: [], batches: [] };
  const pending: Pending[] = [];

  await file.writeFile(header);

  const column = (d: number | null) => (d === null ? new Float64Array(BLOCK_BUCKETS) : new Int32Array(BLOCK_BUCKETS));
  function newLevel(width: number): Pending {
    const level: Level = { width, blocks: [] };
    index.levels.push(level);
    const made: Pending = { level, held: 0, bucket: new Float64Array(BLOCK_BUCKETS), pairs: decimals.map((d) => ({ min: column(d), max: column(d) })), current: NaN, low: new Float64Array(decimals.length), high: new Float64Array(decimals.length) };
    pending.push(made);
    return made;
  }

  async function frame(plain: Uint8Array, last: boolean): Promise<{ at: number; bytes: number; counter: number }> {
    const parts = sealFrame(own, header, counter, plain, last);
    const place = { at, bytes: parts[1]!.length, counter };
    counter += 1;
    for (const part of parts) { await file!.writeFile(part); at += part.length; }
    return place;
  }

  /** Blocks that are full wait here, so that filling stays synchronous. */
  let full: { level: Level; plain: Uint8Array; first: number; last: number }[] = [];
  function endBlock(n: number): void {
    const p = pending[n]!;
    if (p.held === 0) return;
    // A level above is worth its bytes only where there is more than a block below.
    if (!pending[n + 1] && p.held === BLOCK_BUCKETS) newLevel(p.level.width * FACTOR);
    if (pending[n + 1]) {
      for (let e = 0; e < p.held; e++) {
        const above = into(n + 1, Math.floor(p.bucket[e]! / FACTOR));
        p.pairs.forEach(({ min, max }, i) => {
          const v = min[e]!;
          if (min instanceof Int32Array ? v === MISSING_INT32 : v !== v) return;
          if (v < above.low[i]!) above.low[i] = v;
          if (max[e]! > above.high[i]!) above.high[i] = max[e]!;
        });
      }
    }
    const columns = p.pairs.flatMap((pair) => [pair.min.subarray(0, p.held), pair.max.subarray(0, p.held)]) as Column[];
    full.push({ level: p.level, plain: encodeBatch({ t: p.bucket.subarray(0, p.held), columns }, stored), first: p.bucket[0]!, last: p.bucket[p.held - 1]! });
    p.held = 0;
  }
  async function drain(): Promise<void> {
    for (const { level, plain, first, last } of full) { level.blocks.push({ ...(await frame(plain, false)), first, last }); plain.fill(0); }
    full = [];
  }

  /** Closes the bucket that level `n` fills. */
  function endBucket(n: number): void {
    const p = pending[n]!;
    if (Number.isNaN(p.current)) return;
    p.bucket[p.held] = p.current;
    p.pairs.forEach((pair, i) => {
      const none = p.low[i]! > p.high[i]!;
      pair.min[p.held] = none ? (pair.min instanceof Int32Array ? MISSING_INT32 : NaN) : p.low[i]!;
      pair.max[p.held] = none ? (pair.max instanceof Int32Array ? MISSING_INT32 : NaN) : p.high[i]!;
    });
    p.held += 1;
    p.current = NaN;
    if (p.held === BLOCK_BUCKETS) endBlock(n);
  }
  function into(n: number, bucket: number): Pending {
    const p = pending[n]!;
    if (p.current !== bucket) {
      endBucket(n);
      p.current = bucket;
      p.low.fill(Infinity);
      p.high.fill(-Infinity);
    }
    return p;
  }

  return {
    /** Rows in order, times since the start. The batches have to be those that the rows are stored in. */
    async push({ t, columns }: SampleBatch): Promise<void> {
      if (t.length === 0) return;
      if (index.rows === 0) {
        index.start = t[0]!;
        index.interval = t.length > 1 && t.at(-1)! > t[0]! ? (t.at(-1)! - t[0]!) / (t.length - 1) : 1e6;
        newLevel(Math.max(1, Math.round(index.interval * BASE_SAMPLES)));
      }
      const { width } = pending[0]!.level;
      const ints = columns.map((c) => c instanceof Int32Array);
      for (let from = 0; from < t.length;) {
        const bucket = Math.floor(t[from]! / width);
        const end = (bucket + 1) * width;
        let to = from + 1;
        while (to < t.length && t[to]! < end) to += 1;
        const p = into(0, bucket);
        for (let i = 0; i < columns.length; i++) {
          const c = columns[i]!;
          let low = p.low[i]!;
          let high = p.high[i]!;
          for (let r = from; r < to; r++) {
            const v = c[r]!;
            if (ints[i] ? v === MISSING_INT32 : v !== v) continue;
            if (v < low) low = v;
            if (v > high) high = v;
          }
          p.low[i] = low;
          p.high[i] = high;
        }
        from = to;
      }
      index.rows += t.length;
      index.batches.push([t[0]!, t.at(-1)!, t.length]);
      await drain();
    },
    async finish(): Promise<void> {
      for (let n = 0; n < pending.length; n++) {
        endBucket(n);
        endBlock(n);
      }
      await drain();
      const place = await frame(Buffer.from(JSON.stringify(index)), true);
      const foot = Buffer.alloc(16);
      foot.writeDoubleLE(place.at, 0);
      foot.writeUInt32LE(place.bytes, 8);
      foot.writeUInt32LE(place.counter, 12);
      await file!.writeFile(foot);
      await file!.sync();
      await file!.close();
      file = undefined;
      await rename(temporary, path);
      own.fill(0);
    },
    async abandon(): Promise<void> {
      await file?.close().catch(() => undefined);
      file = undefined;
      await rm(temporary, { force: true });
      own.fill(0);
    },
  };
}
