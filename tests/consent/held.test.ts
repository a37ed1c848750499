import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Role } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { refusal, type Person, type World } from '../market/world.ts';
import { answer, caughtUp, createSides, keep, openSide, requested, type Side } from './sides.ts';

let world: World;
let owner: Side;
let lind: Person;
let doctor: Side;

beforeAll(async () => { ({ world, owner, doctor, people: { doctor: lind } } = await createSides({ doctor: Role.provider })); });
afterAll(async () => { await doctor?.stop(); await owner?.stop(); await world?.stop(); });

async function given(): Promise<number> {
  const info = await keep(owner);
  const request = await requested(owner, doctor, { seconds: 86_400 });
  await owner.done(owner.consent.approve(answer(request, [info.id])));
  await caughtUp(doctor, owner);
  return request.rightId;
}
const files = (): string[] => { const dir = doctor.parts.profile.path('held'); return existsSync(dir) ? readdirSync(dir).sort() : []; };
const listed = () => doctor.grantee.store.recordings.list().map((r) => r.id);

/** The opening stops when its rows are on disk and stand under no right yet. */
function held(side: Side): { there: Promise<void>; goOn(): void } {
  const { recordings } = side.grantee.store;
  const { add } = recordings;
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => { goOn = resolve; });
  let arrived = () => {};
  const there = new Promise<void>((resolve) => { arrived = resolve; });
  recordings.add = async (...args) => { const info = await add(...args); recordings.add = add; arrived(); await gate; return info; };
  return { there, goOn };
}

describe('what is decrypted of a right', () => {
  it('and stands under none after a kill is removed at the next start; what stands under one stays', async () => {
    const [first, second] = [await given(), await given()];
    await doctor.done(doctor.held.open(first));
    const sound = { ids: listed(), files: files() };
    expect(sound.ids).toHaveLength(1);
    // As a kill leaves it: rows and entry are there, and nothing says of which right.
    const copy = doctor.grantee.store.recordings.get(sound.ids[0]!)!;
    await doctor.grantee.store.recordings.add({ draft: { title: copy.title, source: copy.source, channels: copy.channels, nominalRateHz: null }, batches: doctor.grantee.store.recordings.read(copy.id), finish: () => ({ report: copy.report, annotations: [] }) });
    expect(listed()).toHaveLength(2);
    await doctor.stop();
    doctor = await openSide(world, lind);
    expect(listed()).toEqual(sound.ids);
    expect(files()).toEqual(sound.files);
    // It is opened as if nothing had been.
    expect(await doctor.done(doctor.held.open(second))).toMatchObject({ segments: 1 });
  });

  it('is not swept from under an opening of this run', async () => {
    const rightId = await given();
    const { there, goOn } = held(doctor);
    const opened = doctor.done(doctor.held.open(rightId));
    await there;
    await doctor.grantee.resume();
    goOn();
    expect(await opened).toMatchObject({ segments: 1 });
    const [kept] = doctor.grantee.store.opened(rightId);
    expect(listed()).toContain(kept!.recordingId);
  });

  it('is removed where it cannot be put under its right', async () => {
    const rightId = await given();
    const before = { ids: listed(), files: files() };
    const { rows } = doctor.grantee.store;
    const { addOpened } = rows;
    rows.addOpened = () => { throw new AppError('disk-full', 'The disk is full.'); };
    expect((await refusal(doctor.done(doctor.held.open(rightId)))).code).toBe('disk-full');
    rows.addOpened = addOpened;
    expect({ ids: listed(), files: files() }).toEqual(before);
    expect(await doctor.done(doctor.held.open(rightId))).toMatchObject({ segments: 1 });
  });
});

describe('an opening that is under way', () => {
  it.each(['handed back', 'erased by its owner'])('writes nothing any more when the right is %s', async (how) => {
    const rightId = await given();
    const before = { ids: listed(), files: files() };
    const { there, goOn } = held(doctor);
    const opened = refusal(doctor.done(doctor.held.open(rightId)));
    await there;
    if (how === 'erased by its owner') { await owner.consent.revoke(rightId); await caughtUp(doctor, owner); }
    const gone = how === 'handed back' ? doctor.held.handBack(rightId) : doctor.grantee.takeErased({ kind: 'erased', once: () => undefined, rightId, from: owner.owner.base.right(rightId).owner, body: { at: 1 } });
    // It waits for what is under way.
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 1500))]);
    goOn();
    await gone;
    expect((await opened).code).toBe('access-expired');
    expect(doctor.grantee.store.opened(rightId)).toEqual([]);
    expect({ ids: listed(), files: files() }).toEqual(before);
  });
});
