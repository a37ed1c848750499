import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMarketApi } from '../../electron/app/market-api.ts';
import { createAccountApi } from '../../electron/app/account-api.ts';
import { OFFSET_URL } from '../../electron/fhir/codes.ts';
import { CHUNK_ROWS } from '../../electron/fhir/sampled-data.ts';
import { customerBase, permitSigner } from '../../electron/app/market/customer-base.ts';
import { buyDataset } from '../../electron/market/buy.ts';
import { verifyFolder, type PhdexNode } from '../../electron/app/node.ts';
import { readSegment } from '../../electron/datasets/read-segment.ts';
import { parseManifest } from '../../electron/vault/manifest.ts';
import { SearchPage, type Listings } from '../../shared/api/market.ts';
import { createWorld, filesBelow, PHD, refusal, ROWS, until, type Keeper, type Person, type World } from '../market/world.ts';
import { backstageOf, type Stage } from './backstage.ts';

// The customer's side through the app's own API, every part real. The tests go on from one another.
let world: World;
let owner: Person & { node: PhdexNode };
let who: Person;
let stage: Stage;
let api: ReturnType<typeof createMarketApi>;
/** Wrist A with three keepers, B with the two last of four; the last one will be stopped. C comes late. */
let a: number;
let b: number;
let source: { t: number[]; values: number[][] };
let last: Keeper;

const search = (query: object = {}) => api.search(SearchPage.parse(query));
const item = (datasetId: number, change: object = {}) => { const d = stage.chain.reads.dataset(datasetId)!; return { datasetId, version: d.version, maxPrice: d.price.toString(), ...change }; };
const balance = () => stage.chain.reads.balanceOf(stage.parts.address);
async function publish(title: string, change: object = {}): Promise<{ id: number; csv: string }> {
  const csv = await world.csv();
  const info = (await owner.node.importFile(csv, { simulated: true })).made[0]!;
  return { id: (await owner.node.publish(world.request(info.id, { title, ...change }), { wait: 'certified' })).datasetId, csv };
}

beforeAll(async () => {
  world = await createWorld({ keepers: 4 });
  const o = await world.person('owner');
  owner = { ...o, node: await world.open(o) };
  const named = world.keepers.map((k) => k.address).sort();
  last = world.keepers.find((k) => k.address === named[3])!;
  const first = await publish('Wrist of an afternoon', { keepers: 3, namedKeepers: named.slice(0, 3) });
  a = first.id;
  b = (await publish('Wrist of a morning', { keepers: 2, namedKeepers: named.slice(2) })).id;
  const rows = readFileSync(first.csv, 'utf8').trim().split('\n').slice(1).map((l) => l.split(',').map(Number));
  source = { t: rows.map((r) => Math.round(r[0]! * 1e6)), values: rows.map((r) => r.slice(1)) };
  who = await world.person('customer');
  await owner.node.collect();
  await owner.node.sendCoins(who.address, '900');
  stage = await backstageOf(world, who);
  api = createMarketApi(stage);
});
afterAll(async () => { await api.close(); await stage.stop(); await world.stop(); });

