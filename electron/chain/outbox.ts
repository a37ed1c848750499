import type { TransactionRequest } from 'ethers';
import { keccak256 } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { outboxRows, type OutboxRow } from '../db/queries/outbox-rows.ts';
import { contractInterface, type ContractKey } from './contracts.ts';
import { createLogDecoder, type RawLog } from './decode-log.ts';
import { chainError } from './errors.ts';
import type { NetworkRecord } from './network-file.ts';
import { RpcError, type Rpc } from './rpc.ts';

export type Intent = { key: string; contract: ContractKey; method: string; args: readonly unknown[]; value?: bigint };
export type Sent = { hash: Hex; blockNumber: number; gasUsed: bigint; events: { contract: ContractKey; name: string; args: Record<string, unknown> }[] };
export type SendOptions = { signal?: AbortSignal; /** Told of the transaction's hash once the endpoint has it. */ onSent?: (hash: Hex) => void };
export type Outbox = {
  /** Sends an intent once and waits for its receipt. @throws AppError `chain-reverted`, `funds-too-low`, `transaction-lost`, `chain-unreachable`, `chain-wrong` */
  send(intent: Intent, options?: SendOptions): Promise<Sent>;
  /** Sends native coins once. */
  pay(transfer: { key: string; to: Hex; wei: bigint }, options?: SendOptions): Promise<Sent>;
  /** Takes up again what was signed before a crash, or mined in a block that the chain has dropped since. */
  resume(): Promise<void>;
  /** After a reorganisation: sends again, by the same bytes, what is in no block any more. */
  recheck(): Promise<void>;
};

/** What a transaction does, whoever asked for it. */
type Call = { key: string; contract: string; method: string; to: string; data: string; value: bigint };
type Receipt = { transactionHash: string; blockNumber: string; gasUsed: string; status: string; logs: RawLog[] };

const REBROADCAST_MS = 5000;
/** Blocks that can still be reorganised; the indexer takes back no more either. */
const REORG_DEPTH = 128;

/** @throws AppError `chain-wrong` where the network was made before there was that contract */
export function addressOf(network: NetworkRecord, contract: ContractKey): Hex {
  const address = network.contracts[contract];
  if (!address) throw new AppError('chain-wrong', `${network.name} has no contract «${contract}».`, { hint: 'It was made before there was one; use a newer network.' });
  return address;
}

/** Decodes the logs of a receipt that are of this network's contracts, each with the contract that said it. */
export function createReceiptDecoder(network: NetworkRecord): (logs: readonly RawLog[]) => Sent['events'] {
  const decode = createLogDecoder(network.contracts);
  const owners = new Map(Object.entries(network.contracts).flatMap(([key, address]) => (address ? [[address.toLowerCase(), key as ContractKey] as const] : [])));
  return (logs) => logs.flatMap((log) => { const e = decode(log, 0); return e ? [{ contract: owners.get(log.address.toLowerCase())!, name: e.name, args: e.args }] : []; });
}

/** Receipts as text: whole numbers keep their type. */
export const sentText = {
  write: (sent: Sent): string => JSON.stringify(sent, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)),
  read: (text: string): Sent => JSON.parse(text, (_k, v: unknown) => (typeof v === 'string' && /^\d+n$/.test(v) ? BigInt(v.slice(0, -1)) : v)) as Sent,
};

/**
 * Sends each transaction of one account exactly once. The signed bytes are in SQLite before they leave: after a crash, or when the
 * endpoint comes back, the very same bytes go out again, and the chain takes a nonce once. A key that has succeeded
 * answers with its stored receipt; a key whose transaction was refused is free again.
 */
