import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Role } from '../../shared/domain/chain.ts';
import { createWorld, refusal, until, type World } from '../market/world.ts';
import { answer, ask, caughtUp, HEART, keep, openSide, requested, rowsHeld, SPO2, type Side } from './sides.ts';

let world: World;
let owner: Side;
let stranger: Side;

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  owner = await openSide(world, await world.person('owner'));
  stranger = await openSide(world, await world.person('stranger'));
});
afterAll(async () => { await stranger?.stop(); await owner?.stop(); await world?.stop(); });

const all = { channels: [], days: null, live: true };
const draft = { title: 'Live', source: { kind: 'ble' as const, device: null, simulated: false, times: 'source' as const }, channels: [HEART, SPO2], nominalRateHz: 1 };

describe('somebody without any role', () => {
  it('cannot ask for what needs one, and is registered for nothing by trying', async () => {
    const invitation = await owner.consent.invite({ label: 'A stranger' });
    for (const change of [{ category: 'history' as const, scope: { ...all, live: false } }, { operations: 'append' as const, scope: { ...all, live: false } }]) {
      expect((await refusal(stranger.held.request(ask(invitation.text, change)))).code).toBe('not-yours');
    }
    expect(stranger.grantee.base.reads.rolesOf(stranger.address)).toBe(0);
    // An invitation that cannot be read costs nothing either.
    await refusal(stranger.held.request(ask('phdex:invite:AAAA')));
    expect(stranger.grantee.base.reads.rolesOf(stranger.address)).toBe(0);
  });

  it('becomes a buyer by asking for health data, and is given also what nothing was recorded of yet', async () => {
    // Nothing of the owner's has a heart rate so far.
    expect(owner.parts.recordings.list()).toEqual([]);
    const request = await requested(owner, stranger, { scope: all, seconds: 3600 });
    expect(stranger.grantee.base.reads.rolesOf(stranger.address)).toBe(Role.customer);
    expect(request.from).toMatchObject({ accredited: false });
    const { rightId } = await owner.done(owner.consent.approve(answer(request, [], { scope: all, seconds: 3600 })));
    const capture = await owner.parts.recordings.begin(draft);
    await capture.append({ t: Float64Array.of((Date.now() + 1) * 1000), columns: [Int32Array.of(64), Int32Array.of(970)] });
    await owner.owner.live.deliver();
    expect(owner.owner.live.problem()).toBeNull();
    await stranger.done(stranger.held.open(rightId as number));
    expect((await rowsHeld(stranger, rightId as number)).flatMap((r) => r.columns).sort()).toEqual([64, 970]);
    await capture.abandon();
  });

  it('is told what it could read when that has ended, and not what it asked for', async () => {
    const info = await keep(owner);
    const request = await requested(owner, stranger, { scope: { ...all, live: false } });
    const { rightId } = await owner.done(owner.consent.approve(answer(request, [info.id], { scope: { channels: ['heart-rate'], days: null, live: false } })));
    await stranger.done(stranger.held.open(rightId as number));
    await owner.consent.revoke(rightId as number);
    await caughtUp(stranger, owner);
    await stranger.grantee.tick();
    const held = async () => (await stranger.held.held()).find((h) => h.rightId === rightId)!;
    await until(async () => (await held()).status === 'revoked', 'it is seen');
    expect(await held()).toMatchObject({ scope: { channels: ['heart-rate'] } });
    expect((await held()).segments.length).toBeGreaterThan(0);
  });
});
