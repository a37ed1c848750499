import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hex } from '../../shared/domain/chain.ts';
import { createEventApplier, type ChainEvent } from '../../electron/chain/apply-event.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { createOutbox, type Intent } from '../../electron/chain/outbox.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { chainReads } from '../../electron/db/queries/chain-reads.ts';
import { seatProof } from '../../electron/vault/seat-tree.ts';
import { localChain, testWallet, type LocalChain, type TestWallet } from './local-chain.ts';

const ETHER = 10n ** 18n;
const TABLES = ['participants', 'datasets', 'seats', 'accesses', 'releases', 'balances', 'history'];
/** With the rows' numbers: a row that was undone lies where it lay before. */
const dump = (db: Db) => Object.fromEntries(TABLES.map((t) => [t, db.prepare(`SELECT rowid AS row_number, * FROM ${t} ORDER BY rowid`).all()]));
const word = (seed: number): Hex => `0x${seed.toString(16).padStart(64, '0')}`;

describe('a dataset’s life on the chain', () => {
  const owner = testWallet(0x51);
  const keepers = [testWallet(0x52), testWallet(0x53), testWallet(0x54)].sort((a, b) => (a.address < b.address ? -1 : 1));
  const seats = keepers.map((k, i) => ({ keeper: k.address, commitment: word(0xc0 + i) }));
  const nonce = word(0x77);
  let world: LocalChain;
  let dir: string;
  beforeAll(async () => { world = await localChain([owner, ...keepers]); });
  afterAll(() => world.close());
  beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'phdex-scenario-')); });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  type Step = { by: TestWallet; intent: Omit<Intent, 'key'> };
  const step = (by: TestWallet, contract: Intent['contract'], method: string, args: readonly unknown[], value?: bigint): Step => ({ by, intent: { contract, method, args, value } });
  const steps: Step[] = [
    ...keepers.flatMap((k, i) => [step(k, 'participants', 'register', [2, word(i + 1), `/ip4/127.0.0.1/tcp/${i}`]), step(k, 'participants', 'addStake', [], BigInt(i + 1) * ETHER)]),
    step(owner, 'market', 'publish', [{
      contentHash: word(1), recordRoot: word(2), nonce, price: 5n * ETHER, keepersBps: 1500, validatorBps: 500, threshold: 2, cid: `0x01701220${'ab'.repeat(32)}`,
      keepers: seats.map((s) => s.keeper), commitments: seats.map((s) => s.commitment),
    }]),
    ...keepers.map((k, i) => step(k, 'market', 'accept', [1, i, seats[i]!.commitment, nonce, seatProof(nonce, seats, i)])),
    step(owner, 'market', 'setPrice', [1, 7n * ETHER]),
    step(keepers[1]!, 'market', 'resign', [1, 1]),
    step(owner, 'market', 'withdraw', [1]),
    step(keepers[0]!, 'market', 'confirmDestroyed', [1, 0]),
  ];

  it('is in the tables, and any end of it can be taken back and played again', async () => {
    const { rpc } = world.chain;
    const db = openDatabase(join(dir, 'a.sqlite'));
    const index = createIndexer({ db, rpc, network: world.network });
    let senders = 0;
    const play = async (from: number, seen?: (at: number) => Promise<void>) => {
      // One box an account: each counts its own nonces.
      const boxes = new Map([owner, ...keepers].map((w) => { const own = openDatabase(join(dir, `box-${senders++}.sqlite`)); return [w, { own, box: createOutbox({ db: own, rpc, network: world.network, wallet: w }) }] as const; }));
      for (let i = from; i < steps.length; i += 1) {
        await boxes.get(steps[i]!.by)!.box.send({ key: `step:${i}`, ...steps[i]!.intent });
        await index.catchUp();
        await seen?.(i);
      }
      for (const { own } of boxes.values()) own.close();
    };
    const sameAsFresh = async () => {
      const fresh = openDatabase(':memory:');
      await createIndexer({ db: fresh, rpc, network: world.network }).catchUp();
      const [ours, theirs] = [dump(db), dump(fresh)];
      fresh.close();
      // A fresh cache numbers its rows anew; what they say is the same.
      const bare = (d: typeof ours) => Object.fromEntries(Object.entries(d).map(([t, rows]) => [t, rows.map((r) => JSON.stringify({ ...(r as object), row_number: 0 })).sort()]));
      expect(bare(ours)).toEqual(bare(theirs));
    };

    await index.catchUp();
    const states = new Map<number, { snapshot: string; tables: ReturnType<typeof dump> }>();
    const remember = async (at: number) => { states.set(at, { tables: dump(db), snapshot: await rpc.call<string>('evm_snapshot') }); };
    await play(0, remember);

    const reads = chainReads(db);
    expect(reads.dataset(1)).toMatchObject({ owner: owner.address, status: 'withdrawn', price: 7n * ETHER, version: 2, threshold: 2, seats: 3, acceptedSeats: 1, keepersBps: 1500, validatorBps: 500, score: null });
    expect(reads.dataset(1)!.cid).toMatch(/^bafybei/);
    expect(reads.seats(1).map((s) => [s.keeper, s.status])).toEqual([[keepers[0]!.address, 'destroyed'], [keepers[1]!.address, 'resigned'], [keepers[2]!.address, 'accepted']]);
    expect(reads.participantsByRole(2).map((p) => [p.address, p.stake])).toEqual(keepers.map((k, i) => [k.address, BigInt(i + 1) * ETHER]));
    expect(reads.history({ datasetId: 1 }).map((h) => h.event)).toEqual(['ShareDestroyed', 'DatasetWithdrawn', 'SeatResigned', 'PriceChanged', 'SeatAccepted', 'SeatAccepted', 'SeatAccepted', 'DatasetPublished']);
    expect(reads.history({ account: keepers[1]!.address }).map((h) => h.event)).toEqual(['SeatResigned', 'SeatAccepted', 'StakeAdded', 'Registered']);
    await sameAsFresh();

    // Newest first: a snapshot ends those taken after it.
    for (const at of [steps.length - 3, 8, 6, 3]) {
      const { snapshot, tables } = states.get(at)!;
      expect(await rpc.call('evm_revert', [snapshot])).toBe(true);
      await rpc.call('anvil_mine', [`0x${(steps.length + 2).toString(16)}`, '0x3']);
      await index.catchUp();
      expect(dump(db)).toEqual(tables);
      await sameAsFresh();
    }
    await play(4);
    expect(reads.dataset(1)).toMatchObject({ status: 'withdrawn', version: 2, acceptedSeats: 1 });
    await sameAsFresh();
    db.close();
  });

  it('is taken back when the new branch is shorter, and its history has each event once', async () => {
    const { rpc } = world.chain;
    const db = openDatabase(join(dir, 'a.sqlite'));
    const index = createIndexer({ db, rpc, network: world.network });
    await index.catchUp();
    const was = dump(db);
    const snapshot = await rpc.call<string>('evm_snapshot');
    const outbox = createOutbox({ db, rpc, network: world.network, wallet: keepers[0]! });
    for (let i = 0; i < 4; i += 1) await outbox.send({ key: `more:${i}`, contract: 'participants', method: 'addStake', args: [], value: 1n });
    await index.catchUp();
    await Promise.all([index.catchUp(), index.catchUp(), createIndexer({ db, rpc, network: world.network }).catchUp()]);
    expect(chainReads(db).history({ account: keepers[0]!.address }).filter((h) => h.details.wei === '1')).toHaveLength(4);
    await rpc.call('evm_revert', [snapshot]);
    await index.catchUp();
    expect(dump(db)).toEqual(was);
    db.close();
  });
});

