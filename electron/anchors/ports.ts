import type { Hex } from '../../shared/domain/chain.ts';
import type { Rpc } from '../chain/rpc.ts';
import type { AnchorPlace } from './leaf.ts';

/** What anchoring asks of the chain, from one account. */
export type AnchorChain = {
  place: AnchorPlace;
  account: Hex;
  /** Once for each key, whatever happens in between. */
  send(intent: { key: string; contract: 'anchors'; method: 'anchor'; args: readonly unknown[] }, options?: { signal?: AbortSignal }): Promise<{ hash: Hex; gasUsed: bigint }>;
  /** The account's last root, zero before its first. */
  last(): Promise<Hex>;
  /** Whether the contract has that root of the account. */
  has(root: Hex): Promise<boolean>;
  call: Rpc['call'];
  /** Receipts are made against a block so many below the newest; 0 where left out. */
  depth?: number;
};

/** Seals what rests in the database; `mark` is a keyed hash of 16 bytes. */
export type AnchorSeal = { seal(what: string, secret: Uint8Array): Uint8Array; open(what: string, sealed: Uint8Array): Uint8Array; mark(digest: Uint8Array): Uint8Array };
