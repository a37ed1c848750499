import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import type { Db } from '../open-database.ts';

/** Index of the recordings of a profile; the rows themselves are in encrypted files. */
export function recordingIndex(db: Db) {
  const parse = (text: string) => JSON.parse(text) as RecordingInfo;
  return {
    insert(info: RecordingInfo): void { db.prepare('INSERT INTO recordings VALUES (?, ?, ?)').run(info.id, JSON.stringify(info), info.createdAt); },
    list: (): RecordingInfo[] => (db.prepare('SELECT info FROM recordings ORDER BY created_at').pluck().all() as string[]).map(parse),
    get(id: string): RecordingInfo | undefined { const text = db.prepare('SELECT info FROM recordings WHERE id = ?').pluck().get(id) as string | undefined; return text === undefined ? undefined : parse(text); },
    remove(id: string): void { db.prepare('DELETE FROM recordings WHERE id = ?').run(id); },
  };
}

export function accessKeyIndex(db: Db) {
  type Key = { idx: number; px: string; py: string };
  return {
    byPurpose: (purpose: string) => db.prepare('SELECT idx, px, py FROM access_keys WHERE purpose = ?').get(purpose) as Key | undefined,
    byPx: (px: string) => db.prepare('SELECT idx, px, py FROM access_keys WHERE px = ?').get(px.toLowerCase()) as Key | undefined,
    /** Whether an access on chain has that key: after a restore the rows here are gone, the accesses are not. */
    usedOnChain: (px: string) => db.prepare('SELECT 1 FROM accesses WHERE px = ?').get(px.toLowerCase()) !== undefined,
    next: () => ((db.prepare('SELECT max(idx) FROM access_keys').pluck().get() as number | null) ?? -1) + 1,
    insert(idx: number, purpose: string, px: string, py: string): void { db.prepare('INSERT INTO access_keys (idx, purpose, px, py) VALUES (?, ?, ?, ?)').run(idx, purpose, px.toLowerCase(), py.toLowerCase()); },
  };
}

/** Sealed bytes by key: shares of a keeper, dataset keys of an owner. Sealing is the caller's. */
export function sealedShares(db: Db) {
  return {
    get: (datasetId: number, seat: number) => db.prepare('SELECT sealed FROM kept_shares WHERE dataset_id = ? AND seat = ?').pluck().get(datasetId, seat) as Buffer | undefined,
    put(datasetId: number, seat: number, sealed: Uint8Array): void { db.prepare('INSERT OR REPLACE INTO kept_shares VALUES (?, ?, ?)').run(datasetId, seat, sealed); },
    remove: (datasetId: number, seat: number) => db.prepare('DELETE FROM kept_shares WHERE dataset_id = ? AND seat = ?').run(datasetId, seat).changes > 0,
    count: () => db.prepare('SELECT count(*) FROM kept_shares').pluck().get() as number,
  };
}

export function sealedDatasetKeys(db: Db) {
  return {
    get: (nonce: string) => db.prepare('SELECT sealed FROM dataset_keys WHERE nonce = ?').pluck().get(nonce) as Buffer | undefined,
    put(nonce: string, sealed: Uint8Array): void { db.prepare('INSERT OR REPLACE INTO dataset_keys VALUES (?, ?)').run(nonce, sealed); },
    /** With zeros in its place, in the database and in its log: otherwise a page that SQLite frees keeps its bytes until it is used again. */
    remove(nonce: string): void {
      const before = db.pragma('secure_delete', { simple: true }) as number;
      db.pragma('secure_delete = ON');
      try { db.prepare('DELETE FROM dataset_keys WHERE nonce = ?').run(nonce); } finally { db.pragma(`secure_delete = ${before}`); }
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}

/** Publications under way, as text of the market's own making. */
export function publicationRows(db: Db) {
  return {
    save(id: string, state: string, text: string): void { db.prepare('INSERT OR REPLACE INTO publications VALUES (?, ?, ?, ?)').run(id, state, text, Date.now()); },
    get: (id: string) => db.prepare('SELECT publication FROM publications WHERE id = ?').pluck().get(id) as string | undefined,
    remove(id: string): void { db.prepare('DELETE FROM publications WHERE id = ?').run(id); },
    unfinished: () => db.prepare("SELECT publication FROM publications WHERE state <> 'listed' ORDER BY updated_at").pluck().all() as string[],
  };
}

export function keyValues(db: Db) {
  return {
    get: (key: string) => db.prepare('SELECT value FROM kv WHERE key = ?').pluck().get(key) as string | undefined,
    set(key: string, value: string): void { db.prepare('INSERT OR REPLACE INTO kv VALUES (?, ?)').run(key, value); },
  };
}
