import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { openTrainedModel } from '../../../electron/quality/model/open.ts';
import { readModel } from '../../../electron/quality/model/model-file.ts';
import { ScorePool } from '../../../electron/quality/model/score-pool.ts';
import { BATCH, WindowScorer, openBackend } from '../../../electron/quality/model/scorer.ts';
import { WINDOW, type Axes } from '../../../electron/quality/model/windows.ts';
import { PATTERN_CLASSES, PATTERN_ONE, type PatternWindows } from '../../../electron/quality/pattern-model.ts';
import { chance, rest, rowsOf, walk, type Rows } from './wrists.ts';

const require = createRequire(import.meta.url);
const pool = new ScorePool(readModel(), { threads: 2, backend: 'wasm' });
afterAll(() => pool.close());

async function scored(rows: Rows, batch = rows.t.length, chunkWindows?: number, asked?: (window: number) => boolean): Promise<PatternWindows & { threshold: number }> {
  const model = openTrainedModel({ pool, chunkWindows, asked });
  for (let i = 0; i < rows.t.length; i += batch) await model.push(rows.t.subarray(i, i + batch), rows.x.subarray(i, i + batch), rows.y.subarray(i, i + batch), rows.z.subarray(i, i + batch));
  const windows = await model.finish();
  await model.close();
  return { ...windows, threshold: model.artefactThreshold };
}
const shareOfArtefact = (w: PatternWindows & { threshold: number }): number => [...w.artefact].filter((a) => a >= w.threshold).length / w.artefact.length;
const axesOf = ({ x, y, z }: Rows): Axes => ({ x: Float32Array.from(x), y: Float32Array.from(y), z: Float32Array.from(z) });

