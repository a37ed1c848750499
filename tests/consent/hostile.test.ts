import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accredit, suspend } from '../../electron/chain/deploy.ts';
import { createTalk } from '../../electron/consent/talk.ts';
import { packetHash } from '../../electron/consent/packet.ts';
import { scopeLeaf } from '../../electron/consent/scope.ts';
import { Role } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { refusal, until, type Person, type World } from '../market/world.ts';
import { answer, ask, caughtUp, createSides, keep, killedOwner, openSide, requested, seen, type Side } from './sides.ts';

let world: World;
let her: Person;
let owner: Side;
let doctor: Side;
let insurer: Side;

beforeAll(async () => { ({ world, owner, doctor, insurer, people: { owner: her } } = await createSides({ doctor: Role.provider, insurer: Role.insurer })); });
afterAll(async () => { await insurer?.stop(); await doctor?.stop(); await owner?.stop(); await world?.stop(); });

const wide = { channels: ['heart-rate', 'spo2'], days: { from: '2026-05-04', to: '2026-05-06' }, live: false };
async function given(grantee = doctor, change: Parameters<typeof answer>[2] = {}): Promise<number> {
  const info = await keep(owner);
  const request = await requested(owner, grantee, { seconds: 86_400 });
  await owner.done(owner.consent.approve(answer(request, [info.id], change)));
  await caughtUp(grantee, owner);
  return request.rightId;
}
/** Says something to the owner's node as a grantee's app would that was changed. */
const say = async (side: Side, rightId: number, body: { from: number; names: string[] }, talk = side.grantee.base.talk, signer = side.grantee.base.signer(null)) => {
  const { answer: told } = await side.grantee.base.messages().ask(owner.b.blobs.store.addresses(), (peers) => talk.write('fetch', rightId, body, signer, peers));
  return side.grantee.base.talk.readAnswer(told);
};

