/** Studies that go wrong, on a real chain: a silent researcher, a killed one, lies, impatience; and open calls. */
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { parseEther } from 'ethers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessKey } from '../../bench/local-network.ts';
import { sealAtRest } from '../../electron/app/at-rest.ts';
import { reasonHash } from '../../electron/consent/studies/reason.ts';
import { createProfile } from '../../electron/app/profile.ts';
import { encodeCriteria } from '../../electron/consent/studies/criteria.ts';
import { studySecret } from '../../electron/consent/studies/secret.ts';
import type { StudyWatch } from '../../electron/consent/studies/watch.ts';
import { restoreWallet } from '../../electron/wallet/wallet.ts';
import type { OpenStudyIn } from '../../shared/api/studies.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { CHEAP, createWorld, PASSPHRASE, refusal, until, type Person, type World } from '../market/world.ts';
import { certifier, type Certifier } from './certified.ts';
import { CRITERIA, openStudySide, tell, type StudySide } from './study-side.ts';

const [DAY, HOUR] = [86_400, 3600];
const REWARD = parseEther('20');
const INPUT: OpenStudyIn = { criteria: CRITERIA, kind: 'drawn', reward: REWARD.toString(), places: 2, minScore: 0, enrolSeconds: HOUR, screenSeconds: 0, answerSeconds: HOUR, fillSeconds: DAY, releaseSeconds: HOUR };

let world: World;
let certify: Certifier;
let person: Person;
let researcher: StudySide;
let crowd: StudySide;
const datasets: number[] = [];
const watches: StudyWatch[] = [];
const NOW = { pollMs: 100, patienceMs: 0, spreadMs: 0 };

const see = () => Promise.all([researcher, crowd].map((s) => s.parts.chainNow.indexer.catchUp()));
const later = async (seconds: number) => { await world.mineAfter(seconds); await see(); };
const watching = (side: StudySide) => { const watch = side.studies.watch(NOW); watches.push(watch); return watch; };
const call = (id: number, side: StudySide = crowd) => side.studies.ports.studies.call(id)!;
const balance = (of: Hex) => crowd.parts.chainNow.reads.balanceOf(of);
const ownerOf = (dataset: number) => crowd.parts.chainNow.reads.dataset(dataset)!.owner;

/** A call with entries of the crowd, and its time to enrol over. */
async function enrolled(id: string, change: Partial<OpenStudyIn> = {}, entries = 3): Promise<number> {
  const { callId } = await researcher.studies.open(id, { ...INPUT, ...change });
  await see();
  for (const datasetId of datasets.slice(0, entries)) await crowd.studies.enrol({ callId, datasetId });
  await later((change.enrolSeconds ?? INPUT.enrolSeconds) + 5);
  return callId;
}

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  certify = certifier(world.rpc, world.network);
  person = await world.person('researcher');
  [researcher, crowd] = [await openStudySide(world, person), await openStudySide(world, await world.person('crowd'))];
  await certify.accredit(person.address, Role.researcher);
  for (let i = 0; i < 6; i++) datasets.push(await certify.certified(crowd.parts.accounts.fresh('dataset', `${i}`).address));
  await see();
  for (const id of datasets) await certify.as(ownerOf(id), 'coin', 'transfer', [person.address, parseEther('200')]);
  for (const { parts } of [researcher, crowd]) tell(parts, datasets);
  await see();
});
afterEach(async () => { for (const watch of watches.splice(0)) await watch.stop(); });
afterAll(async () => { await world?.stop(); });

