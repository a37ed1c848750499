import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecordsApi } from '../../electron/app/consent/records-api.ts';
import { createEmergencies } from '../../electron/app/consent/emergencies.ts';
import { createRecords, type Records } from '../../electron/app/consent/records.ts';
import { accredit, suspend } from '../../electron/chain/deploy.ts';
import { writeInvitation } from '../../electron/consent/invitation.ts';
import { readDocument } from '../../electron/consent/records/document.ts';
import { sealRecord } from '../../electron/consent/records/seal-record.ts';
import { consentReads } from '../../electron/db/queries/consent-reads.ts';
import { collectBytes } from '../../electron/vault/collect-bytes.ts';
import { sha256 } from '../../electron/vault/sha256.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Job } from '../../shared/api/app.ts';
import type { IssueIn } from '../../shared/api/records.ts';
import { createWorld, filesBelow, isClear, refusal, until, type Person, type World } from '../market/world.ts';
import { backstageOf, type Stage } from '../app/backstage.ts';

// Records from their issue to the patient's profile, with real chains, wallets and IPFS nodes. The tests go on from one another.
let world: World;
let clinic: Person;
let patient: Person;
let clinicStage: Stage;
let patientStage: Stage;
let clinicApi: ReturnType<typeof createRecordsApi>;
let patientApi: ReturnType<typeof createRecordsApi>;
let patientRecords: Records;
let invitation: string;
let account: { index: number; address: Hex };
const SECRET_WORDS = 'Ejection fraction 34 %, referred';

const invite = (label: string) => {
  const { parts, chain, blobs } = patientStage;
  const made = parts.accounts.fresh('relationship', label);
  const key: Hex = `0x${Buffer.from(parts.wallet.account(made.index).encryptionPublicKey).toString('hex')}`;
  return { account: made, text: writeInvitation({ v: 1, chainId: chain.network.chainId, consent: chain.network.contracts.consent!.toLowerCase() as Hex, account: made.address, key, addresses: blobs.store.addresses().slice(0, 2) }) };
};
const issue = (change: Partial<IssueIn> = {}) => clinicStage.done(clinicApi.issue({ to: { invitation }, category: 'history', title: 'Discharge letter', mediaType: 'text/plain', content: { text: SECRET_WORDS }, ...change } as IssueIn));
const ok = async (job: Job | Promise<Job>): Promise<Record<string, unknown>> => { const j = await job; if (j.state !== 'done') throw new Error(`${j.state}: ${j.error?.message}`); return j.result!; };
const failed = async (job: Job | Promise<Job>) => { const j = await job; expect(j.state).toBe('failed'); return j.error!; };
const accept = (id: number) => patientStage.done(patientApi.accept(id));
const view = async (id: number) => (await patientApi.records()).find((r) => r.recordId === id)!;
const seen = (id: number) => until(() => consentReads(patientStage.parts.db).record(id) !== undefined, `the patient sees record ${id}`);

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  [clinic, patient] = await Promise.all([world.person('clinic'), world.person('patient')]);
  await accredit(world.rpc, world.network, clinic.address, Role.institution);
  [clinicStage, patientStage] = await Promise.all([backstageOf(world, clinic), backstageOf(world, patient)]);
  clinicApi = createRecordsApi(clinicStage);
  patientRecords = createRecords(patientStage, { timeoutMs: 10_000 });
  patientApi = createRecordsApi(patientStage, { records: patientRecords, emergencies: createEmergencies(patientStage) });
  ({ account, text: invitation } = invite('Clinic'));
});
afterAll(async () => {
  for (const api of [clinicApi, patientApi]) api?.close();
  for (const stage of [clinicStage, patientStage]) await stage?.stop();
  await world?.stop();
});