describe('what events do to the tables', () => {
  const [owner, keeper, validator, customer] = ['a', 'b', 'c', 'd'].map((c) => `0x${c.repeat(40)}` as Hex) as [Hex, Hex, Hex, Hex];
  const zero = `0x${'0'.repeat(40)}`;
  let db: Db;
  let at = 0;
  let apply: (event: ChainEvent) => void;
  const happen = (name: string, args: Record<string, unknown>) => { at += 1; apply({ name, args, block: at, at: 1000 + at, tx: word(at), logIndex: 0 }); };
  beforeEach(() => {
    db = openDatabase(':memory:');
    apply = createEventApplier(db);
    at = 0;
    happen('DatasetPublished', { datasetId: 1n, owner, contentHash: word(1), recordRoot: word(2), nonce: word(3), cid: '0xdeadbeef', price: 2n ** 90n, keepersBps: 1000n, validatorBps: 100n, threshold: 1n, keepers: [keeper, validator], commitments: [word(4), word(5)] });
    happen('SeatAccepted', { datasetId: 1n, index: 0n, keeper });
    happen('AccessOpened', { accessId: 9n, datasetId: 1n, grantee: customer, kind: 1n, px: 5n, py: 2n ** 255n, version: 1n, price: 2n ** 90n, deadline: 77n, seats: 1n, purpose: word(0) });
  });
  afterEach(() => db.close());
  const access = () => chainReads(db).access(9)!;

  it('keeps amounts above 2^63 whole, and bytes that are no CID as they are', () => {
    expect(chainReads(db).dataset(1)).toMatchObject({ price: 2n ** 90n, cid: '0xdeadbeef', acceptedSeats: 1 });
    expect(access()).toMatchObject({ price: 2n ** 90n, kind: 'purchase', status: 'open', py: `0x8${'0'.repeat(63)}`, challengeEnd: null });
    happen('Transfer', { from: zero, to: customer, value: 2n ** 200n });
    happen('Transfer', { from: customer, to: owner, value: 1n });
    happen('Transfer', { from: owner, to: owner, value: 1n });
    expect(chainReads(db).balanceOf(customer)).toBe(2n ** 200n - 1n);
    expect(chainReads(db).balanceOf(owner)).toBe(1n);
  });

  it('opens, releases, makes ready and settles', () => {
    happen('ShareReleased', { accessId: 9n, index: 0n, keeper, ex: 1n, ey: 2n, ct: '0xabcd' });
    expect(chainReads(db).releases(9)).toMatchObject([{ index: 0, keeper, status: 'standing', ct: '0xabcd' }]);
    happen('AccessReady', { accessId: 9n, challengeEnd: 99n });
    expect(access()).toMatchObject({ challengeEnd: 99, status: 'open' });
    happen('AccessSettled', { accessId: 9n, toOwner: 5n, toKeepers: 3n, toValidator: 2n });
    expect(access().status).toBe('settled');
    expect(chainReads(db).openAccesses()).toEqual([]);
    expect(chainReads(db).history({ account: customer })[0]).toMatchObject({ event: 'AccessSettled', amount: 10n, datasetId: 1, accessId: 9 });
  });

  it('takes a disputed release out and gives time again, and slashes', () => {
    happen('StakeAdded', { account: keeper, amount: 10n, stake: 10n });
    happen('ShareReleased', { accessId: 9n, index: 0n, keeper, ex: 1n, ey: 2n, ct: '0xabcd' });
    happen('AccessReady', { accessId: 9n, challengeEnd: 99n });
    happen('Slashed', { keeper, to: customer, amount: 4n, stake: 6n });
    happen('ReleaseDisputed', { accessId: 9n, index: 0n, keeper, deadline: 120n });
    expect(access()).toMatchObject({ challengeEnd: null, deadline: 120 });
    expect(chainReads(db).releases(9)[0]!.status).toBe('disputed');
    expect(chainReads(db).participant(keeper)!.stake).toBe(6n);
    expect(chainReads(db).participant(customer)!.compensation).toBe(4n);
    happen('CompensationWithdrawn', { account: customer, amount: 3n });
    expect(chainReads(db).participant(customer)!.compensation).toBe(1n);
    happen('AccessRefunded', { accessId: 9n, amount: 2n ** 90n });
    expect(access().status).toBe('refunded');
  });

  it('certifies, and rejects with its score', () => {
    happen('DatasetCertified', { datasetId: 1n, accessId: 9n, validator, score: 88n, reportHash: word(6), reward: 500n });
    expect(chainReads(db).dataset(1)).toMatchObject({ status: 'certified', score: 88, validator, reportHash: word(6) });
    happen('AccessClosed', { accessId: 9n });
    expect(access().status).toBe('closed');
    happen('DatasetRejected', { datasetId: 1n, accessId: 9n, validator, score: 12n, reportHash: word(7) });
    expect(chainReads(db).dataset(1)).toMatchObject({ status: 'rejected', score: 12 });
  });

  it('adds and takes roles, earnings and endpoints', () => {
    happen('Accredited', { account: validator, roles: 8n, credential: word(1) });
    happen('Registered', { account: validator, id: 3n, roles: 9n, encryptionKey: word(8), endpoint: 'x' });
    happen('EndpointChanged', { account: validator, endpoint: 'y' });
    happen('Suspended', { account: validator, roles: 8n });
    happen('EarningsCredited', { account: validator, amount: 30n });
    happen('EarningsWithdrawn', { account: validator, amount: 10n });
    expect(chainReads(db).participant(validator)).toMatchObject({ id: 3, roles: 1, endpoint: 'y', earnings: 20n, encryptionKey: word(8) });
  });

  it('refuses to apply an event twice, and passes over one that it does not know', () => {
    const before = dump(db);
    happen('SomethingNew', { x: 1n });
    expect(dump(db)).toEqual(before);
    const event: ChainEvent = { name: 'StakeAdded', args: { account: keeper, amount: 1n, stake: 1n }, block: 50, at: 1, tx: word(1), logIndex: 3 };
    apply(event);
    expect(() => db.transaction(() => apply(event))()).toThrow(/UNIQUE/);
  });
});
