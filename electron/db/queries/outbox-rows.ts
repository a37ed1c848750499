import type { Db } from '../open-database.ts';

export type OutboxRow = { key: string; contract: string; method: string; nonce: number; raw: string; hash: string; state: 'signed' | 'mined'; receipt: string | null };

/**
 * Transactions on their way and done, of one account: an index of the wallet, or null for the profile's own. A key is
 * unique over all accounts.
 */
export function outboxRows(db: Db, account: number | null) {
  const byKey = db.prepare('SELECT * FROM outbox WHERE key = ?');
  const insert = db.prepare("INSERT INTO outbox (key, contract, method, nonce, raw, hash, state, created_at, account) VALUES (@key, @contract, @method, @nonce, @raw, @hash, 'signed', @now, @account)");
  const mined = db.prepare("UPDATE outbox SET state = 'mined', receipt = ? WHERE key = ?");
  const unmined = db.prepare("UPDATE outbox SET state = 'signed', receipt = NULL WHERE key = ?");
  const minedSince = db.prepare("SELECT * FROM outbox WHERE state = 'mined' AND nonce >= ? AND account IS ? ORDER BY nonce");
  const remove = db.prepare('DELETE FROM outbox WHERE key = ?');
  const signed = db.prepare("SELECT * FROM outbox WHERE state = 'signed' AND account IS ? ORDER BY nonce");
  return {
    byKey: (key: string) => byKey.get(key) as OutboxRow | undefined,
    insert(row: Omit<OutboxRow, 'state' | 'receipt'>): void { insert.run({ ...row, account, now: Date.now() }); },
    markMined(key: string, receipt: string): void { mined.run(receipt, key); },
    /** The chain has forgotten it: it is on its way again. */
    markSigned(key: string): void { unmined.run(key); },
    minedSince: (nonce: number) => minedSince.all(nonce, account) as OutboxRow[],
    remove(key: string): void { remove.run(key); },
    signed: () => signed.all(account) as OutboxRow[],
  };
}

/** Accounts that have sent something: an index of the wallet, null for the own one. */
export const sendersOf = (db: Db): (number | null)[] => db.prepare('SELECT account FROM outbox UNION SELECT account FROM forwards').pluck().all() as (number | null)[];

export type ForwardRow = { key: string; account: number; contract: string; method: string; nonce: number; deadline: number; request: string; state: 'signed' | 'mined'; tx: string | null; receipt: string | null };

/** Calls that a relayer sends for one account, by their key. */
export function forwardRows(db: Db, account: number) {
  const byKey = db.prepare('SELECT * FROM forwards WHERE key = ?');
  const insert = db.prepare("INSERT INTO forwards (key, account, contract, method, nonce, deadline, request, state, created_at) VALUES (@key, @account, @contract, @method, @nonce, @deadline, @request, 'signed', @now)");
  const setTx = db.prepare('UPDATE forwards SET tx = ? WHERE key = ?');
  const mined = db.prepare("UPDATE forwards SET state = 'mined', receipt = ? WHERE key = ?");
  const unmined = db.prepare("UPDATE forwards SET state = 'signed', receipt = NULL, tx = NULL WHERE key = ?");
  const remove = db.prepare('DELETE FROM forwards WHERE key = ?');
  const by = (state: string) => db.prepare('SELECT * FROM forwards WHERE state = ? AND account = ? ORDER BY nonce').all(state, account) as ForwardRow[];
  return {
    byKey: (key: string) => byKey.get(key) as ForwardRow | undefined,
    insert(row: Omit<ForwardRow, 'state' | 'tx' | 'receipt' | 'account'>): void { insert.run({ ...row, account, now: Date.now() }); },
    setTx(key: string, hash: string): void { setTx.run(hash, key); },
    markMined(key: string, receipt: string): void { mined.run(receipt, key); },
    /** The chain has forgotten it. */
    markSigned(key: string): void { unmined.run(key); },
    remove(key: string): void { remove.run(key); },
    signed: () => by('signed'),
    mined: () => by('mined'),
  };
}
