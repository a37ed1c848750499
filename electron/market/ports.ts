import type { ContractKey } from '../chain/contracts.ts';
import { sleep } from '../chain/sleep.ts';
import type { AccessRow, DatasetRow, Hex, ParticipantRow, ReleaseRow, SeatRow } from '../../shared/domain/chain.ts';

/** What the market reads of the chain: the local event cache, never the endpoint. */
export type MarketReads = {
  dataset(id: number): DatasetRow | undefined;
  datasetsByStatus(status: DatasetRow['status']): DatasetRow[];
  datasetsOf(owner: Hex): DatasetRow[];
  seats(datasetId: number): SeatRow[];
  seatsOf(keeper: Hex): SeatRow[];
  access(id: number): AccessRow | undefined;
  accessesOf(grantee: Hex): AccessRow[];
  openAccesses(): AccessRow[];
  releases(accessId: number): ReleaseRow[];
  participant(address: Hex): ParticipantRow | undefined;
  balanceOf(address: Hex): bigint;
  /** Number of the newest block in the cache. */
  head(): number;
};

export type ContractName = ContractKey;

/** One transaction that must happen at most once. `key` names it for ever: the same key never sends twice. */
export type Intent = { key: string; contract: ContractName; method: string; args: readonly unknown[]; value?: bigint };

export type SentEvent = { contract: ContractName; name: string; args: Record<string, unknown> };
export type Sent = { hash: Hex; blockNumber: number; gasUsed: bigint; events: SentEvent[] };

/** Sends intents in order of nonce, each once, and waits for the receipt. Throws AppError `chain-reverted` with the contract's reason. */
export type Submitter = { send(intent: Intent, options?: { signal?: AbortSignal }): Promise<Sent> };

/** Wakes who waits for the chain: called after each change of the event cache. Returns the way to stop. */
export type ChainChanges = { onChange(listener: () => void): () => void };

export type Clock = { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };

export const systemClock: Clock = { now: () => Date.now(), sleep };

/** What the market may know of the network that it acts on. */
export type MarketNetwork = {
  chainId: number;
  market: Hex;
  coin: Hex;
  /** Blocks on top of an access before a keeper acts on it: a reorg must not hand out a share that was never paid for. */
  confirmations: number;
  /** Whether recordings of the simulator may be listed: only on a local demo network. */
  allowSimulated: boolean;
};
