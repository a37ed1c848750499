import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { ShareIn } from '../../shared/api/owner.ts';
import { ended, hostKit, PASSPHRASE, when } from './host-kit.ts';
import { alive, offspring } from './processes.ts';

const kit = hostKit();
afterAll(() => kit.close());
const DEMO = { keepers: 3, listings: 2, minutes: 2 };
const all = { certifiedOnly: true, sort: 'newest' as const, offset: 0, limit: 60 };

it('nobody meets an empty market: simulated people list, keep and certify, and come back at the next start', async () => {
  const before = process.platform === 'linux' ? offspring() : [];
  const host = await kit.open('person', { demo: DEMO });
  await host.createWallet({ passphrase: PASSPHRASE, remember: false });
  await host.chooseNetwork({ kind: 'demo' });
  // Ready before the market is full.
  expect(host.state()).toMatchObject({ phase: 'ready', network: { local: true, allowSimulated: true }, demo: { total: 2, error: null } });
  expect(['starting', 'filling']).toContain(host.state().demo.state);
  expect(BigInt(host.state().balance!.native)).toBeGreaterThan(0n);
  const full = await when(host, (s) => s.demo.state === 'ready' || s.demo.state === 'failed');
  expect(full.demo).toEqual({ state: 'ready', done: 2, total: 2, error: null });
  // The own cache comes a moment after those of the people, and labels after the cache.
  await expect.poll(async () => (await host.ready().market.search(all)).rows.filter((r) => r.label !== null)).toHaveLength(2);
  const listings = await host.ready().market.search(all);
  expect(listings.total).toBe(2);
  for (const row of listings.rows) expect(row).toMatchObject({ status: 'certified', label: { simulated: true }, mine: false });
  // It can buy at once.
  await when(host, (s) => BigInt(s.balance!.phd) > 0n);
  const ids = listings.rows.map((r) => r.id);
  expect((await host.ready().market.quote(ids)).affordable).toBe(true);
  const ours = process.platform === 'linux' ? offspring().filter((p) => !before.includes(p)) : [];
  await host.stop();
  await expect.poll(() => ours.filter(alive)).toEqual([]);

  const again = await kit.open('person', { demo: DEMO });
  await again.unlock({ passphrase: PASSPHRASE, remember: false });
  const back = await when(again, (s) => s.demo.state === 'ready' || s.demo.state === 'failed');
  expect(back.demo).toMatchObject({ state: 'ready', done: 2 });
  const later = await again.ready().market.search(all);
  expect(later.rows.map((r) => r.id).sort()).toEqual(ids.sort());
  // The gift is given once.
  const phd = BigInt(again.state().balance!.phd);
  expect(phd).toBeGreaterThan(0n);
  await expect.poll(() => again.ready().market.quote([ids[0]!])).toMatchObject({ items: [{ reachable: true, keepersOnline: 3, problem: null }] });
  expect(BigInt(again.state().balance!.phd)).toBe(phd);

  // What the person lists is certified by them, and told.
  const owner = again.ready().owner;
  await ended(again, await owner.simulate({ minutes: 2, seed: 3 }));
  const [recording] = await owner.recordings();
  const share = ShareIn.parse({ recordingId: recording!.id, title: 'A walk of mine', description: '', tags: ['walk'], demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, price: '1000000000000000000', keepers: 3, threshold: 2 });
  expect(await ended(again, await owner.publish(share))).toMatchObject({ state: 'done', error: null });
  await vi.waitUntil(() => again.notices().some((n) => n.kind === 'certified'), { timeout: 60_000 });
  const [mine] = await owner.datasets();
  expect(mine).toMatchObject({ title: 'A walk of mine', status: 'certified' });

  // Its chain and its people go with it to another machine.
  const file = join(kit.dir, 'demo.phdxbackup');
  const { storedBytes } = await owner.dataset(mine!.id);
  expect(storedBytes).toBeGreaterThan(1000);
  const { jobId } = again.backup({ path: file, passphrase: PASSPHRASE });
  expect(await ended(again, { jobId })).toMatchObject({ state: 'done', error: null });
  const paid = again.state().balance!.phd;
  await again.stop();
  const moved = await kit.open('moved', { demo: DEMO });
  await moved.restoreBackup({ source: { path: file }, passphrase: PASSPHRASE, remember: false });
  expect(moved.state()).toMatchObject({ phase: 'ready', address: full.address });
  await when(moved, (s) => s.demo.state === 'ready' || s.demo.state === 'failed');
  expect(moved.state().demo).toMatchObject({ state: 'ready', error: null });
  // The reward of the certification has come on top.
  await expect.poll(() => moved.state().balance!.phd).toBe(paid);
  // The blob of the own listing is in no backup: it comes back from its keepers.
  await vi.waitUntil(async () => (await moved.ready().owner.dataset(mine!.id)).storedBytes === storedBytes, { timeout: 60_000, interval: 300 });
  expect((await moved.ready().market.search(all)).rows.map((r) => r.id).sort()).toEqual([...ids, mine!.id].sort());
  await expect.poll(() => moved.ready().market.quote([ids[0]!])).toMatchObject({ items: [{ reachable: true, keepersOnline: 3 }] });
}, 300_000);
