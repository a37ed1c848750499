import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createPlots } from '../../electron/recordings/levels.ts';
import { createRecordingStore } from '../../electron/recordings/store.ts';
import { MISSING_INT32, type Channel, type RecordingInfo, type SampleBatch } from '../../shared/domain/recording.ts';

const dir = mkdtempSync(join(tmpdir(), 'phdex-levels-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const key = new Uint8Array(32).fill(9);

const CHANNELS: Channel[] = [
  { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y'], decimals: 3 },
  { name: 'temperature', kind: 'temperature', unit: 'Cel', components: ['value'], decimals: null },
];
type Rows = { t: number[]; x: number[]; y: number[]; value: number[] };
let made = 0;

/** Rows from a seed: irregular, with gaps of minutes, missing values and a stretch without any. */
function rowsOf(seed: number, count: number): Rows {
  let state = seed >>> 0 || 1;
  const random = () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32; };
  const rows: Rows = { t: [], x: [], y: [], value: [] };
  let t = 0;
  for (let i = 0; i < count; i++) {
    rows.t.push(t);
    rows.x.push(random() < 0.02 ? MISSING_INT32 : Math.round((random() - 0.5) * 40_000));
    rows.y.push(i % 5000 < 300 ? MISSING_INT32 : Math.round(Math.sin(i / 50) * 9000));
    rows.value.push(random() < 0.01 ? NaN : 36 + random());
    t += random() < 0.0005 ? 300_000_000 : 9000 + Math.floor(random() * 2000);
  }
  return rows;
}

async function stored(rows: Rows, batch = 4096, startTime = 1_700_000_000_000_000) {
  const index = new Map<string, RecordingInfo>();
  const home = join(dir, `${made++}`);
  const store = createRecordingStore({ dir: home, key, index: { insert: (i) => { index.set(i.id, i); }, list: () => [...index.values()], get: (id) => index.get(id), remove: (id) => { index.delete(id); } } });
  async function* batches(): AsyncGenerator<SampleBatch> {
    for (let at = 0; at < rows.t.length; at += batch) {
      const to = at + batch;
      yield { t: Float64Array.from(rows.t.slice(at, to), (t) => t + startTime), columns: [Int32Array.from(rows.x.slice(at, to)), Int32Array.from(rows.y.slice(at, to)), Float64Array.from(rows.value.slice(at, to))] };
    }
  }
  const info = await store.add({
    draft: { title: 'it', source: { kind: 'csv', device: null, simulated: false, times: 'source' }, channels: CHANNELS, nominalRateHz: 100 },
    batches: batches(), finish: () => ({ report: { rowsRead: rows.t.length, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
  });
  return { store, info, home, file: join(home, `${info.id}.levels`), plots: createPlots({ dir: home, key, store }) };
}

/** Least and greatest of every slot, by looking at every sample. */
function bruteForce(rows: Rows, column: number[], scale: number, t: number[], width: number): { min: (number | null)[]; max: (number | null)[] } {
  const min: (number | null)[] = t.map(() => null);
  const max: (number | null)[] = t.map(() => null);
  const slotOf = new Map(t.map((middle, i) => [Math.round((middle * 1000) / width - 0.5), i]));
  rows.t.forEach((time, i) => {
    const slot = slotOf.get(Math.floor(time / width));
    const v = column[i]!;
    if (slot === undefined || v === MISSING_INT32 || Number.isNaN(v)) return;
    const value = v / scale;
    if (min[slot] === null || value < min[slot]!) min[slot] = value;
    if (max[slot] === null || value > max[slot]!) max[slot] = value;
  });
  return { min, max };
}
/** The slots stand on multiples of their width: the smallest distance of two of them is it. */
const widthOf = (t: number[]) => Math.round(Math.min(...t.slice(1).map((x, i) => x - t[i]!)) * 1000);

describe('the levels of a recording', () => {
  it('are what a look at every sample finds, whatever is drawn', async () => {
    const rows = rowsOf(3, 400_000);
    const { plots, info } = await stored(rows);
    const end = rows.t.at(-1)!;
    let fromPyramid = 0;
    await fc.assert(fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 16, max: 900 }), fc.boolean(), async (a, b, pixels, other) => {
      const [from, to] = [Math.floor(Math.min(a, b) ** 2 * end), Math.floor(Math.max(a, b) ** 2 * end) + 1];
      const plot = await plots.levels(info.id, { channel: other ? 'temperature' : 'acceleration', from, to, pixels });
      if (plot.t.length < 2) return;
      const width = widthOf(plot.t);
      // At most a slot more than asked for on either side, and never much coarser.
      expect(plot.t.length).toBeLessThanOrEqual(pixels + 2);
      expect(width).toBeLessThan(2 * Math.ceil((to - from) / pixels) + 2);
      expect(plot.t[0]! * 1000).toBeGreaterThan(from - width);
      expect(plot.t.at(-1)! * 1000).toBeLessThan(to + width);
      const columns = other ? [rows.value] : [rows.x, rows.y];
      columns.forEach((column, i) => { expect({ min: plot.min[i], max: plot.max[i] }).toEqual(bruteForce(rows, column, other ? 1 : 1000, plot.t, width)); });
      if (rows.t.filter((t) => t >= from && t < to).length > 140_000) fromPyramid++;
      // No sample is lost: every slot that holds one is there.
      const slots = new Set(plot.t.map((middle) => Math.round((middle * 1000) / width - 0.5)));
      for (let i = 0; i < rows.t.length; i += 97) if (rows.t[i]! >= from && rows.t[i]! < to) expect(slots.has(Math.floor(rows.t[i]! / width))).toBe(true);
    }), { numRuns: 60, seed: 11 });
    expect(fromPyramid).toBeGreaterThan(5);
  });

  it('show a gap as nothing, and a zoom to single samples without holes', async () => {
    const t = Array.from({ length: 6000 }, (_, i) => i * 10_000 + (i >= 3000 ? 120e6 : 0));
    const rows: Rows = { t, x: t.map((_, i) => i), y: t.map(() => 5), value: t.map(() => 36.6) };
    const { plots, info } = await stored(rows);
    const whole = await plots.levels(info.id, { channel: 'acceleration', from: 0, to: 180e6, pixels: 180 });
    expect(whole.t).toHaveLength(180);
    expect(whole.min[0]!.slice(31, 149).every((v) => v === null)).toBe(true);
    expect(whole.min[0]!.slice(0, 30).every((v) => v !== null)).toBe(true);
    expect(whole.exact).toBe(false);
    const close = await plots.levels(info.id, { channel: 'acceleration', from: 1e6, to: 1.1e6, pixels: 1000 });
    expect(close.exact).toBe(true);
    expect(close.min[0]).toEqual([0.1, 0.101, 0.102, 0.103, 0.104, 0.105, 0.106, 0.107, 0.108, 0.109]);
    expect((await plots.levels(info.id, { channel: 'acceleration', from: 60e6, to: 61e6, pixels: 100 })).min[0]!.every((v) => v === null)).toBe(true);
  });

  it('are encrypted, go with the recording, and are made again where they are damaged', async () => {
    const rows = rowsOf(5, 300_000);
    const { plots, info, file, home, store } = await stored(rows);
    const range = { channel: 'acceleration', from: 0, to: rows.t.at(-1)! + 1, pixels: 300 };
    const good = await plots.levels(info.id, range);
    const bytes = readFileSync(file);
    // Neither the names nor any run of the values stands in the file.
    expect(bytes.includes('acceleration')).toBe(false);
    const plain = readFileSync(join(home, `${info.id}.rows`));
    for (const run of [Buffer.from(Int32Array.from(rows.x.slice(0, 8)).buffer), Buffer.from(Float64Array.from(rows.value.slice(0, 2)).buffer)]) { expect(bytes.includes(run)).toBe(false); expect(plain.includes(run)).toBe(false); }
    const zeros = bytes.filter((b) => b === 0).length / bytes.length;
    expect(zeros).toBeLessThan(0.006);
    for (const spoil of [(b: Buffer) => { b[b.length >> 1]! ^= 1; }, (b: Buffer) => { b.fill(7, b.length - 16); }, (b: Buffer) => { b[3]! ^= 1; }]) {
      const spoiled = Buffer.from(bytes);
      spoil(spoiled);
      writeFileSync(file, spoiled);
      expect(await createPlots({ dir: home, key, store }).levels(info.id, range)).toEqual(good);
    }
    writeFileSync(file, bytes.subarray(0, 1000));
    expect(await createPlots({ dir: home, key, store }).levels(info.id, range)).toEqual(good);
    await plots.remove(info.id);
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
    // Of a recording that is gone nothing is left at the next start.
    await plots.levels(info.id, range);
    await store.remove(info.id);
    createPlots({ dir: home, key, store });
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  it('do not depend on how the rows came', async () => {
    const rows = rowsOf(8, 150_000);
    const range = { channel: 'temperature', from: 0, to: rows.t.at(-1)! + 1, pixels: 200 };
    const plot = async (batch: number) => { const { plots, info } = await stored(rows, batch); return plots.levels(info.id, range); };
    const [one, two] = [await plot(150_000), await plot(150_000)];
    expect(one).toEqual(two);
    const three = await plot(999);
    const width = widthOf(three.t);
    expect({ min: three.min[0], max: three.max[0] }).toEqual(bruteForce(rows, rows.value, 1, three.t, width));
  });
});
