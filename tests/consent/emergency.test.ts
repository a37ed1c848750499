import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmergencies, type Emergencies } from '../../electron/app/consent/emergencies.ts';
import { accredit, suspend } from '../../electron/chain/deploy.ts';
import { consentReads } from '../../electron/db/queries/consent-reads.ts';
import type { Job } from '../../shared/api/app.ts';
import { Role } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { createWorld, filesBelow, isClear, refusal, ROWS, until, type Person, type World } from '../market/world.ts';
import { backstageOf, type Stage } from '../app/backstage.ts';

// Emergencies with real keepers, chain and stores. The tests go on from one another.
const REASON = 'Unconscious after a fall; the rhythm of the last hours is needed';
const RELEASE_S = 8;
const WINDOW_S = 2;
let world: World;
let owner: Person;
let clinic: Person;
let stranger: Person;
let datasetId: number;
let [ownerStage, clinicStage, strangerStage] = [] as unknown as [Stage, Stage, Stage];
let [ownerSide, clinicSide, strangerSide] = [] as unknown as [Emergencies, Emergencies, Emergencies];

const open = (reason = REASON) => clinicStage.done(clinicSide.open({ datasetId, reason }));
const ok = (job: Job): Record<string, unknown> => { if (job.state !== 'done') throw new Error(`${job.state}: ${job.error?.message}`); return job.result!; };
const opened = async (accessId: number) => (await clinicSide.opened()).find((e) => e.accessId === accessId)!;
const ofMine = async (accessId: number) => (await ownerSide.ofMine()).find((e) => e.accessId === accessId)!;
const seesRoles = (wanted: boolean) => until(() => ((clinicStage.chain.reads.participant(clinic.address)?.roles ?? 0) & Role.institution) !== 0 === wanted, 'the clinic sees its role');

beforeAll(async () => {
  world = await createWorld({ parameters: { challengeWindow: BigInt(WINDOW_S) } });
  [owner, clinic, stranger] = await Promise.all([world.person('owner'), world.person('clinic'), world.person('stranger')]);
  const node = await world.open(owner);
  ({ datasetId } = await world.publish(node));
  await node.stop();
  await accredit(world.rpc, world.network, clinic.address, Role.institution);
  [ownerStage, clinicStage, strangerStage] = await Promise.all([backstageOf(world, owner), backstageOf(world, clinic), backstageOf(world, stranger)]);
  [ownerSide, clinicSide, strangerSide] = [createEmergencies(ownerStage), createEmergencies(clinicStage, { releaseSeconds: RELEASE_S }), createEmergencies(strangerStage)];
  await seesRoles(true);
});
afterAll(async () => {
  for (const side of [ownerSide, clinicSide, strangerSide]) side?.close();
  for (const stage of [ownerStage, clinicStage, strangerStage]) await stage?.stop();
  await world?.stop();
});

it('opens nothing that its owner has not marked, and only its owner marks it', async () => {
  expect(await refusal(async () => clinicSide.open({ datasetId, reason: REASON }))).toMatchObject({ code: 'dataset-not-for-sale' });
  const error = await refusal(() => strangerSide.setReadable(datasetId, true));
  expect(error.code).toBe('not-yours');
  expect(isClear(error)).toBe(true);
  await ownerSide.setReadable(datasetId, true);
  await until(() => clinicSide.readable().length === 1, 'the clinic sees the mark');
  expect(clinicSide.readable()).toMatchObject([{ datasetId }]);
  expect(ownerSide.isReadable(datasetId)).toBe(true);
  expect(await refusal(async () => strangerSide.open({ datasetId, reason: REASON }))).toMatchObject({ code: 'not-yours' });
});

let first: number;
it('opens at once, keeps what it opened encrypted, and is logged with a reason that owner and institution read', async () => {
  const { accessId, rows, failedChecks } = ok(await open()) as { accessId: number; rows: number; failedChecks: number };
  first = accessId;
  expect([rows, failedChecks]).toEqual([ROWS, 0]);
  expect(await opened(accessId)).toMatchObject({ datasetId, reason: REASON, contestedAt: null, threshold: 2 });
  await until(async () => (await ofMine(accessId)) !== undefined, 'the owner sees it');
  expect(await ofMine(accessId)).toMatchObject({ datasetId, reason: REASON, institution: { address: clinic.address, accredited: true } });
  expect(await strangerSide.opened()).toEqual([]);
  // Somebody who reads all of the chain learns no reason; nor does whoever has the disk.
  const row = consentReads(strangerStage.parts.db);
  await until(() => row.emergency(accessId) !== undefined, 'a stranger’s cache has it');
  expect(Buffer.from(row.emergency(accessId)!.reason.slice(2), 'hex').includes('Unconscious')).toBe(false);
  for (const who of [owner, clinic]) for (const { path, bytes } of filesBelow(who.dir)) expect(bytes.includes('Unconscious'), path).toBe(false);
  await expect.poll(() => ownerStage.topics).toContain('consent');
  await expect.poll(() => clinicStage.topics).toContain('records');
});

