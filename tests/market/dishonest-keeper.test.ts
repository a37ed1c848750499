import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setKeeperSealing } from '../../electron/app/keeper-service.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import type { GatherEvent } from '../../electron/market/gather-shares.ts';
import { sealShareForAccess } from '../../electron/vault/release.ts';
import { createWorld, isClear, PHD, refusal, ROWS, until, type Keeper, type Person, type World } from './world.ts';

let world: World;
let owner: Person & { node: PhdexNode };
let customer: Person & { node: PhdexNode };
let datasetId: number;
let outs = 0;

beforeAll(async () => {
  world = await createWorld({ keepers: 4, parameters: { challengeWindow: 60n, releaseExtension: 60n } });
  const [o, c] = await Promise.all([world.person('owner'), world.person('customer')]);
  owner = { ...o, node: await world.open(o) };
  customer = { ...c, node: await world.open(c) };
  ({ datasetId } = await world.publish(owner.node, { keepers: 4 }));
  await owner.node.sendCoins(customer.address, '450');
  await until(async () => (await balance()).phd === 450n * PHD, 'the coins are there');
});
afterEach(() => setKeeperSealing((seal) => seal));
afterAll(() => world.stop());

const balance = (of = customer.address) => customer.node.balance(of);
const out = () => join(world.dir, `out-${++outs}`);
/** Keepers in the order of their seats. */
const seated = (): Keeper[] => world.keepers.toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
const restart = async (keeper: Keeper, options: Parameters<Keeper['start']>[0] = {}) => { await keeper.stop(); await keeper.start(options); };

/** Makes keepers by seat post a share with one bit changed, to purchases only: validators would find them out. */
function liars(...seats: number[]): void {
  setKeeperSealing((seal, access) => (input) => {
    if (access.kind !== 'purchase' || !seats.includes(input.context.index)) return seal(input);
    const share = Uint8Array.from(input.share);
    share[7]! ^= 0x40;
    return seal({ ...input, share });
  });
}

describe('a keeper that lies', () => {
  it('is disputed and slashed, and the sale still works', async () => {
    liars(0, 1);
    const before = await Promise.all(seated().map((k) => balance(k.address)));
    const mine = await balance();
    const { accessId } = await customer.node.buy(datasetId, {});
    const events: GatherEvent[] = [];
    const opened = await customer.node.open(accessId, { outDir: out(), onEvent: (e) => events.push(e) });
    expect(opened).toMatchObject({ rows: ROWS, confirmed: true });
    const after = await Promise.all(seated().map((k) => balance(k.address)));
    const disputes = events.filter((e) => e.type === 'disputed');
    // Which of the four answer first is drawn for each access; whoever of the two liars did is found out.
    const lied = after.flatMap((a, i) => (a.stake < before[i]!.stake ? [i] : []));
    expect(lied.length).toBeGreaterThan(0);
    expect(lied.every((i) => i < 2)).toBe(true);
    expect(disputes.map((d) => (d.type === 'disputed' ? [d.index, d.held] : [])).toSorted()).toEqual(lied.map((i) => [i, true]));
    for (const i of [0, 1, 2, 3]) {
      expect(before[i]!.stake - after[i]!.stake).toBe(lied.includes(i) ? PHD / 2n : 0n);
      expect(after[i]!.earnings - before[i]!.earnings).toBe(i < 2 ? 0n : 5n * PHD);
    }
    const now = await balance();
    expect(now.compensation - mine.compensation).toBe((PHD / 2n) * BigInt(lied.length));
    expect(mine.phd - now.phd).toBe(100n * PHD);
  });

  it('opens the access again from the honest shares alone', async () => {
    const [access] = await customer.node.accesses();
    expect((await customer.node.open(access!.id, { outDir: out() })).rows).toBe(ROWS);
  });

  it('an honest release cannot be disputed, and a stranger cannot post a share', async () => {
    await Promise.all([owner.node.stop(), customer.node.stop()]);
    const buyer = await world.parts(customer);
    const stranger = await world.parts(owner);
    const { createCustomer } = await import('../../electron/app/customer-service.ts');
    const { createGranteeKeys } = await import('../../electron/app/secret-stores.ts');
    const { disputeRelease } = await import('../../electron/market/gather-shares.ts');
    const face = await createCustomer(buyer);
    const { accessId } = await face.buy(datasetId, { again: true });
    const { reads } = buyer.chainNow;
    await until(() => reads.releases(accessId).length >= 2, 'two keepers have released');
    const access = reads.access(accessId)!;
    const stakes = seated().map((k) => reads.participant(k.address)!.stake);
    const deps = { reads, submit: buyer.chainNow.outbox, changes: buyer.chainNow.indexer, clock: { now: Date.now, sleep: async () => undefined }, keys: createGranteeKeys(buyer.db, buyer.wallet), network: buyer.chainNow.market };
    for (const release of reads.releases(accessId)) {
      const refused = await refusal(disputeRelease(access, release, deps));
      // The prover finds it out before the contract would; that the contract does too is in its own tests.
      expect([refused.code, isClear(refused)]).toEqual(['proof-invalid', true]);
    }
    const context = { chainId: world.network.chainId, market: world.network.contracts.market, accessId, index: 0 };
    const forged = sealShareForAccess({ share: new Uint8Array(33).fill(9), accessKey: access, context });
    for (const index of [0, 1, 2, 3]) {
      const refused = await refusal(stranger.chainNow.outbox.send({ key: `forged:${index}`, contract: 'market', method: 'release', args: [accessId, index, forged] }));
      expect([refused.code, refused.details.reason]).toEqual(['chain-reverted', 'MarketNotSeated']);
    }
    expect(world.rows(owner, "SELECT * FROM outbox WHERE key LIKE 'forged%'")).toEqual([]);
    expect(reads.releases(accessId)).toHaveLength(2);
    expect(seated().map((k) => reads.participant(k.address)!.stake)).toEqual(stakes);
    // None of that has harmed the sale.
    expect((await face.open(accessId, { outDir: out() })).rows).toBe(ROWS);
    await Promise.all([buyer.stop(), stranger.stop()]);
    owner.node = await world.open(owner);
    customer.node = await world.open(customer);
  });
});

