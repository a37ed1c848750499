import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOne } from '../open-one.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import { canonicalReport, reportHash } from '../../electron/quality/report.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { MISSING_INT32, type Channel, type SampleBatch } from '../../shared/domain/recording.ts';
import { QualityReport } from '../../shared/domain/quality-report.ts';
import { code } from '../capture/helpers.ts';
import { sharedData } from '../shared-data.ts';

const ACC: Channel = { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 };
type Table = { t: number[]; columns: number[][] };

async function simulated(rows = 20_000, seed = 11): Promise<Table> {
  const table: Table = { t: [], columns: [[], [], []] };
  for await (const b of openSimulator({ rows, seed }).batches) { for (const t of b.t) table.t.push(t); b.columns.forEach((c, i) => { for (const v of c) table.columns[i]!.push(v); }); }
  return table;
}
async function* cut({ t, columns }: Table, size = 4096, float = false): AsyncGenerator<SampleBatch> {
  for (let i = 0; i < t.length; i += size) yield { t: Float64Array.from(t.slice(i, i + size)), columns: columns.map((c) => (float ? Float64Array.from(c.slice(i, i + size)) : Int32Array.from(c.slice(i, i + size)))) };
}
const score = (table: Table, channels = [ACC], size?: number, float?: boolean) => scoreRecording({ channels, simulated: true }, cut(table, size, float));
const copy = ({ t, columns }: Table): Table => ({ t: [...t], columns: columns.map((c) => [...c]) });
const map = (table: Table, change: (v: number, i: number, c: number) => number): Table => ({ t: table.t, columns: table.columns.map((col, c) => col.map((v, i) => change(v, i, c))) });
const drop = (table: Table, gone: (i: number) => boolean): Table => ({ t: table.t.filter((_, i) => !gone(i)), columns: table.columns.map((c) => c.filter((_, i) => !gone(i))) });
const codes = (r: { reasons: { code: string }[] }) => r.reasons.map((x) => x.code);

describe('the report', () => {
  it('has nothing to say against a clean recording', async () => {
    const report = await score(await simulated());
    expect(report).toMatchObject({ score: 100, reasons: [], rows: 20_000, rateHz: 100, durationSeconds: 199.99 });
    expect(QualityReport.parse(report)).toEqual(report);
  });

  it('is the same to the byte however the rows come in batches, and whenever they began', async () => {
    const damaged = drop(map(await simulated(), (v, i) => (i > 3000 && i < 4500 ? 5000 : v)), (i) => i % 97 === 0 || (i > 9000 && i < 9900));
    const reports = await Promise.all([score(damaged), score(damaged, [ACC], 1), score(damaged, [ACC], 777), score({ ...damaged, t: damaged.t.map((t) => t + 1_751_371_200_123_456) }, [ACC], 50_000)]);
    expect(new Set(reports.map(canonicalReport)).size).toBe(1);
    expect(reportHash(reports[0]!)).toMatch(/^0x[0-9a-f]{64}$/);
    expect(reportHash({ ...reports[0]!, score: 1 })).not.toBe(reportHash(reports[0]!));
  });

  it('refuses a recording of one sample', async () => {
    expect((await code(score(await simulated(1)))).code).toBe('too-few-samples');
  });
});