describe('a dishonest grantee', () => {
  it('asks for a day outside its scope: no key, no answer, no use', async () => {
    const rightId = await given();
    const right = doctor.grantee.base.right(rightId);
    await doctor.done(doctor.held.open(rightId));
    const packet = await doctor.grantee.store.packet(right, 0);
    expect(packet.segments.map((s) => s.name)).toEqual(['heart-rate/day-000']);
    // The owner's node, also where the rest of what is asked for is in scope.
    for (const name of ['heart-rate/day-001', 'spo2/day-000', '1/heart-rate/day-000', 'append/health', '*/..']) expect(await say(doctor, rightId, { from: 0, names: ['heart-rate/day-000', name] }), name).toMatchObject({ ok: false, code: 'out-of-scope' });
    expect(await say(doctor, rightId, { from: 0, names: ['heart-rate/day-000'] })).toMatchObject({ ok: true });
    expect((await refusal(doctor.grantee.fetching.pull(right, { names: ['heart-rate/day-001'] }))).code).toBe('access-unknown');
    // The own app, and the contract where it was changed.
    expect((await refusal(doctor.grantee.opening.say(right, 1, 'heart-rate/day-001', right.scopeRoot, 'use:outside'))).code).toBe('access-unknown');
    const leaf = scopeLeaf(packet.given!.salt as `0x${string}`, 'heart-rate/day-001');
    expect((await refusal(doctor.b.chain.as(null).send({ key: 'use:forged', contract: 'consent', method: 'use', args: [rightId, right.owner, right.scopeRoot, 1, leaf, [], leaf, leaf] }))).details.reason).toBe('ConsentOutOfScope');
    // And appending by a right to read.
    expect((await refusal(doctor.b.chain.as(null).send({ key: 'use:append', contract: 'consent', method: 'use', args: [rightId, right.owner, right.scopeRoot, 2, right.scopeRoot, [], leaf, leaf] }))).details.reason).toBe('ConsentNotAllowed');
  });

  it('is told nothing of a right of somebody else, or by another chain’s or contract’s signature', async () => {
    const rightId = await given();
    const { consent, chainId } = owner.owner.base.contract();
    expect(await say(insurer, rightId, { from: 0, names: [] })).toMatchObject({ ok: false, code: 'unknown' });
    expect(await say(insurer, 999_999, { from: 0, names: [] })).toMatchObject({ ok: false, code: 'unknown' });
    const refusedBefore = owner.refused.length;
    expect(await say(doctor, rightId, { from: 0, names: [] }, createTalk({ chainId: 1, consent }))).toMatchObject({ ok: false, code: 'refused' });
    expect(await say(doctor, rightId, { from: 0, names: [] }, createTalk({ chainId, consent: `0x${'9'.repeat(40)}` }))).toMatchObject({ ok: false, code: 'refused' });
    // Another's key under the grantee's name.
    const forged = { address: doctor.address, signTypedData: insurer.grantee.base.signer(null).signTypedData };
    expect(await say(doctor, rightId, { from: 0, names: [] }, undefined, forged)).toMatchObject({ ok: false, code: 'refused' });
    // A message that the insurer passes on as its own.
    let taken: Uint8Array | undefined;
    await doctor.grantee.base.messages().ask(owner.b.blobs.store.addresses(), async (peers) => (taken = await doctor.grantee.base.talk.write('fetch', rightId, { from: 0, names: [] }, doctor.grantee.base.signer(null), peers)));
    for (const side of [insurer, doctor]) {
      const { answer: told } = await side.grantee.base.messages().ask(owner.b.blobs.store.addresses(), async () => taken!);
      expect(side.grantee.base.talk.readAnswer(told)).toMatchObject({ ok: false, code: 'refused' });
    }
    for (const garbage of [new Uint8Array(), Buffer.from('{}'), Buffer.alloc(100_000, 1)]) {
      const { answer: told } = await doctor.grantee.base.messages().ask(owner.b.blobs.store.addresses(), async () => garbage);
      expect(doctor.grantee.base.talk.readAnswer(told)).toMatchObject({ ok: false, code: 'refused' });
    }
    expect(owner.refused.length).toBe(refusedBefore + 8);
  });

  it('takes no room from others by what it says of rights that are not its', async () => {
    const rightId = await given();
    let bytes: Uint8Array | undefined;
    const told: unknown[] = [];
    for (let i = 0; i < 2; i += 1) {
      const { answer: one } = await insurer.grantee.base.messages().ask(owner.b.blobs.store.addresses(), async (peers) => (bytes ??= await insurer.grantee.base.talk.write('fetch', rightId, { from: 0, names: [] }, insurer.grantee.base.signer(null), peers)));
      told.push(insurer.grantee.base.talk.readAnswer(one));
    }
    // Not even the same words are known again: they were never kept.
    expect(told).toMatchObject([{ code: 'unknown' }, { code: 'unknown' }]);
  });

  it('is suspended between fetching and opening', async () => {
    const rightId = await given(insurer, { seconds: 3600 });
    await insurer.grantee.fetching.pull(insurer.grantee.base.right(rightId));
    await suspend(world.rpc, world.network, insurer.address, Role.insurer);
    expect((await refusal(insurer.done(insurer.held.open(rightId)))).code).toBe('access-expired');
    expect(await say(insurer, rightId, { from: 0, names: [] })).toMatchObject({ ok: false, code: 'not-live' });
    // An app that does not ask the chain first meets it in the transaction.
    const right = insurer.grantee.base.right(rightId);
    expect((await refusal(insurer.grantee.opening.say(right, 1, 'heart-rate/day-000', right.scopeRoot, 'use:suspended'))).details.reason).toBe('ConsentEnded');
    await until(() => owner.owner.base.reads.statusOf(owner.owner.base.right(rightId), owner.owner.base.now()) === 'suspended', 'the owner sees it');
    expect((await owner.consent.grants()).find((g) => g.rightId === rightId)).toMatchObject({ status: 'suspended' });
    await accredit(world.rpc, world.network, insurer.address, Role.insurer);
    await until(() => insurer.grantee.base.reads.rolesOf(insurer.address) !== 0, 'the grantee sees it');
    expect(await insurer.done(insurer.held.open(rightId))).toMatchObject({ segments: 1 });
  });
});

