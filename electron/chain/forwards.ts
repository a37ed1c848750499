import { randomInt } from 'node:crypto';
import { id, zeroPadValue, type TypedDataDomain, type TypedDataField } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { forwardRows, type ForwardRow } from '../db/queries/outbox-rows.ts';
import { contractInterface } from './contracts.ts';
import type { RawLog } from './decode-log.ts';
import { chainError } from './errors.ts';
import { forwarderOf, innerCall, signForward, type SignedForward } from './forward-request.ts';
import type { NetworkRecord } from './network-file.ts';
import { addressOf, createReceiptDecoder, sentText, type Intent, type Outbox, type Sent, type SendOptions } from './outbox.ts';
import { refusalOf, type Relay } from './relay-client.ts';
import { RpcError, type Rpc } from './rpc.ts';
import { sleep } from './sleep.ts';

export type Forwards = Pick<Outbox, 'send' | 'resume' | 'recheck'>;

type Receipt = { transactionHash: Hex; blockNumber: string; gasUsed: string; status: string; logs: RawLog[] };
type Block = { number: string; timestamp: string };
/** What is stored of a call on its way. */
type Stored = { request: SignedForward; fromBlock: string };

/** How long a signed call can be carried out: long enough for a slow chain, short enough not to surprise anybody. */
const LIFE_SECONDS = 600;
/** Up to so many more, at random: two accounts' calls of one second would carry the same deadline. */
const SPREAD_SECONDS = 300;
/** A relayer that took a call is asked again where nothing came of it. */
const AGAIN_MS = 20_000;
const PATIENCE_MS = 30_000;
const REORG_DEPTH = 128;
const EXECUTED = id('ExecutedForwardRequest(address,uint256,bool)');

/**
 * Calls that one fresh account signs and a relayer sends (ERC-2771), each exactly once: the signed call is in SQLite
 * before it leaves, the forwarder takes a nonce once, and what the relayer says is held against the chain. One call is
 * on its way at a time, so that each is tried against what the former left.
 */