describe('what it finds, and where', () => {
  it('a gap', async () => {
    const r = await score(drop(await simulated(), (i) => i > 5000 && i <= 7000));
    expect(r.reasons).toEqual([expect.objectContaining({ code: 'gap', channel: null, spanCount: 1, spans: [{ from: 50_000_000, to: 70_010_000 }] })]);
    // 20 s of 200, and half a second around them.
    expect(r).toMatchObject({ score: 89, reasons: [{ part: 'coverage', cost: 10.25 }] });
  });
  it('duplicates', async () => {
    const table = await simulated();
    for (let i = 1000; i < 3000; i++) table.t[i] = table.t[999]!;
    expect(codes(await score(table))).toContain('duplicate');
  });
  it('jitter', async () => {
    const table = await simulated();
    expect(codes(await score({ ...table, t: table.t.map((t, i) => t + (i % 3) * 3500) }))).toEqual(['jitter']);
  });
  it('a clock that drifts', async () => {
    const table = await simulated();
    let t = 0;
    expect(codes(await score({ ...table, t: table.t.map((_, i) => (t += i > 8000 ? 10_400 : 10_000)) }))).toEqual(['rate-drift']);
  });
  it('values that no sensor gives', async () => {
    const r = await score(map(await simulated(), (v, i, c) => (i % 500 === 7 && c === 1 ? 400_000 : v)));
    expect(codes(r)).toEqual(['out-of-range']);
    expect(r.reasons[0]!.spanCount).toBe(40);
  });
  it('a flat line', async () => {
    const r = await score(map(await simulated(), (v, i, c) => (i >= 2000 && i < 6000 ? [0, 0, 9807][c]! : v)));
    expect(codes(r)).toEqual(['flat']);
    expect(r.reasons[0]!.spans).toEqual([{ from: 20_000_000, to: 59_990_000 }]);
  });
  it('clipping', async () => {
    const table = map(await simulated(), (v, i, c) => Math.round(c === 0 ? 40_000 * Math.sin(i / 8) : v));
    const r = await score(map(table, (v) => Math.max(-19_613, Math.min(19_613, v))));
    expect(codes(r)).toEqual(['clipped']);
    expect(codes(await score(table))).toEqual([]);
  });
  it('a unit that cannot be, and gravity taken out', async () => {
    const inG = map(await simulated(), (v) => Math.round(v / 9.80665));
    const r = await score(inG);
    expect(r.score).toBe(20);
    expect(r.reasons[0]!.sentence).toMatch(/0\.1\d* g, not 1 g: its unit is probably not m\/s2/);
    expect((await score(inG, [{ ...ACC, unit: 'g' }])).score).toBe(100);
  });
  it('missing values, all of a row or some of it', async () => {
    const whole = await score(map(await simulated(), (v, i) => (i % 10 === 0 ? MISSING_INT32 : v)));
    expect(whole.reasons).toEqual([expect.objectContaining({ code: 'missing', channel: 'acceleration', cost: 20 })]);
    expect(codes(await score(map(await simulated(), (v, i, c) => (i % 10 === 0 && c === 2 ? MISSING_INT32 : v))))).toEqual(['missing']);
  });
  it('a recording that is short', async () => {
    expect(codes(await score(await simulated(1000)))).toEqual(['too-short']);
  });
  it('a heart that jumps, and one that does not beat', async () => {
    const hr: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 };
    const table: Table = { t: Array.from({ length: 600 }, (_, i) => i * 1e6), columns: [Array.from({ length: 600 }, (_, i) => 60 + (i % 20))] };
    expect((await score(table, [hr])).score).toBe(100);
    expect(codes(await score(map(table, (v, i) => (i % 50 === 9 ? 160 : v)), [hr]))).toEqual(['implausible']);
    expect(codes(await score(map(table, (v, i) => (i % 50 === 9 ? 5 : v)), [hr]))).toContain('out-of-range');
  });
  it('nothing against a channel that is sampled more slowly than its neighbour', async () => {
    const table = await simulated();
    const hr: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 };
    const both: Table = { t: table.t, columns: [...table.columns, table.t.map((_, i) => (i % 100 === 0 ? 60 + (i / 100) % 9 : MISSING_INT32))] };
    expect((await score(both, [ACC, hr])).reasons).toEqual([]);
    const holes = map(both, (v, i, c) => (c === 3 && i % 400 === 0 ? MISSING_INT32 : v));
    expect((await score(holes, [ACC, hr])).reasons.map((r) => [r.code, r.channel])).toEqual([['missing', 'heart-rate']]);
  });
});

describe('damage never raises the score', () => {
  type Damage = { name: string; make(table: Table, from: number, length: number): Table };
  const damages: Damage[] = [
    { name: 'rows lost', make: (t, f, n) => drop(t, (i) => i >= f && i < f + n) },
    { name: 'values lost', make: (t, f, n) => map(t, (v, i) => (i >= f && i < f + n ? MISSING_INT32 : v)) },
    { name: 'one axis lost', make: (t, f, n) => map(t, (v, i, c) => (c === 1 && i >= f && i < f + n ? MISSING_INT32 : v)) },
    { name: 'frozen', make: (t, f, n) => map(t, (v, i, c) => (i >= f && i < f + n ? t.columns[c]![f]! : v)) },
    { name: 'spikes', make: (t, f, n) => map(t, (v, i) => (i >= f && i < f + n && i % 3 === 0 ? 900_000 : v)) },
    { name: 'times repeated', make: (t, f, n) => ({ ...t, t: t.t.map((x, i) => (i >= f && i < f + n ? t.t[f]! : x)) }) },
    { name: 'saturated', make: (t, f, n) => map(t, (v, i) => (i >= f && i < f + n ? 78_453 : v)) },
  ];
  it('whatever, wherever, and on top of other damage (property)', async () => {
    const clean = await simulated(9000, 21);
    const one = fc.record({ damage: fc.nat(damages.length - 1), from: fc.integer({ min: 200, max: 7000 }), length: fc.integer({ min: 1, max: 1500 }) });
    await fc.assert(fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 3 }), async (list) => {
      let table = copy(clean);
      let before = (await score(table)).score;
      // Places in ascending order and apart, so that one does not undo another.
      for (const [i, d] of list.entries()) {
        const third = Math.floor(table.t.length / 3);
        table = damages[d.damage]!.make(table, i * third + 100 + (d.from % 800), Math.min(d.length, third - 1000));
        const now = (await score(table)).score;
        expect(now, damages[d.damage]!.name).toBeLessThanOrEqual(before);
        before = now;
      }
    }), { numRuns: 60 });
  });
});

const data = sharedData();
describe.skipIf(!data)('real recordings', () => {
  it('score as usable, with their pauses and their clipping named', async () => {
    for (const id of [1600, 1637]) {
      const source = await openOne(join(data!, 'wisdm-watch', `data_${id}_accel_watch.txt`));
      const report = await scoreRecording({ channels: source.draft.channels, simulated: false }, source.batches);
      expect(report.score, JSON.stringify(report.reasons.map((r) => [r.code, r.cost]))).toBeGreaterThanOrEqual(68);
      expect(codes(report)).toContain('gap');
    }
  });
});