it('the owner contests it, once; the institution sees that, and the words stay with the owner', async () => {
  expect(await refusal(() => strangerSide.contest({ accessId: first, reason: 'not mine' }))).toMatchObject({ code: 'not-yours' });
  // A first try that nobody carried out: its words are not shown as the objection; a second in other words is what stands on chain.
  const away = { ...ownerStage, chain: { ...ownerStage.chain, as: (index: number | null) => ({ ...ownerStage.chain.as(index), send: () => Promise.reject(new AppError('chain-unreachable', 'The relayer does not answer.', { retryable: true })) }) } };
  const offline = createEmergencies(away as typeof ownerStage);
  expect(await refusal(() => offline.contest({ accessId: first, reason: 'I was at home' }))).toMatchObject({ code: 'chain-unreachable' });
  offline.close();
  expect(ownerSide.objection(first)).toBeNull();
  await ownerSide.contest({ accessId: first, reason: 'I was not even there' });
  expect((await ofMine(first)).contestedAt).not.toBeNull();
  await until(async () => (await opened(first)).contestedAt !== null, 'the clinic sees that it is contested');
  expect(ownerSide.objection(first)).toMatchObject({ reason: 'I was not even there' });
  expect(clinicSide.objection(first)).toBeNull();
  expect(await refusal(() => ownerSide.contest({ accessId: first, reason: 'again' }))).toMatchObject({ code: 'invalid-argument' });
});

it('is closed by the institution’s app when its time is over, and stays readable there', async () => {
  await until(async () => (await opened(first)).status === 'closed', 'the access is closed', () => clinicStage.chain.reads.access(first));
  const closed = clinicStage.parts.db.prepare("SELECT count(*) FROM history WHERE event = 'AccessClosed' AND access_id = ?").pluck().get(first);
  expect(closed).toBe(1);
});

it('an institution that is suspended while it waits gets no further, and is told so', async () => {
  // Two of three keepers gone: nothing opens before the deadline.
  await Promise.all(world.keepers.slice(0, 2).map((k) => k.stop()));
  const job = open();
  await until(() => consentReads(clinicStage.parts.db).emergenciesBy(clinic.address).length === 2, 'the second emergency is open');
  const [{ accessId }] = consentReads(clinicStage.parts.db).emergenciesBy(clinic.address) as unknown as [{ accessId: number }];
  await suspend(world.rpc, world.network, clinic.address, Role.institution);
  const ended = await job;
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'not-yours' } });
  // Keepers that come back release nothing to it.
  await world.keepers[0]!.start();
  await seesRoles(false);
  await until(() => clinicStage.chain.reads.access(accessId)!.status === 'refunded', 'the access is over');
  expect(clinicStage.chain.reads.releases(accessId).filter((r) => r.keeper === world.keepers[0]!.address)).toEqual([]);
  expect(await refusal(async () => clinicSide.open({ datasetId, reason: REASON }))).toMatchObject({ code: 'not-yours' });
  // Nobody was silent towards a grantee that may not be answered: no stake was taken.
  expect(world.rows(world.keepers[1]!, 'SELECT 1 FROM history WHERE event = \'Slashed\'')).toEqual([]);
});

it('dead keepers: too few shares by the deadline say so, and the access ends without anybody’s doing', async () => {
  await accredit(world.rpc, world.network, clinic.address, Role.institution);
  await seesRoles(true);
  await world.keepers[0]!.stop();
  const ended = await open();
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'access-expired' } });
  const { accessId } = ended.subject as { accessId: number };
  await until(() => clinicStage.chain.reads.access(accessId)!.status === 'refunded', 'the access is refunded');
  // The one that was asked and silent pays for it.
  await until(() => (clinicStage.parts.db.prepare("SELECT count(*) FROM history WHERE event = 'Slashed'").pluck().get() as number) > 0, 'silent keepers lose stake');
});

it('is no more possible once its owner takes the mark back', async () => {
  await ownerSide.setReadable(datasetId, false);
  await until(() => clinicSide.readable().length === 0, 'the clinic sees that the mark is gone');
  expect(await refusal(async () => clinicSide.open({ datasetId, reason: REASON }))).toMatchObject({ code: 'dataset-not-for-sale' });
});
