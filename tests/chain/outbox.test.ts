import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startAnvil } from '../../electron/chain/anvil.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
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
  expect(await sentCount()).toBe(when === 'before' ? 0 : 1);
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
  const [refused, sent] = await Promise.allSettled([o.send(tooMuch), o.send(register('second'), { signal: AbortSignal.timeout(8000) })]);
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
}, 30_000);
