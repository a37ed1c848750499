import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import type { Host } from '../../electron/app/host-types.ts';
import type { Job } from '../../shared/api/app.ts';
import { ShareIn } from '../../shared/api/owner.ts';
import { isAppError } from '../../shared/errors.ts';
import { hostKit, PASSPHRASE, when } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());
const DEMO = { keepers: 3, listings: 2, minutes: 2 };
const all = { certifiedOnly: true, sort: 'newest' as const, offset: 0, limit: 60 };
const alive = (pid: number) => { try { process.kill(pid, 0); return true; } catch { return false; } };
const ended = async (host: Host, { jobId }: { jobId: string }): Promise<Job> => {
  await vi.waitUntil(() => host.jobs().find((j) => j.id === jobId)?.state !== 'running', { timeout: 30_000 });
  return host.jobs().find((j) => j.id === jobId)!;
};
/** Processes that this one has started, and theirs. */
function offspring(of = process.pid): number[] {
  const children = readFileSync(`/proc/${of}/task/${of}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((pid) => { try { return [pid, ...offspring(pid)]; } catch { return [pid]; } });
}

it('nobody meets an empty market: simulated people list, keep and certify, and come back at the next start', async () => {
  const before = process.platform === 'linux' ? offspring() : [];
  const host = await kit.open('person', { demo: DEMO });
  await host.createWallet({ passphrase: PASSPHRASE, remember: false });
  await host.chooseNetwork({ kind: 'demo' });
  // Ready before the market is full.
  expect(host.state()).toMatchObject({ phase: 'ready', network: { local: true, allowSimulated: true }, demo: { total: 2, error: null } });
  expect(['starting', 'filling']).toContain(host.state().demo.state);
  expect(BigInt(host.state().balance!.native)).toBeGreaterThan(0n);
  const full = await when(host, (s) => s.demo.state === 'ready' || s.demo.state === 'failed', 45_000);
  expect(full.demo).toEqual({ state: 'ready', done: 2, total: 2, error: null });
  const listings = await host.ready().market.search(all);
  expect(listings.total).toBe(2);
  for (const row of listings.rows) expect(row).toMatchObject({ status: 'certified', label: { simulated: true }, mine: false });
  // It can buy at once.
  await when(host, (s) => BigInt(s.balance!.phd) > 0n, 15_000);
  const ids = listings.rows.map((r) => r.id);
  expect((await host.ready().market.quote(ids)).affordable).toBe(true);
  const ours = process.platform === 'linux' ? offspring().filter((p) => !before.includes(p)) : [];
  const began = Date.now();
  await host.stop();
  expect(Date.now() - began).toBeLessThan(5000);
  expect(ours.filter(alive)).toEqual([]);

  const again = await kit.open('person', { demo: DEMO });
  await again.unlock({ passphrase: PASSPHRASE, remember: false });
  const back = await when(again, (s) => s.demo.state === 'ready' || s.demo.state === 'failed', 20_000);
  expect(back.demo).toMatchObject({ state: 'ready', done: 2 });
  const later = await again.ready().market.search(all);
  expect(later.rows.map((r) => r.id).sort()).toEqual(ids.sort());
  // The gift is given once.
  const phd = BigInt(again.state().balance!.phd);
  expect(phd).toBeGreaterThan(0n);
  expect(await again.ready().market.quote([ids[0]!])).toMatchObject({ items: [{ reachable: true, keepersOnline: 3, problem: null }] });
  expect(BigInt(again.state().balance!.phd)).toBe(phd);

  // What the person lists is certified by them, and told.
  const owner = again.ready().owner;
  await ended(again, await owner.simulate({ minutes: 2, seed: 3 }));
  const [recording] = await owner.recordings();
  const share = ShareIn.parse({ recordingId: recording!.id, title: 'A walk of mine', description: '', tags: ['walk'], demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, price: '1000000000000000000', keepers: 3, threshold: 2 });
  expect(await ended(again, await owner.publish(share))).toMatchObject({ state: 'done', error: null });
  await vi.waitUntil(() => again.notices().some((n) => n.kind === 'certified'), { timeout: 15_000 });
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
  await when(moved, (s) => s.demo.state === 'ready' || s.demo.state === 'failed', 20_000);
  expect(moved.state().demo).toMatchObject({ state: 'ready', error: null });
  // The reward of the certification has come on top.
  expect(BigInt(moved.state().balance!.phd)).toBe(BigInt(paid));
  // The blob of the own listing is in no backup: it comes back from its keepers.
  // Just after the start the cache may still be reading the chain's last blocks again.
  const stored = () => moved.ready().owner.dataset(mine!.id).then((d) => d.storedBytes, (error: unknown) => { if (isAppError(error, 'dataset-unknown')) return 0; throw error; });
  await vi.waitUntil(async () => (await stored()) === storedBytes, { timeout: 15_000, interval: 300 });
  expect((await moved.ready().market.search(all)).rows.map((r) => r.id).sort()).toEqual([...ids, mine!.id].sort());
  expect(await moved.ready().market.quote([ids[0]!])).toMatchObject({ items: [{ reachable: true, keepersOnline: 3 }] });
}, 120_000);
