import type { Db } from '../open-database.ts';

export type TokenRow = { id: string; name: string; hash: Uint8Array; scopes: string; createdAt: number; expiresAt: number; revokedAt: number | null };
export type CallRow = { id: number; at: number; tokenId: string | null; method: string; route: string; status: number; code: string | null; ms: number };

/** Lines of the trace that are kept. */
const KEEP_CALLS = 100_000;

/** Tokens of the REST layer by the hash of each, and the trace of what was asked with them. */
export function apiTokens(db: Db) {
  const TOKEN = 'id, name, hash, scopes, created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt';
  const CALL = 'id, at, token_id AS tokenId, method, route, status, code, ms';
  const insert = db.prepare('INSERT INTO api_tokens VALUES (@id, @name, @hash, @scopes, @createdAt, @expiresAt, NULL)');
  const one = db.prepare(`SELECT ${TOKEN} FROM api_tokens WHERE id = ?`);
  const all = db.prepare(`SELECT ${TOKEN} FROM api_tokens ORDER BY created_at, id`);
  const revoke = db.prepare('UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const used = db.prepare('SELECT max(at) FROM api_calls WHERE token_id = ?').pluck();
  const addCall = db.prepare('INSERT INTO api_calls (at, token_id, method, route, status, code, ms) VALUES (@at, @tokenId, @method, @route, @status, @code, @ms)');
  const forget = db.prepare('DELETE FROM api_calls WHERE id <= ?');
  const call = db.prepare(`SELECT ${CALL} FROM api_calls WHERE id = ?`);
  const callsAfter = db.prepare(`SELECT ${CALL} FROM api_calls WHERE id > ? ORDER BY id LIMIT ?`);
  const calls = db.prepare(`SELECT ${CALL} FROM api_calls ORDER BY id DESC LIMIT ?`);
  return {
    insert(row: Omit<TokenRow, 'revokedAt'>): void { insert.run(row); },
    byId: (id: string) => one.get(id) as TokenRow | undefined,
    list: () => (all.all() as TokenRow[]).map((row) => ({ ...row, usedAt: used.get(row.id) as number | null })),
    /** @returns whether there was one to revoke */
    revoke: (id: string, at: number) => revoke.run(at, id).changes > 0,
    addCall(row: Omit<CallRow, 'id'>): number {
      const id = Number(addCall.run(row).lastInsertRowid);
      if (id % 1000 === 0) forget.run(id - KEEP_CALLS);
      return id;
    },
    call: (id: number) => call.get(id) as CallRow | undefined,
    /** Oldest first. */
    callsAfter: (id: number, limit: number) => callsAfter.all(id, limit) as CallRow[],
    calls: (limit: number) => calls.all(limit) as CallRow[],
  };
}
export type ApiTokens = ReturnType<typeof apiTokens>;
