import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBatches } from '../../electron/anchors/batches.ts';
import type { AnchorChain, AnchorSeal } from '../../electron/anchors/ports.ts';
import { receiptText, verifyReceipt } from '../../electron/anchors/verify.ts';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { anchorRows } from '../../electron/db/queries/anchor-rows.ts';
import { openAtRest, sealAtRest } from '../../electron/app/at-rest.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { localChain, testWallet, type LocalChain } from '../chain/local-chain.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const key = Buffer.alloc(32, 7);
const seal: AnchorSeal = { seal: (what, secret) => sealAtRest(key, what, secret), open: (what, sealed) => openAtRest(key, what, sealed), mark: (digest) => createHmac('sha256', key).update(digest).digest().subarray(0, 16) };
const subject = (ref: string, content = ref) => ({ kind: 'file' as const, ref, digest: sha256(content) });

let it0: LocalChain;
let dir: string;
let db: Db;
let wallet: ReturnType<typeof testWallet>;
let seed = 50;
beforeAll(async () => { it0 = await localChain([]); });
afterAll(async () => it0?.close());
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-anchors-'));
  db = openDatabase(join(dir, 'a.sqlite'));
  wallet = testWallet(++seed);
  await it0.chain.rpc.call('anvil_setBalance', [wallet.address, '0x8ac7230489e80000']);
});
afterEach(() => { db.close(); rmSync(dir, { recursive: true, force: true }); });

/** A run of the program: what is in memory goes with it, what is in the database stays. */
function run(breaks: { before?: () => void; after?: () => void } = {}) {
  const { rpc } = it0.chain;
  const outbox = createOutbox({ db, rpc, network: it0.network, wallet });
  const read = async (method: string, args: unknown[]) => {
    const abi = contractInterface('anchors');
    return abi.decodeFunctionResult(method, await rpc.call<string>('eth_call', [{ to: it0.network.contracts.anchors, data: abi.encodeFunctionData(method, args) }, 'latest']));
  };
  const chain: AnchorChain = {
    place: { chainId: it0.network.chainId, contract: it0.network.contracts.anchors! }, account: wallet.address, call: rpc.call,
    async send(intent, options) { breaks.before?.(); const sent = await outbox.send(intent, options); breaks.after?.(); return sent; },
    last: async () => (await read('lastOf', [wallet.address]))[0] as Hex,
    has: async (root) => ((await read('anchorOf', [wallet.address, root]))[0] as { time: bigint }).time !== 0n,
  };
  const rows = anchorRows(db);
  return { rows, chain, read, batches: createBatches({ rows, chain: async () => chain, seal }) };
}
const countOnChain = async () => Number((await run().read('lastOf', [wallet.address]))[1]);

