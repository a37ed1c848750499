import { describe, expect, it } from 'vitest';
import { angleZ, createAngles } from '../../../electron/quality/signals/angle-z.ts';
import { autocalibrate } from '../../../electron/quality/signals/autocalibration.ts';
import { enmo } from '../../../electron/quality/signals/enmo.ts';
import { vonNeumann } from '../../../electron/quality/signals/noise.ts';
import { isStill, nonWearBlocks, plausibleWear, stillAxes, type AxisSums } from '../../../electron/quality/signals/non-wear.ts';
import { foldStep } from '../../../electron/quality/signals/quantisation.ts';
import { quantile, rollingMedian, sleepWindow } from '../../../electron/quality/signals/sleep-window.ts';
import { sustainedInactivity } from '../../../electron/quality/signals/sustained-inactivity.ts';

/** Park and Miller's generator: the same numbers everywhere. */
function random(seed: number) { let s = seed; return () => (s = (s * 48271) % 2147483647) / 2147483647; }
const gaussian = (r: () => number) => Math.sqrt(-2 * Math.log(r())) * Math.cos(2 * Math.PI * r());

describe('ENMO and angle-z', () => {
  it('give the reference\'s values', () => {
    expect(1000 * enmo(0.6, 0.8, 0.5)).toBeCloseTo(118.034, 3);
    expect(enmo(0.5, 0.5, 0.5)).toBe(0);
    expect([angleZ(0, 0, 1), angleZ(1, 0, 0)]).toEqual([90, 0]);
    expect(angleZ(0.5, 0.5, 0.7071)).toBeCloseTo(45, 2);
    expect(angleZ(0, -1, -1)).toBeCloseTo(-45, 12);
  });
  it('smooth single seconds away and pass over missing ones', () => {
    const z = [0, 0, 1, 0, 0, NaN, NaN, NaN, NaN, NaN, 1, 1];
    const angles = createAngles();
    z.forEach((v, i) => { if (v === v) angles.push(i, 1 - v, 0, v); });
    angles.finish();
    expect([0, 1, 2, 3].map((e) => angles.series.get(e))).toEqual([0, NaN, 90, NaN]);
  });
});

describe('autocalibration', () => {
  it('finds scale and offset of a distorted sphere (reference: 20.6 mg before, below 1 mg after)', () => {
    const r = random(5);
    const m = { x: [] as number[], y: [] as number[], z: [] as number[] };
    for (let i = 0; i < 400; i++) {
      const p = [gaussian(r), gaussian(r), gaussian(r)];
      const n = Math.hypot(...p);
      const q = p.map((v) => v / n + 0.001 * gaussian(r));
      m.x.push(q[0]! / 1.02 - 0.03); m.y.push(q[1]! / 0.97 + 0.02); m.z.push(q[2]! / 1.01 - 0.01);
    }
    const got = autocalibrate(m);
    expect(got.why).toBe('fitted');
    expect(got.errorBefore).toBeGreaterThan(0.015);
    expect(got.errorAfter!).toBeLessThan(0.001);
    [1.02, 0.97, 1.01].forEach((s, i) => expect(got.scale[i]).toBeCloseTo(s, 2));
    [0.03, -0.02, 0.01].forEach((o, i) => expect(got.offset[i]).toBeCloseTo(o, 2));
  });
  it('says why it cannot', () => {
    const flat = { x: Array<number>(20).fill(0), y: Array<number>(20).fill(0), z: Array<number>(20).fill(1.05) };
    expect(autocalibrate(flat)).toMatchObject({ why: 'not-around-sphere', errorAfter: null, errorBefore: expect.closeTo(0.05, 12) as number });
    expect(autocalibrate({ x: [0], y: [0], z: [1] }).why).toBe('too-few');
  });
});

const sums = (values: number[]): AxisSums => ({ n: values.length, sum: values.reduce((a, b) => a + b, 0), squares: values.reduce((a, b) => a + b * b, 0), differences: values.slice(1).reduce((a, b, i) => a + (b - values[i]!) ** 2, 0), min: Math.min(...values), max: Math.max(...values) });
/** Two plateaus, `by` on each side of nought. */
const slow = (by: number) => sums(Array.from({ length: 100_000 }, (_, i) => (i < 50_000 ? by : -by)));