describe('an approval', () => {
  it('brought again, for another right, by somebody else or changed, is not taken', async () => {
    const [first, second] = [await given(), await given()];
    const [right, other] = [doctor.grantee.base.right(first), doctor.grantee.base.right(second)];
    const { packet } = owner.owner.store.rows.packets(`request:${first}`, 0, 1)[0]!;
    expect(packetHash(packet)).toBe(right.envelope);
    const push = async (side: Side, rightId: number, packets: Awaited<ReturnType<Side['owner']['base']['talk']['signPacket']>>[], account: number | null) => {
      const { answer: told } = await side.owner.base.messages().ask(doctor.b.blobs.store.addresses(), (peers) => side.owner.base.talk.write('push', rightId, { packets }, side.owner.base.signer(account), peers));
      return side.owner.base.talk.readAnswer(told);
    };
    const [mine, its] = [owner.owner.base.indexOf(right.owner), owner.owner.base.indexOf(other.owner)];
    const talk = owner.owner.base.talk;
    doctor.grantee.store.rows.forgetPackets(second);
    // The packet of one right as that of another: signed for it, yet not the one on chain.
    expect(await push(owner, second, [await talk.signPacket(second, 0, packet, owner.owner.base.signer(its))], its)).toMatchObject({ ok: false });
    // As a later packet: it is sealed for another number.
    expect(await push(owner, first, [await talk.signPacket(first, 1, packet, owner.owner.base.signer(mine))], mine)).toMatchObject({ ok: true });
    expect((await refusal(doctor.grantee.store.packet(right, 1))).code).toBe('envelope-unreadable');
    doctor.grantee.store.rows.forgetPackets(first);
    // From somebody else, under the owner's right.
    expect(await push(insurer, first, [await talk.signPacket(first, 0, packet, insurer.owner.base.signer(null))], null)).toMatchObject({ ok: false, code: 'unknown' });
    // A changed byte.
    const changed = Uint8Array.from(packet);
    changed[40]! ^= 1;
    expect(await push(owner, first, [await talk.signPacket(first, 0, changed, owner.owner.base.signer(mine))], mine)).toMatchObject({ ok: false });
    // A number too far.
    expect(await push(owner, first, [await talk.signPacket(first, 7, packet, owner.owner.base.signer(mine))], mine)).toMatchObject({ ok: false });
    expect(doctor.grantee.store.rows.packets(first)).toEqual([]);
    // The right one.
    expect(await push(owner, first, [await talk.signPacket(first, 0, packet, owner.owner.base.signer(mine))], mine)).toMatchObject({ ok: true });
    await owner.consent.revoke(first);
    await caughtUp(doctor, owner);
    expect(await push(owner, first, [await talk.signPacket(first, 0, packet, owner.owner.base.signer(mine))], mine)).toMatchObject({ ok: false, code: 'unknown' });
    doctor.grantee.store.rows.addPacket(first, 0, packet, 1);
    expect((await refusal(doctor.done(doctor.held.open(first)))).code).toBe('access-expired');
  });

  it('cannot be sent twice, nor to another contract: the chain takes it once', async () => {
    const rightId = await given();
    const row = owner.owner.store.byRight(rightId)!;
    const right = owner.owner.base.right(rightId);
    const terms = { category: 0, operations: 1, duration: 60, scopeRoot: right.scopeRoot, purpose: right.purpose };
    const again = await refusal(owner.b.chain.as(row.account).send({ key: 'approve:again', contract: 'consent', method: 'approve', args: [rightId, row.facts.answers!.askedRoot, terms, row.facts.envelope] }));
    expect(again.details.reason).toBe('ConsentStatus');
    expect((await refusal(insurer.b.chain.as(null).send({ key: 'approve:foreign', contract: 'consent', method: 'approve', args: [rightId, row.facts.answers!.askedRoot, terms, row.facts.envelope] }))).details.reason).toBe('ConsentStatus');
  });

  it('of a request whose words were sealed for another contract is refused, and can only be rejected', async () => {
    const { text } = await owner.consent.invite({ label: 'x' });
    const { rightId } = await doctor.held.request(ask(text));
    const right = doctor.grantee.base.right(rightId);
    const asked = doctor.grantee.store.asked(rightId)!;
    // The same words again under another scope.
    const sent = await doctor.b.chain.as(null).send({ key: 'ask:twisted', contract: 'consent', method: 'request', args: [right.owner, { ...asked.args.terms, scopeRoot: `0x${'7'.repeat(64)}` }, asked.args.encryptionKey, asked.args.details] });
    const twisted = Number(sent.events.find((e) => e.name === 'AccessRequested')!.args.rightId);
    const view = await seen(owner, twisted);
    expect(view).toMatchObject({ scope: null, words: null, candidates: [] });
    expect(view.problem).toMatch(/its scope is not the one on chain/);
    expect((await refusal(owner.done(owner.consent.approve(answer(view, [], { scope: wide }))))).code).toBe('manifest-invalid');
    await owner.consent.reject(twisted);
  });
});