describe('batches', () => {
  it('anchor any number at once, and each has its receipt', async () => {
    const { batches, rows } = run();
    expect(batches.add(Array.from({ length: 37 }, (_, i) => subject(`f${i}`)))).toBe(37);
    const [batch] = await batches.flush();
    expect(batch).toMatchObject({ count: 37, state: 'anchored' });
    expect(await countOnChain()).toBe(1);
    for (const ref of ['f0', 'f17', 'f36']) {
      const { receipt } = await batches.receipt('file', ref);
      expect(verifyReceipt(receiptText(receipt), sha256(ref), receipt.block.hash).holds).toBe(true);
      expect(verifyReceipt(receiptText(receipt), sha256(`${ref}x`), receipt.block.hash).holds).toBe(false);
    }
    expect(await batches.receipts(batch!.id)).toHaveLength(37);
    expect(rows.waiting().count).toBe(0);
  });

  it('follow one another, each naming the one before; the cache of events knows them', async () => {
    const { batches, rows } = run();
    for (const ref of ['a', 'b', 'c']) { batches.add([subject(ref)]); await batches.flush(); }
    const indexer = createIndexer({ db, rpc: it0.chain.rpc, network: it0.network });
    await indexer.catchUp();
    const [third, second, first] = rows.onChain(wallet.address, 10);
    expect([first, second, third].map((r) => r!.sequence)).toEqual([1, 2, 3]);
    expect([first!.previous, second!.previous, third!.previous]).toEqual([`0x${'0'.repeat(64)}`, first!.root, second!.root]);
  });

  it('pass over what waits or was anchored with the same content, and take what changed', async () => {
    const { batches, rows } = run();
    expect(batches.add([subject('a'), subject('a')])).toBe(1);
    await batches.flush();
    expect(batches.add([subject('a')])).toBe(0);
    expect(await batches.flush()).toEqual([]);
    expect(batches.add([subject('a', 'other content')])).toBe(1);
    await batches.flush();
    const { receipt } = await batches.receipt('file', 'a');
    expect(receipt.digest).toBe(`0x${sha256('other content').toString('hex')}`);
    expect(rows.countBatches()).toBe(2);
  });

  it('of equal contents have no equal leaves', async () => {
    const { batches } = run();
    batches.add([subject('a', 'same'), subject('b', 'same')]);
    const [batch] = await batches.flush();
    const [a, b] = await batches.receipts(batch!.id);
    expect(a!.receipt.leaf.path[0]).not.toBe(b!.receipt.leaf.path[0]);
    expect(a!.receipt.salt).not.toBe(b!.receipt.salt);
  });

  it('killed before the transaction are sent by the next run', async () => {
    const killed = run({ before() { throw new Error('killed'); } });
    killed.batches.add([subject('a'), subject('b')]);
    await expect(killed.batches.flush()).rejects.toThrow('killed');
    expect(await countOnChain()).toBe(0);
    const next = run();
    expect(next.rows.waiting().count).toBe(0);
    expect(await next.batches.flush()).toMatchObject([{ count: 2, state: 'anchored' }]);
    expect(await countOnChain()).toBe(1);
  });

  it('killed after the transaction are not sent again', async () => {
    const killed = run({ after() { throw new Error('killed'); } });
    killed.batches.add([subject('a')]);
    await expect(killed.batches.flush()).rejects.toThrow('killed');
    expect(await countOnChain()).toBe(1);
    const next = run();
    expect(await next.batches.flush()).toMatchObject([{ state: 'anchored', tx: expect.stringMatching(/^0x/) as string }]);
    expect(await countOnChain()).toBe(1);
    expect((await next.batches.receipt('file', 'a')).receipt.batch.sequence).toBe(1);
  });

  it('that a lost outbox has sent already are known again by the chain', async () => {
    const killed = run({ after() { throw new Error('killed'); } });
    killed.batches.add([subject('a')]);
    await expect(killed.batches.flush()).rejects.toThrow('killed');
    db.prepare('DELETE FROM outbox').run();
    expect(await run().batches.flush()).toMatchObject([{ state: 'anchored', tx: null }]);
    expect(await countOnChain()).toBe(1);
  });

  it('that another device of the account overtakes come after its batch', async () => {
    const mine = run();
    mine.batches.add([subject('a')]);
    let overtaken = false;
    const first = mine.chain.last;
    mine.chain.last = async () => {
      const before = await first();
      if (!overtaken) { overtaken = true; await mine.chain.send({ key: 'anchor:other', contract: 'anchors', method: 'anchor', args: [`0x${'ee'.repeat(32)}`, 1, before] }); }
      return before;
    };
    expect(await mine.batches.flush()).toMatchObject([{ state: 'anchored' }]);
    expect((await mine.batches.receipt('file', 'a')).receipt.batch.sequence).toBe(2);
  });

  it('make the proof anew when its block is no longer of the chain', async () => {
    const { batches, rows } = run();
    batches.add([subject('a')]);
    const [batch] = await batches.flush();
    const proof = JSON.parse(rows.batch(batch!.id)!.proof!) as { block: { hash: string } };
    rows.saveProof(batch!.id, JSON.stringify({ ...proof, block: { ...proof.block, hash: `0x${'dd'.repeat(32)}` } }));
    const { receipt } = await batches.receipt('file', 'a');
    expect(verifyReceipt(receiptText(receipt), sha256('a'), receipt.block.hash).holds).toBe(true);
  });

  it('give a receipt of a block that lies deep enough, and none before', async () => {
    const { batches, chain } = run();
    chain.depth = 3;
    batches.add([subject('a')]);
    await batches.flush();
    await expect(batches.receipt('file', 'a')).rejects.toThrow(expect.objectContaining({ code: 'access-not-ready', retryable: true }) as Error);
    const newest = Number(await chain.call<string>('eth_blockNumber'));
    await chain.call('anvil_mine', ['0x3']);
    const { receipt } = await batches.receipt('file', 'a');
    expect(receipt.block.number).toBe(newest);
    expect(verifyReceipt(receiptText(receipt), sha256('a'), receipt.block.hash).holds).toBe(true);
  });

  it('say so where something was never anchored, or waits', async () => {
    const { batches } = run();
    await expect(batches.receipt('file', 'nothing')).rejects.toThrow('never anchored');
    batches.add([subject('a')]);
    await expect(batches.receipt('file', 'a')).rejects.toThrow('waits for the next batch');
  });

  it('leave no digest in the database', async () => {
    const { batches } = run();
    batches.add([subject('secret-ref', 'weight 71 kg'), subject('waits', 'weight 72 kg')]);
    await batches.flush();
    batches.add([subject('later', 'weight 73 kg')]);
    db.pragma('wal_checkpoint(TRUNCATE)');
    const bytes = db.serialize();
    for (const content of ['weight 71 kg', 'weight 72 kg', 'weight 73 kg']) {
      expect(bytes.includes(sha256(content))).toBe(false);
      expect(bytes.includes(sha256(content).toString('hex'))).toBe(false);
    }
  });
});