describe('non-wear', () => {
  it('needs a small SD and a small range', () => {
    expect(isStill([slow(0.0129)])).toBe(true);
    expect(isStill([slow(0.0131)])).toBe(false);
    expect(isStill([slow(0.0129)], 0.013, 0.02)).toBe(false);
    expect(isStill([sums([...Array<number>(5000).fill(0), 0.06])])).toBe(false);
    expect(isStill([sums([...Array<number>(5000).fill(0), 0.04])])).toBe(true);
    // 6 mg of white noise reach further than 50 mg and are no movement; a slow wave of the same SD and range is.
    const r = random(7);
    const noise = Array.from({ length: 50_000 }, () => 0.006 * gaussian(r));
    expect(Math.max(...noise) - Math.min(...noise)).toBeGreaterThan(0.05);
    expect(isStill([sums(noise.map((v) => 5 * v))])).toBe(true);
    expect(isStill([sums(noise.map((v) => 12 * v))])).toBe(false);
    expect([isStill([sums(noise)]), isStill([sums([...noise].sort((a, b) => a - b))])]).toEqual([true, false]);
  });
  it('needs an hour, and marks every block of a still window', () => {
    const [still, moving] = [slow(0.005), slow(0.1)];
    expect(stillAxes([[still, still, still]], [1])).toBeNull();
    const blocks = Array.from({ length: 12 }, (_, i) => (i >= 4 && i < 8 ? [still, still, moving] : [moving, moving, moving]) as [AxisSums, AxisSums, AxisSums]);
    const all = blocks.map(() => 1);
    expect([...stillAxes(blocks, all)!]).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0]);
    expect([...stillAxes(blocks, all.map(() => 0.24))!]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
  it('fills a block with one still axis between two of non-wear', () => {
    expect(nonWearBlocks(Uint8Array.of(3, 1, 2, 1, 0))).toEqual([true, true, true, false, false]);
  });
  it('takes short wear between long non-wear for non-wear', () => {
    const day = (spec: [boolean, number][]) => spec.flatMap(([off, hours]) => Array<boolean>(hours * 4).fill(off));
    const total = (list: boolean[]) => list.filter(Boolean).length / 4;
    // 5 h of wear is < 6 h, and 28 % of 18 h.
    expect(total(plausibleWear(day([[false, 20], [true, 9], [false, 5], [true, 9], [false, 20]])))).toBe(23);
    // 5 h is 42 % of 12 h, and more than 3 h.
    expect(total(plausibleWear(day([[false, 20], [true, 6], [false, 5], [true, 6], [false, 20]])))).toBe(12);
    // 2 h is 67 % of 3 h.
    expect(total(plausibleWear(day([[false, 30], [true, 2], [false, 2], [true, 1], [false, 30]])))).toBe(5);
    // Within the last day, after an hour of non-wear; and at the start.
    expect(total(plausibleWear(day([[false, 20], [true, 1], [false, 2]])))).toBe(3);
    expect(total(plausibleWear(day([[false, 2], [true, 1], [false, 30]])))).toBe(3);
    expect(total(plausibleWear(day([[false, 30]])))).toBe(0);
  });
});

describe('sleep', () => {
  it('sustained inactivity: more than five minutes without a change of more than five degrees', () => {
    const angles = [...Array<number>(61).fill(10), ...Array<number>(60).fill(20), 80, 20];
    const got = sustainedInactivity(angles);
    expect([got.slice(0, 61).every((v) => v === 1), got.slice(61).some((v) => v === 1)]).toEqual([true, false]);
    expect(sustainedInactivity(Array.from({ length: 100 }, (_, i) => i * 5)).every((v) => v === 1)).toBe(true);
    expect(sustainedInactivity([...Array<number>(40).fill(1), NaN, ...Array<number>(40).fill(1)]).some((v) => v === 1)).toBe(false);
  });
  it('rolling median and quantile by hand', () => {
    expect([...rollingMedian(Float64Array.of(5, 1, 3, 2, 9), 1)]).toEqual([3, 3, 2, 3, 5.5]);
    expect([...rollingMedian(Float64Array.of(NaN, NaN, NaN, 4), 1)]).toEqual([NaN, NaN, 4, 4]);
    expect(quantile([1, 2, 3, 4], 0.1)).toBeCloseTo(1.3, 12);
  });
  it('HDCZA finds the night, joins it over a short waking and leaves a nap', () => {
    const r = random(8);
    const hour = 720;
    const wake = (h: number) => Array.from({ length: h * hour }, () => 60 * r() - 30);
    const sleep = (h: number) => Array.from({ length: h * hour }, () => 10 + 0.02 * r());
    const angles = [...wake(2), ...sleep(1), ...wake(8), ...sleep(4), ...wake(0.5), ...sleep(3), ...wake(5.5)];
    const got = sleepWindow(angles)!;
    expect(Math.abs(got.from - 11 * hour)).toBeLessThan(60);
    expect(Math.abs(got.to - 18.5 * hour)).toBeLessThan(60);
    expect(sleepWindow(wake(24))).toBeNull();
    expect(sleepWindow([])).toBeNull();
  });
});

it('von Neumann: two for noise, little for a slow wave; the step of a sensor', () => {
  const r = random(3);
  const ratio = (v: number[]) => { const mean = v.reduce((a, b) => a + b, 0) / v.length; let d = 0; for (let i = 1; i < v.length; i++) d += (v[i]! - v[i - 1]!) ** 2; return vonNeumann(d, v.length - 1, v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length); };
  expect(ratio(Array.from({ length: 5000 }, () => gaussian(r)))).toBeCloseTo(2, 1);
  expect(ratio(Array.from({ length: 1000 }, (_, i) => Math.sin(i / 8)))).toBeLessThan(0.02);
  expect(vonNeumann(0, 10, 0)).toBe(0);
  expect([12, -18, 30].reduce(foldStep, 0)).toBe(6);
});
