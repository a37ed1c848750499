import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeeperApi, type KeeperSide } from '../../electron/app/keeper-api.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import { createWorld, PHD, refusal, until, type Person, type World } from '../market/world.ts';
import { backstageOf, type Stage } from './backstage.ts';

// A keeper by the app's own API beside another one; the threshold is two of two, so each of its releases is needed.
let world: World;
let stage: Stage;
let api: KeeperSide;
let owner: PhdexNode;
let customer: Person & { node: PhdexNode };
let datasetId: number;

beforeAll(async () => {
  world = await createWorld({ keepers: 1, patienceMs: 600_000 });
  owner = await world.open(await world.person('owner'));
  const who = await world.person('customer');
  customer = { ...who, node: await world.open(who) };
  stage = await backstageOf(world, await world.person('keeper'));
  api = createKeeperApi(stage);
});
afterAll(async () => { await api.close(); await stage.stop(); await world.stop(); });

const mine = async () => (await api.shares()).find((s) => s.datasetId === datasetId);
const buy = async (releaseSeconds?: number) => (await customer.node.buy(datasetId, { again: true, releaseSeconds })).accessId;
const due = async (accessId: number) => (await api.overview()).pending.find((p) => p.accessId === accessId);

describe('the keeper', () => {
  it('does not start without a stake, nor with more than there is', async () => {
    const none = await refusal(() => api.start(null));
    expect([none.code, none.details.minStake]).toEqual(['funds-too-low', PHD.toString()]);
    expect((await refusal(() => api.start((10_000n * PHD).toString()))).code).toBe('funds-too-low');
    expect(await api.overview()).toMatchObject({ registered: false, running: false, stake: '0', minStake: PHD.toString(), pending: [], earnings: '0', missed: { count: 0, cost: '0' }, reputation: { score: null } });
    expect(stage.settings().keepOnStart).toBe(false);
  });

  it('starts with a stake', async () => {
    await api.start((2n * PHD).toString());
    expect(await api.overview()).toMatchObject({ registered: true, running: true, paused: false, stake: (2n * PHD).toString(), unstake: null });
    expect(api.state()).toEqual({ running: true, paused: false, shares: 0, pending: 0 });
    expect(stage.settings().keepOnStart).toBe(true);
  });

  it('takes no seat while it is paused, and takes it afterwards', async () => {
    await api.pause(true);
    const published = await owner.publish(world.request(await world.record(owner), { keepers: 2, threshold: 2 }), { wait: 'listed' });
    datasetId = published.datasetId;
    await until(async () => stage.chain.reads.seats(datasetId).filter((s) => s.status === 'accepted').length === 1, 'the other keeper has taken its seat');
    expect((await mine())!.status).toBe('named');
    await api.pause(false);
    await until(async () => stage.chain.reads.dataset(datasetId)?.status === 'certified', 'it is certified');
    expect((await mine())!).toMatchObject({ status: 'accepted', envelope: null, blob: null, releases: 1, refusal: null });
    expect(api.state().shares).toBe(1);
    await until(async () => (await owner.freshAccounts()).some((a) => BigInt(a.phd) > 0n), 'the owner has seen its reward');
    await owner.collect();
    await owner.sendCoins(customer.address, '450');
  });

  it('says of what health its shares are', async () => {
    const [share] = await api.checkHealth();
    expect(share).toMatchObject({ datasetId, envelope: 'readable', blob: 'pinned' });
    expect(share!.bytes).toBeGreaterThan(1000);
    const cid = stage.chain.reads.dataset(datasetId)!.cid;
    await stage.blobs.store.unpin(cid);
    expect((await api.checkHealth())[0]).toMatchObject({ envelope: 'readable', blob: 'reachable' });
    await stage.blobs.store.pin(cid);
    // A share that was damaged on the disk is not what the chain names; without one the envelope is opened again.
    const sealed = stage.parts.db.prepare('SELECT sealed FROM kept_shares').pluck().get() as Buffer;
    stage.parts.db.prepare('UPDATE kept_shares SET sealed = ?').run(Buffer.alloc(sealed.length, 7));
    expect((await api.checkHealth())[0]!.envelope).toBe('unreadable');
    stage.parts.db.prepare('DELETE FROM kept_shares').run();
    expect((await api.checkHealth())[0]!.envelope).toBe('readable');
    stage.parts.db.prepare('INSERT INTO kept_shares VALUES (?, ?, ?)').run(datasetId, share!.index, sealed);
  });

  it('releases by itself, and by hand where that is off', async () => {
    const automatic = await buy();
    await until(async () => (await api.releases(10)).some((r) => r.accessId === automatic), 'the share is released');
    stage.set({ autoRelease: false });
    const accessId = await buy();
    await until(async () => (await due(accessId))?.state === 'due', 'the release is due');
    const { index } = (await due(accessId))!;
    expect(api.state().pending).toBe(1);
    expect((await refusal(() => api.release(accessId, 7))).code).toBe('not-yours');
    expect((await refusal(() => api.release(999, index))).code).toBe('access-unknown');
    await api.release(accessId, index);
    expect(await due(accessId)).toBeUndefined();
    // Again says nothing and sends nothing.
    await api.release(accessId, index);
    await customer.node.open(accessId, {});
    await until(async () => (await api.releases(10))[0]!.fee !== null, 'the fee is there');
    // A tenth of 100 PHD, for two keepers.
    expect((await api.releases(10))[0]).toMatchObject({ accessId, kind: 'purchase', status: 'standing', fee: (5n * PHD).toString(), cost: null });
    expect((await api.overview()).earnedTotal).toBe((130n * PHD).toString());
    expect((await mine())!).toMatchObject({ earned: (130n * PHD).toString(), releases: 3 });
    await api.withdrawEarnings();
    expect(await api.overview()).toMatchObject({ earnings: '0', earnedTotal: (130n * PHD).toString() });
    expect(stage.chain.reads.balanceOf(stage.parts.address)).toBe(130n * PHD);
    expect((await refusal(() => api.withdrawEarnings())).code).toBe('invalid-argument');
  });

  it('tells of a release that failed, and sends it when it can', async () => {
    const native = await stage.chain.nativeBalance(stage.parts.address);
    const set = (wei: bigint) => world.rpc.call('anvil_setBalance', [stage.parts.address, `0x${wei.toString(16)}`]);
    await set(0n);
    stage.set({ autoRelease: true });
    const accessId = await buy();
    await until(async () => (await due(accessId))?.state === 'failed', 'the release has failed');
    const failed = (await due(accessId))!;
    expect(failed.error).toMatchObject({ code: 'funds-too-low' });
    expect(stage.notices.filter((n) => n.kind === 'release-failed')).toEqual([expect.objectContaining({ link: '/keeper/releases', params: expect.objectContaining({ accessId }) as object })]);
    await set(native);
    await api.release(accessId, failed.index);
    expect(await due(accessId)).toBeUndefined();
  });

  it('pays for what it misses while it is stopped', async () => {
    await api.stop();
    expect([api.state().running, stage.settings().keepOnStart]).toEqual([false, false]);
    expect((await refusal(() => api.release(1, 0))).code).toBe('not-a-keeper');
    const accessId = await buy(3);
    await until(() => customer.node.refund(accessId).then(() => true, () => false), 'the price is back');
    await until(() => stage.chain.reads.access(accessId)?.status === 'refunded');
    const cost = (PHD / 20n).toString();
    expect((await api.releases(1))[0]).toMatchObject({ accessId, status: 'missed', fee: null, cost });
    expect(await api.overview()).toMatchObject({ missed: { count: 1, cost }, reputation: { released: 4, missed: 1, slashed: cost } });
  });

  it('gives stake back after its delay, and keeps the least while it keeps shares', async () => {
    await api.start(null);
    await api.addStake(PHD.toString());
    const stake = 3n * PHD - PHD / 20n;
    expect((await api.overview()).stake).toBe(stake.toString());
    expect((await refusal(() => api.requestUnstake((3n * PHD).toString()))).code).toBe('invalid-argument');
    expect((await refusal(() => api.requestUnstake((2n * PHD).toString()))).message).toContain('minimum stake');
    expect((await refusal(() => api.requestUnstake('0'))).code).toBe('invalid-argument');
    expect((await refusal(() => api.withdrawStake())).message).toContain('No stake was asked back');
    await api.requestUnstake(PHD.toString());
    expect((await api.overview()).unstake!.amount).toBe(PHD.toString());
    expect((await refusal(() => api.withdrawStake())).code).toBe('chain-reverted');
    await world.mineAfter(1_209_700);
    await api.withdrawStake();
    expect(await api.overview()).toMatchObject({ stake: (stake - PHD).toString(), unstake: null });
  });
});
