import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { accreditValidator } from '../../electron/chain/deploy.ts';
import { bytesBelow, createWorld, isClear, PHD, refusal, ROWS, until, type Person, type World } from './world.ts';

let world: World;
let owner: Person & { node: PhdexNode };
let customer: Person & { node: PhdexNode };
let datasetId: number;
let other: number;
let accessId: number;

beforeAll(async () => {
  world = await createWorld();
  const [o, c] = await Promise.all([world.person('owner'), world.person('customer')]);
  owner = { ...o, node: await world.open(o) };
  customer = { ...c, node: await world.open(c) };
  ({ datasetId } = await world.publish(owner.node));
  ({ datasetId: other } = await world.publish(owner.node, { title: 'Another wrist' }));
  await owner.node.sendCoins(customer.address, '500');
  await until(async () => (await customer.node.balance(customer.address)).phd === 500n * PHD, 'the coins are there');
});
afterAll(() => world.stop());

const shares = (id: number) => world.keepers.map((k) => world.rows(k, `SELECT * FROM kept_shares WHERE dataset_id = ${id}`).length);
const blocks = (who: Person) => bytesBelow(join(who.dir, 'ipfs', 'blocks'));

describe('a withdrawal', () => {
  it('waits with the shares while a purchase is under way, and serves it', async () => {
    expect(shares(datasetId)).toEqual([1, 1, 1]);
    for (const k of world.keepers) { await k.stop(); await k.start({ autoRelease: false }); }
    ({ accessId } = await customer.node.buy(datasetId, { releaseSeconds: 600 }));
    const before = { owner: blocks(owner), keepers: world.keepers.map(blocks) };
    const withdrawn = await owner.node.withdraw(datasetId, {});
    expect(withdrawn).toMatchObject({ datasetId, seats: 3, destroyed: 0 });
    expect(withdrawn.freedBytes).toBeGreaterThan(0);
    expect(blocks(owner)).toBeLessThan(before.owner);
    expect(world.rows(owner, 'SELECT * FROM dataset_keys')).toHaveLength(1);
    expect(shares(datasetId)).toEqual([1, 1, 1]);
    // They release to who has paid, and only then destroy.
    for (const k of world.keepers) { await k.stop(); await k.start(); }
    expect(await customer.node.open(accessId, { outDir: join(world.dir, 'opened') })).toMatchObject({ rows: ROWS, confirmed: true });
    await until(() => world.keepers.every((k) => k.events.some((e) => e.type === 'destroyed' && e.datasetId === datasetId)), 'the keepers have destroyed their shares');
    expect(shares(datasetId)).toEqual([0, 0, 0]);
    expect(shares(other)).toEqual([1, 1, 1]);
    world.keepers.forEach((k, i) => expect(blocks(k)).toBeLessThan(before.keepers[i]!));
  });

  it('is confirmed on chain by every keeper', async () => {
    const destroyed = async () => (await owner.node.history({ dataset: datasetId, limit: 1000 })).filter((h) => h.event === 'ShareDestroyed');
    await until(async () => (await destroyed()).length === 3, 'the owner has seen it');
    const history = await owner.node.history({ dataset: datasetId, limit: 1000 });
    expect((await destroyed()).map((h) => h.actor?.toLowerCase()).toSorted()).toEqual(world.keepers.map((k) => k.address).toSorted());
    expect(history.filter((h) => h.event === 'DatasetWithdrawn')).toHaveLength(1);
  });

  it('opens no new access', async () => {
    const before = (await customer.node.balance(customer.address)).phd;
    const refused = await refusal(customer.node.buy(datasetId, { again: true }));
    expect([refused.code, isClear(refused)]).toEqual(['dataset-not-for-sale', true]);
    expect((await customer.node.balance(customer.address)).phd).toBe(before);
    expect((await customer.node.listings({})).map((l) => l.id)).toEqual([other]);
  });

  it('leaves what was bought before openable', async () => {
    expect((await customer.node.open(accessId, { outDir: join(world.dir, 'opened-later') })).rows).toBe(ROWS);
  });

  it('asked for again, changes nothing and costs nothing', async () => {
    expect(await owner.node.withdraw(datasetId, { waitMs: 5000 })).toMatchObject({ destroyed: 3, seats: 3, gas: 0n, freedBytes: 0 });
  });

  it('waits for the confirmations where that is asked for', async () => {
    expect(await owner.node.withdraw(other, { waitMs: 30_000 })).toMatchObject({ destroyed: 3, seats: 3 });
    await until(() => shares(other).join() === '0,0,0', 'the shares are gone');
    expect(world.rows(owner, 'SELECT * FROM dataset_keys')).toEqual([]);
  });

  it('does not wait for a purchase whose time has passed', async () => {
    const { datasetId: third } = await world.publish(owner.node, { title: 'A third wrist' });
    for (const k of world.keepers) { await k.stop(); await k.start({ autoRelease: false }); }
    await until(async () => (await customer.node.listings({})).some((l) => l.id === third), 'the customer sees it');
    const bought = await customer.node.buy(third, { releaseSeconds: 3 });
    const { destroyed } = await owner.node.withdraw(third, { waitMs: 30_000 });
    expect(destroyed).toBe(3);
    await until(async () => customer.node.refund(bought.accessId).then(() => true, () => false), 'the price is back');
    expect((await customer.node.accesses()).find((a) => a.id === bought.accessId)!.status).toBe('refunded');
  });
});

describe('a rejection', () => {
  it('frees the keepers as a withdrawal does', async () => {
    // The recording says that it is the simulator's, and this validator is of a network where that is not so.
    const file = join(world.dir, 'strict.json');
    writeFileSync(file, JSON.stringify({ ...world.network, allowSimulated: false }));
    const strict = await world.person('strict');
    await accreditValidator(world.rpc, world.network, strict.address);
    const node = await world.open(strict, file);
    for (const k of world.keepers) { await k.stop(); await k.start({ autoRelease: false }); }
    await world.validator!.stop();
    const recording = await world.record(owner.node);
    const { datasetId: fourth } = await owner.node.publish(world.request(recording), { wait: 'seats' });
    expect(shares(fourth)).toEqual([1, 1, 1]);
    const rejected: string[][] = [];
    const validating = await node.startValidator({ patienceMs: 1000, once: false, onVerdict: (v) => rejected.push(v.findings.filter((f) => !f.ok).map((f) => f.name)) });
    for (const k of world.keepers) { await k.stop(); await k.start(); }
    await until(() => rejected.length > 0, 'it is rejected');
    expect(rejected).toEqual([['simulated']]);
    await until(() => shares(fourth).join() === '0,0,0', 'the shares are gone');
    await until(async () => (await owner.node.history({ dataset: fourth, limit: 100 })).filter((h) => h.event === 'ShareDestroyed').length === 3, 'all have confirmed');
    await validating.stop();
  });
});
