import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

export type AccountKind = 'dataset' | 'relationship' | 'study';
export type AccountRow = { idx: number; address: Hex; kind: AccountKind; label: Buffer | null; createdAt: number };

/** Tables of the event cache in which an account can stand, and the column. Rights, records and studies leave their lines in the history. */
const PLACES = [
  ['datasets', 'owner'], ['accesses', 'grantee'], ['participants', 'address'], ['balances', 'address'], ['history', 'actor'], ['history', 'subject'],
] as const;

/** Which fresh accounts were given out, and what the chain says of any account. Addresses are lower-case. */
export function accountRows(db: Db) {
  const list = db.prepare('SELECT idx, address, kind, label, created_at AS createdAt FROM accounts ORDER BY idx');
  const insert = db.prepare('INSERT INTO accounts (idx, address, kind, label, created_at) VALUES (@idx, @address, @kind, @label, @createdAt)');
  const relabel = db.prepare('UPDATE accounts SET label = ? WHERE idx = ?');
  const remove = db.prepare('DELETE FROM accounts WHERE idx = ?');
  const known = db.prepare(`SELECT ${PLACES.map(([table, column]) => `EXISTS (SELECT 1 FROM ${table} WHERE ${column} = @address)`).join(' OR ')}`).pluck();
  const lists = db.prepare('SELECT EXISTS (SELECT 1 FROM datasets WHERE owner = ?)').pluck();
  const enrolled = db.prepare("SELECT EXISTS (SELECT 1 FROM history WHERE actor = ? AND event IN ('Enrolled', 'EntryLeft', 'PlaceApproved'))").pluck();
  return {
    list: () => list.all() as AccountRow[],
    insert(row: AccountRow): void { insert.run(row); },
    relabel(idx: number, label: Uint8Array): void { relabel.run(label, idx); },
    remove(idx: number): void { remove.run(idx); },
    /** Whether the chain has seen this account, as far as the cache knows. */
    onChain: (address: string) => known.get({ address }) === 1,
    /** What an account is for, by what it did. */
    kindOf: (address: string): AccountKind => (lists.get(address) === 1 ? 'dataset' : enrolled.get(address) === 1 ? 'study' : 'relationship'),
    /** All or nothing. */
    inOne: <T>(work: () => T): T => db.transaction(work)(),
  };
}
