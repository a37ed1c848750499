import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventFragment } from 'ethers';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { createEventApplier } from '../../electron/chain/apply-event.ts';
import { createLogDecoder } from '../../electron/chain/decode-log.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { FOLLOWING } from '../../electron/db/undo.ts';
import { chainReads } from '../../electron/db/queries/chain-reads.ts';
import { killedIndexer, localChain, testWallet, type LocalChain } from './local-chain.ts';

const dump = (db: Db) => Object.fromEntries(FOLLOWING.map((t) => [t, db.prepare(`SELECT * FROM ${t} ORDER BY 1, 2`).all()]));
const KEY = `0x${'11'.repeat(32)}`;

let dir: string;
let world: LocalChain;
const wallet = testWallet(1);
beforeAll(async () => { world = await localChain(); });
afterAll(() => world.close());
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'phdex-index-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (name: string) => openDatabase(join(dir, name));
const indexer = (db: Db, options = {}) => createIndexer({ db, rpc: world.chain.rpc, network: world.network }, { pollMs: 20, ...options });
let sends = 0;
async function register(endpoint: string, db: Db): Promise<void> {
  const outbox = createOutbox({ db, rpc: world.chain.rpc, network: world.network, wallet });
  await outbox.send({ key: `register:${sends++}`, contract: 'participants', method: 'register', args: [2, KEY, endpoint] });
}

