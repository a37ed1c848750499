import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256, toBeHex } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { accredit, suspend } from '../../electron/chain/deploy.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { consentReads } from '../../electron/db/queries/consent-reads.ts';
import { consentTrace } from '../../electron/db/queries/consent-trace.ts';
import { FOLLOWING } from '../../electron/db/undo.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { killedIndexer, localChain, testWallet, type LocalChain, type TestWallet } from './local-chain.ts';

const dump = (db: Db) => Object.fromEntries(FOLLOWING.map((t) => [t, db.prepare(`SELECT * FROM ${t} ORDER BY 1, 2`).all()]));
const [owner, doctor, insurer] = [testWallet(1), testWallet(2), testWallet(3)];
const word = (n: number): Hex => toBeHex(n, 32) as Hex;
const [ROOT, NARROW, PURPOSE, KEY, ENVELOPE] = [word(0xa1), keccak256('0x01') as Hex, word(0xa3), word(0xa4), word(0xa5)];
const DAY = 86_400;
/** health, read. */
const terms = (change: { operations?: number; duration?: number; root?: Hex; category?: number } = {}) => [change.category ?? 0, change.operations ?? 1, change.duration ?? DAY, change.root ?? ROOT, PURPOSE];

let dir: string;
let world: LocalChain;
/** A database of transactions for each account, as each person has a profile. */
let senders: Map<string, Db>;
let sends = 0;
beforeAll(async () => {
  world = await localChain([owner, doctor, insurer]);
  for (const [who, role] of [[doctor, Role.provider], [insurer, Role.insurer]] as const) await accredit(world.chain.rpc, world.network, who.address, role);
});
afterAll(() => world.close());
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'phdex-consent-')); senders = new Map(); });
afterEach(() => { for (const db of senders.values()) db.close(); return rm(dir, { recursive: true, force: true }); });

const open = (name: string) => openDatabase(join(dir, name));
const indexer = (db: Db, options = {}, network = world.network) => createIndexer({ db, rpc: world.chain.rpc, network }, { pollMs: 20, ...options });
async function send(wallet: TestWallet, method: string, args: readonly unknown[], contract: 'consent' | 'records' = 'consent'): Promise<number> {
  if (!senders.has(wallet.address)) senders.set(wallet.address, open(`${wallet.address}.sqlite`));
  const outbox = createOutbox({ db: senders.get(wallet.address)!, rpc: world.chain.rpc, network: world.network, wallet });
  const sent = await outbox.send({ key: `${method}:${sends++}`, contract, method, args });
  return Number(sent.events[0]?.args.rightId ?? sent.events[0]?.args.recordId ?? 0);
}
const request = (change = {}) => send(doctor, 'request', [owner.address, terms(change), KEY, '0x0102']);
const approve = (id: number, change: Parameters<typeof terms>[0] = {}) => send(owner, 'approve', [id, ROOT, terms(change), ENVELOPE]);
async function isLive(id: number, root: Hex = ROOT): Promise<boolean> {
  const data = await world.chain.rpc.call<Hex>('eth_call', [{ to: world.network.contracts.consent, data: contractInterface('consent').encodeFunctionData('isLive', [id, owner.address, root]) }, 'latest']);
  return BigInt(data) === 1n;
}
const now = async () => Number((await world.chain.rpc.call<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false])).timestamp);
/** A bit of everything. */
async function someOfAll(): Promise<number> {
  const id = await request();
  await approve(id, { root: NARROW, duration: 3600 });
  await send(doctor, 'use', [id, owner.address, NARROW, 1, NARROW, [], word(7), word(8)]);
  await send(owner, 'grant', [insurer.address, terms({ category: 2 }), ENVELOPE]);
  const record = await send(doctor, 'issue', [owner.address, 1, word(1), word(2), '0x01551220', '0x99', 0], 'records');
  await send(owner, 'store', [record, word(1), word(2), 0, word(3)], 'records');
  await send(owner, 'revokeAll', []);
  return id;
}

