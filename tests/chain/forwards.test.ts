import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { id, Wallet, ZeroHash } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { createForwards } from '../../electron/chain/forwards.ts';
import { createOutbox } from '../../electron/chain/outbox.ts';
import { createHttpRelay, createNoRelay, createOwnRelay, type Relay } from '../../electron/chain/relay-client.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { localChain, testWallet, type LocalChain } from './local-chain.ts';

let world: LocalChain;
let relayer: Awaited<ReturnType<typeof startLocalRelay>>;
let dir: string;
let db: Db;
let seed = 5000;
let key: Wallet;
let account: { address: Hex; index: number; signTypedData: Wallet['signTypedData']; signTransaction: Wallet['signTransaction'] };
beforeAll(async () => { world = await localChain(); relayer = await startLocalRelay({ rpc: world.chain.rpc, network: world.network }); });
afterAll(async () => { await relayer.stop(); await world.close(); });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'phdex-forwards-'));
  db = openDatabase(join(dir, 'f.sqlite'));
  key = new Wallet(`0x${(seed++).toString(16).padStart(64, '0')}`);
  account = { address: key.address.toLowerCase() as Hex, index: 0, signTypedData: key.signTypedData.bind(key), signTransaction: key.signTransaction.bind(key) };
});
afterEach(async () => { db.close(); await rm(dir, { recursive: true, force: true }); });

const rpc = () => world.chain.rpc;
const http = () => createHttpRelay(relayer.url, { network: world.network, rpc: rpc() });
const forwards = (relay: Relay = http(), more: object = {}) => createForwards({ db, rpc: rpc(), network: world.network, relay, account, ...more });
const anchor = (name: string, root = id(name), previous: string = ZeroHash) => ({ key: name, contract: 'anchors' as const, method: 'anchor', args: [root, 3, previous] });
const nonces = async () => Number(await rpc().call<string>('eth_call', [{ to: world.network.contracts.forwarder, data: `0x7ecebe00${account.address.slice(2).padStart(64, '0')}` }, 'latest']));
const mined = async () => Number(await rpc().call<string>('eth_getTransactionCount', [account.address, 'latest']));

it('an account without a coin acts under its own name, once', async () => {
  const f = forwards();
  const sent = await f.send(anchor('a'));
  expect(sent.events.map((e) => [e.contract, e.name])).toEqual([['anchors', 'Anchored'], ['forwarder', 'ExecutedForwardRequest']]);
  expect(String(sent.events[0]!.args.account).toLowerCase()).toBe(account.address);
  expect(await f.send(anchor('a', id('something else')))).toEqual(sent);
  expect(await forwards().send(anchor('a'))).toEqual(sent);
  expect([await nonces(), await mined(), await rpc().call('eth_getBalance', [account.address, 'latest'])]).toEqual([1, 0, '0x0']);
});

it('many at once go one after the other', async () => {
  const f = forwards();
  // Each names the one before: the contract takes them in this order only.
  const roots = Array.from({ length: 5 }, (_, i) => id(`chained-${i}`));
  const sent = await Promise.all(roots.map((root, i) => f.send(anchor(`many-${i}`, root, i === 0 ? ZeroHash : roots[i - 1]))));
  expect(sent.map((s) => Number(s.events[0]!.args.sequence))).toEqual([1, 2, 3, 4, 5]);
  expect(await nonces()).toBe(5);
});

it('the contract’s own reason is told, and the key is free again', async () => {
  const f = forwards();
  await expect(f.send({ key: 'bad', contract: 'anchors', method: 'anchor', args: [id('x'), 0, ZeroHash] })).rejects.toMatchObject({ code: 'chain-reverted', details: { reason: 'AnchorInvalid' } });
  expect(db.prepare('SELECT count(*) FROM forwards').pluck().get()).toBe(0);
  expect((await f.send(anchor('bad'))).events).toHaveLength(2);
});

/** Hands over and then the process ends, or ends before. */
const dying = (when: 'before' | 'after'): Relay => ({ fund: http().fund, async forward(request, signal) { if (when === 'after') await http().forward(request, signal); throw new Error('the process ends here'); } });

