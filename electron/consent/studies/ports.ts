import type { Hex } from '../../../shared/domain/chain.ts';
import type { ContractKey } from '../../chain/contracts.ts';
import type { StudyReads } from '../../db/queries/study-reads.ts';
import type { GranteeKeys } from '../../market/grantee-keys.ts';
import type { MarketReads, Submitter } from '../../market/ports.ts';
import type { ChainTime } from './phase.ts';
import type { Derive } from './secret.ts';

/** What studies need of a profile and its network. */
export type StudyPorts = {
  reads: MarketReads;
  studies: StudyReads;
  /** The profile's own account: a researcher is accredited by it. */
  me: Hex;
  /** Of an account of this wallet: its index, null for the own one; undefined for somebody else's. */
  indexOf(address: Hex): number | null | undefined;
  /** The own account and all fresh ones. */
  accounts(): ReadonlySet<Hex>;
  as(index: number | null): Submitter;
  read(contract: ContractKey, method: string, args: readonly unknown[]): Promise<unknown[]>;
  /** Of the newest block. */
  time(): Promise<ChainTime>;
  /** Makes a block: only on the embedded chain, which makes none by itself. */
  mine: (() => Promise<void>) | null;
  keys: GranteeKeys;
  wallet: Derive;
  studiesAddress: Hex;
};