it('a right from the request to its end, as the chain has it', async () => {
  const db = open('a.sqlite');
  const follow = indexer(db);
  const reads = consentReads(db);
  const look = async (id: number) => { await follow.catchUp(); const right = reads.right(id)!; return { right, status: reads.statusOf(right, await now()) }; };

  const withdrawn = await request();
  expect((await look(withdrawn)).right).toMatchObject({ owner: owner.address, grantee: doctor.address, category: 0, operations: 1, status: 'pending', expiry: DAY, scopeRoot: ROOT, askedRoot: ROOT, purpose: PURPOSE, encryptionKey: KEY, details: '0x0102', envelope: null, decidedAt: null });
  expect(reads.pendingFor([owner.address]).map((r) => r.id)).toEqual([withdrawn]);
  await send(doctor, 'withdrawRequest', [withdrawn, owner.address, ROOT]);
  expect((await look(withdrawn)).status).toBe('withdrawn');

  const rejected = await request();
  await send(owner, 'reject', [rejected, ROOT]);
  expect((await look(rejected)).right).toMatchObject({ status: 'rejected', decidedAt: await now(), endedAt: await now() });
  expect(reads.pendingFor([owner.address])).toEqual([]);

  const id = await request({ operations: 3, category: 1 });
  await approve(id, { root: NARROW, duration: 100, category: 1 });
  const given = await look(id);
  expect(given.right).toMatchObject({ status: 'approved', operations: 1, scopeRoot: NARROW, askedRoot: ROOT, expiry: (await now()) + 100, envelope: ENVELOPE, encryptionKey: KEY });
  expect(given.status).toBe('approved');
  expect(await isLive(id, NARROW)).toBe(true);
  await send(doctor, 'use', [id, owner.address, NARROW, 1, NARROW, [], word(7), word(8)]);
  await look(id);
  expect(reads.uses(id)).toMatchObject([{ operation: 1, recordHash: word(7), place: word(8), owner: owner.address, grantee: doctor.address }]);
  await send(owner, 'revoke', [id, NARROW]);
  expect((await look(id)).status).toBe('revoked');
  expect(await isLive(id, NARROW)).toBe(false);

  const handed = await send(owner, 'grant', [doctor.address, terms(), ENVELOPE]);
  expect((await look(handed)).right).toMatchObject({ status: 'approved', askedRoot: null, encryptionKey: null, requestedAt: null });
  await send(doctor, 'handBack', [handed, owner.address, ROOT]);
  expect((await look(handed)).status).toBe('handed-back');
  expect(reads.rightsOf([owner.address]).map((r) => r.id)).toEqual([handed, id, rejected, withdrawn]);
  expect(reads.rightsHeldBy(doctor.address.toUpperCase().replace('0X', '0x')).length).toBe(4);
  db.close();
});

it('ends by time, by a new epoch and while its grantee is suspended, at the very second that the contract does', async () => {
  const db = open('a.sqlite');
  const follow = indexer(db);
  const reads = consentReads(db);
  const status = async (id: number) => { await follow.catchUp(); return reads.statusOf(reads.right(id)!, await now()); };
  const short = await send(owner, 'grant', [doctor.address, terms({ duration: 60 }), ENVELOPE]);
  await follow.catchUp();
  const { expiry } = reads.right(short)!;
  await world.chain.rpc.call('evm_setNextBlockTimestamp', [expiry]);
  await world.chain.rpc.call('evm_mine', []);
  expect([await isLive(short), await status(short)]).toEqual([true, 'approved']);
  await world.chain.rpc.call('evm_setNextBlockTimestamp', [expiry + 1]);
  await world.chain.rpc.call('evm_mine', []);
  expect([await isLive(short), await status(short)]).toEqual([false, 'expired']);

  const long = await send(owner, 'grant', [doctor.address, terms(), ENVELOPE]);
  await suspend(world.chain.rpc, world.network, doctor.address, Role.provider);
  expect([await isLive(long), await status(long)]).toEqual([false, 'suspended']);
  await accredit(world.chain.rpc, world.network, doctor.address, Role.provider);
  expect([await isLive(long), await status(long)]).toEqual([true, 'approved']);
  const before = reads.epochOf(owner.address);
  await send(owner, 'revokeAll', []);
  expect([await isLive(long), await status(long)]).toEqual([false, 'ended']);
  expect(reads.epochOf(owner.address)).toBe(before + 1);
  expect(reads.right(long)!.endedAt).toBe(await now());
  // What had expired before everything was taken back still says so.
  expect(await status(short)).toBe('expired');
  const after = await send(owner, 'grant', [doctor.address, terms(), ENVELOPE]);
  expect([await isLive(after), await status(after)]).toEqual([true, 'approved']);
  db.close();
});