export function createOutbox(deps: {
  db: Db; rpc: Rpc; network: NetworkRecord;
  /** Whose line of nonces it is: an account of the wallet, by its index; without one the profile's own. */
  wallet: { address: Hex; index?: number | null; signTransaction(transaction: TransactionRequest): Promise<string> };
  /** Called where the account holds less than the wei that the next transaction may take. */
  fund?: (wei: bigint, signal?: AbortSignal) => Promise<void>;
  /** Told of each mined block that one of ours is in. */
  onMined?: () => void;
}): Outbox {
  const { db, rpc, network, wallet } = deps;
  const rows = outboxRows(db, wallet.index ?? null);
  const decode = createReceiptDecoder(network);
  const local = /\/\/(127\.|localhost|\[::1\])/.test(network.rpcUrl);
  const waiting = new Map<string, Promise<Sent>>();
  let signing: Promise<unknown> = Promise.resolve();
  let fees: { at: number; tip: bigint; max: bigint } | undefined;

  async function currentFees(signal?: AbortSignal): Promise<{ tip: bigint; max: bigint }> {
    if (fees && Date.now() - fees.at < 3000) return fees;
    const [block, tip] = await Promise.all([
      rpc.call<{ baseFeePerGas?: string }>('eth_getBlockByNumber', ['latest', false], { signal }),
      rpc.call<string>('eth_maxPriorityFeePerGas', [], { signal }).then(BigInt, () => 1_000_000_000n),
    ]);
    fees = { at: Date.now(), tip, max: BigInt(block.baseFeePerGas ?? '0x0') * 2n + tip };
    return fees;
  }

  /** Estimates, takes the next nonce, signs and stores. One at a time: the nonce is given out here and nowhere else. */
  async function sign({ key, contract, method, to, data, value }: Call, signal?: AbortSignal): Promise<OutboxRow> {
    let gas: bigint;
    try {
      gas = BigInt(await rpc.call<string>('eth_estimateGas', [{ from: wallet.address, to, data, value: `0x${value.toString(16)}` }], { signal }));
    } catch (error) {
      throw error instanceof RpcError ? chainError(error, method) : error;
    }
    await deps.fund?.(((gas * 5n) / 4n) * (await currentFees(signal)).max + value, signal);
    const [count, { tip, max }] = await Promise.all([rpc.call<string>('eth_getTransactionCount', [wallet.address, 'pending'], { signal }), currentFees(signal)]);
    // The chain counts less than it had mined: those were dropped by a reorganisation, and keep their nonces.
    for (const row of rows.minedSince(Number(count))) {
      rows.markSigned(row.key);
      follow({ ...row, state: 'signed', receipt: null }).catch(() => undefined);
    }
    // The lowest that is free: one that was given back must not stay a gap that those above it wait for.
    const given = new Set(rows.signed().map((r) => r.nonce));
    let nonce = Number(count);
    while (given.has(nonce)) nonce += 1;
    const raw = await wallet.signTransaction({ type: 2, chainId: network.chainId, to, data, value, nonce, gasLimit: (gas * 5n) / 4n, maxFeePerGas: max, maxPriorityFeePerGas: tip });
    const row = { key, contract, method, nonce, raw, hash: keccak256(raw) };
    rows.insert(row);
    return { ...row, state: 'signed', receipt: null };
  }

  async function broadcast(row: OutboxRow, signal?: AbortSignal): Promise<void> {
    try {
      await rpc.call('eth_sendRawTransaction', [row.raw], { signal });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      // While a block is made, a transaction can be in neither place for a moment; these words say that it is no refusal.
      if (/already (known|imported)|nonce too low|known transaction/i.test(error.message)) return;
      // Known already, or mined already: then its receipt tells. Anything else is a refusal of these bytes.
      const known = await rpc.call<unknown>('eth_getTransactionByHash', [row.hash], { signal });
      if (known) return;
      if (Number(await rpc.call<string>('eth_getTransactionCount', [wallet.address, 'latest'], { signal })) > row.nonce) return;
      rows.remove(row.key);
      // Later in the line of signatures, not awaited: this may itself stand in it.
      void fillGap(row.nonce, signal).catch(() => undefined);
      throw chainError(error, row.method);
    }
  }

  /**
   * Those signed above a nonce that was given back wait for it. They cannot be signed anew for a lower one, or both
   * could be mined; so an empty transaction to the own account takes the free nonce, unless the next intent has.
   */
  function fillGap(nonce: number, signal?: AbortSignal): Promise<void> {
    const turn = signing.catch(() => undefined).then(async () => {
      const signed = rows.signed();
      if (signed.some((r) => r.nonce === nonce) || !signed.some((r) => r.nonce > nonce)) return;
      if (Number(await rpc.call<string>('eth_getTransactionCount', [wallet.address, 'pending'], { signal })) > nonce) return;
      const { tip, max } = await currentFees(signal);
      const raw = await wallet.signTransaction({ type: 2, chainId: network.chainId, to: wallet.address, data: '0x', value: 0n, nonce, gasLimit: 21_000n, maxFeePerGas: max, maxPriorityFeePerGas: tip });
      const row: OutboxRow = { key: `gap:${nonce}:${keccak256(raw)}`, contract: 'none', method: 'fill', nonce, raw, hash: keccak256(raw), state: 'signed', receipt: null };
      rows.insert(row);
      await rpc.call('eth_sendRawTransaction', [raw], { signal }).catch((error: unknown) => {
        if (error instanceof RpcError) rows.remove(row.key);
        throw error;
      });
      follow(row, signal, true).catch(() => undefined);
    });
    signing = turn;
    return turn;
  }

  async function receiptOf(row: OutboxRow, signal?: AbortSignal): Promise<Sent> {
    let pause = local ? 15 : 500;
    for (let sinceBroadcast = Date.now(); ; ) {
      const receipt = await rpc.call<Receipt | null>('eth_getTransactionReceipt', [row.hash], { signal });
      if (receipt) return settle(row, receipt, signal);
      if (Date.now() - sinceBroadcast > REBROADCAST_MS) {
        if (Number(await rpc.call<string>('eth_getTransactionCount', [wallet.address, 'latest'], { signal })) > row.nonce && !(await rpc.call('eth_getTransactionReceipt', [row.hash], { signal }))) {
          rows.remove(row.key);
          throw new AppError('transaction-lost', `Another transaction of this account took nonce ${row.nonce}; ${row.method} was not carried out.`, { hint: 'The same keys are in use elsewhere. Use one profile in one place, then try again.', retryable: true });
        }
        await broadcast(row, signal);
        sinceBroadcast = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 1.5, local ? 200 : 4000);
      signal?.throwIfAborted();
    }
  }

  async function settle(row: OutboxRow, receipt: Receipt, signal?: AbortSignal): Promise<Sent> {
    if (BigInt(receipt.status) === 0n) {
      rows.remove(row.key);
      const tx = await rpc.call<{ to: string; input: string; value: string } | null>('eth_getTransactionByHash', [row.hash], { signal });
      const reason = tx && (await rpc.call('eth_call', [{ from: wallet.address, to: tx.to, data: tx.input, value: tx.value }, receipt.blockNumber], { signal }).then(() => null, (e: unknown) => e));
      throw chainError(reason ?? new RpcError({ code: 3, message: 'execution reverted' }), row.method);
    }
    const sent: Sent = { hash: row.hash as Hex, blockNumber: Number(receipt.blockNumber), gasUsed: BigInt(receipt.gasUsed), events: decode(receipt.logs) };
    rows.markMined(row.key, sentText.write(sent));
    deps.onMined?.();
    return sent;
  }

  const stored = sentText.read;

  function follow(row: OutboxRow, signal?: AbortSignal, isOut = false): Promise<Sent> {
    const known = waiting.get(row.key);
    if (known) return known;
    const run = (isOut ? Promise.resolve() : broadcast(row, signal)).then(() => receiptOf(row, signal)).finally(() => waiting.delete(row.key));
    waiting.set(row.key, run);
    return run;
  }

  /** Marks as on its way what was mined and has no receipt any more. @returns those, lowest nonce first */
  async function forgotten(): Promise<OutboxRow[]> {
    const final = Number(await rpc.call<string>('eth_blockNumber')) - REORG_DEPTH;
    const found: OutboxRow[] = [];
    for (const row of rows.minedSince(0).filter((r) => stored(r.receipt!).blockNumber > final)) {
      const receipt = await rpc.call<Receipt | null>('eth_getTransactionReceipt', [row.hash]);
      if (!receipt) {
        rows.markSigned(row.key);
        found.push({ ...row, state: 'signed', receipt: null });
      } else if (Number(receipt.blockNumber) !== stored(row.receipt!).blockNumber) {
        rows.markSigned(row.key);
        await settle(row, receipt).catch(() => undefined);
      }
    }
    return found;
  }

  async function submit(key: string, callOf: () => Call, { signal, onSent }: SendOptions): Promise<Sent> {
    const before = rows.byKey(key);
    if (before) onSent?.(before.hash as Hex);
    if (before?.state === 'mined') return stored(before.receipt!);
    if (before) return follow(before, signal);
    const call = callOf();
    // In line, until the endpoint has taken it: a refusal gives its nonce back before the next is given out. A failure
    // of one does not stop the next.
    const turn = signing.catch(() => undefined).then(async () => {
      const meanwhile = rows.byKey(key);
      const row = meanwhile ?? (await sign(call, signal));
      if (!meanwhile) await broadcast(row, signal);
      onSent?.(row.hash as Hex);
      return { row, isOut: !meanwhile };
    });
    signing = turn;
    const { row, isOut } = await turn;
    return row.state === 'mined' ? stored(row.receipt!) : follow(row, signal, isOut);
  }

  return {
    send: async (intent, options = {}) => submit(intent.key, () => ({
      key: intent.key, contract: intent.contract, method: intent.method, to: addressOf(network, intent.contract),
      data: contractInterface(intent.contract).encodeFunctionData(intent.method, intent.args as unknown[]), value: intent.value ?? 0n,
    }), options),
    pay: async ({ key, to, wei }, options = {}) => submit(key, () => ({ key, contract: 'none', method: 'transfer', to, data: '0x', value: wei }), options),
    async resume() {
      await forgotten().catch(() => undefined);
      // In order of nonce, each handed to the endpoint before the next; what is refused frees its nonce for `fillGap`.
      const out: Promise<unknown>[] = [];
      for (const row of rows.signed()) {
        const isOut = await broadcast(row).then(() => true, () => false);
        if (isOut || rows.byKey(row.key)) out.push(follow(row, undefined, isOut));
      }
      await Promise.allSettled(out);
    },
    async recheck() {
      await Promise.allSettled((await forgotten()).map((row) => follow(row)));
    },
  };
}
