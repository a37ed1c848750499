import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { PlotLevels, PlotRange } from '../../shared/api/common.ts';
import type { Channel, RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { damaged, decodeBatch, frameKey, HEADER_BYTES, openFrame, TAG_BYTES } from './frames.ts';
import { createLevelWriter, type LevelIndex } from './level-writer.ts';
import { lowerBound } from './lower-bound.ts';
import type { RecordingStore } from './store.ts';

export type Plots = {
  /** Min and max for a page, from the rows where they are few and from the pyramid where they are many; builds it where it is not there or damaged. */
  levels(id: string, range: PlotRange): Promise<PlotLevels>;
  /** Makes the pyramid from the stored rows. */
  build(id: string, options?: { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void }): Promise<void>;
  /** Makes the pyramid from rows that somebody else follows anyway: times since the start, batches as they are stored. */
  tap(id: string, batches: AsyncIterable<SampleBatch>): AsyncGenerator<SampleBatch>;
  remove(id: string): Promise<void>;
};

/** Rows that are read and decrypted for one plot rather than taken from the pyramid. */
const FEW_ROWS = 1 << 17;
/** Beyond this the lowest level is shown even where it is coarser than the screen. */
const MANY_ROWS = 1 << 21;
/** Buckets that make up a slot, at least: so slots are never much wider than what was asked for. */
const FINE = 4;
/** A stretch without samples is a gap when it is that many times longer than samples are apart. */
const GAP = 3;
const KEPT_INDEXES = 16;

/** Plots of stored recordings. The pyramids stand beside the rows, encrypted under keys of their own, and go with them. */
export function createPlots({ dir, key, store }: { dir: string; /** 32 bytes; stays the caller's. */ key: Uint8Array; store: Pick<RecordingStore, 'get' | 'read'> }): Plots {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dir)) {
    // What a run that ended in between left: half a pyramid, or one of rows that are gone.
    const id = /^([0-9a-f]{16})\.levels/.exec(name)?.[1];
    if (id !== undefined && (name.endsWith('.tmp') || !store.get(id))) rmSync(join(dir, name), { force: true });
  }
  const fileOf = (id: string) => join(dir, `${id}.levels`);
  const building = new Map<string, Promise<void>>();
  const indexes = new Map<string, { index: LevelIndex; own: Buffer; header: Buffer }>();
  const forget = (id: string) => { indexes.get(id)?.own.fill(0); indexes.delete(id); };

  const infoOf = (id: string): RecordingInfo => {
    const info = store.get(id);
    if (!info) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: 'It was forgotten; go back to your recordings.' });
    return info;
  };

  async function* tap(id: string, batches: AsyncIterable<SampleBatch>): AsyncGenerator<SampleBatch> {
    const writer = await createLevelWriter({ path: fileOf(id), key, id, channels: infoOf(id).channels });
    let done = false;
    try {
      for await (const batch of batches) { await writer.push(batch); yield batch; }
      await writer.finish();
      forget(id);
      done = true;
    } finally {
      if (!done) await writer.abandon();
    }
  }

  async function buildNow(id: string, { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void } = {}): Promise<void> {
    const info = infoOf(id);
    let rows = 0;
    for await (const { t } of tap(id, relative(info, store.read(id)))) {
      if (signal?.aborted) throw new AppError('cancelled', 'Drawing the recording was cancelled.');
      onProgress?.(rows += t.length, info.rows);
    }
  }
  function build(id: string, options?: { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void }): Promise<void> {
    const under = building.get(id);
    if (under) return under;
    const work = buildNow(id, options).finally(() => building.delete(id));
    building.set(id, work);
    return work;
  }

  /** The file's index, checked. @throws AppError `database-corrupt` */
  async function indexOf(id: string): Promise<{ index: LevelIndex; own: Buffer; header: Buffer }> {
    const known = indexes.get(id);
    if (known) { indexes.delete(id); indexes.set(id, known); return known; }
    const file = await open(fileOf(id), 'r').catch((cause: unknown) => { throw damaged(id, cause); });
    try {
      const { size } = await file.stat();
      if (size < HEADER_BYTES + 16 + TAG_BYTES) throw damaged(id);
      const header = Buffer.alloc(HEADER_BYTES);
      const foot = Buffer.alloc(16);
      await file.read(header, 0, HEADER_BYTES, 0);
      await file.read(foot, 0, 16, size - 16);
      const [at, bytes, counter] = [foot.readDoubleLE(0), foot.readUInt32LE(8), foot.readUInt32LE(12)];
      if (!Number.isInteger(at) || at < HEADER_BYTES || at + 4 + bytes + TAG_BYTES + 16 !== size) throw damaged(id);
      const frame = Buffer.alloc(bytes + TAG_BYTES);
      await file.read(frame, 0, frame.length, at + 4);
      const own = frameKey(key, header, `levels/${id}`);
      const plain = openFrame(own, header, counter, frame.subarray(0, bytes), frame.subarray(bytes), true, id);
      const found = { index: JSON.parse(plain.toString('utf8')) as LevelIndex, own, header };
      for (const oldest of [...indexes.keys()].slice(0, Math.max(0, indexes.size - KEPT_INDEXES + 1))) forget(oldest);
      indexes.set(id, found);
      return found;
    } finally {
      await file.close();
    }
  }

  async function levels(id: string, range: PlotRange): Promise<PlotLevels> {
    const info = infoOf(id);
    const place = channelPlace(info.channels, range.channel);
    if (range.to <= range.from) throw new AppError('invalid-argument', 'The range to draw is empty.', { hint: 'Choose an end after the start.' });
    await building.get(id)?.catch(() => undefined);
    if (!(await stat(fileOf(id)).then(() => true, () => false))) await build(id);
    try {
      return await draw(id, info, place, range);
    } catch (error) {
      if (!isAppError(error, 'database-corrupt')) throw error;
      // The pyramid is made of the rows: one that was damaged is made again. Rows that are damaged are told.
      forget(id);
      await build(id);
      return draw(id, info, place, range);
    }
  }

  async function draw(id: string, info: RecordingInfo, place: ChannelPlace, range: PlotRange): Promise<PlotLevels> {
    const { index, own, header } = await indexOf(id);
    if (JSON.stringify(index.channels) !== JSON.stringify(info.channels) || index.rows !== info.rows) throw damaged(id);
    const span = (range.to - range.from) / range.pixels;
    const base = index.levels[0]!;
    const fits = index.levels.filter((l) => l.width * FINE <= span).at(-1);
    const within = (from: number, to: number) => index.batches.map(([first, last, rows], n) => ({ first, last, rows, n })).filter((x) => x.last >= from && x.first < to);
    const rows = within(range.from, range.to).reduce((sum, x) => sum + x.rows, 0);
    const slots = createSlots(place, range, rows <= FEW_ROWS || (!fits && rows <= MANY_ROWS) ? Math.max(1, Math.ceil(span)) : wholeBuckets(fits ?? base, span));
    const inRange = within(slots.from, slots.to);
    if (slots.fromRows) {
      let n = inRange[0]?.n ?? 0;
      const last = inRange.at(-1)?.n ?? -1;
      if (inRange.length > 0) {
        for await (const batch of relative(info, store.read(id, { fromBatch: n }))) {
          slots.rows(batch);
          if (n++ >= last) break;
        }
      }
    } else {
      const level = fits ?? base;
      const blocks = level.blocks.filter((x) => (x.last + 1) * level.width > slots.from && x.first * level.width < slots.to);
      const file = await open(fileOf(id), 'r').catch((cause: unknown) => { throw damaged(id, cause); });
      try {
        for (const block of blocks) {
          const frame = Buffer.alloc(block.bytes + TAG_BYTES);
          await file.read(frame, 0, frame.length, block.at + 4);
          slots.buckets(level.width, decodeBatch(openFrame(own, header, block.counter, frame.subarray(0, block.bytes), frame.subarray(block.bytes), false, id)));
        }
      } finally {
        await file.close();
      }
    }
    return slots.finish(index.interval);
  }

  /** A slot is made of whole buckets, so what is drawn is exact and not a guess at the borders. */
  function wholeBuckets(level: { width: number }, span: number): { buckets: number; width: number } {
    return { buckets: Math.max(1, Math.ceil(span / level.width)), width: level.width };
  }

  return {
    levels, build, tap,
    async remove(id) {
      forget(id);
      await building.get(id)?.catch(() => undefined);
      await rm(fileOf(id), { force: true });
    },
  };
}

