import type { Db } from '../open-database.ts';

export type OutboxRow = { key: string; contract: string; method: string; nonce: number; raw: string; hash: string; state: 'signed' | 'mined'; receipt: string | null };

export function outboxRows(db: Db) {
  const byKey = db.prepare('SELECT * FROM outbox WHERE key = ?');
  const insert = db.prepare("INSERT INTO outbox (key, contract, method, nonce, raw, hash, state, created_at) VALUES (@key, @contract, @method, @nonce, @raw, @hash, 'signed', @now)");
  const mined = db.prepare("UPDATE outbox SET state = 'mined', receipt = ? WHERE key = ?");
  const unmined = db.prepare("UPDATE outbox SET state = 'signed', receipt = NULL WHERE key = ?");
  const minedSince = db.prepare("SELECT * FROM outbox WHERE state = 'mined' AND nonce >= ? ORDER BY nonce");
  const remove = db.prepare('DELETE FROM outbox WHERE key = ?');
  const signed = db.prepare("SELECT * FROM outbox WHERE state = 'signed' ORDER BY nonce");
  return {
    byKey: (key: string) => byKey.get(key) as OutboxRow | undefined,
    insert(row: Omit<OutboxRow, 'state' | 'receipt'>): void { insert.run({ ...row, now: Date.now() }); },
    markMined(key: string, receipt: string): void { mined.run(receipt, key); },
    /** The chain has forgotten it: it is on its way again. */
    markSigned(key: string): void { unmined.run(key); },
    minedSince: (nonce: number) => minedSince.all(nonce) as OutboxRow[],
    remove(key: string): void { remove.run(key); },
    signed: () => signed.all() as OutboxRow[],
  };
}