describe('a researcher that', () => {
  it('never reveals loses its bond to those who enrolled, by what their apps do', async () => {
    const callId = await enrolled('silent');
    const owners = datasets.slice(0, 3).map(ownerOf);
    const before = owners.map(balance);
    const rich = balance(person.address);
    watching(crowd);
    await until(() => call(callId).status === 'fixed', 'the block is fixed by a candidate');
    expect(Number((await crowd.studies.ports.read('studies', 'callOf', [callId]) as [{ status: bigint }])[0].status)).toBe(3);
    await later(601);
    await until(() => call(callId).status === 'abandoned' && crowd.studies.ports.studies.entries(callId).every((e) => e.status === 'compensated'), 'the bond is shared');
    const bond = (REWARD * 2n) / 10n;
    expect(owners.map((o, i) => balance(o) - before[i]!)).toEqual(owners.map(() => bond / 3n));
    expect(balance(person.address) - rich).toBe(REWARD * 2n + bond - (bond / 3n) * 3n);
  });

  it('strikes in two tries with other words keeps those whose hash came to the chain', async () => {
    const { callId } = await researcher.studies.open('struck twice', INPUT);
    await see();
    await crowd.studies.enrol({ callId, datasetId: datasets[0]! });
    await see();
    const entry = researcher.studies.ports.studies.entry(callId, 0)!;
    // The first try was signed and nothing was heard of it; it goes out after the second has begun.
    const hash = await researcher.studies.reasons.put(entry, 'It is of a dog.');
    expect(await researcher.studies.reasons.put(entry, 'It is of a cat.')).not.toBe(hash);
    expect(await researcher.studies.reasons.put(entry, 'It is of a dog.')).toBe(hash);
    expect(researcher.studies.reasonOf(callId, 0)).toBeNull();
    await researcher.studies.ports.as(null).send({ key: `study:${callId}:strike:0`, contract: 'studies', method: 'strike', args: [callId, 0, hash] });
    const kept = researcher.studies.reasonOf(callId, 0)!;
    expect(kept.words).toBe('It is of a dog.');
    expect(reasonHash(kept)).toBe(hash);
    // As an older version kept it, one only.
    const key = researcher.parts.wallet.storageKey('studies');
    researcher.parts.db.prepare('UPDATE strike_reasons SET sealed = ?').run(sealAtRest(key, `strike/${callId}/0`, Buffer.from(JSON.stringify(kept))));
    expect(researcher.studies.reasonOf(callId, 0)).toEqual(kept);
  });

  it('is killed between the close and the fixing of the block goes on when it is back', async () => {
    const callId = await enrolled('killed');
    await researcher.studies.ports.as(null).send({ key: `study:${callId}:close:0`, contract: 'studies', method: 'close', args: [callId] });
    expect(call(callId, researcher).status).toBe('closed');
    await researcher.parts.stop();
    // While it was away, the block's hash was forgotten: another must do.
    await world.rpc.call('anvil_mine', ['0x12c']);
    researcher = await openStudySide(world, person);
    const first = call(callId, researcher).drawBlock!;
    watching(researcher);
    await until(() => call(callId, researcher).status === 'drawn', 'the places are drawn');
    expect(call(callId, researcher).drawBlock!).toBeGreaterThan(first + 256);
  });

  it('has lost everything but the words of its wallet still reveals, and opens with the same key', async () => {
    const callId = await enrolled('restored');
    const dir = join(world.dir, 'restored');
    createProfile(dir);
    await restoreWallet(join(dir, 'keystore.json'), person.mnemonic, PASSPHRASE, CHEAP);
    const side = await openStudySide(world, { dir });
    watching(side);
    await until(() => call(callId, side).status === 'drawn', 'the places are drawn');
    expect(side.studies.ports.keys.withSecret(call(callId, side).px, (secret) => secret.length)).toBe(32);
    for (const watch of watches.splice(0)) await watch.stop();
    await side.parts.stop();
  });

  it('was suspended gets no entry and no approval', async () => {
    const callId = await enrolled('suspended');
    watching(researcher);
    await until(() => call(callId).status === 'drawn', 'the places are drawn');
    const other = await researcher.studies.open('suspended-2', INPUT);
    await certify.suspend(person.address, Role.researcher);
    await see();
    try {
      const [view] = (await crowd.studies.calls()).filter((c) => c.callId === callId);
      expect(view).toMatchObject({ researcher: { suspended: true }, entry: { offered: true } });
      expect((await refusal(crowd.studies.approvePlace({ callId, position: view!.entry!.position! }))).message).toMatch(/suspended|refuses/);
      expect((await crowd.studies.calls()).find((c) => c.callId === other.callId)!.meets.some((m) => m.ready)).toBe(false);
      expect((await refusal(crowd.studies.enrol({ callId: other.callId, datasetId: datasets[0]! }))).code).toBe('invalid-argument');
    } finally { await certify.accredit(person.address, Role.researcher); await see(); }
  });
});

