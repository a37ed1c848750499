import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { Role } from '../../shared/domain/chain.ts';
import { refusal, until } from '../market/world.ts';
import { answer, ask, caughtUp, createSides, keep, openSide, requested, seen } from './sides.ts';

// Taking back while the network's relayer is away: what the owner wanted is kept, and done when it can be.
let sides: Awaited<ReturnType<typeof setUp>>;
const setUp = () => createSides({ doctor: Role.provider });
let relay: { stop(): Promise<void> };
beforeAll(async () => { sides = await setUp(); relay = sides.world.relay; });
afterAll(async () => { await sides.doctor.stop(); await sides.owner.stop(); await relay.stop(); await sides.world.stop(); });

const port = () => Number(new URL(sides.world.relay.url).port);
const back = async (): Promise<void> => { relay = await startLocalRelay({ rpc: sides.world.rpc, network: sides.world.network, port: port() }); };
const grant = async (rightId: number) => (await sides.owner.consent.grants()).find((g) => g.rightId === rightId);
const isLive = (rightId: number) => sides.owner.owner.base.isLive(sides.owner.owner.base.right(rightId));
async function given(): Promise<number> {
  const { owner, doctor } = sides;
  const info = await keep(owner);
  const request = await requested(owner, doctor);
  await owner.done(owner.consent.approve(answer(request, [info.id])));
  return request.rightId;
}

it('takes back by itself what was signed before, once the relayer is there again, also after a restart', async () => {
  const { world, people } = sides;
  const info = await keep(sides.owner);
  const request = await requested(sides.owner, sides.doctor);
  const { store, base } = sides.owner.owner;
  await relay.stop();
  // In its place one that is out of order: when it is asked, the signed approval has left the app's hands.
  let asked = false;
  const broken = createServer((_request, response) => { asked = true; response.writeHead(503).end(); });
  await new Promise<void>((resolve) => { broken.listen(port(), '127.0.0.1', resolve); });
  const approving = sides.owner.consent.approve(answer(request, [info.id]));
  await until(() => asked, 'the relayer is asked');
  expect(store.rows.wasSent(`give:request:${request.rightId}`)).toBe(true);
  const all = sides.owner.consent.revokeAll().catch(() => undefined);
  expect(sides.owner.owner.takeBacks.waiting()).toMatchObject([{ owner: base.right(request.rightId).owner, scopeRoot: null }]);
  await sides.owner.stop();
  await sides.owner.jobs.ended(approving.jobId);
  await all;
  broken.closeAllConnections();
  await new Promise((resolve) => { broken.close(resolve); });
  await back();
  sides.owner = await openSide(world, people.owner);
  await until(() => sides.owner.owner.base.right(request.rightId).status === 'approved', 'the approval that was signed goes out');
  await until(async () => { await sides.owner.owner.tick(); return (await grant(request.rightId))?.status === 'ended'; }, 'and is taken back');
  expect(await isLive(request.rightId)).toBe(false);
  expect(await grant(request.rightId)).toMatchObject({ takingBack: false, delivered: false });
  expect(sides.owner.owner.takeBacks.waiting()).toEqual([]);
  expect((await refusal(sides.doctor.grantee.fetching.pull({ id: request.rightId }))).code).toBe('access-expired');
}, 120_000);

it('sends nothing more by a right that is being taken back, gives nothing new from its account, and says so', async () => {
  const rightId = await given();
  const other = await given();
  await caughtUp(sides.doctor, sides.owner);
  await sides.doctor.grantee.fetching.pull({ id: other });
  // A second request to the account of the first.
  const invitation = sides.owner.consent.invitations().find((i) => i.account === sides.owner.owner.store.byRight(rightId)!.account)!;
  const second = await sides.doctor.held.request(ask(invitation.text));
  const again = await seen(sides.owner, second.rightId);
  await relay.stop();
  const [revoked, all] = [refusal(sides.owner.consent.revoke(rightId)), sides.owner.consent.revokeAll()];
  expect(await grant(rightId)).toMatchObject({ status: 'approved', takingBack: true });
  expect(await grant(other)).toMatchObject({ status: 'approved', takingBack: true });
  expect((await refusal(sides.doctor.grantee.fetching.pull({ id: rightId }))).code).toBe('access-expired');
  expect((await refusal(sides.owner.done(sides.owner.consent.approve(answer(again, [(await keep(sides.owner)).id]))))).message).toMatch(/still being taken back/);
  expect(await revoked).toMatchObject({ code: 'chain-unreachable', retryable: true, hint: expect.stringContaining('kept') as string });
  expect(await isLive(rightId)).toBe(true);
  await back();
  await all;
  await sides.owner.owner.tick();
  await until(async () => !(await isLive(rightId)) && !(await isLive(other)), 'both are taken back');
  await until(() => sides.owner.owner.takeBacks.waiting().length === 0, 'the cache knows');
  expect(await grant(rightId)).toMatchObject({ takingBack: false });
  // What is done is not done to what is given next.
  await sides.owner.done(sides.owner.consent.approve(answer(again, [(await keep(sides.owner)).id])));
  await sides.owner.owner.tick();
  expect(await isLive(again.rightId)).toBe(true);
  await sides.owner.consent.revoke(again.rightId);
}, 240_000);

it('takes back again what a reorganisation has given again, when its call has grown too old', async () => {
  const { world, people } = sides;
  const rightId = await given();
  const snapshot = await world.rpc.call<string>('evm_snapshot');
  await sides.owner.consent.revoke(rightId);
  await caughtUp(sides.doctor, sides.owner);
  await sides.owner.stop();
  expect(await world.rpc.call('evm_revert', [snapshot])).toBe(true);
  await world.rpc.call('evm_increaseTime', [2000]);
  await world.rpc.call('evm_mine');
  await relay.stop();
  await back();
  sides.owner = await openSide(world, people.owner);
  await until(async () => { await sides.owner.owner.tick(); return sides.owner.owner.base.right(rightId).status === 'revoked'; }, 'it is taken back again');
  expect(await isLive(rightId)).toBe(false);
}, 120_000);