export function createForwards(deps: {
  db: Db; rpc: Rpc; network: NetworkRecord; relay: Relay;
  account: { address: Hex; index: number; signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string> };
  /** Milliseconds that a call waits before it leaves, so that two accounts' calls do not come in one moment. */
  delayMs?: (method: string) => number;
  onMined?: () => void;
}): Forwards {
  const { db, rpc, network, relay, account } = deps;
  const rows = forwardRows(db, account.index);
  const decode = createReceiptDecoder(network);
  const waiting = new Map<string, Promise<Sent>>();
  let line: Promise<unknown> = Promise.resolve();

  const inLine = <T>(work: () => Promise<T>): Promise<T> => { const turn = line.catch(() => undefined).then(work); line = turn; return turn; };
  const latest = (signal?: AbortSignal) => rpc.call<Block>('eth_getBlockByNumber', ['latest', false], { signal });
  async function nonceNow(signal?: AbortSignal): Promise<bigint> {
    return BigInt(await rpc.call<string>('eth_call', [{ to: forwarderOf(network), data: contractInterface('forwarder').encodeFunctionData('nonces', [account.address]) }, 'latest'], { signal }));
  }
  /** The contract's own reason, of a call as the target would see it. */
  async function reasonOf(request: Pick<SignedForward, 'from' | 'to' | 'data'>, method: string, block = 'latest'): Promise<AppError | null> {
    return rpc.call('eth_call', [innerCall(request, network), block]).then(() => null, (error: unknown) => (error instanceof RpcError ? chainError(error, method) : null));
  }

  async function sign(intent: Intent, signal?: AbortSignal): Promise<ForwardRow> {
    if (intent.value) throw new AppError('invalid-argument', `${intent.method} would send coins, and a fresh account has none.`, { hint: 'Use the profile’s own account.' });
    const call = { from: account.address, to: addressOf(network, intent.contract).toLowerCase() as Hex, data: contractInterface(intent.contract).encodeFunctionData(intent.method, intent.args as unknown[]) as Hex };
    let gas: bigint;
    try { gas = BigInt(await rpc.call<string>('eth_estimateGas', [innerCall(call, network)], { signal })); } catch (error) {
      throw error instanceof RpcError ? chainError(error, intent.method) : error;
    }
    const [nonce, block] = await Promise.all([nonceNow(signal), latest(signal)]);
    const deadline = Math.max(Math.floor(Date.now() / 1000), Number(block.timestamp)) + LIFE_SECONDS + randomInt(SPREAD_SECONDS);
    const request = await signForward({ ...call, gas: ((gas * 6n) / 5n).toString(), nonce: nonce.toString(), deadline }, network, account);
    rows.insert({ key: intent.key, contract: intent.contract, method: intent.method, nonce: Number(nonce), deadline, request: JSON.stringify({ request, fromBlock: block.number } satisfies Stored) });
    return rows.byKey(intent.key)!;
  }

  /** The logs of one call of a receipt that may carry several: from after the one before to its own end. */
  function ownLogs(receipt: Receipt, row: ForwardRow): { logs: RawLog[]; success: boolean } | undefined {
    const forwarder = forwarderOf(network).toLowerCase();
    const ends = receipt.logs.flatMap((log, i) => (log.address.toLowerCase() === forwarder && log.topics[0] === EXECUTED ? [i] : []));
    for (const [nth, end] of ends.entries()) {
      const log = receipt.logs[end]!;
      if (log.topics[1] !== zeroPadValue(account.address, 32) || BigInt(log.data.slice(0, 66)) !== BigInt(row.nonce)) continue;
      return { logs: receipt.logs.slice(nth === 0 ? 0 : ends[nth - 1]! + 1, end + 1), success: BigInt(`0x${log.data.slice(66, 130)}`) === 1n };
    }
    return undefined;
  }

  async function settle(row: ForwardRow, receipt: Receipt, { logs, success }: { logs: RawLog[]; success: boolean }): Promise<Sent> {
    if (!success) {
      rows.remove(row.key);
      throw (await reasonOf((JSON.parse(row.request) as Stored).request, row.method, receipt.blockNumber)) ?? chainError(new RpcError({ code: 3, message: 'execution reverted' }), row.method);
    }
    const sent: Sent = { hash: receipt.transactionHash, blockNumber: Number(receipt.blockNumber), gasUsed: BigInt(receipt.gasUsed), events: decode(logs) };
    rows.setTx(row.key, sent.hash);
    rows.markMined(row.key, sentText.write(sent));
    deps.onMined?.();
    return sent;
  }

  const lost = (sentence: string) => new AppError('transaction-lost', sentence, { hint: 'Try again.', retryable: true });

  /** Where the call has got to, by the chain alone. @returns undefined while it is on its way */
  async function look(row: ForwardRow, hash: string | null, thoroughly: boolean, signal?: AbortSignal): Promise<Sent | undefined> {
    const { request, fromBlock } = JSON.parse(row.request) as Stored;
    if (hash) {
      const receipt = await rpc.call<Receipt | null>('eth_getTransactionReceipt', [hash], { signal });
      const own = receipt && ownLogs(receipt, row);
      if (own) return settle(row, receipt, own);
      if (receipt && BigInt(receipt.status) === 0n && (await nonceNow(signal)) === BigInt(row.nonce)) {
        const reason = await reasonOf(request, row.method);
        if (reason) { rows.remove(row.key); throw reason; }
      }
    }
    if (!thoroughly) return undefined;
    // Before the nonce: a block that comes between the two answers may be the one that carries it out.
    const isOver = Number((await latest(signal)).timestamp) > row.deadline;
    if ((await nonceNow(signal)) > BigInt(row.nonce)) {
      const logs = await rpc.call<RawLog[]>('eth_getLogs', [{ address: forwarderOf(network), topics: [EXECUTED, zeroPadValue(account.address, 32)], fromBlock, toBlock: 'latest' }], { signal });
      const log = logs.find((l) => BigInt(l.data.slice(0, 66)) === BigInt(row.nonce));
      const [receipt, tx] = log ? await Promise.all([rpc.call<Receipt | null>('eth_getTransactionReceipt', [log.transactionHash], { signal }), rpc.call<{ input: string } | null>('eth_getTransactionByHash', [log.transactionHash], { signal })]) : [null, null];
      // By its signature: another call of this account may have taken the nonce.
      const own = receipt && tx?.input.includes(request.signature.slice(2)) ? ownLogs(receipt, row) : undefined;
      if (own) return settle(row, receipt!, own);
      if (log && tx) { rows.remove(row.key); throw lost(`Another call of this account came first; ${row.method} was not carried out.`); }
      return undefined;
    }
    if (isOver) {
      rows.remove(row.key);
      throw lost(`Nobody carried out ${row.method} while its signature was valid.`);
    }
    return undefined;
  }

  /** Hands the call over until the chain has it. Throws and forgets it where it can never be carried out. */
  async function run(row: ForwardRow, signal?: AbortSignal): Promise<Sent> {
    const { request } = JSON.parse(row.request) as Stored;
    let hash = row.tx;
    let asked = 0;
    const began = Date.now();
    for (let round = 0; ; round += 1) {
      const found = await look(row, hash, hash === null || round % 8 === 0, signal);
      if (found) return found;
      if (hash === null || (asked > 0 && Date.now() - asked > AGAIN_MS)) {
        try {
          hash = await relay.forward(request, signal);
          asked = Date.now();
          rows.setTx(row.key, hash);
        } catch (error) {
          signal?.throwIfAborted();
          // Nothing is known of what became of it: it stays, and the chain tells at the next look.
          if (!isAppError(error)) throw error;
          const refused = refusalOf(error);
          // What it says may come of what the chain has meanwhile.
          const done = await look(row, hash, true, signal);
          if (done) return done;
          const passes = refused === 'busy' || refused === 'too-fast' || refused === 'nonce-wrong' || refused === 'failed' || (refused === undefined && error.retryable && error.code !== 'transaction-lost');
          if (!passes) { rows.remove(row.key); throw (await reasonOf(request, row.method)) ?? error; }
          if (Date.now() - began > PATIENCE_MS) throw error;
          await sleep(Math.min(4000, 100 * 2 ** Math.min(round, 6)), signal);
          continue;
        }
        continue;
      }
      if (asked === 0) asked = Date.now();
      await sleep(network.local ? 20 : 1500, signal);
    }
  }

  function follow(row: ForwardRow, signal?: AbortSignal): Promise<Sent> {
    const known = waiting.get(row.key);
    if (known) return known;
    const it = run(row, signal).finally(() => waiting.delete(row.key));
    waiting.set(row.key, it);
    return it;
  }

  async function forgotten(): Promise<ForwardRow[]> {
    const final = Number(await rpc.call<string>('eth_blockNumber')) - REORG_DEPTH;
    const found: ForwardRow[] = [];
    for (const row of rows.mined().filter((r) => sentText.read(r.receipt!).blockNumber > final)) {
      const receipt = await rpc.call<Receipt | null>('eth_getTransactionReceipt', [row.tx]);
      const own = receipt && ownLogs(receipt, row);
      if (!own) { rows.markSigned(row.key); found.push(rows.byKey(row.key)!); }
      else if (Number(receipt.blockNumber) !== sentText.read(row.receipt!).blockNumber) await settle(row, receipt, own).catch(() => undefined);
    }
    return found;
  }

  /** All that was signed, in the order of nonces. `pauses`: what waited through a night must not leave with all other accounts' at the start. */
  async function outstanding({ signal, pauses }: { signal?: AbortSignal; pauses?: true } = {}): Promise<void> {
    for (const row of rows.signed()) {
      if (pauses) await sleep(deps.delayMs?.(row.method) ?? 0, signal);
      await follow(row, signal).catch((error: unknown) => { if (rows.byKey(row.key)) throw error; });
    }
  }

  return {
    send(intent, { signal, onSent }: SendOptions = {}) {
      const before = rows.byKey(intent.key);
      if (before?.state === 'mined') return Promise.resolve(sentText.read(before.receipt!));
      const under = waiting.get(intent.key);
      if (under) return under;
      return inLine(async () => {
        const meanwhile = rows.byKey(intent.key);
        if (meanwhile?.state === 'mined') return sentText.read(meanwhile.receipt!);
        if (!meanwhile) {
          await outstanding({ signal });
          const row = await sign(intent, signal);
          // Nothing has left yet: who stops now, stops it.
          try { await sleep(deps.delayMs?.(intent.method) ?? 0, signal); } catch (error) { rows.remove(row.key); throw error; }
        }
        const sent = await follow(rows.byKey(intent.key)!, signal);
        onSent?.(sent.hash);
        return sent;
      });
    },
    async resume() {
      await forgotten().catch(() => undefined);
      await inLine(() => outstanding({ pauses: true })).catch(() => undefined);
    },
    async recheck() {
      if ((await forgotten()).length > 0) await inLine(() => outstanding({ pauses: true })).catch(() => undefined);
    },
  };
}