it('issue, accept, read: the content is the patient’s alone, and the chain says that it is kept', async () => {
  const { recordId } = (await ok(issue())) as { recordId: number };
  await seen(recordId);
  expect(await view(recordId)).toMatchObject({ state: 'issued', title: null, category: 'history', issuer: { address: clinic.address, accredited: true, suspended: false, roles: expect.arrayContaining(['institution']) } });
  expect(await ok(accept(recordId))).toEqual({ recordId, bytes: Buffer.byteLength(SECRET_WORDS) });
  expect(await view(recordId)).toMatchObject({ state: 'stored', problem: null, title: 'Discharge letter', mediaType: 'text/plain' });
  expect((await view(recordId)).storedAt).not.toBeNull();
  expect(await patientApi.content(recordId)).toEqual({ recordId, title: 'Discharge letter', mediaType: 'text/plain', text: SECRET_WORDS, bytes: Buffer.byteLength(SECRET_WORDS) });
  // What is kept is another ciphertext than the issuer's: the hash on chain is of the patient's own.
  const row = consentReads(patientStage.parts.db).record(recordId)!;
  const kept = patientStage.parts.db.prepare('SELECT content FROM stored_records WHERE record_id = ?').pluck().get(recordId) as Buffer;
  expect(row.storedHash).toBe(sha256(kept));
  expect(row.storedHash).not.toBe(row.contentHash);
  await until(async () => (await clinicApi.issued())[0]!.stored, 'the clinic sees that it is kept');
  expect(clinicApi.issued()).toMatchObject([{ recordId, patient: account.address, title: 'Discharge letter', category: 'history', corrects: null }]);
  await expect.poll(() => clinicStage.topics).toContain('records');
  await expect.poll(() => patientStage.topics).toContain('records');
});

it('nothing of it is readable on either disk, nor on chain', async () => {
  for (const who of [clinic, patient]) {
    for (const { path, bytes } of filesBelow(who.dir)) for (const word of ['Ejection', 'Discharge letter']) expect(bytes.includes(word), path).toBe(false);
  }
  expect(JSON.stringify([clinicStage.jobs.list(), patientStage.jobs.list()])).not.toMatch(/Ejection|Discharge/);
  const row = consentReads(clinicStage.parts.db).record(1)!;
  expect(Buffer.from(row.sealedKey.slice(2), 'hex').length).toBe(145);
  // The patient's own account is nowhere in it, only the one that was made for the clinic.
  expect(JSON.stringify(clinicStage.parts.db.prepare('SELECT * FROM history').all())).not.toContain(patient.address);
});

it('a file, and an empty or unreadable one', async () => {
  const path = join(world.dir, 'scan.pdf');
  const bytes = randomBytes(3_000_000);
  await writeFile(path, bytes);
  const { recordId } = (await ok(issue({ title: 'Scan', mediaType: 'application/pdf', content: { path } }))) as { recordId: number };
  await seen(recordId);
  await ok(accept(recordId));
  expect(await patientApi.content(recordId)).toMatchObject({ text: null, bytes: bytes.length, mediaType: 'application/pdf' });
  const { content, title } = await patientRecords.stored(recordId);
  expect(title).toBe('Scan');
  expect(Buffer.from(content).equals(readFileSync(path))).toBe(true);
  expect(await failed(issue({ content: { path: join(world.dir, 'nothing.pdf') } }))).toMatchObject({ code: 'file-not-found' });
  await writeFile(path, '');
  expect(await failed(issue({ content: { path } }))).toMatchObject({ code: 'file-empty' });
});

it('a correction names what it corrects; another’s record cannot be corrected', async () => {
  const { recordId } = (await ok(issue({ title: 'Discharge letter, corrected', corrects: 1 }))) as { recordId: number };
  await seen(recordId);
  await ok(accept(recordId));
  expect(await view(1)).toMatchObject({ correctedBy: recordId });
  expect(await view(recordId)).toMatchObject({ corrects: 1, state: 'stored' });
  const other = invite('Somebody else');
  expect(await failed(issue({ to: { invitation: other.text }, corrects: 1 }))).toMatchObject({ code: 'invalid-argument' });
  expect(await failed(issue({ corrects: 999 }))).toMatchObject({ code: 'not-yours' });
});

it('insurance is not an institution’s to write', async () => {
  const error = await failed(issue({ category: 'insurance' }));
  expect(error).toMatchObject({ code: 'not-yours' });
});

/** An issuer that leaves the app's ways. */
async function forge(change: { signer?: Stage; key?: Uint8Array; tamper?: boolean; asPatient?: Hex; huge?: boolean; cid?: Uint8Array }): Promise<number> {
  const { chain, parts, blobs } = clinicStage;
  const records = chain.network.contracts.records!.toLowerCase() as Hex;
  const record = await sealRecord({
    title: 'Forged', mediaType: 'text/plain', content: Buffer.from('x'), category: 1, corrects: 0, parties: { chainId: chain.network.chainId, records, issuer: clinic.address, patient: change.asPatient ?? account.address },
    patientKey: change.key ?? patientStage.parts.wallet.account(account.index).encryptionPublicKey, signer: (change.signer ?? clinicStage).parts.wallet,
  });
  if (change.tamper) record.sealed[record.sealed.length - 1]! ^= 1;
  if (change.huge) record.sealed = Buffer.concat([record.sealed, randomBytes(17 * 2 ** 20)]);
  const dir = join(parts.profile.path('work'), 'forged');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'record.phdx'), record.sealed);
  const { cid } = await blobs.store.addDirectory(dir);
  await rm(dir, { recursive: true });
  const sent = await chain.sendAndSee({ key: `forged:${record.digest}`, contract: 'records', method: 'issue', args: [account.address, 1, record.digest, record.contentHash, change.cid ?? CID.parse(cid).bytes, record.sealedKey, 0] });
  return Number(sent.events.find((e) => e.name === 'RecordIssued')!.args.recordId);
}

