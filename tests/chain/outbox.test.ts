import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startAnvil } from '../../electron/chain/anvil.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { createRpc, type Rpc } from '../../electron/chain/rpc.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { localChain, testWallet, type LocalChain } from './local-chain.ts';

const KEY = `0x${'11'.repeat(32)}`;
let world: LocalChain;
let dir: string;
let db: Db;
let seed = 100;
let wallet = testWallet(seed);
beforeAll(async () => { world = await localChain(); });
afterAll(() => world.close());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'phdex-outbox-'));
  db = openDatabase(join(dir, 'o.sqlite'));
  wallet = testWallet(seed++);
  await world.chain.rpc.call('anvil_setBalance', [wallet.address, '0x8ac7230489e80000']);
});
afterEach(async () => { db.close(); await rm(dir, { recursive: true, force: true }); });

const outbox = (rpc: Rpc = world.chain.rpc) => createOutbox({ db, rpc, network: world.network, wallet });
const register = (key: string, endpoint = key) => ({ key, contract: 'participants' as const, method: 'register', args: [2, KEY, endpoint] });
const sentCount = async () => Number(await world.chain.rpc.call<string>('eth_getTransactionCount', [wallet.address, 'latest']));

/** An endpoint that lets the chain hear but whose answer to a broadcast is lost. */
const losing = (lost: 'before' | 'after'): Rpc => ({
  ...world.chain.rpc,
  async call(method: string, params?: readonly unknown[], options?: object) {
    if (method === 'eth_sendRawTransaction') {
      if (lost === 'after') await world.chain.rpc.call(method, params, options);
      throw new Error('the process ends here');
    }
    return world.chain.rpc.call(method, params, options);
  },
}) as Rpc;

it('sends a key once, and answers with its receipt again', async () => {
  const o = outbox();
  const first = await o.send(register('a'));
  expect(first.events.map((e) => e.name)).toEqual(['Registered']);
  expect(first.gasUsed).toBeGreaterThan(21_000n);
  expect(await o.send(register('a', 'something else'))).toEqual(first);
  expect(await outbox().send(register('a'))).toEqual(first);
  expect(await sentCount()).toBe(1);
});

it('gives many at once a nonce each', async () => {
  const o = outbox();
  const sent = await Promise.all(Array.from({ length: 12 }, (_, i) => o.send(register(`many-${i}`))));
  expect(new Set(sent.map((s) => s.hash)).size).toBe(12);
  expect(await sentCount()).toBe(12);
});

it.each(['before', 'after'] as const)('sends once when the process ends %s the broadcast', async (when) => {
  await expect(outbox(losing(when)).send(register('crash'))).rejects.toThrow('ends here');
  // The endpoint answers before its block is made.
  await expect.poll(sentCount).toBe(when === 'before' ? 0 : 1);
  const next = outbox();
  await next.resume();
  expect(await sentCount()).toBe(1);
  expect((await next.send(register('crash'))).events[0]!.args.endpoint).toBe('crash');
  expect(await sentCount()).toBe(1);
});

it('goes on when the endpoint was away', async () => {
  const own = await localChain([wallet]);
  const port = Number(new URL(own.chain.rpcUrl).port);
  const o = createOutbox({ db, rpc: createRpc(own.chain.rpcUrl), network: own.network, wallet });
  await o.send(register('one'));
  await own.chain.stop();
  const waiting = o.send(register('two'));
  const again = await startAnvil({ dir: own.dir, port });
  expect((await waiting).events[0]!.name).toBe('Registered');
  expect(Number(await again.rpc.call<string>('eth_getTransactionCount', [wallet.address, 'latest']))).toBe(2);
  await again.stop();
  await own.close();
});

it('names the contract’s reason and frees the key', async () => {
  const o = outbox();
  const bad = { key: 'same', contract: 'participants' as const, method: 'register', args: [0, KEY, ''] };
  await expect(o.send(bad)).rejects.toMatchObject({ code: 'chain-reverted', details: { reason: 'ParticipantsRolesInvalid', roles: '0' } });
  expect((await o.send(register('same'))).events).toHaveLength(1);
});

it('names too few native coins', async () => {
  await world.chain.rpc.call('anvil_setBalance', [wallet.address, '0x1']);
  await expect(outbox().send(register('poor'))).rejects.toMatchObject({ code: 'funds-too-low' });
});

it('leaves no gap when one of two at once is refused', async () => {
  const o = outbox();
  await o.send(register('first'));
  const balance = BigInt(await world.chain.rpc.call<string>('eth_getBalance', [wallet.address, 'latest']));
  // The estimate lets it pass, the broadcast does not: nothing is left for its gas.
  const tooMuch = { key: 'stake', contract: 'participants' as const, method: 'addStake', args: [], value: balance - 1000n };
  const [refused, sent] = await Promise.allSettled([o.send(tooMuch), o.send(register('second'), { signal: AbortSignal.timeout(60_000) })]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'funds-too-low' } });
  expect(sent).toMatchObject({ status: 'fulfilled', value: { events: [{ name: 'Registered' }] } });
  expect(await sentCount()).toBe(2);
});

