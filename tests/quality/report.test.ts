import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoreRecording, type ScoreOptions } from '../../electron/quality/score.ts';
import { createLabels } from '../../electron/quality/labels.ts';
import type { PatternModel } from '../../electron/quality/pattern-model.ts';
import { canonicalReport } from '../../electron/quality/report.ts';
import { createSpans } from '../../electron/quality/spans.ts';
import { MAX_LABELLED_SPANS, QualityReport } from '../../shared/domain/quality-report.ts';
import { MISSING_INT32, type Channel } from '../../shared/domain/recording.ts';
import { openOne } from '../open-one.ts';
import { sharedData } from '../shared-data.ts';
import { batchesOf, createNumbers, G_CHANNEL, normal, wristTable, type Stretch, type Table } from './day.ts';

/** Without a model unless one is handed in: these are the rules. */
const score = (table: Table, options: ScoreOptions = {}, size?: number, channels = [G_CHANNEL]) => scoreRecording({ channels, simulated: options.openModel === undefined }, batchesOf(table, size), options);
const map = (table: Table, change: (v: number, i: number, c: number) => number): Table => ({ t: table.t, columns: table.columns.map((col, c) => col.map((v, i) => change(v, i, c))) });
const keep = (table: Table, stays: (i: number) => boolean): Table => ({ t: table.t.filter((_, i) => stays(i)), columns: table.columns.map((c) => c.filter((_, i) => stays(i))) });
const codes = (r: QualityReport) => r.reasons.map((x) => x.code);
const partOf = (r: QualityReport, name: string) => r.parts.find((p) => p.name === name)!;

const DAY: Stretch[] = [{ what: 'sit', minutes: 240 }, { what: 'walk', minutes: 60 }, { what: 'sit', minutes: 300 }, { what: 'sleep', minutes: 480 }, { what: 'walk', minutes: 30 }, { what: 'off', minutes: 330 }];
/** Ten samples a second keep a whole day quick. */
const day = wristTable(DAY, { rateHz: 10 });

describe('a day', () => {
  it('has its walk, its rest, its night and the watch on the table in the right places', async () => {
    const r = await score(day);
    expect(QualityReport.parse(r)).toEqual(r);
    const labelAt = (minute: number) => r.labels!.spans.find((s) => s.from <= minute * 60e6 && minute * 60e6 < s.to)?.label;
    expect([30, 200, 270, 400, 700, 900, 1000, 1090, 1200, 1400].map(labelAt)).toEqual(['rest', 'rest', 'activity', 'rest', 'sleep', 'sleep', 'sleep', 'activity', 'not-worn', 'not-worn']);
    const { seconds } = r.labels!;
    expect(seconds.activity / 60).toBeCloseTo(90, -1);
    expect(seconds.sleep / 60).toBeGreaterThan(440);
    expect(seconds.sleep / 60).toBeLessThan(490);
    expect(seconds['not-worn'] / 60).toBeGreaterThan(300);
    expect(seconds['not-worn'] / 60).toBeLessThan(345);
    expect(seconds.artefact).toBe(0);
    expect(codes(r)).toEqual(['not-worn']);
    expect(r.reasons[0]).toMatchObject({ part: 'wear', channel: 'acceleration', sentence: expect.stringMatching(/^The sensor was not worn for 2[1-4] % of the time\.$/) as string });
    expect(r.score).toBe(Math.floor(100 - r.reasons[0]!.cost));
    expect(r.labels!.spans.every((s) => s.p > 0.5 && s.p <= 1 && s.to > s.from)).toBe(true);
  });
  it('is the same to the byte however its rows come in batches', async () => {
    const some = wristTable([{ what: 'walk', minutes: 20 }, { what: 'off', minutes: 80 }, { what: 'sit', minutes: 20 }], { rateHz: 25, seed: 4 });
    const reports = [await score(some), await score(some, {}, 1), await score(some, {}, 977), await score(some, {}, 1e6)];
    expect(new Set(reports.map(canonicalReport)).size).toBe(1);
    expect(codes(reports[0]!)).toContain('not-worn');
  });
  it('an hour is the least that non-wear can be told from', async () => {
    expect(partOf(await score(wristTable([{ what: 'off', minutes: 59 }])), 'wear').score).toBeNull();
    expect(partOf(await score(wristTable([{ what: 'off', minutes: 61 }])), 'wear').score).toBe(0);
  });
});

