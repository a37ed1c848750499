import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProfile } from '../../electron/app/profile.ts';
import { createOwner } from '../../electron/app/owner-service.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import { restoreWallet } from '../../electron/wallet/wallet.ts';
import { waitingForCertificate, type CertifyDeps } from '../../electron/market/certify.ts';
import { systemClock } from '../../electron/market/ports.ts';
import { Role, type DatasetRow } from '../../shared/domain/chain.ts';
import { CHEAP, createWorld, isClear, PASSPHRASE, PHD, refusal, until, type Person, type World } from '../market/world.ts';

// Each dataset has an account of its own: what an owner does with them, and what is left of them after a loss.
let world: World;
let owner: Person & { node: PhdexNode };
beforeAll(async () => {
  world = await createWorld({ keepers: 2 });
  const who = await world.person('owner');
  owner = { ...who, node: await world.open(who) };
});
afterAll(() => world.stop());
const TWO = { keepers: 2, threshold: 2 };
const ownerOf = async (datasetId: number) => (await owner.node.listings({ mine: true, all: true })).find((l) => l.id === datasetId)!.owner;

it('a dataset is listed by an account that nothing on the chain names but the listing', async () => {
  const [first, second] = [await world.publish(owner.node, TWO), await owner.node.publish(world.request(await world.record(owner.node), TWO), { wait: 'certified' })];
  const owners = [await ownerOf(first.datasetId), await ownerOf(second.datasetId)];
  expect(new Set([...owners, owner.address]).size).toBe(3);
  expect((await owner.node.freshAccounts()).map((a) => [a.address, a.datasetIds, a.kind])).toEqual([[owners[0], [first.datasetId], 'dataset'], [owners[1], [second.datasetId], 'dataset']]);
  // The person is in no registry, and listing took nothing from its own account.
  const { data } = await world.rpc.call<string>('eth_call', [{ to: world.network.contracts.participants, data: `0x${'0'.repeat(8)}` }, 'latest']).then((d) => ({ data: d }), () => ({ data: null }));
  expect(data).toBeNull();
  expect(world.rows(owner, `SELECT * FROM participants WHERE address = '${owner.address}' AND id <> 0`)).toEqual([]);
});

it('one that is listed anew keeps its account, by which a validator knows that it is no copy', async () => {
  const recording = await world.record(owner.node);
  const first = await owner.node.publish(world.request(recording, TWO), { wait: 'certified' });
  const account = await ownerOf(first.datasetId);
  await owner.node.withdraw(first.datasetId, {});
  // The same records are certified once; a part of them is another dataset, with the same fingerprint.
  const again = await owner.node.publish(world.request(recording, { ...TWO, exclude: [{ from: 0, to: 2e6 }] }), { wait: 'certified' });
  expect([again.status, await ownerOf(again.datasetId)]).toEqual(['certified', account]);
});

it('a validator takes nothing up that it lists itself, by whichever account', () => {
  const [own, other] = [{ id: 1, owner: '0x01', acceptedSeats: 2, seats: 2 }, { id: 2, owner: '0x02', acceptedSeats: 2, seats: 2 }] as unknown as DatasetRow[];
  const deps = { reads: { datasetsByStatus: () => [own!, other!] } as unknown as CertifyDeps['reads'], clock: systemClock, patienceMs: 0 };
  expect(waitingForCertificate({ ...deps, mine: () => new Set(['0x01'] as const) }).map((d) => d.id)).toEqual([2]);
  expect(waitingForCertificate(deps).map((d) => d.id)).toEqual([1, 2]);
});

it('without a relayer nothing is listed unless the person says so, and no account is used up', async () => {
  const file = join(world.dir, 'no-relayer.json');
  const { relayer: _, ...without } = world.network;
  writeFileSync(file, JSON.stringify(without));
  const who = await world.person('alone');
  const node = await world.open(who, file);
  const recording = await world.record(node);
  const refused = await refusal(node.publish(world.request(recording, TWO), { wait: 'listed' }));
  expect([refused.code, isClear(refused)]).toEqual(['chain-wrong', true]);
  expect(refused.hint).toMatch(/allow the profile’s own account/);
  await node.stop();
  const { openNode } = await import('../../electron/app/node.ts');
  const linking = await openNode({ profile: who.dir, network: file, linkAccounts: true });
  try {
    // What was sealed goes on, by the account that it was begun with.
    const waiting = world.rows<{ id: string }>(who, "SELECT id FROM publications WHERE state = 'stored'")[0]!;
    const listed = await linking.publish(world.request(recording, TWO), { wait: 'certified', id: waiting.id });
    expect(listed.status).toBe('certified');
    expect((await linking.freshAccounts()).map((a) => a.datasetIds)).toEqual([[listed.datasetId]]);
  } finally { await linking.stop(); }
});

it('what an earlier version listed, by the own account, goes on', async () => {
  const who = await world.person('early');
  const parts = await world.parts(who);
  const recording = await world.record({ importFile: async (path, options) => (await import('../../electron/app/keep-imports.ts')).keepImports(parts.recordings, path, { ...options }) });
  await parts.chainNow.ensureRegistered(Role.owner, parts.blobsNow.endpoint);
  // As it was stored before there were accounts: sealed, and nothing said of one.
  const as = parts.chainNow.as;
  parts.chainNow.as = () => ({ ...as(null), send: () => Promise.reject(new Error('cut here')) });
  await (await createOwner(parts)).publish(world.request(recording, TWO), { wait: 'listed', id: 'early' }).catch(() => undefined);
  parts.chainNow.as = as;
  parts.db.prepare("UPDATE publications SET publication = json_remove(publication, '$.account') WHERE id = 'early'").run();
  const { datasetId } = await (await createOwner(parts)).publish(world.request(recording, TWO), { wait: 'certified', id: 'early' });
  expect(parts.chainNow.reads.dataset(datasetId)!.owner).toBe(who.address);
  const ended = await (await createOwner(parts)).withdraw(datasetId, {});
  expect(ended.gas).toBeGreaterThan(0n);
  await parts.stop();
});

it('all of it is found again from the words alone, and no account serves twice', async () => {
  const before = await owner.node.freshAccounts();
  await owner.node.stop();
  const dir = join(world.dir, 'restored');
  createProfile(dir);
  await restoreWallet(join(dir, 'keystore.json'), owner.mnemonic, PASSPHRASE, CHEAP);
  const node = await world.open({ dir });
  const after = await node.freshAccounts();
  expect(after.map((a) => [a.address, a.datasetIds, a.label])).toEqual(before.map((a) => [a.address, a.datasetIds, null]));
  const rich = after.find((a) => BigInt(a.phd) > 0n)!;
  const collected = await node.collect([rich.address]);
  expect(collected).toEqual([expect.objectContaining({ address: rich.address, amount: BigInt(rich.phd) })]);
  const live = (await node.listings({ mine: true, all: true })).find((l) => l.status === 'certified')!;
  expect((await node.withdraw(live.id, {})).gas).toBeGreaterThan(0n);
  const next = await node.publish(world.request(await world.record(node), TWO), { wait: 'listed' });
  await until(async () => (await node.freshAccounts()).length === before.length + 1, 'the account is there');
  expect(before.map((a) => a.address)).not.toContain((await node.freshAccounts()).find((a) => a.datasetIds.includes(next.datasetId))!.address);
  expect((await node.balance(owner.address)).phd).toBeGreaterThan(PHD);
});
