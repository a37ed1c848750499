import type { Hex } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { randomUUID } from 'node:crypto';
import { contractInterface, type ContractKey } from '../chain/contracts.ts';
import { chainError } from '../chain/errors.ts';
import { isForwarded } from '../chain/forward-request.ts';
import { createForwards } from '../chain/forwards.ts';
import { createIndexer, type Indexer } from '../chain/indexer.ts';
import { readNetwork, type NetworkRecord } from '../chain/network-file.ts';
import { createOutbox, type Outbox } from '../chain/outbox.ts';
import { createHttpRelay, createNoRelay, createOwnRelay, type Relay } from '../chain/relay-client.ts';
import { createRpc, RpcError, type Rpc } from '../chain/rpc.ts';
import type { Db } from '../db/open-database.ts';
import { chainReads, type ChainReads } from '../db/queries/chain-reads.ts';
import { sendersOf } from '../db/queries/outbox-rows.ts';
import type { MarketNetwork, Submitter } from '../market/ports.ts';
import type { WalletHandle } from '../wallet/wallet.ts';

/** Sends as one account of the wallet, each intent once, and waits until the own cache has seen it. */
export type AccountSender = Submitter & {
  readonly address: Hex;
  /** Of `wallet.account`; null is the profile's own. */
  readonly index: number | null;
};

export type Chain = {
  network: NetworkRecord;
  market: MarketNetwork;
  reads: ChainReads;
  indexer: Indexer;
  outbox: Outbox;
  /** The endpoint itself: for what is neither read from the cache nor sent through an outbox. */
  rpc: Rpc;
  /** Reads a view function of the newest block. */
  read(contract: ContractKey, method: string, args: readonly unknown[]): Promise<unknown[]>;
  nativeBalance(address: string): Promise<bigint>;
  /** Asks the endpoint itself: blocks and proofs, which no contract tells. */
  call: Rpc['call'];
  /** Sends and waits until the own cache has seen it, so that the next read knows. */
  sendAndSee: Outbox['send'];
  /**
   * Sends as an account of the wallet. A fresh account's calls of consent, records, anchors and studies are signed by it
   * and sent by the network's relayer; what it does on the market is a transaction of its own, for whose gas the relayer
   * tops it up. The own account (null) sends everything itself.
   * @throws AppError of `send`: as the outbox, and `chain-wrong` where there is no relayer, `quota-exceeded` where it has sent enough
   */
  as(index: number | null): AccountSender;
  /** Whether the endpoint answered last, and how far the cache is. */
  sync(): { head: number; tip: number; reachable: boolean };
  onReachable(listener: (reachable: boolean) => void): () => void;
  /** Makes the registry say that this account has `role` and is reached at `endpoint`. */
  ensureRegistered(role: number, endpoint: string): Promise<void>;
  stop(): Promise<void>;
};

export type ChainOptions = {
  /** Goes on with what is cached where the endpoint does not answer; it is caught up with when it does. */
  offline?: boolean;
  /** Whether the own account may send and pay for fresh ones where no relayer does: the chain then shows that they belong together. */
  mayLink?: () => boolean;
  /** Longest random pause before a relayed call leaves, so that two accounts' calls do not come in one moment. Taking back never waits. */
  relayDelayMs?: number;
  /** While the cache catches up for the first time. */
  onProgress?(at: { head: number; tip: number }): void;
};

/** What an endpoint names besides libp2p addresses; see consent/matching/profile.ts. */
const NAMED = 'phdex:';
/** How long a start waits for an endpoint that it can do without. */
const PROBE_MS = 2500;
/** On a network of others; the embedded chain has nobody to hide among. */
const RELAY_DELAY_MS = 5000;

