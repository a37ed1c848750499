/** A study with fifty owners on a real chain: enrolment, screening, draw, answers, refusals passed on, and two real datasets on the researcher's disk. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEther } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryOf, REASON_FILE, reasonHash } from '../../electron/consent/studies/reason.ts';
import { offersOf } from '../../electron/consent/studies/phase.ts';
import { createShuffle } from '../../electron/consent/studies/shuffle.ts';
import type { StudyWatch } from '../../electron/consent/studies/watch.ts';
import { createCustomer } from '../../electron/app/customer-service.ts';
import type { OpenStudyIn } from '../../shared/api/studies.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { ReportSummary } from '../../shared/verdict.ts';
import { createWorld, refusal, until, type World } from '../market/world.ts';
import { certifier, type Certifier } from './certified.ts';
import { LABEL, openStudySide, tell, type StudySide } from './study-side.ts';

const CROWD = 47;
const PLACES = 5;
const REWARD = parseEther('20');
const [DAY, HOUR] = [86_400, 3600];
const PURPOSE = { v: 1 as const, term: 'AcademicResearch' as const, duo: ['DUO:0000042'], words: 'To learn how people walk.' };
const INPUT: OpenStudyIn = {
  criteria: { v: 1, title: 'How people walk', words: 'One recording each.', specification: { version: 1, channels: [{ kind: 'acceleration' }] }, ageBands: ['30-39'], sexes: [], since: null, purpose: PURPOSE },
  // Keepers get a week: the clock is moved on by hours while they work.
  kind: 'drawn', reward: REWARD.toString(), places: PLACES, minScore: 50, enrolSeconds: DAY, screenSeconds: DAY, answerSeconds: HOUR, fillSeconds: 10 * DAY, releaseSeconds: 7 * DAY,
};

let world: World;
let certify: Certifier;
let researcher: StudySide;
let crowd: StudySide;
const owners: StudySide[] = [];
const real: number[] = [];
const fake: number[] = [];
let watch: StudyWatch;
let callId = 0;

const caughtUp = (side: StudySide) => side.parts.chainNow.indexer.catchUp();
const later = async (seconds: number) => { await world.mineAfter(seconds); await Promise.all([researcher, crowd, ...owners].map(caughtUp)); };
const call = (side: StudySide = researcher) => side.studies.ports.studies.call(callId)!;

const label = { ...LABEL, month: '2026-05' };
const report = { version: 2, score: 85, parts: [], channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', rateHz: 50, seconds: 7200, step: 0.01 }], durationSeconds: 7200, labels: null, reasons: [] } as unknown as ReportSummary;

beforeAll(async () => {
  world = await createWorld({ keepers: 3, validator: false });
  certify = certifier(world.rpc, world.network);
  const people = [await world.person('researcher'), await world.person('crowd'), await world.person('ada'), await world.person('ben'), await world.person('cleo')];
  for (const who of people.slice(2)) {
    const node = await world.open(who);
    const { datasetId } = await node.publish(world.request(await world.record(node), { demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' } }), { wait: 'seats' });
    real.push(datasetId!);
    await node.stop();
  }
  [researcher, crowd] = [await openStudySide(world, people[0]!), await openStudySide(world, people[1]!)];
  for (const who of people.slice(2)) owners.push(await openStudySide(world, who));
  await certify.accredit(people[0]!.address, Role.researcher);
  for (const [i, id] of real.entries()) {
    const { reads } = owners[i]!.parts.chainNow;
    await until(() => reads.seats(id).every((s) => s.status === 'accepted'), 'every keeper of it has accepted');
    await certify.certify(id, { released: async (accessId) => { await until(() => reads.releases(accessId).length >= 3, 'the keepers have released'); } });
  }
  const accounts = Array.from({ length: CROWD }, (_, i) => crowd.parts.accounts.fresh('dataset', `recording ${i}`));
  for (const { address } of accounts) fake.push(await certify.certified(address));
  // Owners were rewarded for their certificates: some of it makes the researcher rich enough.
  for (const { address } of accounts.slice(0, 10)) await certify.as(address, 'coin', 'transfer', [people[0]!.address, parseEther('100')]);
  await Promise.all([researcher, crowd, ...owners].map(caughtUp));
  for (const side of [researcher, crowd]) tell(side.parts, fake, { label, report });
  watch = researcher.studies.watch({ pollMs: 200 });
}, 240_000);
afterAll(async () => { await watch?.stop(); await world?.stop(); });

describe('a study with fifty owners', () => {
  it('tells its researcher how many are eligible before it opens, and names nobody', async () => {
    const answer = await researcher.studies.eligible({ criteria: INPUT.criteria, minScore: 50 });
    expect(answer).toEqual({ atLeast: 50, below: false, k: 10, datasets: 50 });
    expect(await researcher.studies.eligible({ criteria: { ...INPUT.criteria, title: 'Another title' }, minScore: 50 })).toEqual(answer);
    expect(await researcher.studies.eligible({ criteria: { ...INPUT.criteria, sexes: ['male'] }, minScore: 50 })).toEqual({ atLeast: 0, below: true, k: 10, datasets: 50 });
  });

  it('is refused to who is no researcher, or has too few coins', async () => {
    expect((await refusal(owners[0]!.studies.open('x', INPUT))).code).toBe('not-yours');
    expect((await refusal(researcher.studies.open('y', { ...INPUT, places: 1000 }))).code).toBe('coins-too-few');
  });

  it('opens once, however often the same is asked, and takes its rewards and its bond', async () => {
    const before = researcher.parts.chainNow.reads.balanceOf(researcher.parts.address);
    ({ callId } = await researcher.studies.open('walk', INPUT));
    expect((await researcher.studies.open('walk', INPUT)).callId).toBe(callId);
    expect(researcher.studies.ports.studies.callsBy(researcher.parts.address)).toHaveLength(1);
    expect(before - researcher.parts.chainNow.reads.balanceOf(researcher.parts.address)).toBe((REWARD * BigInt(PLACES) * 11n) / 10n);
    expect(await researcher.studies.ports.read('coin', 'allowance', [researcher.parts.address, world.network.contracts.studies])).toEqual([0n]);
  });

  it('shows an owner what it asks and which of its own datasets meet it', async () => {
    await caughtUp(owners[0]!);
    const [view] = await owners[0]!.studies.calls();
    expect(view).toMatchObject({ callId, kind: 'drawn', state: 'enrolling', problem: null, criteria: INPUT.criteria, mine: false, researcher: { accredited: true, suspended: false } });
    expect(view!.meets.filter((m) => m.datasetId !== null)).toMatchObject([{ datasetId: real[0], meets: true, ready: true, why: [] }]);
  });

  it('takes each owner once, each from the account of its dataset', async () => {
    for (const [i, side] of owners.entries()) await side.studies.enrol({ callId, datasetId: real[i]! });
    await caughtUp(crowd);
    for (let i = 0; i < CROWD; i += 8) await Promise.all(fake.slice(i, i + 8).map((datasetId) => crowd.studies.enrol({ callId, datasetId })));
    await caughtUp(researcher);
    const entries = researcher.studies.ports.studies.entries(callId);
    expect(entries).toHaveLength(50);
    expect(new Set(entries.map((e) => e.owner)).size).toBe(50);
    expect(entries.map((e) => researcher.parts.chainNow.reads.dataset(e.datasetId)!.owner)).toEqual(entries.map((e) => e.owner));
    // Twice: by the app, and by one who does not use it.
    expect((await refusal(crowd.studies.enrol({ callId, datasetId: fake[0]! }))).code).toBe('invalid-argument');
    const owner = researcher.parts.chainNow.reads.dataset(fake[0]!)!.owner;
    expect((await refusal(certify.as(owner, 'studies', 'enrol', [callId, fake[0]]))).details.reason).toBe('StudyEnrolledAlready');
    const second = await certify.certified(owner);
    expect((await refusal(certify.as(owner, 'studies', 'enrol', [callId, second]))).details.reason).toBe('StudyEnrolledAlready');
    expect((await refusal(crowd.studies.enrol({ callId, datasetId: real[0]! }))).code).toBe('not-yours');
  });

  it('lets an owner leave, and the researcher strike with a reason that it can be held to', async () => {
    const entries = crowd.studies.ports.studies.entries(callId);
    const [left, struck] = [entries.find((e) => e.datasetId === fake[0])!, entries.find((e) => e.datasetId === fake[1])!];
    await crowd.studies.leave({ callId, index: left.index });
    expect((await refusal(owners[0]!.studies.leave({ callId, index: struck.index }))).code).toBe('not-yours');
    await researcher.studies.strike({ callId, index: struck.index, reason: 'The recording is of a dog.' });
    const row = researcher.studies.ports.studies.entry(callId, struck.index)!;
    expect(row.status).toBe('struck');
    expect(researcher.studies.reasonOf(callId, struck.index)).toMatchObject({ words: 'The recording is of a dog.' });
    expect(researcher.parts.db.prepare('SELECT sealed FROM strike_reasons').pluck().get()?.toString()).not.toContain('dog');
    // Nobody can be found to seal it to, since the dataset holds nothing: what stands on chain is its salted hash.
    expect(row.reasonHash).toBe(reasonHash(researcher.studies.reasonOf(callId, struck.index)!));
    expect(await researcher.studies.entries(callId)).toHaveLength(50);

    // Of a real dataset the owner is told, by the hash alone, and nobody else can read it.
    const third = entries.find((e) => e.datasetId === real[2])!;
    await researcher.studies.strike({ callId, index: third.index, reason: 'It was recorded on the ankle.' });
    await caughtUp(owners[2]!);
    const [mine] = owners[2]!.studies.struck();
    expect(await owners[2]!.studies.reasons.fetch(mine!)).toBe(true);
    expect((await owners[2]!.studies.calls())[0]!.entry).toMatchObject({ status: 'struck', reason: 'It was recorded on the ankle.' });
    const sealed: Buffer[] = [];
    for await (const chunk of researcher.parts.blobsNow.store.readFile(directoryOf(mine!.reasonHash!), REASON_FILE)) sealed.push(Buffer.from(chunk));
    expect(Buffer.concat(sealed).toString('latin1')).not.toContain('ankle');
    expect(await owners[0]!.studies.reasons.fetch(mine!)).toBe(false);
  });

  it('is drawn without anybody doing anything, by the seed that researcher and block make together', async () => {
    expect(call().status).toBe('enrolling');
    await later(2 * DAY + 5);
    await until(() => call().status === 'drawn', 'the places are drawn');
    const drawn = call();
    expect([drawn.drawnEntries, drawn.firstOffers, drawn.live]).toEqual([50, PLACES, 47]);
    // The bond is back.
    expect(BigInt((await researcher.studies.ports.read('coin', 'balanceOf', [world.network.contracts.studies]))[0] as bigint)).toBe(REWARD * BigInt(PLACES));
    const shuffle = createShuffle(50, drawn.seed!);
    for (let position = 0; position < 50; position++) {
      const [, , index] = await researcher.studies.ports.read('studies', 'offerOf', [callId, position]);
      expect([position, Number(index)]).toEqual([position, shuffle.entryAt(position)]);
    }
  });

  it('passes on what is refused, not answered, or was struck, until its places are filled', async () => {
    const mineAt = (side: StudySide, position: number) => side.parts.accounts.indexOf(side.studies.ports.studies.entry(callId, createShuffle(50, call().seed!).entryAt(position))!.owner);
    expect((await refusal(owners[0]!.studies.refusePlace({ callId, position: 49 }))).code).toMatch(/access-not-ready|not-yours/);
    const approved: number[] = [];
    for (let round = 0; round < 60 && call().status === 'drawn'; round++) {
      await watch.look();
      await Promise.all([researcher, crowd, ...owners].map(caughtUp));
      const reads = researcher.studies.ports.studies;
      const waiting = offersOf(call(), reads.entries(callId), reads.positions(callId)).filter((o) => o.status === 'offered' && reads.entry(callId, o.index)!.status === 'entered');
      if (waiting.length === 0) continue;
      let answered = 0;
      for (const { position, index } of waiting) {
        const { datasetId } = reads.entry(callId, index)!;
        const who = owners[real.indexOf(datasetId)];
        if (who) {
          const { accessId } = await who.studies.approvePlace({ callId, position });
          approved.push(accessId);
          answered += 1;
          continue;
        }
        expect(mineAt(crowd, position)).toBeTypeOf('number');
        // Some never answer.
        if (position % 7 === 3) continue;
        answered += 1;
        if (approved.length >= 2 && reads.call(callId)!.approved < PLACES) await crowd.studies.approvePlace({ callId, position });
        else await crowd.studies.refusePlace({ callId, position });
      }
      if (answered === 0) await later(HOUR + 5);
    }
    await until(() => call().status === 'ended', 'the study is finished', () => ({ call: call() }));
    expect(approved.length).toBeGreaterThanOrEqual(2);
    const reads = researcher.studies.ports.studies;
    const end = call();
    expect(end.approved).toBe(reads.entries(callId).filter((e) => e.status === 'approved').length);
    expect(end.returned).toBe(REWARD * BigInt(PLACES - end.approved));
    for (const datasetId of real.slice(0, 2)) expect(reads.entries(callId).find((e) => e.datasetId === datasetId)).toMatchObject({ status: 'approved' });
  }, 240_000);

  it('delivers: the researcher opens both datasets with its wallet alone, and the owners are paid', async () => {
    const customer = await createCustomer(researcher.parts);
    for (const [i, datasetId] of real.slice(0, 2).entries()) {
      const { accessId, owner } = researcher.studies.ports.studies.entries(callId).find((e) => e.datasetId === datasetId)!;
      const before = researcher.parts.chainNow.reads.balanceOf(owner);
      const opened = await customer.open(accessId!, { outDir: join(world.dir, `study-${i}`) });
      expect(opened.rows).toBeGreaterThan(100);
      expect(opened.files.some((f) => f.endsWith('.parquet') && existsSync(join(opened.dir, f)))).toBe(true);
      expect(JSON.parse(readFileSync(join(opened.dir, 'verification.json'), 'utf8'))).toMatchObject({ accessId, datasetId });
      expect(opened.confirmed).toBe(true);
      const share = researcher.parts.chainNow.reads.balanceOf(owner) - before;
      // The listing's rule: keepers 10 %, validator 2 %.
      expect(share).toBe((REWARD * 88n) / 100n);
    }
    const rows = await researcher.studies.entries(callId);
    expect(rows.filter((r) => real.includes(r.datasetId)).map((r) => r.delivered)).toEqual([true, true, false]);
  });
});