it.each(['before', 'after'] as const)('is carried out once when the process ends %s the relayer has it', async (when) => {
  const ends = forwards(dying(when), { rpc: { ...rpc(), call: (async (m: string, p?: readonly unknown[], o?: object) => {
    // Nothing is learnt any more of what became of it.
    if (m === 'eth_getTransactionReceipt' || (m === 'eth_getLogs')) throw new Error('the process ends here');
    return rpc().call(m, p, o);
  }) as never } });
  await expect(ends.send(anchor('crash'))).rejects.toThrow('ends here');
  expect(db.prepare('SELECT key, state FROM forwards').all()).toEqual([{ key: 'crash', state: 'signed' }]);
  const next = forwards();
  await next.resume();
  const sent = await next.send(anchor('crash'));
  expect(sent.events[0]!.args.root).toBe(id('crash'));
  expect(await nonces()).toBe(1);
});

it('a call that was signed before a kill goes out at the next start', async () => {
  const stopping = new AbortController();
  // The relayer is away; the person stops waiting.
  const away: Relay = { fund: http().fund, forward: () => Promise.reject(new AppError('chain-unreachable', 'The relayer does not answer.', { retryable: true, details: { relayer: true } })) };
  const waiting = forwards(away).send(anchor('later'), { signal: stopping.signal });
  await expect.poll(() => db.prepare('SELECT state FROM forwards').pluck().get()).toBe('signed');
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  stopping.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  const raw = db.prepare('SELECT request FROM forwards').pluck().get();
  await forwards().resume();
  expect(db.prepare('SELECT state, request FROM forwards').all()).toEqual([{ state: 'mined', request: raw }]);
  expect(await nonces()).toBe(1);
});

it('what goes out at the next start pauses as it would have, so that all accounts’ calls do not leave in one moment', async () => {
  await expect(forwards(dying('before')).send(anchor('overnight'))).rejects.toThrow('ends here');
  const asked: string[] = [];
  let left = false;
  const relay: Relay = { fund: http().fund, forward(request, signal) { left = true; return http().forward(request, signal); } };
  const next = forwards(relay, { delayMs: (method: string) => { asked.push(`${method}${left ? ' after it left' : ''}`); return 20; } });
  await next.resume();
  expect(asked).toEqual(['anchor']);
  expect(await nonces()).toBe(1);
});

it('its time is looked at before its nonce: what a block between the two carries out is not lost', async () => {
  const snapshot = await rpc().call('evm_snapshot', []);
  let row = '';
  const late: Relay = { fund: http().fund, async forward(request) { row = JSON.stringify(request); throw new AppError('chain-unreachable', 'Nothing is known of it.', { retryable: true, details: { refused: 'failed', relayer: true } }); } };
  let asked = false;
  // The last block in which the call may be carried out comes right after its nonce was asked for, the next after that.
  const racing = { ...rpc(), call: (async (method: string, params?: readonly unknown[], o?: object) => {
    const answer = await rpc().call(method, params, o);
    if (row !== '' && !asked && method === 'eth_call' && String((params![0] as { data: string }).data).startsWith('0x7ecebe00')) {
      asked = true;
      await http().forward(JSON.parse(row));
      // The endpoint answers before its block is made.
      await expect.poll(nonces).toBe(1);
      await rpc().call('evm_increaseTime', [2000]);
      await rpc().call('evm_mine', []);
    }
    return answer;
  }) as never };
  expect((await forwards(late, { rpc: racing }).send(anchor('edge'))).events[0]!.args.root).toBe(id('edge'));
  expect(asked).toBe(true);
  await rpc().call('evm_revert', [snapshot]);
});

it('who stops before it has left stops it', async () => {
  const stopping = new AbortController();
  const f = forwards(http(), { delayMs: () => 60_000 });
  const waiting = f.send(anchor('no'), { signal: stopping.signal });
  await expect.poll(() => db.prepare('SELECT count(*) FROM forwards').pluck().get()).toBe(1);
  stopping.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  expect(db.prepare('SELECT count(*) FROM forwards').pluck().get()).toBe(0);
  expect(await nonces()).toBe(0);
});

it('a relayer that lies about the transaction, or sends it by another, changes nothing', async () => {
  const lying: Relay = { fund: http().fund, async forward(request, signal) { await http().forward(request, signal); return `0x${'ab'.repeat(32)}`; } };
  const sent = await forwards(lying).send(anchor('lied'));
  expect(sent.events[0]!.args.root).toBe(id('lied'));
  expect(sent.hash).not.toBe(`0x${'ab'.repeat(32)}`);
});

