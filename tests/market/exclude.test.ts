import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { buildLabel } from '../../electron/datasets/anonymise.ts';
import { checkLabel } from '../../electron/datasets/check-label.ts';
import { examinePart, leaveOut, mergeSpans } from '../../electron/datasets/leave-out.ts';
import { createStatistics } from '../../electron/datasets/statistics.ts';
import { relativeBatches, segmentRecording } from '../../electron/datasets/segment.ts';
import { openOne } from '../open-one.ts';
import { cidBytes } from '../../electron/market/cid-bytes.ts';
import { fetchManifest } from '../../electron/market/fetch-manifest.ts';
import { sealDataset } from '../../electron/vault/seal-dataset.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { LabelStatistics } from '../../shared/domain/label.ts';
import { MISSING_INT32, type Channel, type SampleBatch } from '../../shared/domain/recording.ts';
import { createWorld, filesBelow, PHD, refusal, ROWS, until, type Person, type World } from './world.ts';

const WRIST: Channel[] = [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x'], decimals: 3 }];
async function* inBatches(t: number[], x: number[], size: number): AsyncGenerator<SampleBatch> {
  for (let at = 0; at < t.length; at += size) yield { t: Float64Array.from(t.slice(at, at + size)), columns: [Int32Array.from(x.slice(at, at + size))] };
}
const gathered = async (batches: AsyncIterable<SampleBatch>) => { const out: [number, number][] = []; for await (const { t, columns } of batches) t.forEach((time, i) => out.push([time, columns[0]![i]!])); return out; };

describe('leaving out', () => {
  it('keeps what stands outside of every span, from its first row on', () => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 300 }), fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 800 })), { maxLength: 8 }), fc.integer({ min: 1, max: 40 }),
    async (steps, cuts, size) => {
      let now = 0;
      const t = steps.map((s, i) => (now += i === 0 ? 0 : s));
      const exclude = cuts.map(([from, length]) => ({ from, to: from + length }));
      const kept = t.map((time, i): [number, number] => [time, i]).filter(([time]) => !exclude.some((e) => time >= e.from && time < e.to));
      expect(await gathered(leaveOut(inBatches(t, t.map((_, i) => i), size), mergeSpans(exclude)))).toEqual(kept.map(([time, i]) => [time - kept[0]![0], i]));
    })));

  it('refuses a span that ends before it starts', async () => {
    expect((await refusal(async () => mergeSpans([{ from: 5, to: 5 }]))).code).toBe('invalid-argument');
  });
});

it('statistics are those of the values, whatever the batches, and none of few', () => {
  const x = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? MISSING_INT32 : Math.round(Math.sin(i) * 9810)));
  const by = (size: number) => { const s = createStatistics(WRIST); for (let at = 0; at < x.length; at += size) s.push({ columns: [Int32Array.from(x.slice(at, at + size))] }); return s.finish(); };
  const values = x.filter((v) => v !== MISSING_INT32).map((v) => v / 1000);
  const mean = values.reduce((a, v) => a + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (values.length - 1));
  expect(by(5000)).toEqual([{ channel: 'acceleration', component: 'x', mean: Number(mean.toFixed(3)) + 0, sd: Number(sd.toFixed(3)), min: Math.min(...values), max: Math.max(...values) }]);
  expect(by(13)).toEqual(by(5000));
  const few = createStatistics(WRIST);
  few.push({ columns: [Int32Array.from({ length: 999 }, (_, i) => i)] });
  expect(few.finish()).toEqual([]);
});

