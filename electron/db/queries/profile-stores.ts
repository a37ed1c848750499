import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import type { Db } from '../open-database.ts';

/** Seals what a table holds of a recording; bound to its id, so that rows cannot be exchanged. */
export type InfoSeal = { seal(id: string, text: string): Uint8Array; open(id: string, sealed: Uint8Array): string };

/**
 * Index of the recordings of a profile; the rows themselves are in encrypted files. What it says of a recording (when,
 * what was done, which symptom) is sealed by the caller. Rows of earlier versions, which were text, are sealed at the start.
 */
export function recordingIndex(db: Db, { seal, open }: InfoSeal) {
  const known = new Map<string, RecordingInfo>();
  const sealed = (info: RecordingInfo) => seal(info.id, JSON.stringify(info));
  const one = db.prepare('SELECT info FROM recordings WHERE id = ?').pluck();
  function get(id: string): RecordingInfo | undefined {
    let info = known.get(id);
    if (info) return info;
    const stored = one.get(id) as Buffer | undefined;
    if (stored === undefined) return undefined;
    known.set(id, info = JSON.parse(open(id, stored)) as RecordingInfo);
    return info;
  }
  const plain = db.prepare("SELECT id, info FROM recordings WHERE typeof(info) = 'text'").all() as { id: string; info: string }[];
  if (plain.length > 0) withZeros(db, () => db.transaction(() => { for (const { id, info } of plain) db.prepare('UPDATE recordings SET info = ? WHERE id = ?').run(seal(id, info), id); })());
  const put = db.prepare('INSERT INTO recordings VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET info = excluded.info');
  const ids = db.prepare('SELECT id FROM recordings ORDER BY created_at, rowid').pluck();
  return {
    insert(info: RecordingInfo): void { known.delete(info.id); put.run(info.id, sealed(info), info.createdAt); },
    list: (): RecordingInfo[] => (ids.all() as string[]).map((id) => get(id)!),
    get,
    remove(id: string): void { known.delete(id); db.prepare('DELETE FROM recordings WHERE id = ?').run(id); },
  };
}

/** With zeros in the place of what goes, in the database and in its log: a page that SQLite frees keeps its bytes until it is used again. */
function withZeros(db: Db, work: () => void): void {
  const before = db.pragma('secure_delete', { simple: true }) as number;
  db.pragma('secure_delete = ON');
  try { work(); } finally { db.pragma(`secure_delete = ${before}`); }
  db.pragma('wal_checkpoint(TRUNCATE)');
}

/** What a person wrote down, sealed by the caller. */
export function sealedEntries(db: Db) {
  return {
    list: () => db.prepare('SELECT id, sealed FROM manual_entries ORDER BY rowid').all() as { id: string; sealed: Buffer }[],
    get: (id: string) => db.prepare('SELECT sealed FROM manual_entries WHERE id = ?').pluck().get(id) as Buffer | undefined,
    put(id: string, sealed: Uint8Array): void { db.prepare('INSERT INTO manual_entries VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed').run(id, sealed); },
    remove(ids: readonly string[]): void { for (const id of ids) db.prepare('DELETE FROM manual_entries WHERE id = ?').run(id); },
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
    remove(nonce: string): void { withZeros(db, () => db.prepare('DELETE FROM dataset_keys WHERE nonce = ?').run(nonce)); },
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