it('records, and who was accredited when they were issued', async () => {
  const db = open('a.sqlite');
  const reads = consentReads(db);
  const first = await send(doctor, 'issue', [owner.address, 1, word(1), word(2), '0x01551220', '0x99', 0], 'records');
  const second = await send(doctor, 'issue', [owner.address, 1, word(4), word(5), '0x01551220', '0x99', first], 'records');
  await suspend(world.chain.rpc, world.network, doctor.address, Role.provider);
  await send(owner, 'store', [second, word(4), word(5), first, word(6)], 'records');
  await indexer(db).catchUp();
  expect(reads.recordsOf([owner.address]).slice(0, 2)).toMatchObject([
    { id: second, issuer: doctor.address, category: 1, digest: word(4), contentHash: word(5), corrects: first, storedHash: word(6), cid: '0x01551220' },
    { id: first, storedHash: null, storedAt: null },
  ]);
  expect(reads.correctedBy(reads.record(first)!)).toBe(second);
  expect(reads.rolesOf(doctor.address) & Role.provider).toBe(0);
  expect(reads.accreditedAtIssue(reads.record(first)!)).toBe(Role.provider);
  await accredit(world.chain.rpc, world.network, doctor.address, Role.provider);
  db.close();
});

it('knows the registrar, who came before the first event', async () => {
  const db = open('a.sqlite');
  await indexer(db).catchUp();
  const [deployer] = await world.chain.rpc.call<Hex[]>('eth_accounts');
  expect(consentReads(db).registrars()).toEqual([deployer!.toLowerCase()]);
  expect(consentReads(db).isRegistrar(owner.address)).toBe(false);
  db.close();
});

it('takes back what a reorg drops, and ends where a fresh cache ends', async () => {
  const db = open('a.sqlite');
  const follow = indexer(db);
  const id = await request();
  await follow.catchUp();
  const snapshot = await world.chain.rpc.call('evm_snapshot');
  await approve(id);
  await someOfAll();
  await follow.catchUp();
  const reads = consentReads(db);
  expect(reads.right(id)).toMatchObject({ status: 'approved' });
  await world.chain.rpc.call('evm_revert', [snapshot]);
  await world.chain.rpc.call('anvil_setNextBlockBaseFeePerGas', ['0x3b9aca01']);
  await world.chain.rpc.call('anvil_mine', ['0xa']);
  await follow.catchUp();
  expect(reads.right(id)).toMatchObject({ status: 'pending', decidedAt: null, envelope: null, endedAt: null });
  const fresh = open('b.sqlite');
  await indexer(fresh).catchUp();
  expect(dump(db)).toEqual(dump(fresh));
  for (const d of [db, fresh]) d.close();
});

it('a cache that knows fewer contracts reads the rest afterwards, and can take it back', async () => {
  const { consent, records, accessManager, anchors, studies, ...rest } = world.network.contracts;
  void [consent, records, anchors, studies];
  const id = await request();
  const db = open('old.sqlite');
  await indexer(db, {}, { ...world.network, contracts: { ...rest, accessManager } }).catchUp();
  expect(consentReads(db).right(id)).toBeUndefined();
  // As a version of before wrote it: its column of contracts is empty.
  db.prepare("UPDATE cursor SET contracts = ''").run();
  db.exec('DELETE FROM registrars');
  const snapshot = await world.chain.rpc.call('evm_snapshot');
  await approve(id);
  await indexer(db, { rangeBlocks: 3 }).catchUp();
  const fresh = open('fresh.sqlite');
  await indexer(fresh).catchUp();
  expect(dump(db)).toEqual(dump(fresh));
  expect(consentReads(db).right(id)).toMatchObject({ status: 'approved' });
  const read = db.prepare('SELECT contracts FROM cursor').pluck().get() as string;
  expect(read.split(',')).toContain(world.network.contracts.consent!.toLowerCase());

  // The blocks that were read afterwards are undone as any other.
  await world.chain.rpc.call('evm_revert', [snapshot]);
  await world.chain.rpc.call('anvil_setNextBlockBaseFeePerGas', ['0x3b9aca02']);
  await world.chain.rpc.call('anvil_mine', ['0x3']);
  await indexer(db).catchUp();
  const again = open('again.sqlite');
  await indexer(again).catchUp();
  expect(dump(db)).toEqual(dump(again));
  expect(consentReads(db).right(id)).toMatchObject({ status: 'pending' });
  for (const d of [db, fresh, again]) d.close();
});