describe('indexer', () => {
  it('follows what happens', async () => {
    const db = open('a.sqlite');
    const it_ = indexer(db);
    const reads = chainReads(db);
    await it_.catchUp();
    expect(reads.head()).toBe(Number(await world.chain.rpc.call<string>('eth_blockNumber')));
    it_.start();
    let changes = 0;
    it_.onChange(() => { changes += 1; });
    await register('/ip4/127.0.0.1/tcp/1', db);
    await expect.poll(() => reads.participant(wallet.address)?.endpoint).toBe('/ip4/127.0.0.1/tcp/1');
    expect(reads.history({ account: wallet.address })[0]).toMatchObject({ event: 'Registered', actor: wallet.address });
    await expect.poll(() => changes).toBeGreaterThan(0);
    await it_.stop();
    db.close();
  });

  it('takes back what a reorg drops, and ends where a fresh cache ends', async () => {
    const db = open('a.sqlite');
    const it_ = indexer(db);
    await register('before', db);
    await it_.catchUp();
    const snapshot = await world.chain.rpc.call('evm_snapshot');
    await register('dropped', db);
    await it_.catchUp();
    expect(chainReads(db).participant(wallet.address)?.endpoint).toBe('dropped');
    await world.chain.rpc.call('evm_revert', [snapshot]);
    // Another branch, as long as the first: the height alone does not tell.
    await world.chain.rpc.call('anvil_setNextBlockBaseFeePerGas', ['0x3b9aca01']);
    await world.chain.rpc.call('anvil_mine', ['0x2']);
    await it_.catchUp();
    expect(chainReads(db).participant(wallet.address)?.endpoint).toBe('before');
    const fresh = open('b.sqlite');
    await indexer(fresh).catchUp();
    expect(dump(db)).toEqual(dump(fresh));
    db.close();
    fresh.close();
  });

  it('takes back a shallow reorg when nothing of ours lay in the blocks below it', async () => {
    await world.chain.rpc.call('anvil_mine', ['0x40']);
    const snapshot = await world.chain.rpc.call('evm_snapshot');
    const db = open('a.sqlite');
    const sender = open('sender.sqlite');
    await register('dropped', sender);
    const it_ = indexer(db, { reorgDepth: 10 });
    await it_.catchUp();
    // Some empty blocks one by one: what lies below the final block is forgotten, but not the way back.
    for (let i = 0; i < 6; i += 1) { await world.chain.rpc.call('anvil_mine', ['0x1']); await it_.catchUp(); }
    expect(chainReads(db).participant(wallet.address)?.endpoint).toBe('dropped');
    await world.chain.rpc.call('evm_revert', [snapshot]);
    await world.chain.rpc.call('anvil_mine', ['0x9', '0x3']);
    await it_.catchUp();
    const fresh = open('b.sqlite');
    await indexer(fresh).catchUp();
    expect(dump(db)).toEqual(dump(fresh));
    for (const d of [db, sender, fresh]) d.close();
  });

  it('stops at a reorg deeper than it can undo', async () => {
    const db = open('a.sqlite');
    const it_ = indexer(db, { reorgDepth: 2 });
    await it_.catchUp();
    const snapshot = await world.chain.rpc.call('evm_snapshot');
    for (let i = 0; i < 6; i += 1) { await world.chain.rpc.call('anvil_mine', ['0x1']); await it_.catchUp(); }
    await world.chain.rpc.call('evm_revert', [snapshot]);
    await world.chain.rpc.call('anvil_mine', ['0x7', '0x5']);
    await expect(it_.catchUp()).rejects.toMatchObject({ code: 'chain-reorg-too-deep' });
    db.close();
  });

  it('refuses another chain, and a chain that was started afresh', async () => {
    const db = open('a.sqlite');
    await expect(createIndexer({ db, rpc: world.chain.rpc, network: { ...world.network, chainId: 5 } }).catchUp()).rejects.toMatchObject({ code: 'chain-wrong' });
    await indexer(db).catchUp();
    // Anvil's first block is of the second that it started in: two of one second are one and the same chain.
    const genesis = (rpc: LocalChain['chain']['rpc']) => rpc.call<{ timestamp: string; hash: string }>('eth_getBlockByNumber', ['0x0', false]);
    const first = await genesis(world.chain.rpc);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(Number(first.timestamp));
    const other = await localChain();
    try {
      expect((await genesis(other.chain.rpc)).hash).not.toBe(first.hash);
      await expect(createIndexer({ db, rpc: other.chain.rpc, network: { ...world.network, rpcUrl: other.chain.rpcUrl } }).catchUp()).rejects.toMatchObject({ code: 'chain-wrong' });
    } finally { await other.close(); }
    db.close();
  });

  it('has the same tables after being killed again and again', async () => {
    const sender = open('sender.sqlite');
    const outbox = createOutbox({ db: sender, rpc: world.chain.rpc, network: world.network, wallet });
    await Promise.all(Array.from({ length: 200 }, (_, i) => outbox.send({ key: `kill:${i}`, contract: 'participants', method: i % 2 ? 'addStake' : 'register', args: i % 2 ? [] : [2, KEY, `endpoint-${i}`], value: i % 2 ? 1n : 0n })));
    sender.close();
    const path = join(dir, 'killed.sqlite');
    const reached: number[] = [];
    for (const ranges of [1, 4, 9, 17, 24, 31]) {
      await killedIndexer(path, world.network, ranges);
      const seen = openDatabase(path);
      reached.push(chainReads(seen).head());
      seen.close();
    }
    const head = Number(await world.chain.rpc.call<string>('eth_blockNumber'));
    expect(reached).toEqual([...reached].sort((a, b) => a - b));
    expect(reached.filter((n) => n > world.network.deployedBlock && n < head).length).toBeGreaterThan(2);
    const db = openDatabase(path);
    await indexer(db).catchUp();
    const fresh = open('fresh.sqlite');
    await indexer(fresh).catchUp();
    expect(dump(db)).toEqual(dump(fresh));
    expect(chainReads(db).participant(wallet.address)).toMatchObject({ endpoint: 'endpoint-198', stake: 100n });
    db.close();
    fresh.close();
  });

  it('waits for an endpoint that went away', async () => {
    const own = await localChain();
    const port = Number(new URL(own.chain.rpcUrl).port);
    const db = open('a.sqlite');
    const states: boolean[] = [];
    const it_ = createIndexer({ db, rpc: createRpc(own.chain.rpcUrl, { patienceMs: 200 }), network: own.network }, { pollMs: 20 });
    it_.onState((s) => states.push(s.reachable));
    await it_.catchUp();
    it_.start();
    await own.chain.stop();
    await expect.poll(() => states).toEqual([false]);
    const { startAnvil } = await import('../../electron/chain/anvil.ts');
    const again = await startAnvil({ dir: own.dir, port });
    await expect.poll(() => states).toEqual([false, true]);
    await it_.stop();
    await again.stop();
    await own.close();
    db.close();
  });
});

