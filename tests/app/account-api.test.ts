import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountApi } from '../../electron/app/account-api.ts';
import { topicsOf } from '../../electron/app/topics.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import type { AccountApi } from '../../electron/app/api-types.ts';
import { TraceQuery } from '../../shared/api/account.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { createWorld, PHD, refusal, until, type Person, type World } from '../market/world.ts';
import { backstageOf, type Stage } from './backstage.ts';

let world: World;
let who: Person;
let stage: Stage;
let api: AccountApi;
let node: PhdexNode;
let datasetId: number;
const trace = (query: object = {}) => api.trace(TraceQuery.parse(query));

beforeAll(async () => {
  world = await createWorld({ keepers: 2 });
  who = await world.person('owner');
  node = await world.open(who);
  datasetId = (await world.publish(node, { keepers: 2, title: 'Wrist of a day' })).datasetId;
  await node.listings({});
  await node.stop();
  stage = await backstageOf(world, who);
  api = createAccountApi(stage);
});
afterAll(async () => { await stage.stop(); await world.stop(); });

describe('the account', () => {
  it('reads who did what to its data, newest first, in pages', async () => {
    const all = await trace();
    const events = all.rows.map((r) => r.event);
    expect(events).toEqual(expect.arrayContaining(['DatasetPublished', 'SeatAccepted', 'AccessOpened', 'ShareReleased', 'DatasetCertified', 'AccessClosed', 'Transfer']));
    expect(all.total).toBe(all.rows.length);
    expect(all.rows.map((r) => [r.block, r.logIndex])).toEqual([...all.rows].sort((x, y) => y.block - x.block || y.logIndex - x.logIndex).map((r) => [r.block, r.logIndex]));
    expect(all.rows.find((r) => r.event === 'DatasetPublished')).toMatchObject({ datasetId, datasetTitle: 'Wrist of a day', mine: true, actor: stage.chain.reads.dataset(datasetId)!.owner });
    expect(stage.chain.reads.dataset(datasetId)!.owner).not.toBe(who.address);
    // Keepers register; that is none of this person's business, and who lists from a fresh account does not.
    expect(all.rows.filter((r) => r.event === 'Registered')).toHaveLength(0);
    expect(all.rows.find((r) => r.event === 'AccessOpened')).toMatchObject({ accessKind: 'validation', mine: false, actor: world.validator!.address });
    const [first, second] = [await trace({ limit: 3 }), await trace({ limit: 3, offset: 3 })];
    expect([...first.rows, ...second.rows]).toEqual(all.rows.slice(0, 6));
    expect([first.total, second.total]).toEqual([all.total, all.total]);
  });

  it('filters by dataset and by event', async () => {
    const released = await trace({ datasetId, events: ['ShareReleased'] });
    expect(released.rows.map((r) => r.event)).toEqual(['ShareReleased', 'ShareReleased']);
    expect((await trace({ datasetId: 999 })).total).toBe(0);
    expect((await trace({ events: ["' OR 1=1 --"] })).total).toBe(0);
  });

  it('says what sending costs, and sends', async () => {
    const other = await world.person('other');
    const before = stage.chain.reads.balanceOf(who.address);
    const preview = await api.previewSend({ to: other.address, amount: (5n * PHD).toString() });
    expect(preview.balanceAfter).toBe((before - 5n * PHD).toString());
    expect(BigInt(preview.gas.wei)).toBeGreaterThan(0n);
    expect(stage.chain.reads.balanceOf(other.address)).toBe(0n);
    const { tx } = await api.send({ to: other.address, amount: (5n * PHD).toString() });
    expect(stage.chain.reads.balanceOf(other.address)).toBe(5n * PHD);
    expect((await trace({ limit: 1 })).rows[0]).toMatchObject({ event: 'Transfer', tx, mine: true, subject: other.address, amount: (5n * PHD).toString() });
    await until(() => stage.topics.includes('history'));
  });

  it('shows what fresh accounts hold, and collects it where it is told to', async () => {
    const [account] = await api.accounts();
    expect(account).toMatchObject({ kind: 'dataset', label: 'Wrist of a day', phd: '0', earnings: '0', datasetIds: [datasetId] });
    expect((await refusal(() => api.collect({ addresses: [account!.address] }))).code).toBe('coins-too-few');
    expect((await refusal(() => api.collect({ addresses: [world.validator!.address] }))).code).toBe('not-yours');
    const before = stage.chain.reads.balanceOf(who.address);
    await api.send({ to: account!.address, amount: PHD.toString() });
    expect((await api.accounts())[0]!.phd).toBe(PHD.toString());
    expect(await api.collect({ addresses: [account!.address] })).toMatchObject({ amount: PHD.toString() });
    expect(stage.chain.reads.balanceOf(who.address)).toBe(before);
  });

  it('does not send what is lost or not there', async () => {
    const codes = async (to: Hex, amount: string) => (await refusal(() => api.send({ to, amount }))).code;
    expect(await codes(who.address, '1')).toBe('invalid-argument');
    expect(await codes(`0x${'0'.repeat(40)}`, '1')).toBe('invalid-argument');
    expect(await codes(world.network.contracts.coin.toLowerCase() as Hex, '1')).toBe('invalid-argument');
    expect(await codes(world.validator!.address, '0')).toBe('price-invalid');
    expect(await codes(world.validator!.address, (10n ** 30n).toString())).toBe('coins-too-few');
    expect((await refusal(() => api.withdrawEarnings())).code).toBe('invalid-argument');
  });
});