describe('signal', () => {
  const walk = wristTable([{ what: 'walk', minutes: 10 }], { rateHz: 50 });
  it('names noise, steps too coarse, a bad calibration and a wrong unit', async () => {
    const r = createNumbers(9);
    const noise = await score(map(walk, (v, i) => (i >= 15_000 ? Math.round(300 * normal(r)) : v)));
    expect(noise.reasons).toMatchObject([{ part: 'signal', code: 'noise', spanCount: 1, spans: [{ from: 300e6, to: 600e6 }] }]);
    expect(partOf(noise, 'signal').score).toBeCloseTo(50, 0);
    expect(codes(await score(map(walk, (v) => 500 * Math.round(v / 500))))).toEqual(['quantised']);
    const bent = wristTable([{ what: 'sleep', minutes: 400 }], { rateHz: 10 });
    expect((await score(bent)).channels[0]!.calibration).toMatchObject({ before: expect.closeTo(0, 0) as number });
    const off = await score(map(bent, (v, _, c) => (c === 0 ? v + 250 : v)));
    expect(codes(off)).toContain('calibration');
    expect(off.channels[0]!.calibration!.before).toBeGreaterThan(50);
    expect(codes(await score(map(bent, (v) => Math.round(v / 9.8))))).toContain('unit');
    expect((await score(walk)).channels).toEqual([{ name: 'acceleration', kind: 'acceleration', rateHz: 50, seconds: 599.98, step: 0.001, calibration: null }]);
  });
  it('counts a moment that is bad in two ways once', async () => {
    const stuck = await score(map(walk, (v, i) => (i >= 5000 && i < 20_000 ? 7_900 : v)));
    expect(partOf(stuck, 'signal').score).toBeCloseTo(50, 0);
    expect(stuck.score).toBeGreaterThan(50);
  });
  it('counts missing values by rows where there is one channel, and by its own period beside a faster one', async () => {
    const lost = (r: QualityReport) => r.reasons.filter((x) => x.code === 'missing').map((x) => x.cost);
    expect((await score(map(walk, (v, i) => (i < 15_000 ? MISSING_INT32 : v)))).reasons).toMatchObject([{ code: 'missing', cost: expect.closeTo(50, 0) as number }]);
    expect(lost(await score(map(walk, (v, i) => (i % 2 ? v : MISSING_INT32))))).toEqual([100]);
    const slow: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 };
    const both = (there: (i: number) => boolean) => score({ t: walk.t, columns: [...walk.columns, walk.t.map((_, i) => (i % 50 === 0 && there(i) ? 60 + (i / 50) % 7 : MISSING_INT32))] }, {}, 999, [G_CHANNEL, slow]);
    expect(lost(await both(() => true))).toEqual([]);
    // One of two channels, for half of the time: at the start, in the middle, at the end.
    for (const gone of [0, 7000, 15_000]) expect(lost(await both((i) => i < gone || i >= gone + 15_000))).toEqual([expect.closeTo(25, 0)]);
  });
  it('says of beats that they are missing, and of a heart that it is none', async () => {
    const rr: Channel = { name: 'rr', kind: 'rr-interval', unit: 'ms', components: ['value'], decimals: 0 };
    const beats = (bad: (i: number) => boolean): Table => { const r = createNumbers(2); const table: Table = { t: [], columns: [[]] }; let t = 0; for (let i = 0; i < 4000; i++) { const v = bad(i) ? (i % 2 ? 450 : 1300) : Math.round(800 + 25 * normal(r)); t += v * 1000; table.t.push(t); table.columns[0]!.push(v); } return table; };
    const clean = beats(() => false);
    expect(await score(clean, {}, 500, [rr])).toMatchObject({ score: 100, reasons: [], labels: null });
    expect(codes(await score(keep(clean, (i) => i < 1000 || i > 2000), {}, 500, [rr]))).toEqual(['missing']);
    expect((await score(beats((i) => i > 2000), {}, 500, [rr])).reasons).toMatchObject([{ code: 'unusable', part: 'signal' }]);
  });
  it('tells a pulse wave from noise', async () => {
    const ecg: Channel = { name: 'ecg', kind: 'ecg', unit: 'mV', components: ['value'], decimals: 3 };
    const r = createNumbers(5);
    const trace = (bad: boolean): Table => ({ t: Array.from({ length: 26_000 }, (_, i) => Math.round((i * 1e6) / 130)), columns: [Array.from({ length: 26_000 }, (_, i) => { const p = ((i / 130 + 0.4) % 0.82) - 0.4; return Math.round(1000 * (bad ? normal(r) : Math.exp(-((p / 0.012) ** 2)) + 0.12 * Math.exp(-(((p - 0.25) / 0.05) ** 2)) + 0.01 * normal(r))); })] });
    expect(await score(trace(false), {}, 999, [ecg])).toMatchObject({ score: 100, reasons: [] });
    expect((await score(trace(true), {}, 999, [ecg])).reasons).toMatchObject([{ code: 'unusable', cost: expect.closeTo(80, -1) as number }]);
  });
});

