import type { Hex } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { randomUUID } from 'node:crypto';
import { contractInterface, type ContractKey } from '../chain/contracts.ts';
import { chainError } from '../chain/errors.ts';
import { createIndexer, type Indexer } from '../chain/indexer.ts';
import { readNetwork, type NetworkRecord } from '../chain/network-file.ts';
import { createOutbox, type Outbox } from '../chain/outbox.ts';
import { createRpc, RpcError } from '../chain/rpc.ts';
import type { Db } from '../db/open-database.ts';
import { chainReads, type ChainReads } from '../db/queries/chain-reads.ts';
import type { MarketNetwork } from '../market/ports.ts';
import type { WalletHandle } from '../wallet/wallet.ts';

export type Chain = {
  network: NetworkRecord;
  market: MarketNetwork;
  reads: ChainReads;
  indexer: Indexer;
  outbox: Outbox;
  /** Reads a view function of the newest block. */
  read(contract: ContractKey, method: string, args: readonly unknown[]): Promise<unknown[]>;
  nativeBalance(address: string): Promise<bigint>;
  /** Sends and waits until the own cache has seen it, so that the next read knows. */
  sendAndSee: Outbox['send'];
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
  /** While the cache catches up for the first time. */
  onProgress?(at: { head: number; tip: number }): void;
};

/** How long a start waits for an endpoint that it can do without. */
const PROBE_MS = 2500;

/** Connects a profile to its network: cache caught up and following, outbox resumed. */
export async function connectChain(deps: { db: Db; wallet: WalletHandle; network: string }, signal?: AbortSignal, options: ChainOptions = {}): Promise<Chain> {
  const { db, wallet } = deps;
  const network = readNetwork(deps.network);
  const watchers = new Set<(reachable: boolean) => void>();
  const rpc = createRpc(network.rpcUrl, { onReachable: (reachable) => { for (const watcher of watchers) watcher(reachable); } });
  const indexer = createIndexer({ db, rpc, network }, { onProgress: options.onProgress });
  const reads = chainReads(db);
  const outbox = createOutbox({ db, rpc, network, wallet, onMined: () => indexer.poke() });
  indexer.onReorg(() => { void outbox.recheck().catch(() => undefined); });
  const away = options.offline === true && reads.head() >= 0 && (await rpc.call('eth_chainId', [], { signal, patienceMs: PROBE_MS }).then(() => false, (error: unknown) => isAppError(error, 'chain-unreachable')));
  if (!away) await indexer.catchUp(signal);
  indexer.start();
  void outbox.resume();

  const sendAndSee: Outbox['send'] = async (intent, options) => {
    const sent = await outbox.send(intent, options);
    while (reads.head() < sent.blockNumber) await indexer.catchUp(options?.signal);
    return sent;
  };

  return {
    network, reads, indexer, outbox: { ...outbox, send: sendAndSee }, sendAndSee,
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
    nativeBalance: async (address) => BigInt(await rpc.call<string>('eth_getBalance', [address, 'latest'])),
    sync: () => ({ ...indexer.status(), reachable: rpc.reachable }),
    onReachable(listener) { watchers.add(listener); return () => { watchers.delete(listener); }; },
    async ensureRegistered(role, endpoint) {
      const known = reads.participant(wallet.address);
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