describe('criteria that lie', () => {
  async function opened(bytes: Uint8Array, change: { criteriaHash?: Hex; purpose?: Hex } = {}): Promise<number> {
    const { purpose } = encodeCriteria(CRITERIA);
    const hash: Hex = `0x${createHash('sha256').update(bytes).digest('hex')}`;
    const { at } = await crowd.studies.ports.time();
    const key = accessKey(77);
    await certify.as(person.address, 'coin', 'approve', [world.network.contracts.studies, REWARD]);
    const events = await certify.as(person.address, 'studies', 'open', [[REWARD, 1, at + HOUR, 0, 0, 0, HOUR, 0, `0x${'00'.repeat(32)}`, key.px, key.py, change.purpose ?? purpose, change.criteriaHash ?? hash], bytes]);
    await see();
    return Number(events.find((e) => e.name === 'CallOpened')!.args.callId);
  }
  const good = encodeCriteria(CRITERIA).bytes;
  const lies: [string, Uint8Array, { criteriaHash?: Hex; purpose?: Hex }?][] = [
    ['about their hash', good, { criteriaHash: `0x${'12'.repeat(32)}` }],
    ['about their purpose', good, { purpose: `0x${'12'.repeat(32)}` }],
    ['by no JSON at all', Buffer.from([0, 255, 254, 10, 13, 39, 59, 45, 45])],
    ['by a key twice', Buffer.from(Buffer.from(good).toString().replace('{', '{"title":"Another",'))],
    ['by hidden characters', Buffer.from(Buffer.from(good).toString().replace('How people', 'How \u202epeople'))],
    ['by their size', Buffer.alloc(4096, 0x7b)],
    ['by nothing', new Uint8Array()],
  ];
  it.each(lies)('%s are shown as a problem, and nobody takes part by the app', async (_, bytes, change) => {
    const callId = await opened(bytes, change);
    const view = (await crowd.studies.calls()).find((c) => c.callId === callId)!;
    expect(view.criteria).toBeNull();
    expect(view.problem).toMatch(/^[A-Z].*\.$/);
    expect(view.meets).toEqual([]);
    expect((await refusal(crowd.studies.enrol({ callId, datasetId: datasets[0]! }))).code).toBe('hash-mismatch');
  });
  it('longer than the contract takes are refused by it', async () => {
    expect((await refusal(opened(Buffer.alloc(4097, 0x20)))).details.reason).toBe('StudyTermsInvalid');
  });
});

describe('an open call', () => {
  it('pays who is accepted, not who left, and gives the rest back', async () => {
    const rich = balance(person.address);
    const { callId } = await researcher.studies.open('open', { ...INPUT, kind: 'open', screenSeconds: HOUR, answerSeconds: 0, fillSeconds: 0 });
    await see();
    expect(rich - balance(person.address)).toBe(REWARD * 2n);
    for (const datasetId of datasets.slice(0, 3)) await crowd.studies.enrol({ callId, datasetId });
    await crowd.studies.leave({ callId, index: 0 });
    await see();
    expect((await refusal(researcher.studies.accept({ callId, index: 0 }))).code).toBe('chain-reverted');
    expect((await refusal(researcher.studies.strike({ callId, index: 1, reason: 'No reason.' }))).code).toBe('invalid-argument');
    expect((await refusal(crowd.studies.accept({ callId, index: 1 }))).code).toBe('not-yours');
    const { accessId } = await researcher.studies.accept({ callId, index: 1 });
    expect(researcher.parts.chainNow.reads.access(accessId)).toMatchObject({ datasetId: datasets[1], kind: 'grant', price: REWARD, grantee: person.address });
    const rows = await researcher.studies.entries(callId);
    expect(rows.map((r) => r.status)).toEqual(['left', 'approved', 'entered']);
    watching(researcher);
    await later(2 * HOUR + 5);
    await until(() => call(callId).status === 'ended', 'it is finished');
    expect(call(callId)).toMatchObject({ approved: 1, returned: REWARD });
  });

  it('whose reward does not pay the keepers of a listing says so', async () => {
    const { callId } = await researcher.studies.open('cheap', { ...INPUT, kind: 'open', reward: '1000' });
    await see();
    const view = (await crowd.studies.calls()).find((c) => c.callId === callId)!;
    expect(view.meets[0]).toMatchObject({ meets: false, ready: false, why: ['The reward is too small to pay the keepers of this listing.'] });
  });
});

describe('the secret of a call', () => {
  it('is nowhere but in the wallet until it is revealed', async () => {
    const { callId } = await researcher.studies.open('secret', INPUT);
    await see();
    const { secret } = studySecret(researcher.parts.wallet, call(callId).px);
    const [text] = [researcher.parts.db.prepare("SELECT group_concat(raw) FROM outbox").pluck().get() as string];
    expect(text).not.toContain(secret.slice(2));
    expect(text).toContain(call(callId).commitment.slice(2));
  });
});