/** Connects a profile to its network: cache caught up and following, outbox resumed. */
export async function connectChain(deps: { db: Db; wallet: WalletHandle; network: string }, signal?: AbortSignal, options: ChainOptions = {}): Promise<Chain> {
  const { db, wallet } = deps;
  const network = readNetwork(deps.network);
  const watchers = new Set<(reachable: boolean) => void>();
  const rpc = createRpc(network.rpcUrl, { onReachable: (reachable) => { for (const watcher of watchers) watcher(reachable); } });
  const indexer = createIndexer({ db, rpc, network }, { onProgress: options.onProgress });
  const reads = chainReads(db);
  const onMined = () => indexer.poke();
  const outbox = createOutbox({ db, rpc, network, wallet: wallet.account(null), onMined });
  const own = createOwnRelay({ network, rpc, own: outbox });
  const relayer = network.relayer ? createHttpRelay(network.relayer, { network, rpc }) : null;
  /** The relayer, or the own account where there is none that serves and the person has said so. */
  const relayed = <T>(ask: (relay: Relay) => Promise<T>): Promise<T> => {
    const mayLink = options.mayLink?.() === true;
    if (!relayer) return ask(mayLink ? own : createNoRelay(network));
    return ask(relayer).catch((error: unknown) => {
      if (mayLink && isAppError(error) && error.details.relayer === true && (error.code === 'chain-unreachable' || error.code === 'quota-exceeded')) return ask(own);
      throw error;
    });
  };
  const relay: Relay = { forward: (request, s) => relayed((r) => r.forward(request, s)), fund: (address, wei, s) => relayed((r) => r.fund(address, wei, s)) };
  const delay = options.relayDelayMs ?? (network.local ? 0 : RELAY_DELAY_MS);
  const delayMs = (method: string) => (method.startsWith('revoke') ? 0 : Math.random() * delay);
  /** Of one account: its own line of nonces, and its line of relayed calls. */
  type Lines = { direct: Outbox; forwards: Pick<Outbox, 'send' | 'resume' | 'recheck'> | null };
  const lines = new Map<number | null, Lines>([[null, { direct: outbox, forwards: null }]]);
  function linesOf(index: number | null): Lines {
    let found = lines.get(index);
    if (found) return found;
    const account = { ...wallet.account(index), index: index! };
    found = {
      direct: createOutbox({ db, rpc, network, wallet: account, onMined, async fund(wei, s) { if (BigInt(await rpc.call<string>('eth_getBalance', [account.address, 'latest'], { signal: s })) < wei) await relay.fund(account.address, wei, s); } }),
      forwards: createForwards({ db, rpc, network, account, relay, delayMs, onMined }),
    };
    lines.set(index, found);
    return found;
  }
  const everyLine = (work: (line: Pick<Outbox, 'resume' | 'recheck'>) => Promise<void>) => Promise.allSettled(sendersOf(db).flatMap((index) => { const { direct, forwards } = linesOf(index); return [work(direct), ...(forwards ? [work(forwards)] : [])]; }));
  indexer.onReorg(() => { void everyLine((line) => line.recheck()); });
  const away = options.offline === true && reads.head() >= 0 && (await rpc.call('eth_chainId', [], { signal, patienceMs: PROBE_MS }).then(() => false, (error: unknown) => isAppError(error, 'chain-unreachable')));
  if (!away) await indexer.catchUp(signal);
  indexer.start();
  void everyLine((line) => line.resume());

  const seeing = (send: Outbox['send']): Outbox['send'] => async (intent, options) => {
    const sent = await send(intent, options);
    while (reads.head() < sent.blockNumber) await indexer.catchUp(options?.signal);
    return sent;
  };
  const sendAndSee = seeing(outbox.send);
  const senders = new Map<number | null, AccountSender>();
  function senderOf(index: number | null): AccountSender {
    let sender = senders.get(index);
    if (!sender) {
      const { direct, forwards } = linesOf(index);
      sender = { address: wallet.account(index).address, index, send: seeing((intent, o) => (forwards && isForwarded(intent.contract) ? forwards : direct).send(intent, o)) };
      senders.set(index, sender);
    }
    return sender;
  }

  return {
    network, rpc, reads, indexer, outbox: { ...outbox, send: sendAndSee }, sendAndSee, as: senderOf,
    market: { chainId: network.chainId, market: network.contracts.market, coin: network.contracts.coin, confirmations: network.confirmations, allowSimulated: network.allowSimulated },
    async read(contract, method, args) {
      const abi = contractInterface(contract);
      const to = network.contracts[contract];
      if (!to) throw new AppError('chain-wrong', `${network.name} has no contract «${contract}».`, { hint: 'It was made before there was one.' });
      try {
        const data = await rpc.call<string>('eth_call', [{ to, data: abi.encodeFunctionData(method, args as unknown[]) }, 'latest'], { signal });
        return [...abi.decodeFunctionResult(method, data)] as unknown[];
      } catch (error) {
        throw error instanceof RpcError ? chainError(error, method) : error;
      }
    },
    call: rpc.call,
    nativeBalance: async (address) => BigInt(await rpc.call<string>('eth_getBalance', [address, 'latest'])),
    sync: () => ({ ...indexer.status(), reachable: rpc.reachable }),
    onReachable(listener) { watchers.add(listener); return () => { watchers.delete(listener); }; },
    async ensureRegistered(role, addresses) {
      const known = reads.participant(wallet.address);
      // Beside its addresses an institution names its profile, which stays where only addresses change.
      const kept = addresses.includes(NAMED) ? [] : (known?.endpoint ?? '').split(',').filter((p) => p.startsWith(NAMED));
      const endpoint = [addresses, ...kept].filter((p) => p !== '').join(',');
      const key: Hex = `0x${Buffer.from(wallet.encryptionPublicKey).toString('hex')}`;
      const declared = (known?.roles ?? 0) & 7;
      if (!known || known.id === 0 || (declared & role) !== role || known.encryptionKey !== key) {
        await sendAndSee({ key: `register:${randomUUID()}`, contract: 'participants', method: 'register', args: [declared | role, key, endpoint] }, { signal });
      } else if (known.endpoint !== endpoint) {
        await sendAndSee({ key: `endpoint:${randomUUID()}`, contract: 'participants', method: 'setEndpoint', args: [endpoint] }, { signal });
      }
      if (signal?.aborted) throw new AppError('cancelled', 'Stopped.');
    },
    async stop() { await indexer.stop(); },
  };
}