describe('time', () => {
  it('ends a right in the second after its last, by the chain’s clock', async () => {
    const rightId = await given(doctor, { seconds: 5000 });
    const right = owner.owner.base.right(rightId);
    const at = async (seconds: number) => { await world.rpc.call('evm_setNextBlockTimestamp', [seconds]); await world.rpc.call('evm_mine', []); };
    await at(right.expiry);
    expect(await say(doctor, rightId, { from: 0, names: [] })).toMatchObject({ ok: true });
    await at(right.expiry + 1);
    expect(await say(doctor, rightId, { from: 0, names: [] })).toMatchObject({ ok: false, code: 'not-live' });
    expect((await refusal(doctor.done(doctor.held.open(rightId)))).code).toBe('access-expired');
    await until(() => owner.owner.base.now() > right.expiry, 'the cache has the block');
    await owner.owner.tick();
    expect((await owner.consent.grants()).find((g) => g.rightId === rightId)).toMatchObject({ status: 'expired', endedAt: right.expiry * 1000 });
    expect(owner.owner.store.rows.packets(`request:${rightId}`, 0, 9)).toEqual([]);
  });
});

describe('taking everything back', () => {
  it('is one transaction for each account that gave something, and tells what failed', async () => {
    const ids = [await given(), await given()];
    const before = (await owner.consent.grants()).filter((g) => g.status === 'approved').length;
    expect(before).toBeGreaterThanOrEqual(2);
    const all = await owner.consent.revokeAll();
    expect(all).toEqual({ accounts: before, rights: before, failed: [] });
    for (const id of ids) expect((await owner.consent.grants()).find((g) => g.rightId === id)).toMatchObject({ status: 'ended' });
    expect(await owner.b.blobs.store.pins()).toEqual([]);
    expect(await owner.consent.revokeAll()).toEqual({ accounts: 0, rights: 0, failed: [] });
    const { pending, live, cost } = await owner.consent.overview();
    expect({ pending, live }).toEqual({ pending: 1, live: 0 });
    expect(BigInt(cost.revokeAll.wei)).toBeGreaterThan(0n);
  });

  const isLive = async (rightId: number): Promise<boolean> => {
    const row = owner.owner.base.right(rightId);
    return owner.owner.base.isLive(row);
  };

  it('covers an approval that is signed and not mined', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    const key = `request:${request.rightId}`;
    await world.rpc.call('evm_setAutomine', [false]);
    const approved = owner.done(owner.consent.approve(answer(request, [info.id])));
    let all: ReturnType<typeof owner.consent.revokeAll>;
    try {
      await until(() => owner.owner.store.rows.wasSent(`give:${key}`), 'it is signed');
      expect(owner.owner.store.byKey(key)).toMatchObject({ state: 'sealed', rightId: null });
      all = owner.consent.revokeAll();
    } finally {
      await world.rpc.call('evm_setAutomine', [true]);
      await world.rpc.call('evm_mine', []);
    }
    expect(await all).toEqual({ accounts: 1, rights: 1, failed: [] });
    await approved;
    expect(await isLive(request.rightId)).toBe(false);
    await owner.owner.tick();
    expect((await owner.consent.grants()).find((g) => g.rightId === request.rightId)).toMatchObject({ status: 'ended' });
    expect(await owner.b.blobs.store.pins()).toEqual([]);
  });

  it('stops an approval that is sealed and not signed, and its request can be answered again', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    const { add } = owner.owner.store;
    let all: ReturnType<typeof owner.consent.revokeAll> | undefined;
    owner.owner.store.add = (...given) => { add(...given); all = owner.consent.revokeAll(); };
    const stopped = await owner.b.jobs.ended((await owner.consent.approve(answer(request, [info.id]))).jobId);
    owner.owner.store.add = add;
    expect(stopped.state).toBe('cancelled');
    await all;
    expect(owner.owner.base.right(request.rightId).status).toBe('pending');
    expect(owner.owner.store.byKey(`request:${request.rightId}`)).toBeUndefined();
    expect(await owner.b.blobs.store.pins()).toEqual([]);
    await owner.done(owner.consent.approve(answer(request, [info.id])));
    expect(await isLive(request.rightId)).toBe(true);
    expect(await owner.consent.revokeAll()).toEqual({ accounts: 1, rights: 1, failed: [] });
  });

  it('stops what a kill left sealed: the next start does not give it', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    await owner.stop();
    await killedOwner('approve', her.dir, world.networkFile, String(request.rightId), info.id);
    owner = await openSide(world, her, { resume: false });
    expect(owner.owner.store.byKey(`request:${request.rightId}`)).toMatchObject({ state: 'sealed' });
    await owner.consent.revokeAll();
    await owner.owner.resume();
    expect(owner.owner.base.right(request.rightId).status).toBe('pending');
    expect(owner.owner.store.byKey(`request:${request.rightId}`)).toBeUndefined();
    expect(await owner.b.blobs.store.pins()).toEqual([]);
  });
});

