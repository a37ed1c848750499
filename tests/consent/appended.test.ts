import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppended } from '../../electron/app/consent/owner-appended.ts';
import { createSealing } from '../../electron/app/consent/owner-seal.ts';
import { sealPacket, type Packet } from '../../electron/consent/packet.ts';
import { segmentRecording } from '../../electron/datasets/segment.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { until, type Person, type World } from '../market/world.ts';
import { caughtUp, createSides, HEART, killedOwner, NOON, openSide, requested, SPO2, vitals, answer, type Side } from './sides.ts';

let world: World;
let owner: Side;
let clinic: Side;
let her: Person;
let rightId: number;

const scope = { channels: [], days: null, live: false };
beforeAll(async () => {
  ({ world, owner, clinic, people: { owner: her } } = await createSides({ clinic: Role.institution | Role.provider }));
  rightId = await mayAppend();
});
afterAll(async () => { await clinic?.stop(); await owner?.stop(); await world?.stop(); });

async function mayAppend(): Promise<number> {
  const request = await requested(owner, clinic, { category: 'history', operations: 'append', scope });
  await owner.done(owner.consent.approve(answer(request, [], { operations: 'append', scope, seconds: 7200 })));
  await caughtUp(clinic, owner);
  await clinic.grantee.fetching.pull(clinic.grantee.base.right(request.rightId));
  return request.rightId;
}

/** A delivery of one day that stands on chain by one `use`, and the word that brings it under any number. */
async function delivery(of = rightId) {
  const { base, store, opening } = clinic.grantee;
  const right = base.right(of);
  const { given } = await store.packet(right, 0);
  const part = await createSealing(base, clinic.owner.store).deliver({ segments: segmentRecording({ channels: [HEART, SPO2] }, vitals(1).batches), channels: [HEART, SPO2], simulated: false, key: randomBytes(32), origin: NOON, title: 'Added' });
  await part.settle();
  const hash = part.directory.manifestSha256 as Hex;
  await opening.say(right, 2, 'append/history', hash, `append:${hash}`);
  await caughtUp(owner, clinic);
  return async (number: number) => {
    const packet: Packet = { v: 1, seq: number, epoch: 0, directory: part.directory, segments: part.segments, given: null, addresses: base.addresses() };
    const sealed = await sealPacket(packet, Buffer.from(given!.key.slice(2), 'hex'), base.context(right), right.scopeRoot, 'append');
    return { kind: 'append' as const, once: () => undefined, rightId: of, from: clinic.address, body: { number, sealed: Buffer.from(sealed).toString('base64'), addresses: base.addresses() } };
  };
}
type Taker = ReturnType<typeof createAppended>;
/** Says it until it has been taken or refused. */
async function brought(taker: Taker, word: Parameters<Taker['answer']>[0]): Promise<string> {
  let told = await taker.answer(word);
  await until(async () => { told = await taker.answer(word); return told.ok || told.code !== 'not-yet'; }, 'it is decided');
  return told.ok ? 'taken' : told.code;
}
const kept = () => owner.parts.recordings.list().length;

describe('one use on chain', () => {
  it('adds its delivery once, under whatever number it is brought again', async () => {
    const word = await delivery();
    const before = kept();
    expect(await brought(owner.owner.appended, await word(0))).toBe('taken');
    expect(await brought(owner.owner.appended, await word(0))).toBe('taken');
    expect(await brought(owner.owner.appended, await word(1))).toBe('refused');
    expect(owner.owner.appended.problem()).toMatchObject({ code: 'manifest-invalid', message: expect.stringContaining('before') as string });
    // After a restart as well.
    const again = createAppended(owner.owner.base, owner.owner.store);
    expect(await brought(again, await word(77))).toBe('refused');
    expect(kept()).toBe(before + 1);
  });

  it('adds it once where two numbers come in one moment', async () => {
    const word = await delivery();
    const before = kept();
    const words = [await word(10), await word(11)];
    expect((await Promise.all(words.map((w) => brought(owner.owner.appended, w)))).sort()).toEqual(['refused', 'taken']);
    expect(kept()).toBe(before + 1);
  });
});

describe('an owner that is killed while it takes an addition', () => {
  it.each(['listed', 'kept'] as const)('has it once when it is brought again: killed where it was %s', async (where) => {
    const { once, ...word } = await (await delivery())(where === 'listed' ? 20 : 21);
    const before = kept();
    await owner.stop();
    expect(await killedOwner(where, her.dir, world.networkFile, JSON.stringify(word))).toBe(where);
    owner = await openSide(world, her);
    await caughtUp(owner, clinic);
    expect(await brought(owner.owner.appended, { ...word, once })).toBe('taken');
    expect(kept()).toBe(before + 1);
  });
});

describe('all that comes by one right', () => {
  it('is bounded in bytes and in parts, each right by itself', async () => {
    const before = kept();
    const [mine, other] = [await mayAppend(), await mayAppend()];
    const words = [await delivery(mine), await delivery(mine), await delivery(other)] as const;
    const small = createAppended(owner.owner.base, owner.owner.store, { totalBytes: 10 });
    expect(await brought(small, await words[0](0))).toBe('refused');
    expect(small.problem()).toMatchObject({ code: 'quota-exceeded' });
    expect(kept()).toBe(before);
    const few = createAppended(owner.owner.base, owner.owner.store, { parts: 1 });
    expect(await brought(few, await words[0](0))).toBe('taken');
    expect(await brought(few, await words[1](1))).toBe('refused');
    expect(few.problem()).toMatchObject({ code: 'quota-exceeded' });
    expect(await brought(few, await words[2](0))).toBe('taken');
    expect(kept()).toBe(before + 2);
    // What was taken before counts: the first has some hundred bytes at least.
    const full = createAppended(owner.owner.base, owner.owner.store, { totalBytes: sealedBytes(mine) + 10 });
    expect(await brought(full, await words[1](2))).toBe('refused');
    expect(await brought(owner.owner.appended, await words[1](3))).toBe('taken');
  });
});

/** What the one recording that came by a right took, as its report says. */
function sealedBytes(of: number): number {
  return owner.parts.recordings.list().filter((r) => r.report.notes.some((n) => n.endsWith(`right ${of}.`))).reduce((n, r) => n + r.report.sourceBytes, 0);
}