describe('decoding', () => {
  const decode = createLogDecoder(world_());
  function world_() { return { coin: `0x${'c0'.repeat(20)}`, participants: `0x${'aa'.repeat(20)}`, market: `0x${'bb'.repeat(20)}`, consent: `0x${'dd'.repeat(20)}`, records: `0x${'ee'.repeat(20)}` }; }
  const KEYS = ['coin', 'participants', 'market', 'consent', 'records'] as const;
  const sample = (type: string): unknown => {
    if (type.endsWith('[]')) return [sample(type.slice(0, -2)), sample(type.slice(0, -2))];
    if (type.startsWith('uint')) return BigInt(type.slice(4) || 256) >= 32n ? 7n : 3n;
    if (type === 'address') return `0x${'0d'.repeat(20)}`;
    if (type === 'bytes32') return `0x${'5e'.repeat(32)}`;
    if (type === 'bytes') return '0x0155122012';
    if (type === 'string') return '/ip4/127.0.0.1/tcp/4';
    if (type === 'bool') return true;
    throw new Error(`no sample for ${type}`);
  };

  it.each(KEYS.flatMap((key) => contractInterface(key).fragments.filter((f) => f.type === 'event').map((f) => [key, (f as unknown as { name: string }).name] as const)))('%s.%s reads as ethers reads it, and can be applied', (key, name) => {
    const abi = contractInterface(key);
    const fragment = abi.getEvent(name)!;
    const values = fragment.inputs.map((i) => sample(i.type));
    const { data, topics } = abi.encodeEventLog(fragment, values);
    const log = { address: world_()[key], topics: topics as string[], data, blockNumber: '0x5', blockHash: '0x0', transactionHash: '0x1', logIndex: '0x2' };
    const found = decode(log, 9)!;
    const theirs = abi.parseLog(log)!;
    const plain = (v: unknown): unknown => (typeof v === 'bigint' ? v.toString() : Array.isArray(v) || (v && typeof v === 'object') ? [...(v as Iterable<unknown>)].map(plain) : String(v).toLowerCase());
    for (const [i, input] of fragment.inputs.entries()) expect(plain(found.args[input.name])).toEqual(plain(theirs.args[i]));
    expect(found).toMatchObject({ name, block: 5, logIndex: 2, at: 9 });
    const db = openDatabase(':memory:');
    createEventApplier(db)(found);
    // Ownership, roles and approvals are other contracts' business; everything of ours leaves a line in the history.
    if (!['Approval', 'EIP712DomainChanged', 'AuthorityUpdated'].includes(name)) expect(db.prepare('SELECT count(*) FROM history').pluck().get()).toBe(1);
    db.close();
  });

  const valueOf = (type: string): fc.Arbitrary<unknown> => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((b) => `0x${Buffer.from(b).toString('hex')}`);
    if (type.endsWith('[]')) return fc.array(valueOf(type.slice(0, -2)), { maxLength: 4 });
    if (type.startsWith('uint')) return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.slice(4) || 256) - 1n });
    if (type === 'address') return bytes(20);
    if (type === 'bytes') return fc.uint8Array({ maxLength: 70 }).map((b) => `0x${Buffer.from(b).toString('hex')}`);
    if (type.startsWith('bytes')) return bytes(Number(type.slice(5)));
    if (type === 'string') return fc.string({ unit: 'grapheme', maxLength: 40 });
    return fc.boolean();
  };
  const events = KEYS.flatMap((key) => contractInterface(key).fragments.filter((f) => f instanceof EventFragment).map((fragment) => ({ key, fragment })));

  it('reads any values as ethers reads them', () => {
    const plain = (v: unknown): unknown => (typeof v === 'bigint' ? v : typeof v === 'object' && v ? [...(v as Iterable<unknown>)].map(plain) : typeof v === 'string' && /^0x[0-9a-f]{40}$/i.test(v) ? v.toLowerCase() : v);
    // What is indexed but has no fixed length is on the chain as its hash only; none of ours is.
    const log = fc.constantFrom(...events).chain(({ key, fragment }) => fc.tuple(...fragment.inputs.map((i) => valueOf(i.type))).map((values) => ({ key, fragment, values })));
    fc.assert(fc.property(log, ({ key, fragment, values }) => {
      const abi = contractInterface(key);
      const raw = { address: world_()[key].toUpperCase().replace('0X', '0x'), ...(abi.encodeEventLog(fragment, values) as { data: string; topics: string[] }), blockNumber: '0xff', blockHash: '0x0', transactionHash: '0x1', logIndex: '0x0' };
      const found = decode(raw, 0)!;
      const theirs = abi.parseLog(raw)!;
      expect(found.name).toBe(theirs.name);
      expect(Object.fromEntries(Object.entries(found.args).map(([k, v]) => [k, plain(v)]))).toEqual(Object.fromEntries(fragment.inputs.map((input, i) => [input.name, plain(theirs.args[i])])));
    }), { numRuns: 400 });
  });

  it('passes over logs of other contracts and unknown events', () => {
    const log = { address: world_().market, topics: [`0x${'99'.repeat(32)}`], data: '0x', blockNumber: '0x1', blockHash: '0x0', transactionHash: '0x1', logIndex: '0x0' };
    expect(decode(log, 0)).toBeUndefined();
    expect(decode({ ...log, topics: [] }, 0)).toBeUndefined();
    const { fragment } = events.find((e) => e.fragment.name === 'Registered')!;
    expect(decode({ ...log, topics: [fragment.topicHash] }, 0)).toBeUndefined();
  });
});