describe('the market', () => {
  it('answers a search from the cache at once, and fills it behind', async () => {
    // It is no promise: nothing was waited for.
    expect((search() as Listings).total).toBe(2);
    await until(async () => (await search({ text: 'wrist' })).total === 2, 'the labels are here');
    await expect.poll(() => stage.topics).toContain('listings');
    const found = await search({ text: 'after' });
    expect(found.rows).toEqual([expect.objectContaining({ id: a, title: 'Wrist of an afternoon', status: 'certified', price: (100n * PHD).toString(), sales: 0, mine: false, bought: false, ownerReputation: 38 })]);
    expect(found.facets).toMatchObject({ types: { acceleration: 1 }, certified: 1, simulated: 1 });
    expect((await search({ maxPrice: '1' })).total).toBe(0);
    // Each is offered by an account of its own: whose they are cannot be searched for.
    expect((await search({ owner: found.rows[0]!.owner })).total).toBe(1);
    expect((await search({ owner: owner.address })).total).toBe(0);
    expect((await search({ owner: who.address })).total).toBe(0);
    expect((await search({ limit: 1, offset: 1 })).rows.map((r) => r.id)).toEqual([a]);
  });

  it('shows a listing with its report, keepers and history', async () => {
    const listing = await api.listing(a);
    expect(listing).toMatchObject({ id: a, threshold: 2, prices: [{ price: (100n * PHD).toString() }], salesByDay: [], accessIds: [], manifestError: null, ownerHistory: { datasets: 1, certified: 1, score: 38 } });
    expect(listing.certificate).toMatchObject({ validator: world.validator!.address, score: listing.score, accredited: true });
    expect(listing.keepers.map((k) => [k.status, k.reputation.released])).toEqual([['accepted', 1], ['accepted', 1], ['accepted', 2]]);
    expect(listing.manifest!.report.score).toBe(listing.score);
    expect(listing.manifest!.segments.map((s) => s.rows)).toEqual([ROWS]);
    expect((await refusal(() => api.listing(999))).code).toBe('dataset-unknown');
  });

  it('tells what the basket costs and what would be missing, before anything is paid', async () => {
    const quote = await api.quote([a, b]);
    expect(quote).toMatchObject({ total: (200n * PHD).toString(), balance: (900n * PHD).toString(), affordable: true });
    expect(quote.items).toEqual([
      expect.objectContaining({ datasetId: a, keepersOnline: 3, keepers: 3, threshold: 2, reachable: true, alreadyOwned: null, problem: null }),
      expect.objectContaining({ datasetId: b, keepersOnline: 2, reachable: true, problem: null }),
    ]);
    expect(quote.gas.gas).toBeGreaterThan(200_000);
    await last.stop();
    await until(async () => !(await api.quote([b])).items[0]!.reachable, 'the keeper is gone');
    expect((await api.quote([a, b])).items.map((i) => [i.reachable, i.keepersOnline, i.problem?.code ?? null])).toEqual([[true, 3, null], [false, 1, 'keepers-too-few']]);
    expect((await api.quote([999])).items[0]!.problem!.code).toBe('dataset-unknown');
  });

  it('pays for nothing of a basket while one of it is out of reach', async () => {
    const job = await stage.done(api.buy({ items: [item(a), item(b)], again: false }));
    expect([job.state, job.error!.code]).toEqual(['failed', 'keepers-too-few']);
    expect(await api.purchases()).toEqual([]);
    expect(balance()).toBe(900n * PHD);
    expect(world.rows(who, "SELECT key FROM outbox WHERE method LIKE 'buy%'")).toEqual([]);
    // Nor with a price or a version that the person has not seen, nor twice the same.
    expect((await stage.done(api.buy({ items: [item(a, { maxPrice: '1' })], again: false }))).error!.code).toBe('price-changed');
    expect((await stage.done(api.buy({ items: [item(a, { version: 7 })], again: false }))).error!.code).toBe('price-changed');
    await expect(async () => api.buy({ items: [item(a), item(a)], again: false })).rejects.toThrow('twice');
  });

  it('buys a basket in one go when all of it can be had', async () => {
    await last.start();
    await until(async () => (await api.quote([b])).items[0]!.reachable, 'the keeper is back');
    const job = await stage.done(api.buy({ items: [item(a), item(b)], again: false, purpose: 'A study of wrists' }));
    expect(job.error).toBeNull();
    expect(job.result).toMatchObject({ bought: 2, of: 2, notBought: null, reason: null, sharesHave: 4, sharesWant: 4 });
    expect(balance()).toBe(700n * PHD);
    const purchases = await api.purchases();
    expect(purchases.map((p) => [p.datasetId, p.title, p.price, p.status, p.opened, p.refundable])).toEqual([
      [b, 'Wrist of a morning', (100n * PHD).toString(), 'open', false, false], [a, 'Wrist of an afternoon', (100n * PHD).toString(), 'open', false, false],
    ]);
    expect(purchases[1]!.shares).toMatchObject({ have: 2, want: 2 });
    expect((await stage.done(api.buy({ items: [item(a)], again: false }))).error!.code).toBe('dataset-owned');
    expect((await search({ text: 'afternoon' })).rows[0]).toMatchObject({ bought: true, sales: 1 });
    expect((await api.listing(a)).salesByDay).toEqual([{ day: expect.any(Number) as number, count: 1 }]);
    // The chain has the hash of the purpose, the profile its words.
    const trace = await createAccountApi(stage).trace({ datasetId: a, events: ['AccessOpened'], limit: 10, offset: 0 });
    expect(trace.rows.map((r) => [r.accessKind, r.mine, r.purpose, r.datasetTitle])).toEqual([['purchase', true, 'A study of wrists', 'Wrist of an afternoon']]);
    expect(trace.total).toBe(1);
  });

  const accessOf = async (datasetId: number) => (await api.purchases()).find((p) => p.datasetId === datasetId)!.accessId;

  it('opens a purchase: verified, paid, and in the profile encrypted only', async () => {
    const accessId = await accessOf(a);
    expect((await refusal(() => api.plot(accessId, { channel: 'acceleration', from: 0, to: 1e6, pixels: 100 }))).code).toBe('access-not-ready');
    expect((await refusal(async () => api.exportAs({ accessId, format: 'csv' }))).code).toBe('access-not-ready');
    const first = await api.open(accessId);
    expect(await api.open(accessId)).toEqual(first);
    const job = await stage.done(first);
    expect([job.error, job.result]).toEqual([null, { accessId, rows: ROWS, failedChecks: 0, paid: true }]);
    const detail = await api.purchase(accessId);
    expect(detail).toMatchObject({ opened: true, status: 'settled', channels: [{ name: 'acceleration' }], durationSeconds: (ROWS - 1) / 100, exports: [] });
    expect(detail.tx).toMatch(/^0x[0-9a-f]{64}$/);
    expect(detail.verification!.checks.every((c) => c.ok)).toBe(true);
    expect(detail.verification!.checks.map((c) => c.name)).toEqual(expect.arrayContaining(['manifest', 'shares', 'record root', 'certificate']));
    expect(detail.seats).toHaveLength(3);
    expect(detail.seats.filter((s) => s.released && s.at !== null)).toHaveLength(2);
    const plain = plaintexts();
    for (const file of filesBelow(who.dir)) for (const [name, bytes] of plain) expect(file.bytes.includes(bytes), `${file.path} holds ${name}`).toBe(false);
    expect(readdirSync(join(who.dir, 'opened'))).toEqual([]);
    expect(readdirSync(join(who.dir, 'purchases')).some((f) => f.endsWith('.rows'))).toBe(true);
  });

  /** The data as it might lie on a disk: as text, as the store's integers, as doubles, as Parquet. */
  function plaintexts(): [string, Buffer][] {
    const x = source.values.map((v) => v[0]!);
    return [
      ['CSV', Buffer.from(source.values[0]!.map((v) => v.toFixed(3)).join(','))],
      ['integers', Buffer.from(Int32Array.from(x.slice(100, 108), (v) => Math.round(v * 1000)).buffer)],
      ['doubles', Buffer.from(Float64Array.from(x.slice(100, 104)).buffer)],
      ['floats', Buffer.from(Float32Array.from(x.slice(100, 106)).buffer)],
      ['Parquet', Buffer.from('phdex.channel')],
      ['Parquet’s magic', Buffer.from('PAR1')],
    ].map(([name, bytes]) => [name as string, bytes as Buffer]);
  }

  it('opens again without a second copy', async () => {
    const accessId = await accessOf(a);
    const job = await stage.done(api.open(accessId));
    expect(job.result).toMatchObject({ rows: ROWS, paid: false });
    expect(readdirSync(join(who.dir, 'purchases')).filter((f) => f.endsWith('.rows'))).toHaveLength(1);
  });

  it('plots what was opened', async () => {
    const plot = await api.plot(await accessOf(a), { channel: 'acceleration', from: 0, to: 1000, pixels: 200 });
    expect([plot.unit, plot.components, plot.exact]).toEqual(['m/s2', ['x', 'y', 'z'], true]);
    expect(plot.min[0]!.filter((v) => v !== null)[0]).toBe(source.values[0]![0]);
    expect((await refusal(() => api.plot(999, { channel: 'acceleration', from: 0, to: 1, pixels: 16 }))).code).toBe('access-unknown');
  });

  async function exported(format: 'csv' | 'parquet' | 'fhir'): Promise<string> {
    const job = await stage.done(api.exportAs({ accessId: await accessOf(a), format, dir: join(world.dir, 'exports') }));
    expect(job.error).toBeNull();
    expect(existsSync(String(job.result!.path))).toBe(true);
    return String(job.result!.path);
  }

  it('exports CSV: the values that were recorded', async () => {
    const [head, ...lines] = readFileSync(await exported('csv'), 'utf8').trim().split('\n');
    expect(head).toBe('t [us],x [m/s2],y [m/s2],z [m/s2]');
    expect(lines).toEqual(source.values.map((v, i) => `${source.t[i]},${v.map((n) => n.toFixed(3)).join(',')}`));
    // Again: another name, the first stays.
    expect(await exported('csv')).toMatch(/-2\.csv$/);
  });

  it('exports Parquet: a folder that anybody can verify', async () => {
    const dir = await exported('parquet');
    const { checks } = await verifyFolder(dir, { network: world.networkFile });
    expect(checks.filter((c) => !c.ok)).toEqual([]);
    expect(checks.map((c) => c.name)).toContain('record root on chain');
    const manifest = parseManifest(readFileSync(join(dir, 'manifest.json')));
    const segment = manifest.segments[0]!;
    const { batches } = await readSegment({ parquet: readFileSync(join(dir, 'acceleration.day-000.parquet')), segment, channels: manifest.channels });
    const x = [...batches()].flatMap((batch) => [...batch.columns[0]!]);
    expect(x).toEqual(source.values.map((v) => Math.round(v[0]! * 1000)));
  });

  it('exports FHIR R4: the samples decode to what was recorded', async () => {
    type Resource = { resourceType: string; valueSampledData?: { origin: { value: number; unit: string; system: string; code: string }; period: number; factor: number; dimensions: number; data: string }; extension?: { url: string; valueDecimal: number }[]; subject?: { reference: string }; code?: { coding: { system: string; code: string }[] }; identifier?: { value: string }[]; target?: unknown[]; effectiveDateTime?: string };
    const bundle = JSON.parse(readFileSync(await exported('fhir'), 'utf8')) as { resourceType: string; type: string; entry: { fullUrl: string; resource: Resource }[] };
    expect([bundle.resourceType, bundle.type]).toEqual(['Bundle', 'collection']);
    const of = (type: string) => bundle.entry.filter((e) => e.resource.resourceType === type);
    expect([of('Patient'), of('Device'), of('Provenance')].map((l) => l.length)).toEqual([1, 1, 1]);
    expect(JSON.stringify(of('Patient'))).not.toContain(owner.address);
    const observations = of('Observation').map((e) => e.resource);
    expect(observations).toHaveLength(Math.ceil(ROWS / CHUNK_ROWS));
    expect(of('Provenance')[0]!.resource.target).toHaveLength(observations.length);
    const decoded: number[][] = [];
    const times: number[] = [];
    for (const o of observations) {
      const s = o.valueSampledData!;
      expect(o.subject!.reference).toBe(of('Patient')[0]!.fullUrl);
      expect(s.origin).toEqual({ value: 0, unit: 'm/s2', system: 'http://unitsofmeasure.org', code: 'm/s2' });
      expect([s.period, s.dimensions]).toEqual([10, 3]);
      const offset = o.extension!.find((e) => e.url === OFFSET_URL)!.valueDecimal;
      const values = s.data.split(' ').map((v) => Number(v) * s.factor);
      for (let i = 0; i < values.length; i += 3) { decoded.push(values.slice(i, i + 3)); times.push(offset + (i / 3) * s.period * 1000); }
    }
    expect(times).toEqual(source.t);
    expect(decoded.map((r) => r.map((v) => v.toFixed(3)))).toEqual(source.values.map((r) => r.map((v) => v.toFixed(3))));
    expect((await api.purchase(await accessOf(a))).exports.map((e) => e.format)).toEqual(['fhir', 'parquet', 'csv', 'csv']);
  });

  it('exports into a folder or not at all', async () => {
    const accessId = await accessOf(a);
    const file = join(world.dir, 'a-file');
    writeFileSync(file, '');
    for (const dir of ['relative', file]) {
      const job = await stage.done(api.exportAs({ accessId, format: 'csv', dir }));
      expect(job.error!.code).toBe('invalid-argument');
    }
    const small = join(world.dir, 'small');
    mkdirSync(small);
    try { execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small], { stdio: 'ignore' }); } catch { return; }
    try {
      for (const format of ['csv', 'fhir'] as const) {
        const job = await stage.done(api.exportAs({ accessId, format, dir: small }));
        expect([job.state, job.error!.code]).toEqual(['failed', 'disk-full']);
        expect(readdirSync(small)).toEqual([]);
      }
    } finally { execFileSync('umount', ['-l', small]); }
  });

  it('gives the price back where the keepers stay silent', async () => {
    for (const k of world.keepers) { await k.stop(); await k.start({ autoRelease: false }); }
    const [deps] = [{ ...customerBase(stage), signPermit: permitSigner(stage), minReleaseSeconds: 2 }];
    await until(async () => (await api.quote([a])).items[0]!.reachable, 'the keepers are back');
    const { accessId } = await buyDataset(a, deps, { again: true, releaseSeconds: 3 });
    const before = balance();
    expect((await api.purchase(accessId)).refundable).toBe(false);
    expect((await refusal(() => api.refund(accessId))).code).toBe('access-not-ready');
    await until(async () => (await api.purchase(accessId)).refundable, 'it can be taken back');
    await until(() => stage.notices.length > 0, 'the app has told');
    expect(stage.notices.splice(0)).toEqual([{ kind: 'refund-due', params: { title: 'Wrist of an afternoon', accessId }, link: `/purchases/${accessId}` }]);
    // The chain's clock moves with its blocks.
    await until(() => api.refund(accessId).then(() => true, () => false), 'it is taken back');
    expect(balance()).toBe(before + 100n * PHD);
    expect((await api.purchase(accessId)).status).toBe('refunded');
    expect((await api.listing(a)).keepers.map((k) => k.reputation.missed)).toEqual([1, 1, 1]);
    // What the silent keepers lost is the customer's, to be taken out.
    const compensation = () => stage.chain.reads.participant(stage.parts.address)!.compensation;
    expect(compensation()).toBe((3n * PHD) / 20n);
    expect((await createAccountApi(stage).withdrawEarnings()).tx).toMatch(/^0x[0-9a-f]{64}$/);
    expect(compensation()).toBe(0n);
    expect((await refusal(() => createAccountApi(stage).withdrawEarnings())).code).toBe('invalid-argument');
    expect((await refusal(() => api.refund(1))).code).toBe('not-yours');
    for (const k of world.keepers) { await k.stop(); await k.start(); }
  });

  it('tells of a new listing that a saved search waits for, once', async () => {
    const night = await api.saveSearch({ name: 'Nights', search: SearchPage.parse({ text: 'night' }), notify: true });
    const quiet = await api.saveSearch({ name: 'Wrists', search: SearchPage.parse({ text: 'wrist' }), notify: false });
    expect([night.matches, quiet.matches, quiet.unseen]).toEqual([0, 2, 0]);
    const { id } = await publish('Wrist of a night');
    await until(async () => (await api.savedSearches()).every((s) => s.unseen === 1), 'both searches have found it');
    expect(stage.notices).toEqual([{ kind: 'saved-search', params: { name: 'Nights', count: 1, title: 'Wrist of a night' }, link: `/market/${id}` }]);
    await expect.poll(() => stage.topics).toContain('saved-searches');
    await api.seenSearch(night.id);
    expect((await api.savedSearches()).map((s) => [s.name, s.matches, s.unseen])).toEqual([['Nights', 1, 0], ['Wrists', 3, 1]]);
    await api.forgetSearch(quiet.id);
    expect((await api.savedSearches()).map((s) => s.id)).toEqual([night.id]);
    expect((await refusal(async () => api.forgetSearch(quiet.id))).code).toBe('invalid-argument');
  });
});