describe('what else has a say', () => {
  const hour = wristTable([{ what: 'walk', minutes: 30 }, { what: 'sit', minutes: 40 }], { rateHz: 20 });
  /** Says of every window that it is a jog, and that five minutes are none of a person's. */
  const stub = (got: number[] = []): PatternModel => ({
    name: 'test/1', sha256: 'ab'.repeat(32), artefactThreshold: 5000,
    push(t, x, y, z) { got.push(t.length, Math.round(100 * Math.sqrt(x[0]! ** 2 + y[0]! ** 2 + z[0]! ** 2))); },
    finish: async () => ({ index: Int32Array.from({ length: 420 }, (_, i) => i), classes: Uint16Array.from({ length: 420 * 6 }, (_, i) => (i % 6 === 1 ? 9000 : 200)), artefact: Uint16Array.from({ length: 420 }, (_, i) => (i >= 20 && i < 50 ? 9900 : 3)) }),
    close() { got.push(-1); },
  });
  it('the model: its movements, its artefacts, and where nothing moves it is not asked', async () => {
    const got: number[] = [];
    const r = await score(hour, { openModel: async () => stub(got) });
    expect(got.at(-1)).toBe(-1);
    expect(got[1]! / 100).toBeCloseTo(9.8, 0);
    expect(r.model).toEqual({ name: 'test/1', sha256: 'ab'.repeat(32) });
    expect(r.reasons).toMatchObject([{ part: 'pattern', code: 'artefact', spans: [{ from: 200e6, to: 500e6 }], spanCount: 1 }]);
    // 300 s of 4200, less the three in a hundred in which a model may err.
    expect(partOf(r, 'pattern').score).toBeCloseTo(100 - (100 * (300 / 4200 - 0.03)) / 0.97, 1);
    expect(r.labels!.seconds.artefact).toBeCloseTo(300, 0);
    expect(r.labels!.spans[0]).toMatchObject({ from: 0, to: 200e6, label: 'activity', movement: 'jog', p: 0.96 });
    expect(r.labels!.spans[1]).toEqual({ from: 200e6, to: 500e6, label: 'artefact', p: 0.99 });
    expect(r.labels!.movements.jog).toBeGreaterThanOrEqual(1500);
  });
  it('moving windows that the model had no answer for cost as much, so that lost rows hide nothing', async () => {
    const few = stub();
    const r = await score(hour, { openModel: async () => ({ ...few, finish: async () => { const all = await few.finish(); return { index: all.index.subarray(60), classes: all.classes.subarray(60 * 6), artefact: all.artefact.subarray(60) }; } }) });
    expect(r.reasons).toMatchObject([{ part: 'pattern', code: 'unjudged', spans: [{ from: 0, to: 600e6 }] }]);
    expect(partOf(r, 'pattern').score).toBeCloseTo(100 - (100 * (600 / 4200 - 0.03)) / 0.97, 1);
    expect(r.labels!.spans[0]).toMatchObject({ label: 'activity' });
    expect(r.labels!.spans[0]).not.toHaveProperty('movement');
  });
  it('a recording that says itself that it is simulated is not shown to the model', async () => {
    const r = await scoreRecording({ channels: [G_CHANNEL], simulated: true }, batchesOf(hour), { openModel: async () => stub() });
    expect(r.model).toBeNull();
    expect(partOf(r, 'pattern').score).toBeNull();
  });
  it('ends the model when it is cancelled', async () => {
    const got: number[] = [];
    const gone = new AbortController();
    gone.abort();
    await expect(score(hour, { openModel: async () => stub(got), signal: gone.signal })).rejects.toThrow('cancelled');
    expect(got).toEqual([-1]);
  });
  it('the hardware: its costs are of its part', async () => {
    const spans = createSpans();
    spans.add(0, 5e6);
    const r = await score(hour, { hardware: { push() { /* follows the rows */ }, finish: () => [{ code: 'hardware-range', channel: 'acceleration', cost: 40, sentence: 'Beyond its range.', spans }] } });
    expect(partOf(r, 'hardware').score).toBe(60);
    expect(r.reasons).toMatchObject([{ part: 'hardware', code: 'hardware-range', cost: 5, spans: [{ from: 0, to: 5e6 }] }]);
    expect(r.parts.reduce((sum, p) => sum + (p.name === 'coverage' ? 0 : p.weight), 0)).toBeCloseTo(1, 1);
  });
});