describe('keepers that are silent', () => {
  it('one that is dead is stood in for', async () => {
    await seated()[2]!.stop();
    const { accessId, keepersOnline } = await customer.node.buy(datasetId, { again: true });
    expect(keepersOnline).toBe(3);
    expect((await customer.node.open(accessId, { outDir: out() })).rows).toBe(ROWS);
    await seated()[2]!.start();
  });

  it('too many that are dead: the probe refuses before anything is paid', async () => {
    const before = await balance();
    const accesses = (await customer.node.accesses()).length;
    const dead = seated().slice(0, 3);
    await Promise.all(dead.map((k) => k.stop()));
    const refused = await refusal(customer.node.buy(datasetId, { again: true }));
    expect(refused.code).toBe('keepers-too-few');
    expect([isClear(refused), refused.retryable, refused.details.online]).toEqual([true, true, 1]);
    expect(await balance()).toEqual(before);
    expect(await customer.node.accesses()).toHaveLength(accesses);
    await Promise.all(dead.map((k) => k.start()));
  });

  it('those that answer but do not release: the price comes back, and they are slashed', async () => {
    const silent = seated().slice(0, 3);
    await Promise.all(silent.map((k) => restart(k, { autoRelease: false })));
    const before = { mine: await balance(), stakes: (await Promise.all(seated().map((k) => balance(k.address)))).map((b) => b.stake) };
    const { accessId } = await customer.node.buy(datasetId, { again: true, releaseSeconds: 8 });
    const early = await refusal(customer.node.refund(accessId));
    expect([early.code, early.retryable, isClear(early)]).toEqual(['access-not-ready', true, true]);
    const folder = out();
    const refused = await refusal(customer.node.open(accessId, { outDir: folder }));
    expect([refused.code, isClear(refused)]).toEqual(['access-expired', true]);
    expect(refused.hint).toContain(`--refund ${accessId}`);
    expect(readdirSync(world.dir).filter((n) => n.includes('phdex-open') || join(world.dir, n) === folder)).toEqual([]);
    const { amount } = await customer.node.refund(accessId);
    expect(amount).toBe(100n * PHD);
    const after = { mine: await balance(), stakes: (await Promise.all(seated().map((k) => balance(k.address)))).map((b) => b.stake) };
    expect(after.mine.phd).toBe(before.mine.phd);
    expect(after.stakes.map((s, i) => before.stakes[i]! - s)).toEqual([PHD / 20n, PHD / 20n, PHD / 20n, 0n]);
    expect(after.mine.compensation - before.mine.compensation).toBe((3n * PHD) / 20n);
    expect((await customer.node.accesses()).find((a) => a.id === accessId)!.status).toBe('refunded');
    // It is over: no second refund, nothing to open.
    expect((await refusal(customer.node.refund(accessId))).code).toBe('access-expired');
    expect((await refusal(customer.node.open(accessId, { outDir: folder }))).code).toBe('access-expired');
    await Promise.all(silent.map((k) => restart(k)));
  });

  it('one that was killed releases what it owes when it is back', async () => {
    // All but one take no part, so that everything hangs on the one that was away.
    const [a, b, c, d] = seated() as [Keeper, Keeper, Keeper, Keeper];
    await Promise.all([a, b].map((k) => restart(k, { autoRelease: false })));
    await restart(c);
    await restart(d, { autoRelease: false });
    const { accessId } = await customer.node.buy(datasetId, { again: true });
    await until(() => c.events.some((e) => e.type === 'released' && e.accessId === accessId), 'the one has released');
    await restart(d);
    await until(() => d.events.some((e) => e.type === 'released' && e.accessId === accessId), 'the one that was away has released');
    expect((await customer.node.open(accessId, { outDir: out() })).rows).toBe(ROWS);
    // Nothing twice: each keeper has one release for the access.
    for (const k of [c, d]) expect(world.rows(k, `SELECT key FROM outbox WHERE key LIKE 'release:${accessId}:%'`)).toHaveLength(1);
  });
});