it.each([
  ['content that was tampered with', { tamper: true }, 'hash-mismatch'],
  ['a key of another person', { key: new Uint8Array(32).fill(9) }, 'envelope-unreadable'],
  ['the record of another patient', { asPatient: `0x${'77'.repeat(20)}` as Hex }, 'envelope-unreadable'],
  ['more bytes than a record may have', { huge: true }, 'quota-exceeded'],
  ['a place that is none', { cid: Buffer.from([1]) }, 'manifest-invalid'],
] as const)('refused, with the reason: %s', async (_name, change, code) => {
  const id = await forge(change);
  await seen(id);
  const error = await failed(accept(id));
  expect(error.code).toBe(code);
  expect(await view(id)).toMatchObject({ state: 'refused', problem: error.message, title: null, storedAt: null });
  expect(await refusal(() => patientApi.content(id))).toMatchObject({ code: 'blob-not-found' });
});

it('content that nobody serves now is asked for again later, and not refused', async () => {
  const id = await forge({ cid: CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi').bytes });
  await seen(id);
  expect(await failed(accept(id))).toMatchObject({ code: 'storage-timeout' });
  expect(await view(id)).toMatchObject({ state: 'issued', problem: null });
});

it('refused: a signature that is not the issuer’s', async () => {
  const id = await forge({ signer: patientStage });
  await seen(id);
  expect(await failed(accept(id))).toMatchObject({ code: 'proof-invalid' });
  expect(await view(id)).toMatchObject({ state: 'refused' });
});

it('somebody else’s record is not theirs to accept, and an account without a right is not theirs to write to', async () => {
  const error = await refusal(async () => { clinicApi.accept(1); });
  expect(error.code).toBe('not-yours');
  expect(isClear(error)).toBe(true);
  expect(await failed(issue({ to: { address: `0x${'12'.repeat(20)}` } } as Partial<IssueIn>))).toMatchObject({ code: 'not-yours' });
});

it('a kept record goes into a delivery as the document whose digest is on chain', async () => {
  const segments = [];
  for await (const segment of patientRecords.recordSegments(1, 4)) segments.push({ name: segment.name, mediaType: segment.mediaType, finish: segment.finish(), bytes: Buffer.from(await collectBytes(segment.parquet)) });
  expect(segments).toMatchObject([{ name: 'record/day-004', mediaType: 'application/vnd.phdex.record' }]);
  expect(sha256(segments[0]!.bytes)).toBe(consentReads(clinicStage.parts.db).record(1)!.digest);
  expect(readDocument(segments[0]!.bytes).head.title).toBe('Discharge letter');
});

describe('an issue that does not come to its end', () => {
  /** A clinic's app whose sending goes otherwise. */
  const broken = (sendAndSee: Stage['chain']['sendAndSee']) => createRecords({ ...clinicStage, chain: { ...clinicStage.chain, sendAndSee } });
  const input = (title: string): IssueIn => ({ to: { invitation }, category: 'history', title, mediaType: 'text/plain', content: { text: 'The same words' } });
  const issuedBy = (records: Records, title: string) => clinicStage.done(records.issue(input(title)));
  const titled = async (title: string) => (await clinicApi.issued()).filter((r) => r.title === title);
  const pins = async () => (await clinicStage.blobs.store.pins()).sort();
  const begun = () => clinicStage.parts.db.prepare('SELECT count(*) FROM begun_issues').pluck().get();
  const after: Stage['chain']['sendAndSee'] = async (intent, options) => { await clinicStage.chain.sendAndSee(intent, options); throw new Error('killed'); };

  it('after the transaction went out: a second try gives the record that went out', async () => {
    expect((await issuedBy(broken(after), 'Once')).state).toBe('failed');
    const { recordId } = (await ok(issuedBy(createRecords(clinicStage), 'Once'))) as { recordId: number };
    expect(await titled('Once')).toMatchObject([{ recordId }]);
    await seen(recordId);
    await ok(accept(recordId));
    expect(begun()).toBe(0);
    // Said again on purpose it is another record.
    await ok(issuedBy(createRecords(clinicStage), 'Once'));
    expect(await titled('Once')).toHaveLength(2);
  });

  it('after the transaction went out: a start takes it up, and a second try gives the same', async () => {
    await issuedBy(broken(after), 'Taken up');
    const next = createRecords(clinicStage);
    await next.resume();
    const { recordId } = (await ok(issuedBy(next, 'Taken up'))) as { recordId: number };
    expect(await titled('Taken up')).toMatchObject([{ recordId }]);
    expect(begun()).toBe(0);
  });

  it('before anything was sent: the next start leaves nothing of it', async () => {
    const before = await pins();
    let sending = () => undefined as void;
    const reached = new Promise<void>((resolve) => { sending = resolve; });
    let die = () => undefined as void;
    const dead = broken(() => { sending(); return new Promise((_resolve, reject) => { die = () => { reject(new Error('killed')); }; }); });
    const { jobId } = dead.issue(input('Never sent'));
    await reached;
    expect(await pins()).toHaveLength(before.length + 1);
    expect(await failed(issuedBy(dead, 'Never sent'))).toMatchObject({ code: 'invalid-argument' });
    await createRecords(clinicStage).resume();
    expect(await pins()).toEqual(before);
    expect(begun()).toBe(0);
    die();
    await clinicStage.jobs.ended(jobId);
  });

  it('refused by the chain: nothing stays pinned, and it can be tried again', async () => {
    const before = await pins();
    let calls = 0;
    const once = broken((intent, options) => (++calls === 1 ? Promise.reject(new AppError('chain-reverted', 'Refused.')) : clinicStage.chain.sendAndSee(intent, options)));
    const job = await issuedBy(once, 'Refused first');
    expect(job.error?.code).toBe('chain-reverted');
    expect(await pins()).toEqual(before);
    const { recordId } = (await ok(clinicStage.done(clinicStage.jobs.retry(job.id)))) as { recordId: number };
    await seen(recordId);
    await ok(accept(recordId));
    expect(await titled('Refused first')).toHaveLength(1);
  });
});

it('what was issued before a suspension stays a record, and says who was suspended; after it nothing is issued', async () => {
  const { recordId } = (await ok(issue({ title: 'Last one' }))) as { recordId: number };
  await seen(recordId);
  await suspend(world.rpc, world.network, clinic.address, Role.institution);
  await until(() => (patientStage.chain.reads.participant(clinic.address)!.roles & Role.institution) === 0 && (clinicStage.chain.reads.participant(clinic.address)!.roles & Role.institution) === 0, 'both see the suspension');
  await ok(accept(recordId));
  expect(await view(recordId)).toMatchObject({ state: 'stored', issuer: { suspended: true, accredited: false } });
  expect(await failed(issue({ title: 'One more' }))).toMatchObject({ code: 'not-yours' });
  // Past the app's own check the contract refuses it.
  const refused = await refusal(() => forge({}));
  expect(refused).toMatchObject({ code: 'chain-reverted', details: { reason: 'RecordNotAllowed' } });
});

it('a restored profile can accept again what it kept before: key and hashes are on chain', async () => {
  patientStage.parts.db.prepare('DELETE FROM stored_records WHERE record_id = 1').run();
  expect(await view(1)).toMatchObject({ state: 'issued' });
  await ok(accept(1));
  expect(await patientApi.content(1)).toMatchObject({ text: SECRET_WORDS });
});

it('what was kept when the app was killed is said on chain by its next start', async () => {
  await accredit(world.rpc, world.network, clinic.address, Role.institution);
  await until(() => (clinicStage.chain.reads.participant(clinic.address)!.roles & Role.institution) !== 0, 'the clinic is accredited again');
  const { recordId } = (await ok(issue({ title: 'While it went dark' }))) as { recordId: number };
  await seen(recordId);
  // Kept, and nothing was sent: as where the process ended in between.
  const { chain } = patientStage;
  const dead = createRecords({ ...patientStage, chain: { ...chain, as: () => ({ ...chain.as(account.index), send: () => Promise.reject(new Error('killed')) }) } });
  expect((await patientStage.done(dead.accept(recordId))).state).toBe('failed');
  expect(await view(recordId)).toMatchObject({ state: 'stored', storedAt: null });
  await patientRecords.resume();
  expect((await view(recordId)).storedAt).not.toBeNull();
  await patientRecords.resume();
});