describe('a month', () => {
  it('is told in a thousand spans at most, each as what most of it shows', async () => {
    const r = createNumbers(3);
    const told = createLabels();
    const windows = 30 * 8640;
    for (let w = 0; w < windows; w++) {
      const night = w % 8640 < 2880;
      told.add(w, r() < 0.3 ? { label: 'activity', p: 0.7, movement: 'walk' } : { label: night ? 'sleep' : 'rest', p: 0.8, movement: null }, 10);
    }
    const { spans, seconds, movements } = await told.finish();
    expect(spans.length).toBeLessThanOrEqual(MAX_LABELLED_SPANS);
    expect(spans.length).toBeGreaterThan(60);
    expect([spans[0]!.from, spans.at(-1)!.to]).toEqual([0, windows * 10e6]);
    expect(spans.every((s, i, all) => i === 0 || all[i - 1]!.to <= s.from)).toBe(true);
    const nights = spans.filter((s) => s.label === 'sleep').reduce((sum, s) => sum + s.to - s.from, 0);
    expect(nights / (30 * 28_800e6)).toBeCloseTo(1, 1);
    expect(seconds.activity / (windows * 10)).toBeCloseTo(0.3, 2);
    expect(movements).toEqual({ walk: seconds.activity });
    expect(JSON.stringify(spans).length).toBeLessThan(100_000);
  });
  it('with pauses between, and none said where nothing was seen', async () => {
    const told = createLabels();
    [0, 1, 5, 6, 900_000].forEach((w) => { told.add(w, { label: 'rest', p: 0.6, movement: null }, 10); });
    expect((await told.finish()).spans).toEqual([{ from: 0, to: 20e6, label: 'rest', p: 0.6 }, { from: 50e6, to: 70e6, label: 'rest', p: 0.6 }, { from: 9e12, to: 9.00001e12, label: 'rest', p: 0.6 }]);
  });
});

const data = sharedData();
/** Twelve minutes of a real person, for the trained model. */
async function person(): Promise<Table> {
  const source = await openOne(join(data!, 'wisdm-watch', 'data_1615_accel_watch.txt'));
  const scale = 10 ** (source.draft.channels[0]!.decimals ?? 0) * 9.80665;
  const table: Table = { t: [], columns: [[], [], []] };
  for await (const b of source.batches) b.t.forEach((t, i) => { table.t.push(t); table.columns.forEach((c, k) => c.push(Math.round((1000 * b.columns[k]![i]!) / scale))); });
  return table;
}