it('says that another transaction took the nonce', async () => {
  await expect(outbox(losing('before')).send(register('mine'))).rejects.toThrow();
  const elsewhere = await mkdtemp(join(tmpdir(), 'phdex-outbox-'));
  const other = openDatabase(join(elsewhere, 'x.sqlite'));
  await createOutbox({ db: other, rpc: world.chain.rpc, network: world.network, wallet }).send(register('theirs'));
  other.close();
  await rm(elsewhere, { recursive: true });
  await expect(outbox().send(register('mine'))).rejects.toMatchObject({ code: 'transaction-lost', retryable: true });
  expect((await outbox().send(register('mine'))).events[0]!.args.endpoint).toBe('mine');
});

const drop = async (work: () => Promise<unknown>) => {
  const snapshot = await world.chain.rpc.call('evm_snapshot', []);
  await work();
  await world.chain.rpc.call('evm_revert', [snapshot]);
  expect(await sentCount()).toBe(0);
};

it('sends again what a reorganisation has dropped', async () => {
  const o = outbox();
  let before: Awaited<ReturnType<typeof o.send>> | undefined;
  await drop(async () => { before = await o.send(register('dropped')); });
  await o.recheck();
  expect(await sentCount()).toBe(1);
  const again = await o.send(register('dropped', 'something else'));
  expect(again).toMatchObject({ hash: before!.hash, events: [{ args: { endpoint: 'dropped' } }] });
  expect(Number(((await world.chain.rpc.call('eth_getTransactionReceipt', [again.hash])) as { blockNumber: string }).blockNumber)).toBe(again.blockNumber);
  expect(await sentCount()).toBe(1);
});

it('does so after a crash as well, and leaves what is still there alone', async () => {
  await outbox().send(register('stays'));
  const stays = await outbox().send(register('stays'));
  const snapshot = await world.chain.rpc.call('evm_snapshot', []);
  await outbox().send(register('goes'));
  await world.chain.rpc.call('evm_revert', [snapshot]);
  await outbox().resume();
  expect(await sentCount()).toBe(2);
  expect(await outbox().send(register('stays'))).toEqual(stays);
});

it('gives the nonce of what was dropped to nobody else', async () => {
  const o = outbox();
  await drop(() => o.send(register('dropped')));
  const next = await o.send(register('next'));
  expect(next.events[0]!.args.endpoint).toBe('next');
  expect(await sentCount()).toBe(2);
  expect(db.prepare('SELECT key, nonce FROM outbox ORDER BY nonce').all()).toEqual([{ key: 'dropped', nonce: 0 }, { key: 'next', nonce: 1 }]);
});

it('hears of a reorganisation from the indexer', async () => {
  const indexer = createIndexer({ db, rpc: world.chain.rpc, network: world.network }, { pollMs: 20 });
  const o = createOutbox({ db, rpc: world.chain.rpc, network: world.network, wallet });
  let rechecked: Promise<void> | undefined;
  indexer.onReorg(() => { rechecked = o.recheck(); });
  const { blockNumber } = await o.send(register('deep'));
  await indexer.catchUp();
  await world.chain.rpc.call('anvil_reorg', [1, []]);
  await indexer.catchUp();
  expect(rechecked).toBeDefined();
  await rechecked;
  expect(await sentCount()).toBe(1);
  expect((await o.send(register('deep'))).blockNumber).toBeGreaterThanOrEqual(blockNumber);
  await indexer.stop();
});

it('goes on, after a crash, above one that is refused now', async () => {
  await outbox().send(register('first'));
  const cut = outbox(losing('before'));
  await expect(cut.send({ key: 'stake', contract: 'participants', method: 'addStake', args: [], value: 4n * 10n ** 18n })).rejects.toThrow('ends here');
  await expect(cut.send(register('above'))).rejects.toThrow('ends here');
  expect(await sentCount()).toBe(1);
  await world.chain.rpc.call('anvil_setBalance', [wallet.address, '0xde0b6b3a7640000']);
  const o = outbox();
  await o.resume();
  expect((await o.send(register('above'))).events[0]!.args.endpoint).toBe('above');
  expect(await sentCount()).toBe(3);
  // The one that was refused can be sent anew.
  await world.chain.rpc.call('anvil_setBalance', [wallet.address, '0x8ac7230489e80000']);
  expect((await o.send({ key: 'stake', contract: 'participants', method: 'addStake', args: [], value: 4n * 10n ** 18n })).events.map((e) => e.name)).toContain('StakeAdded');
});
