import type { Hex } from '../../shared/domain/chain.ts';
import type { WalletHandle } from './wallet.ts';

export type AccountKind = 'dataset' | 'relationship' | 'study';
/** A fresh account that was given out. `label` is the person's word for it, null where a restore found it again. */
export type Account = { index: number; address: Hex; kind: AccountKind; label: string | null; createdAt: number };

/** Where accounts are kept; see db/queries/account-rows.ts. */
export type AccountRows = {
  list(): { idx: number; address: Hex; kind: AccountKind; label: Uint8Array | null; createdAt: number }[];
  insert(row: { idx: number; address: Hex; kind: AccountKind; label: Uint8Array | null; createdAt: number }): void;
  relabel(idx: number, label: Uint8Array): void;
  remove(idx: number): void;
  onChain(address: string): boolean;
  kindOf(address: string): AccountKind;
  inOne<T>(work: () => T): T;
};

export type Accounts = {
  /** An account that nobody has seen yet. The label never leaves the profile. */
  fresh(kind: AccountKind, label: string): Account;
  relabel(index: number, label: string): void;
  /** Nothing came of what it was for, and nobody has seen it: the next may have it, where it is the last that was given out. */
  giveBack(index: number): void;
  list(kind?: AccountKind): Account[];
  /** @param address in any case; undefined also for the own account */
  byAddress(address: string): Account | undefined;
  /** Index for `wallet.account` and `chain.as`: null for the own account, undefined for somebody else's. */
  indexOf(address: string): number | null | undefined;
  /** The own account and all fresh ones, lower-case. */
  mine(): ReadonlySet<Hex>;
  /** Takes up what the chain knows of this wallet and the table does not. @returns how many came */
  recover(): number;
};

/** So many accounts in a row may be unknown to the chain before a restore stops looking (BIP-44). */
export const GAP_LIMIT = 20;

/**
 * The fresh accounts of a wallet, by their index in it. After a restore from the words alone the table is empty; what
 * the chain knows is found again, before a next index is given out: none ever serves two purposes.
 */
export function createAccounts(deps: {
  rows: AccountRows; wallet: Pick<WalletHandle, 'account' | 'address'>;
  seal(index: number, label: string): Uint8Array; open(index: number, sealed: Uint8Array): string;
  now?: () => number;
}): Accounts {
  const { rows, wallet, now = Date.now } = deps;
  let cache: { all: Account[]; byAddress: Map<string, Account>; mine: Set<Hex> } | undefined;

  function known() {
    if (cache) return cache;
    const all = rows.list().map((r): Account => ({ index: r.idx, address: r.address, kind: r.kind, label: r.label && deps.open(r.idx, r.label), createdAt: r.createdAt }));
    return (cache = { all, byAddress: new Map(all.map((a) => [a.address, a])), mine: new Set([wallet.address, ...all.map((a) => a.address)]) });
  }

  function recover(): number {
    const have = new Set(known().all.map((a) => a.index));
    const found: number[] = [];
    for (let index = 0, unknown = 0; unknown < GAP_LIMIT; index += 1) {
      if (have.has(index)) { unknown = 0; continue; }
      if (rows.onChain(wallet.account(index).address)) { found.push(index); unknown = 0; } else unknown += 1;
    }
    if (found.length === 0) return 0;
    cache = undefined;
    rows.inOne(() => {
      for (const idx of found) { const { address } = wallet.account(idx); rows.insert({ idx, address, kind: rows.kindOf(address), label: null, createdAt: now() }); }
    });
    return found.length;
  }

  return {
    fresh(kind, label) {
      recover();
      cache = undefined;
      const index = rows.inOne(() => {
        const next = (rows.list().at(-1)?.idx ?? -1) + 1;
        rows.insert({ idx: next, address: wallet.account(next).address, kind, label: deps.seal(next, label), createdAt: now() });
        return next;
      });
      return known().all.find((a) => a.index === index)!;
    },
    relabel(index, label) { cache = undefined; rows.relabel(index, deps.seal(index, label)); },
    giveBack(index) {
      const last = rows.list().at(-1);
      if (last?.idx !== index || rows.onChain(last.address)) return;
      cache = undefined;
      rows.remove(index);
    },
    list: (kind) => known().all.filter((a) => kind === undefined || a.kind === kind),
    byAddress: (address) => known().byAddress.get(address.toLowerCase()),
    indexOf: (address) => (address.toLowerCase() === wallet.address ? null : known().byAddress.get(address.toLowerCase())?.index),
    mine: () => known().mine,
    recover,
  };
}