describe('a node without messages', () => {
  it('is told what it needs', async () => {
    const { createConsentBase } = await import('../../electron/app/consent/base.ts');
    const kubo = createConsentBase({ ...owner.b, blobs: { ...owner.b.blobs, store: { ...owner.b.blobs.store, messages: undefined } } });
    expect(() => kubo.messages()).toThrowError(expect.objectContaining({ code: 'storage-unreachable', hint: expect.stringContaining('PHDEX_IPFS') as string }));
  });
});

describe('a kill', () => {
  it('between sealing and the chain changes nothing: the right is given at the next start, once', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    await owner.stop();
    expect(await killedOwner('approve', her.dir, world.networkFile, String(request.rightId), info.id)).toContain('sealed');
    owner = await openSide(world, her);
    expect(owner.owner.store.byKey(`request:${request.rightId}`)).toMatchObject({ state: 'given', rightId: request.rightId });
    await caughtUp(doctor, owner);
    expect(await doctor.done(doctor.held.open(request.rightId))).toMatchObject({ segments: 1, rows: 1440 });
    expect((await owner.consent.grants()).filter((g) => g.rightId === request.rightId)).toHaveLength(1);
  });

  it('after which its request was withdrawn leaves nothing', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    const pins = await owner.b.blobs.store.pins();
    await owner.stop();
    await killedOwner('approve', her.dir, world.networkFile, String(request.rightId), info.id);
    await doctor.held.withdrawRequest(request.rightId);
    owner = await openSide(world, her);
    expect(owner.owner.store.byKey(`request:${request.rightId}`)).toBeUndefined();
    expect((await owner.b.blobs.store.pins()).sort()).toEqual(pins.sort());
  });

  it('while a delivery is being stored leaves nothing pinned', async () => {
    const dir = owner.parts.profile.path('work', 'dead.share');
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/share.json`, '{}');
    owner.owner.store.rows.begin(dir);
    const { cid } = await owner.b.blobs.store.addDirectory(dir);
    expect(await owner.b.blobs.store.isPinned(cid)).toBe(true);
    await owner.owner.sealing.sweep();
    expect(await owner.b.blobs.store.isPinned(cid)).toBe(false);
    expect(existsSync(dir)).toBe(false);
    expect(owner.owner.store.rows.underWay()).toEqual([]);
  });
});

describe('an answer that failed', () => {
  it('is not given later with what was chosen first', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { seconds: 86_400 });
    const { as } = owner.b.chain;
    const pins = await owner.b.blobs.store.pins();
    owner.b.chain.as = (index) => ({ ...as(index), send: () => Promise.reject(new AppError('chain-unreachable', 'The endpoint is away.', { retryable: true })) });
    expect((await refusal(owner.done(owner.consent.approve(answer(request, [info.id], { scope: wide }))))).code).toBe('chain-unreachable');
    owner.b.chain.as = as;
    expect((await owner.b.blobs.store.pins()).sort()).toEqual(pins.sort());
    await owner.done(owner.consent.approve(answer(request, [info.id])));
    expect(owner.owner.store.byRight(request.rightId)!.facts.names).toEqual(['heart-rate/day-000']);
  });
});

describe('a relayer that is away', () => {
  it('is told for each account that could not take back, and nothing is said to be done', async () => {
    const rightId = await given();
    await world.relay.stop();
    const { accounts, rights, failed } = await owner.consent.revokeAll();
    expect({ accounts, rights }).toEqual({ accounts: 0, rights: 0 });
    expect(failed.map((f) => f.account)).toContain(owner.owner.store.byRight(rightId)!.account);
    expect((await owner.consent.grants()).find((g) => g.rightId === rightId)).toMatchObject({ status: 'approved' });
  });
});