describe('damage never raises the score', () => {
  const bases: [string, Table | null][] = [
    ...(data ? [['a person, with the trained model', null] as [string, null]] : []),
    ['worn', wristTable([{ what: 'walk', minutes: 2 }, { what: 'sit', minutes: 2 }, { what: 'walk', minutes: 2 }], { rateHz: 25, seed: 7 })],
    ['half on the table', wristTable([{ what: 'sit', minutes: 15 }, { what: 'off', minutes: 80 }, { what: 'walk', minutes: 8 }], { rateHz: 20, seed: 8 })],
  ];
  type Damage = { name: string; make(table: Table, from: number, to: number, strength: number, seed: number): Table };
  const inside = (from: number, to: number, change: (v: number, i: number, c: number) => number) => (table: Table) => map(table, (v, i, c) => (i >= from && i < to && v !== MISSING_INT32 ? change(v, i, c) : v));
  const damages: Damage[] = [
    { name: 'a stretch lost', make: (t, f, to) => keep(t, (i) => i === 0 || i === t.t.length - 1 || i < f || i >= to) },
    { name: 'rows lost here and there', make: (t, f, to, s, seed) => { const r = createNumbers(seed); return keep(t, (i) => { const gone = r() < s; return i === 0 || i === t.t.length - 1 || i < f || i >= to || !gone; }); } },
    { name: 'values lost', make: (t, f, to) => inside(f, to, () => MISSING_INT32)(t) },
    { name: 'one axis lost', make: (t, f, to) => inside(f, to, (v, _, c) => (c === 2 ? MISSING_INT32 : v))(t) },
    { name: 'stuck', make: (t, f, to) => inside(f, to, (_, __, c) => t.columns[c]![f]!)(t) },
    { name: 'stuck at full scale', make: (t, f, to) => inside(f, to, () => 8000)(t) },
    { name: 'clipped', make: (t, f, to, s) => inside(f, to, (v) => Math.max(-2000 * (1.05 - s), Math.min(2000 * (1.05 - s), v)) | 0)(t) },
    { name: 'white noise', make: (t, f, to, s, seed) => { const r = createNumbers(seed); return inside(f, to, (v) => v + Math.round(5 + 800 * s * normal(r)))(t); } },
    { name: 'spikes', make: (t, f, to, s, seed) => { const r = createNumbers(seed); return inside(f, to, (v) => (r() < 0.2 * s ? 40_000 : v))(t); } },
    { name: 'jitter', make: (t, f, to, s, seed) => { const r = createNumbers(seed); return { ...t, t: t.t.map((x, i) => (i > f && i < to ? x + Math.round((r() - 0.5) * s * 40_000) : x)).map((x, i, all) => (i > 0 ? Math.max(x, all[i - 1]!) : x)) }; } },
    { name: 'times repeated', make: (t, f, to) => ({ ...t, t: t.t.map((x, i) => (i >= f && i < Math.min(to, t.t.length - 1) ? t.t[f]! : x)) }) },
    { name: 'a slow clock', make: (t, f, to, s) => { let shift = 0; return { ...t, t: t.t.map((x, i) => { if (i >= f && i < to) shift += 2000 * s; return Math.round(x + shift); }) }; } },
    { name: 'rounded', make: (t, f, to, s) => { const step = 100 + Math.round(900 * s); return inside(f, to, (v) => step * Math.round(v / step))(t); } },
    { name: 'zeros', make: (t, f, to) => inside(f, to, () => 0)(t) },
    { name: 'wrong unit', make: (t) => map(t, (v) => (v === MISSING_INT32 ? v : Math.round(v / 9.80665))) },
  ];
  for (const [name, made] of bases) {
    it(`${name}: whatever, wherever, however strong (property)`, async () => {
      const base = made ?? (await person());
      const judged = (table: Table) => (made ? score(table) : scoreRecording({ channels: [G_CHANNEL], simulated: false }, batchesOf(table)));
      const before = (await judged(base)).score;
      const rows = base.t.length;
      // A table that is bumped for less than 20 s is no longer still by van Hees' rule, whoever bumped it: docs/quality.md says so.
      const least = name === 'half on the table' ? 400 : 1;
      const one = fc.record({ damage: fc.nat(damages.length - 1), from: fc.nat(rows - 1 - least), length: fc.integer({ min: least, max: rows }), strength: fc.double({ min: 0.02, max: 1, noNaN: true }), seed: fc.integer({ min: 1, max: 1e6 }) });
      await fc.assert(fc.asyncProperty(one, async ({ damage, from, length, strength, seed }) => {
        const { name: what, make } = damages[damage]!;
        expect((await judged(make(base, from, Math.min(rows, from + length), strength, seed))).score, what).toBeLessThanOrEqual(before);
      }), { numRuns: Number(process.env.PHDEX_PROPERTY_RUNS ?? (!made ? 20 : rows < 20_000 ? 150 : 30)), endOnFailure: true });
    }, 600_000);
  }
});