async function* relative(info: Pick<RecordingInfo, 'startTime'>, batches: AsyncIterable<SampleBatch>): AsyncGenerator<SampleBatch> {
  for await (const { t, columns } of batches) yield { t: info.startTime === 0 ? t : t.map((x) => x - info.startTime), columns };
}

type ChannelPlace = { channel: Channel; first: number };
function channelPlace(channels: Channel[], name: string): ChannelPlace {
  let first = 0;
  for (const channel of channels) {
    if (channel.name === name) return { channel, first };
    first += channel.components.length;
  }
  throw new AppError('invalid-argument', `The recording has no channel «${name}».`, { hint: `It has ${channels.map((c) => c.name).join(', ')}.` });
}

/** Slots of equal width that cover a range, filled from rows or from buckets. */
function createSlots({ channel, first }: ChannelPlace, range: PlotRange, size: number | { buckets: number; width: number }) {
  const width = typeof size === 'number' ? size : size.buckets * size.width;
  const begin = Math.floor(range.from / width);
  const count = Math.ceil(range.to / width) - begin;
  const parts = channel.components.length;
  const scale = channel.decimals === null ? 1 : 10 ** channel.decimals;
  const low = Array.from({ length: parts }, () => new Float64Array(count).fill(Infinity));
  const high = Array.from({ length: parts }, () => new Float64Array(count).fill(-Infinity));
  const samples = new Uint32Array(count);
  const missing = (column: ArrayLike<number>, v: number) => (column instanceof Int32Array ? v === MISSING_INT32 : v !== v);

  return {
    fromRows: typeof size === 'number', from: begin * width, to: (begin + count) * width,
    rows({ t, columns }: SampleBatch): void {
      for (let from = lowerBound(t, begin * width), to = lowerBound(t, (begin + count) * width); from < to; from++) {
        const slot = Math.floor(t[from]! / width) - begin;
        samples[slot]! += 1;
        for (let i = 0; i < parts; i++) {
          const column = columns[first + i]!;
          const v = column[from]!;
          if (missing(column, v)) continue;
          if (v < low[i]![slot]!) low[i]![slot] = v;
          if (v > high[i]![slot]!) high[i]![slot] = v;
        }
      }
    },
    buckets(bucketWidth: number, { t, columns }: SampleBatch): void {
      for (let e = 0; e < t.length; e++) {
        const slot = Math.floor((t[e]! * bucketWidth) / width) - begin;
        if (slot < 0 || slot >= count) continue;
        samples[slot] = 2;
        for (let i = 0; i < parts; i++) {
          const min = columns[2 * (first + i)]!;
          const max = columns[2 * (first + i) + 1]!;
          if (missing(min, min[e]!)) continue;
          if (min[e]! < low[i]![slot]!) low[i]![slot] = min[e]!;
          if (max[e]! > high[i]![slot]!) high[i]![slot] = max[e]!;
        }
      }
    },
    /** Empty slots stay where they are a gap; those that are empty only because they are narrower than samples are apart do not. */
    finish(interval: number): PlotLevels {
      const kept: number[] = [];
      const gap = Math.max(1, (GAP * interval) / width);
      for (let s = 0; s < count; s++) {
        if (samples[s]! > 0) { kept.push(s); continue; }
        let end = s;
        while (end < count && samples[end] === 0) end += 1;
        const inside = kept.length > 0 && end < count;
        if (end - s >= gap || (!inside && interval <= width)) for (let x = s; x < end; x++) kept.push(x);
        s = end - 1;
      }
      let exact = true;
      for (const n of samples) if (n > 1) exact = false;
      const values = (of: Float64Array[]) => of.map((column) => kept.map((s) => (Number.isFinite(column[s]!) ? column[s]! / scale : null)));
      return { channel: channel.name, unit: channel.unit, components: [...channel.components], t: kept.map((s) => ((begin + s + 0.5) * width) / 1000), min: values(low), max: values(high), exact };
    },
  };
}