it('has the same tables after being killed again and again, also while it reads what it had missed', async () => {
  for (let i = 0; i < 12; i += 1) await someOfAll();
  const path = join(dir, 'killed.sqlite');
  const { consent, records, anchors, studies, ...rest } = world.network.contracts;
  void [consent, records, anchors, studies];
  const old = openDatabase(path);
  await indexer(old, {}, { ...world.network, contracts: rest }).catchUp();
  old.close();
  for (const ranges of [3, 20, 60, 90]) await killedIndexer(path, world.network, ranges);
  await someOfAll();
  const db = openDatabase(path);
  await indexer(db).catchUp();
  const fresh = open('fresh.sqlite');
  await indexer(fresh).catchUp();
  expect(dump(db)).toEqual(dump(fresh));
  expect(db.prepare('SELECT count(*) FROM uses').pluck().get()).toBeGreaterThan(12);
  db.close();
  fresh.close();
});

it('the history by who, what, when and purpose, over all accounts of a person', async () => {
  const db = open('a.sqlite');
  const start = (await now()) + 100;
  await world.chain.rpc.call('evm_setNextBlockTimestamp', [start]);
  await world.chain.rpc.call('evm_mine', []);
  const id = await someOfAll();
  await indexer(db).catchUp();
  const trace = consentTrace(db);
  const page = (accounts: string[], change = {}) => trace.page(accounts, { limit: 100, offset: 0, from: start, ...change });
  const events = (rows: { event: string }[]) => rows.map((r) => r.event);
  const all = page([owner.address]);
  expect(events(all.rows)).toEqual(['AllRevoked', 'RecordStored', 'RecordIssued', 'AccessGranted', 'AccessUsed', 'AccessGranted', 'AccessRequested']);
  expect(all.total).toBe(7);
  expect(all.rows[4]).toMatchObject({ actor: doctor.address, subject: owner.address, rightId: id, purpose: PURPOSE, recordHash: word(7), place: word(8), expiresAt: consentReads(db).right(id)!.expiry });
  expect(all.rows[6]).toMatchObject({ expiresAt: null, purpose: PURPOSE });
  // The insurer sees what concerns it: its right, and that all was taken back.
  expect(events(page([insurer.address]).rows)).toEqual(['AllRevoked', 'AccessGranted']);
  expect(events(page([owner.address, insurer.address, doctor.address]).rows)).toEqual(events(all.rows));
  expect(page([testWallet(9).address]).total).toBe(0);
  expect(events(page([owner.address], { who: insurer.address }).rows)).toEqual(['AllRevoked', 'AccessGranted']);
  expect(events(page([owner.address], { kinds: ['AccessUsed', 'Transfer'] }).rows)).toEqual(['AccessUsed']);
  expect(page([owner.address], { purposes: [word(1)] }).total).toBe(0);
  expect(page([owner.address], { purposes: [PURPOSE] }).total).toBe(4);
  expect(events(page([owner.address], { datasetId: 1, rights: [id] }).rows)).toEqual(['AccessUsed', 'AccessGranted', 'AccessRequested']);
  expect(page([owner.address], { datasetId: 1 }).total).toBe(0);
  expect(page([owner.address], { to: start - 1 }).total).toBe(0);
  const second = page([owner.address], { limit: 2, offset: 2 });
  expect([events(second.rows), second.total]).toEqual([['RecordIssued', 'AccessGranted'], 7]);
  db.close();
});