describe('the trained model', () => {
  it('is small, and names itself by its bytes', () => {
    const model = readModel();
    expect(model.weights.byteLength).toBeLessThan(2_000_000);
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(model.classes).toEqual([...PATTERN_CLASSES]);
  });

  it('gives each window probabilities that add up', async () => {
    const { index, classes, artefact } = await scored(rowsOf(125, 50, rest()));
    expect([...index]).toEqual([...Array(12).keys()]);
    for (let i = 0; i < index.length; i++) expect(Math.abs([...classes.subarray(i * 6, i * 6 + 6)].reduce((a, b) => a + b, 0) - PATTERN_ONE)).toBeLessThanOrEqual(6);
    expect(Math.max(...artefact)).toBeLessThanOrEqual(PATTERN_ONE);
  });

  it('says the same however the rows come in batches', async () => {
    const rows = rowsOf(200, 32, walk());
    const once = await scored(rows), often = await scored(rows, 77);
    expect([...often.classes]).toEqual([...once.classes]);
    expect([...often.artefact]).toEqual([...once.artefact]);
  });

  it('says the same of the windows that it is asked for alone, and is spared the rest', async () => {
    const [still, moved] = [rest(), walk(4)], rows = rowsOf(300, 25, (s) => (s >= 100 && s < 140 || s >= 290 ? moved(s) : still(s)));
    const asked = (w: number): boolean => (w >= 10 && w < 14) || w === 29;
    const all = await scored(rows), some = await scored(rows, 500, undefined, asked);
    // And the neighbours that speak in their probabilities.
    expect([...some.index]).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 27, 28, 29]);
    [...some.index].forEach((w, i) => {
      if (!asked(w)) return;
      expect([...some.classes.subarray(6 * i, 6 * i + 6)]).toEqual([...all.classes.subarray(6 * w, 6 * w + 6)]);
      expect(some.artefact[i]).toBe(all.artefact[w]);
    });
  });

  it('looks past the end of the chunk that it works on', async () => {
    const rows = rowsOf(215, 25, walk(4)), whole = await scored(rows), pieces = await scored(rows, 500, 4);
    expect([...pieces.index]).toEqual([...whole.index]);
    expect([...pieces.artefact]).toEqual([...whole.artefact]);
  });

  it('says the same in batches of one window and of many, to 1e-4', async () => {
    expect(await openBackend('wasm')).toBe('wasm');
    const scorer = await WindowScorer.load(readModel()), axes = axesOf(rowsOf(10 * (BATCH + 9), 20, walk())), calibration = { forearm: null, scale: 1, pace: 1 };
    const starts = Int32Array.from({ length: BATCH + 7 }, (_, i) => (i + 1) * WINDOW), all = scorer.score(axes, starts, calibration);
    for (const i of [0, 1, BATCH - 1, BATCH, BATCH + 6]) {
      const one = scorer.score(axes, starts.slice(i, i + 1), calibration);
      one.activity.forEach((v, k) => expect(Math.abs(v - all.activity[i * 6 + k]!)).toBeLessThan(1e-4));
      expect(Math.abs(one.artefact[0]! - all.artefact[i]!)).toBeLessThan(1e-4);
    }
    scorer.dispose();
  });

  it('says the same on another backend, to 1e-4', async () => {
    const axes = axesOf(rowsOf(300, 20, walk(8))), starts = Int32Array.from({ length: 20 }, (_, i) => (i + 2) * WINDOW), calibration = { forearm: null, scale: 1, pace: 1 };
    await openBackend('wasm');
    const scorer = await WindowScorer.load(readModel()), wasm = scorer.score(axes, starts, calibration);
    // tfjs-node where it is installed; else the plain one, whose sums run in another order too.
    const other = await openBackend('tensorflow').catch(() => null);
    if (other === null) { require('@tensorflow/tfjs-backend-cpu'); await tf.setBackend('cpu'); }
    const again = await WindowScorer.load(readModel()), same = again.score(axes, starts, calibration);
    expect(tf.getBackend()).not.toBe('wasm');
    same.activity.forEach((v, i) => expect(Math.abs(v - wasm.activity[i]!)).toBeLessThan(1e-4));
    same.artefact.forEach((v, i) => expect(Math.abs(v - wasm.artefact[i]!)).toBeLessThan(1e-4));
  });

  it('leaves out windows that were hardly recorded', async () => {
    const rows = rowsOf(100, 20, rest()), kept = [...rows.t.keys()].filter((i) => rows.t[i]! < 30e6 || rows.t[i]! > 47e6);
    const pick = (a: Float64Array): Float64Array => Float64Array.from(kept, (i) => a[i]!);
    const { index } = await scored({ t: pick(rows.t), x: pick(rows.x), y: pick(rows.y), z: pick(rows.z) });
    expect([...index]).toEqual([0, 1, 2, 5, 6, 7, 8, 9]);
  });

  it('has nothing to say of nothing', async () => {
    expect((await scored(rowsOf(0, 20, rest()))).index.length).toBe(0);
    expect((await scored(rowsOf(4, 20, rest()))).index.length).toBe(0);
  });

  it('goes on where a recording has a long break, and counts windows by time', async () => {
    const rows = rowsOf(60, 20, rest()), t = rows.t.map((v) => (v < 30e6 ? v : v + 3600e6));
    expect([...(await scored({ ...rows, t })).index]).toEqual([0, 1, 2, 363, 364, 365]);
  });
});

describe('what no wrist gives is found', () => {
  const noise = chance(9);
  it.each([
    ['one value', () => [0.2, 0.3, 9.8] as const],
    ['white noise', () => [12 * noise(), 12 * noise(), 12 * noise()] as const],
    ['a shaker', (s: number) => [0.1 * noise(), 6 * Math.sin(2 * Math.PI * 5 * s) + 0.1 * noise(), 9.8 + 0.1 * noise()] as const],
    ['a drill', (s: number) => [3 * Math.sin(2 * Math.PI * 8.3 * s), 2 * Math.cos(2 * Math.PI * 8.3 * s), 9.8] as const],
    ['gait by formula', (s: number) => [9.8 + 3 * Math.sin(11.3 * s), 2 * Math.sin(5.65 * s), 2 * Math.cos(5.65 * s)] as const],
    ['a loop of three seconds', (() => { const w = walk(5), three = Array.from({ length: 60 }, (_, i) => w(i / 20)); return (s: number) => three[Math.round(s * 20) % 60]!; })()],
    ['readings in g', (s: number) => walk(6)(s).map((v) => v / 9.80665) as unknown as [number, number, number]],
  ])('%s', async (_, at) => {
    expect(shareOfArtefact(await scored(rowsOf(120, 20, at)))).toBeGreaterThan(0.9);
  });
});
