import { ZeroHash } from 'ethers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { packetHash } from '../../electron/consent/packet.ts';
import { Role } from '../../shared/domain/chain.ts';
import { until } from '../market/world.ts';
import { CARE } from './kit.ts';
import { answer, caughtUp, createSides, keep, openSide, requested, rowsHeld, seen } from './sides.ts';

// A reorganisation that comes while both apps are closed, and gives a right's number to another person's.
let it_: Awaited<ReturnType<typeof setUp>>;
const setUp = () => createSides({ clinic: Role.institution | Role.provider });
let relay: { stop(): Promise<void> } | undefined;
beforeAll(async () => { it_ = await setUp(); });
afterAll(async () => { await it_.clinic.stop(); await it_.owner.stop(); await relay?.stop(); await it_.world.stop(); });

/** Takes back all blocks since `snapshot`; somebody else's right is the first of the new branch. @returns its number */
async function turned(snapshot: string): Promise<number> {
  const { world, clinic } = it_;
  expect(await world.rpc.call('evm_revert', [snapshot])).toBe(true);
  const [from] = await world.rpc.call<string[]>('eth_accounts');
  const consent = contractInterface('consent');
  const terms = { category: 0, operations: 1, duration: 86_400, scopeRoot: `0x${'77'.repeat(32)}`, purpose: `0x${'66'.repeat(32)}` };
  const hash = await world.rpc.call<string>('eth_sendTransaction', [{ from, to: world.network.contracts.consent, data: consent.encodeFunctionData('grant', [clinic.address, terms, ZeroHash]) }]);
  let log: { topics: string[]; data: string } | undefined;
  await until(async () => { const receipt = await world.rpc.call<{ status: string; logs: { topics: string[]; data: string }[] } | null>('eth_getTransactionReceipt', [hash]); expect(receipt?.status ?? '0x1').toBe('0x1'); log = receipt?.logs[0]; return log !== undefined; }, 'the other right is there');
  // The relayer of the old branch has sent its calls, as far as it knows.
  await world.relay.stop();
  relay = await startLocalRelay({ rpc: world.rpc, network: world.network, port: Number(new URL(world.relay.url).port) });
  return Number(consent.parseLog(log!)!.args.rightId);
}

it('takes what was stored of a right to its new number, on both sides, and answers nothing for the right that has the old one', async () => {
  const { world, people } = it_;
  await it_.clinic.b.chain.ensureRegistered(Role.customer, it_.clinic.b.blobs.endpoint);
  const info = await keep(it_.owner);
  await caughtUp(it_.owner, it_.clinic);
  const snapshot = await world.rpc.call<string>('evm_snapshot');
  const scope = { channels: [], days: null, live: false };
  const given = await it_.owner.done(it_.owner.consent.grant({ grantee: it_.clinic.address, category: 'health', purpose: CARE, scope, operations: 'read', seconds: 3600, recordings: [info.id], datasets: [] }));
  const was = given.rightId as number;
  await caughtUp(it_.clinic, it_.owner);
  await it_.clinic.done(it_.clinic.held.open(was));
  const rows = await rowsHeld(it_.clinic, was);
  expect(rows.length).toBe(3 * 1440);
  const { scopeRoot, envelope } = it_.owner.owner.base.right(was);
  // And one that was asked for.
  const request = await requested(it_.owner, it_.clinic);
  await it_.owner.done(it_.owner.consent.approve(answer(request, [info.id])));
  await caughtUp(it_.clinic, it_.owner);
  await it_.clinic.grantee.fetching.pull({ id: request.rightId });
  await it_.clinic.stop();
  await it_.owner.stop();

  expect(await turned(snapshot)).toBe(was);
  const told: unknown[] = [];
  it_.owner = await openSide(world, people.owner, { notify: (...it) => told.push(it) });
  const { store, base } = it_.owner.owner;
  const now = () => base.reads.rightsOf(base.mine()).find((r) => r.scopeRoot === scopeRoot && r.status === 'approved')?.id;
  await until(() => now() !== undefined, 'the right is on the chain again');
  const is = now()!;
  expect(is).not.toBe(was);
  expect(store.byRight(was)).toBeUndefined();
  expect(store.byRight(is)).toMatchObject({ state: 'given', scopeRoot });
  expect((await it_.owner.consent.grants()).filter((g) => g.rightId === was)).toEqual([]);
  expect((await it_.owner.consent.grants()).find((g) => g.rightId === is)).toMatchObject({ status: 'approved', what: [{ recordingId: info.id }] });

  // What was approved under a number that is another's now does not hold, and the person is told.
  await until(() => told.some((n) => (n as string[])[0] === 'right-undone'), 'it is told');
  expect(store.byKey(`request:${request.rightId}`)).toBeUndefined();

  it_.clinic = await openSide(world, people.clinic);
  await until(() => it_.clinic.owner.base.reads.rightsHeldBy(it_.clinic.address).some((r) => r.id === is && r.status === 'approved'), 'the clinic’s cache has it');
  // The old number is of somebody else's right: nothing of what this one opened stands under it.
  const held = await it_.clinic.held.held();
  expect(held.find((h) => h.rightId === was)).toMatchObject({ segments: [], label: null });
  expect(held.find((h) => h.rightId === is)!.segments.filter((s) => s.opened)).toHaveLength(8);
  expect(await rowsHeld(it_.clinic, is)).toEqual(rows);
  expect(await rowsHeld(it_.clinic, was)).toEqual([]);
  const first = it_.clinic.grantee.store.rows.packet(is, 0)!;
  expect(packetHash(first)).toBe(envelope);
  await expect(it_.clinic.grantee.fetching.pull({ id: was })).rejects.toMatchObject({ code: expect.stringMatching(/storage-unreachable|access-unknown/) as string });
  expect(await it_.clinic.grantee.fetching.pull({ id: is })).toBe(0);
  // The request has come again, with its words, and can be answered again.
  const asked = () => base.reads.pendingFor(base.mine())[0]?.id;
  await until(() => asked() !== undefined, 'the request is there again');
  const again = await seen(it_.owner, asked()!);
  expect(again).toMatchObject({ words: request.words, problem: null });
  expect(again.rightId).not.toBe(request.rightId);
  await it_.owner.done(it_.owner.consent.approve(answer(again, [info.id])));
  await caughtUp(it_.clinic, it_.owner);
  await it_.clinic.grantee.fetching.pull({ id: again.rightId });
  expect((await it_.clinic.done(it_.clinic.held.open(again.rightId))).rows).toBe(1440);
  await it_.owner.consent.revoke(is);
  await caughtUp(it_.clinic, it_.owner);
  expect((await it_.clinic.held.held()).find((h) => h.rightId === is)).toMatchObject({ status: 'revoked' });
}, 240_000);
