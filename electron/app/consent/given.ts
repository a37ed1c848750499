import type { Hex } from '../../../shared/domain/chain.ts';
import type { Category, Operations, Scope } from '../../../shared/domain/consent.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { givenRows, type GivenRow, type PacketRow } from '../../db/queries/consent-rows.ts';
import type { Db } from '../../db/open-database.ts';
import type { ConsentBase } from './base.ts';

/** What the owner knows of a right that it gave, beyond the chain. */
export type GivenFacts = {
  name: string | null; category: Category; operations: Operations; scope: Scope; purpose: Purpose; salt: Hex; names: string[];
  granteeKey: Hex; addresses: string[]; envelope: Hex; seconds: number;
  /** Of the request that it answers; null for a right without one. */
  answers: { rightId: number; askedRoot: Hex } | null;
  what: { recordingId: string | null; datasetId: number | null; recordId: number | null; title: string; segments: number }[];
  /** Recordings that were there when it was given: a continuous share begins after them. */
  before: string[];
};
export type Given = Omit<GivenRow, 'sealed'> & { facts: GivenFacts };

export type GivenStore = ReturnType<typeof givenStore>;

/** The rights of an owner as they are kept: who and what sealed, packets as they go out. */
export function givenStore({ db, vault }: { db: Db; vault: ConsentBase['vault'] }) {
  const rows = givenRows(db);
  const what = (key: string) => `given/${key}`;
  /** By scope, which no two have in common: they never change, and every list asks for all of them. */
  const known = new Map<string, GivenFacts>();
  function open({ sealed, ...row }: GivenRow): Given {
    let facts = known.get(row.scopeRoot);
    if (!facts) known.set(row.scopeRoot, facts = vault.open<GivenFacts>(what(row.key), sealed));
    return { ...row, facts };
  }
  return {
    rows,
    list: (): Given[] => rows.list().map(open),
    byKey(key: string): Given | undefined { const row = rows.byKey(key); return row && open(row); },
    byRight(rightId: number): Given | undefined { const row = rows.byRight(rightId); return row && open(row); },
    add(given: Pick<Given, 'key' | 'account' | 'grantee' | 'scopeRoot' | 'createdAt' | 'facts'>, packets: readonly PacketRow[]): void {
      const { facts, ...row } = given;
      rows.insert({ ...row, state: 'sealed', sealed: vault.seal(what(row.key), facts) }, packets);
    },
  };
}