describe('on a network', () => {
  let world: World;
  let owner: Person & { node: PhdexNode };
  let customer: Person & { node: PhdexNode };
  beforeAll(async () => {
    world = await createWorld();
    const [o, c] = await Promise.all([world.person('owner'), world.person('customer')]);
    owner = { ...o, node: await world.open(o) };
    customer = { ...c, node: await world.open(c) };
  });
  afterAll(() => world.stop());

  it('nothing of what was left out is in the sealed rows, and a validator certifies the rest', async () => {
    const id = await world.record(owner.node);
    const info = (owner.node.recordings()).find((r) => r.id === id)!;
    const step = (info.endTime - info.startTime) / (info.rows - 1);
    const exclude = [{ from: 0, to: step * 500 }, { from: step * 1000, to: step * 1400 }, { from: step * 2900, to: step * 1e6 }];
    const published = await owner.node.publish(world.request(id, { exclude, statistics: true }), { wait: 'certified' });
    expect(published.rows).toBe(ROWS - 1000);
    await owner.node.collect();
    await owner.node.sendCoins(customer.address, '200');
    await until(async () => (await customer.node.balance(customer.address)).phd === 200n * PHD);
    const { accessId } = await customer.node.buy(published.datasetId, { releaseSeconds: 600 });
    const outDir = join(world.dir, 'opened');
    const opened = await customer.node.open(accessId, { outDir, csv: true } as never);
    expect(opened.rows).toBe(ROWS - 1000);
    const csv = filesBelow(outDir).filter((f) => f.path.endsWith('.csv')).map((f) => f.bytes.toString('utf8').trim().split('\n').slice(1)).flat();
    expect(csv).toHaveLength(ROWS - 1000);
    const times = csv.map((line) => Number(line.split(',')[0]));
    // The clock begins with the first row that stayed, and jumps where rows were left out.
    expect(Math.min(...times)).toBe(0);
    const sorted = times.toSorted((a, b) => a - b);
    const jumps = sorted.slice(1).map((t, i) => t - sorted[i]!).filter((d, _, all) => d > 10 * all.toSorted((a, b) => a - b)[all.length >> 1]!);
    expect(jumps).toHaveLength(1);
    const history = await customer.node.listings({} as never) as unknown as { label: { rows: number; durationSeconds: number; statistics?: LabelStatistics[] } | null }[];
    const label = history[0]!.label!;
    expect(label).toMatchObject({ rows: ROWS - 1000, statistics: [{ component: 'x' }, { component: 'y' }, { component: 'z' }] });
    expect(label.durationSeconds).toBeCloseTo((step * 2399) / 1e6, 3);
  });

  it('statistics of few rows are refused before anything is sealed', async () => {
    const id = await world.record(owner.node);
    const refused = await refusal(owner.node.publish(world.request(id, { exclude: [{ from: 5e6, to: 1e12 }], statistics: true }), { wait: 'listed' }));
    expect(refused).toMatchObject({ code: 'too-few-samples' });
    expect(world.rows(owner, "SELECT * FROM publications WHERE state <> 'listed'")).toEqual([]);
    expect(checkLabel({ ...LABEL, rows: 999, statistics: [] })).toHaveLength(1);
    expect(checkLabel({ ...LABEL, statistics: [{ channel: '<img src=x>', component: 'x', mean: 0, sd: 0, min: 0, max: 0 }] })).toHaveLength(1);
    expect(checkLabel(LABEL)).toEqual([]);
  });

  it('a lie in the statistics is rejected by the validator', async () => {
    const rogue = await world.parts(await world.person('rogue'));
    await rogue.chainNow.ensureRegistered(Role.owner, rogue.blobsNow.endpoint);
    const source = await openOne(await world.csv(), { simulated: true });
    const info = await rogue.recordings.add(source);
    const rows = () => relativeBatches(info, rogue.recordings.read(info.id));
    const part = await examinePart(info, rows());
    const lie = part.statistics!.map((s, i) => (i === 1 ? { ...s, mean: s.mean + 0.001 } : s));
    const keepers = rogue.chainNow.reads.participantsByRole(Role.keeper).toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const outDir = join(mkdtempSync(join(world.dir, 'rogue-')), 'sealed');
    const sealed = await sealDataset({
      segments: segmentRecording({ channels: info.channels }, rows()), label: buildLabel(info, part.report, world.request(info.id), { statistics: lie }), channels: info.channels, quality: part.report, threshold: 2, providers: rogue.blobsNow.store.addresses(), outDir,
      keepers: keepers.map((k) => ({ address: k.address, encryptionKey: Buffer.from(k.encryptionKey.slice(2), 'hex') })),
    });
    const { cid } = await rogue.blobsNow.store.addDirectory(outDir);
    const sent = await rogue.chainNow.outbox.send({
      key: 'lie', contract: 'market', method: 'publish',
      args: [{ contentHash: sealed.contentHash, recordRoot: sealed.manifest.recordRoot, nonce: sealed.nonce, price: 100n * PHD, keepersBps: 1000, validatorBps: 200, threshold: 2, cid: cidBytes(cid), keepers: keepers.map((k) => k.address), commitments: sealed.commitments }],
    });
    const datasetId = Number(sent.events.find((e) => e.name === 'DatasetPublished')!.args.datasetId);
    await until(() => world.verdicts.some((v) => v.datasetId === datasetId), 'it is judged', world.trouble);
    const verdict = world.verdicts.find((v) => v.datasetId === datasetId)!;
    expect(verdict.certified).toBe(false);
    expect(verdict.findings.filter((f) => !f.ok).map((f) => f.name)).toEqual(['statistics']);
    const dataset = rogue.chainNow.reads.dataset(datasetId)!;
    expect((await fetchManifest(dataset, { blobs: rogue.blobsNow.store })).manifest.label.statistics).toEqual(lie);
  });
});

const LABEL = {
  title: 'A label', description: '', dataTypes: ['acceleration'], channels: [{ name: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], rateHz: 100 }], rows: 3000, durationSeconds: 30, month: null, days: 1, device: null,
  simulated: true, demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 90, tags: [],
  statistics: [{ channel: 'acceleration', component: 'x', mean: 0.1, sd: 1, min: -3, max: 3 }],
};