it('what another call of the account came before is told as lost, and can be sent anew', async () => {
  const other = await mkdtemp(join(tmpdir(), 'phdex-forwards-'));
  const elsewhere = openDatabase(join(other, 'o.sqlite'));
  const overtaken: Relay = { fund: http().fund, async forward(request, signal) {
    await createForwards({ db: elsewhere, rpc: rpc(), network: world.network, relay: http(), account }).send(anchor('theirs'));
    return http().forward(request, signal);
  } };
  await expect(forwards(overtaken).send(anchor('mine', id('mine'), ZeroHash))).rejects.toMatchObject({ code: 'transaction-lost', retryable: true });
  expect((await forwards().send(anchor('mine', id('mine'), id('theirs')))).events[0]!.args.sequence).toBe(2n);
  elsewhere.close();
  await rm(other, { recursive: true });
});

it('is forgotten once its time is over', async () => {
  const snapshot = await rpc().call('evm_snapshot', []);
  const silent: Relay = { fund: http().fund, async forward() { await rpc().call('evm_increaseTime', [1000]); await rpc().call('evm_mine', []); return `0x${'cd'.repeat(32)}`; } };
  await expect(forwards(silent).send(anchor('old'))).rejects.toMatchObject({ code: 'transaction-lost' });
  expect(db.prepare('SELECT count(*) FROM forwards').pluck().get()).toBe(0);
  await rpc().call('evm_revert', [snapshot]);
});

it('sends again what a reorganisation has dropped', async () => {
  const snapshot = await rpc().call('evm_snapshot', []);
  const f = forwards();
  await f.send(anchor('dropped'));
  await rpc().call('evm_revert', [snapshot]);
  expect(await nonces()).toBe(0);
  const again = await startLocalRelay({ rpc: rpc(), network: world.network });
  const g = forwards(createHttpRelay(again.url, { network: world.network, rpc: rpc() }));
  await g.recheck();
  expect(await nonces()).toBe(1);
  expect((await g.send(anchor('dropped', id('something else')))).events[0]!.args.root).toBe(id('dropped'));
  await again.stop();
});

it('without a relayer it says what can be done; the own account sends where it may', async () => {
  await expect(forwards(createNoRelay(world.network)).send(anchor('none'))).rejects.toMatchObject({ code: 'chain-wrong', hint: expect.stringContaining('phdex relay') as string });
  const own = testWallet(1);
  const relay = createOwnRelay({ network: world.network, rpc: rpc(), own: createOutbox({ db, rpc: rpc(), network: world.network, wallet: own }) });
  const sent = await forwards(relay).send(anchor('none'));
  expect(String(sent.events[0]!.args.account).toLowerCase()).toBe(account.address);
  expect((await rpc().call<{ from: string }>('eth_getTransactionByHash', [sent.hash])).from).toBe(own.address);
});

it('a fresh account is given the coin for its own transactions, in round amounts', async () => {
  const funded: bigint[] = [];
  const relay = http();
  const outbox = createOutbox({ db, rpc: rpc(), network: world.network, wallet: account, async fund(wei, signal) { funded.push(wei); await relay.fund(account.address, wei, signal); } });
  const sent = await outbox.send({ key: 'register', contract: 'participants', method: 'register', args: [1, `0x${'11'.repeat(32)}`, ''] });
  expect(sent.events[0]!.name).toBe('Registered');
  const transfers = await rpc().call<string>('eth_getBalance', [account.address, 'latest']);
  const spent = sent.gasUsed * BigInt((await rpc().call<{ effectiveGasPrice: string }>('eth_getTransactionReceipt', [sent.hash])).effectiveGasPrice);
  expect(String(BigInt(transfers) + spent)).toMatch(/^[125]0+$/);
  expect(funded).toHaveLength(1);
  // Rows of this account and of the own one keep their nonces apart.
  const own = createOutbox({ db, rpc: rpc(), network: world.network, wallet: testWallet(2) });
  await own.send({ key: 'other', contract: 'participants', method: 'register', args: [2, `0x${'11'.repeat(32)}`, ''] });
  expect(db.prepare('SELECT key, account, nonce FROM outbox ORDER BY key').all()).toEqual([{ key: 'other', account: null, nonce: expect.any(Number) as number }, { key: 'register', account: 0, nonce: 0 }]);
});