describe('topics', () => {
  const [me, other]: [Hex, Hex] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`];
  const nobody = { owner: null, grantee: null, seated: false };
  it('are only those of pages that show something else now', () => {
    expect(topicsOf({ event: 'Transfer', actor: other, subject: other }, new Set([me]), nobody)).toEqual([]);
    expect(topicsOf({ event: 'Transfer', actor: other, subject: me }, new Set([me]), nobody)).toEqual(['history']);
    expect(topicsOf({ event: 'DatasetCertified', actor: other, subject: other }, new Set([me]), { ...nobody, owner: other })).toEqual(['listings', 'validator']);
    expect(topicsOf({ event: 'ShareReleased', actor: other, subject: me }, new Set([me]), { owner: other, grantee: me, seated: false })).toEqual(['history', 'purchases', 'keeper']);
    expect(topicsOf({ event: 'AccessOpened', actor: other, subject: other }, new Set([me]), { owner: other, grantee: other, seated: true })).toEqual(['keeper']);
    expect(topicsOf({ event: 'AccessSettled', actor: other, subject: me }, new Set([me]), { owner: me, grantee: other, seated: false })).toEqual(['history', 'datasets', 'listings', 'validator', 'keeper']);
    const right = { owner: me, grantee: other };
    expect(topicsOf({ event: 'AccessRequested', actor: other, subject: me }, new Set([me]), { ...nobody, right })).toEqual(['history', 'consent']);
    expect(topicsOf({ event: 'AccessGranted', actor: me, subject: other }, new Set([other]), { ...nobody, right })).toEqual(['history', 'held']);
    expect(topicsOf({ event: 'Suspended', actor: null, subject: other }, new Set([me]), { ...nobody, gave: true })).toEqual(['history', 'consent']);
    expect(topicsOf({ event: 'AllRevoked', actor: other, subject: null }, new Set([me]), { ...nobody, holds: true })).toEqual(['history', 'held']);
    expect(topicsOf({ event: 'AllRevoked', actor: other, subject: null }, new Set([me]), nobody)).toEqual([]);
    expect(topicsOf({ event: 'RecordIssued', actor: other, subject: me, record_id: 1 }, new Set([me]), nobody)).toEqual(['history', 'records']);
    expect(topicsOf({ event: 'RecordIssued', actor: other, subject: other, record_id: 1 }, new Set([me]), nobody)).toEqual([]);
    expect(topicsOf({ event: 'EmergencyOpened', actor: other, subject: me }, new Set([me]), { owner: me, grantee: other, seated: false, emergency: true })).toEqual(['history', 'datasets', 'consent']);
    expect(topicsOf({ event: 'ShareReleased', actor: other, subject: me }, new Set([me]), { owner: other, grantee: me, seated: false, emergency: true })).toEqual(['history', 'purchases', 'keeper', 'records']);
    expect(topicsOf({ event: 'CallOpened', actor: other, subject: null, call_id: 2 }, new Set([me]), nobody)).toEqual(['studies']);
  });
});
