import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

/** A recipient of a given right who has not confirmed yet that it put away what was erased. Unix milliseconds. */
export type ToTell = { givenKey: string; nonce: Hex; tries: number; nextAt: number; until: number };

export function toTellRows(db: Db) {
  const COLUMNS = 'SELECT given_key AS givenKey, nonce, tries, next_at AS nextAt, until FROM erasures_to_tell';
  return {
    add(it: ToTell): void { db.prepare('INSERT OR IGNORE INTO erasures_to_tell VALUES (@givenKey, @nonce, @tries, @nextAt, @until)').run(it); },
    due: (now: number) => db.prepare(`${COLUMNS} WHERE next_at <= ? ORDER BY next_at`).all(now) as ToTell[],
    until: (givenKey: string, nonce: Hex) => db.prepare('SELECT until FROM erasures_to_tell WHERE given_key = ? AND nonce = ?').pluck().get(givenKey, nonce) as number | undefined,
    later({ givenKey, nonce, nextAt }: Pick<ToTell, 'givenKey' | 'nonce' | 'nextAt'>): void { db.prepare('UPDATE erasures_to_tell SET tries = tries + 1, next_at = ? WHERE given_key = ? AND nonce = ?').run(nextAt, givenKey, nonce); },
    remove({ givenKey, nonce }: Pick<ToTell, 'givenKey' | 'nonce'>): void { db.prepare('DELETE FROM erasures_to_tell WHERE given_key = ? AND nonce = ?').run(givenKey, nonce); },
  };
}
