import type { Hex } from '../../../shared/domain/chain.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import type { Db } from '../open-database.ts';

export type ExportRow = { format: string; path: string; at: number; bytes: number };
export type SavedSearchRow = { id: number; name: string; search: string; notify: number };

/** What a customer keeps of its own: opened purchases, exports, purposes, saved searches. Rows of data are elsewhere, encrypted. */
export function customerRows(db: Db) {
  const manifest = db.prepare('SELECT manifest FROM manifests WHERE content_hash = ?').pluck();
  const saveManifest = db.prepare('INSERT OR REPLACE INTO manifests VALUES (?, ?, ?)');
  const opened = db.prepare('SELECT recording, verification, opened_at AS openedAt FROM purchases WHERE access_id = ?');
  const openedIds = db.prepare('SELECT access_id FROM purchases').pluck();
  const saveOpened = db.prepare('INSERT OR REPLACE INTO purchases VALUES (?, ?, ?, ?)');
  const exports = db.prepare('SELECT format, path, at, bytes FROM exports WHERE access_id = ? ORDER BY at DESC');
  const addExport = db.prepare('INSERT INTO exports VALUES (?, ?, ?, ?, ?)');
  const savePurpose = db.prepare('INSERT OR IGNORE INTO purposes VALUES (?, ?)');
  const purpose = db.prepare('SELECT words FROM purposes WHERE hash = ?').pluck();
  const searches = db.prepare('SELECT id, name, search, notify FROM saved_searches ORDER BY id');
  const addSearch = db.prepare('INSERT INTO saved_searches (name, search, notify, created_at) VALUES (?, ?, ?, ?)');
  const dropSearch = db.prepare('DELETE FROM saved_searches WHERE id = ?');
  const dropHits = db.prepare('DELETE FROM saved_search_hits WHERE search_id = ?');
  const addHit = db.prepare('INSERT OR IGNORE INTO saved_search_hits VALUES (?, ?, 0)');
  const seen = db.prepare('UPDATE saved_search_hits SET seen = 1 WHERE search_id = ? AND seen = 0');
  const unseen = db.prepare("SELECT count(*) FROM saved_search_hits h JOIN datasets d ON d.id = h.dataset_id AND d.status IN ('published', 'certified') WHERE h.search_id = ? AND h.seen = 0").pluck();
  return {
    manifest: (contentHash: string) => manifest.get(contentHash) as string | undefined,
    saveManifest(contentHash: string, text: string): void { saveManifest.run(contentHash, text, Date.now()); },
    opened: (accessId: number) => opened.get(accessId) as { recording: string; verification: string; openedAt: number } | undefined,
    openedIds: () => openedIds.all() as number[],
    saveOpened(accessId: number, recording: string, verification: string): void { saveOpened.run(accessId, recording, verification, Date.now()); },
    exports: (accessId: number) => exports.all(accessId) as ExportRow[],
    addExport(accessId: number, it: Omit<ExportRow, 'at'>): void { addExport.run(accessId, it.format, it.path, it.bytes, Date.now()); },
    savePurpose(hash: Hex, words: string): void { savePurpose.run(hash, words); },
    purpose: (hash: string) => purpose.get(hash) as string | undefined,
    searches: () => searches.all() as SavedSearchRow[],
    addSearch: (name: string, search: string, notify: boolean) => Number(addSearch.run(name, search, notify ? 1 : 0, Date.now()).lastInsertRowid),
    dropSearch: db.transaction((id: number) => { dropHits.run(id); return dropSearch.run(id).changes > 0; }),
    /** @returns whether that listing is new to the search */
    addHit: (searchId: number, datasetId: number) => addHit.run(searchId, datasetId).changes > 0,
    markSeen: (searchId: number) => seen.run(searchId).changes > 0,
    unseen: (searchId: number) => unseen.get(searchId) as number,
  };
}
export type CustomerRows = ReturnType<typeof customerRows>;

/** Index of opened data, beside the profile's own recordings and not among them. */
export function purchaseRecordingIndex(db: Db) {
  const parse = (text: string) => JSON.parse(text) as RecordingInfo;
  return {
    insert(info: RecordingInfo): void { db.prepare('INSERT INTO purchase_recordings VALUES (?, ?, ?)').run(info.id, JSON.stringify(info), info.createdAt); },
    list: () => (db.prepare('SELECT info FROM purchase_recordings ORDER BY created_at').pluck().all() as string[]).map(parse),
    get(id: string): RecordingInfo | undefined { const text = db.prepare('SELECT info FROM purchase_recordings WHERE id = ?').pluck().get(id) as string | undefined; return text === undefined ? undefined : parse(text); },
    remove(id: string): void { db.prepare('DELETE FROM purchase_recordings WHERE id = ?').run(id); },
  };
}

/** What the chain says of a listing beyond its own row. */
export function listingFacts(db: Db) {
  const sales = db.prepare("SELECT count(*) FROM accesses WHERE dataset_id = ? AND kind = 'purchase' AND status <> 'refunded'").pluck();
  const salesByDay = db.prepare("SELECT opened_at / 86400 AS day, count(*) AS count FROM accesses WHERE dataset_id = ? AND kind = 'purchase' AND status <> 'refunded' GROUP BY day ORDER BY day");
  const mine = db.prepare("SELECT id FROM accesses WHERE dataset_id = ? AND grantee = ? AND kind = 'purchase' AND status <> 'refunded' ORDER BY id").pluck();
  const prices = db.prepare("SELECT at, json_extract(details, '$.price') AS price FROM history WHERE dataset_id = ? AND event IN ('DatasetPublished', 'PriceChanged') ORDER BY block, log_index");
  const judged = db.prepare("SELECT at, tx FROM history WHERE dataset_id = ? AND event = 'DatasetCertified' ORDER BY block DESC LIMIT 1");
  const ofAccess = db.prepare('SELECT event, at, tx, actor, details FROM history WHERE dataset_id = ? AND access_id = ? ORDER BY block, log_index');
  const since = db.prepare("SELECT block, log_index AS logIndex, dataset_id AS datasetId FROM history WHERE (block, log_index) > (?, ?) AND event IN ('DatasetPublished', 'DatasetCertified') ORDER BY block, log_index");
  const newest = db.prepare('SELECT block, log_index AS logIndex FROM history ORDER BY block DESC, log_index DESC LIMIT 1');
  const maxId = db.prepare('SELECT coalesce(max(id), 0) FROM datasets').pluck();
  return {
    sales: (id: number) => sales.get(id) as number,
    /** `day`: Unix milliseconds of its midnight, UTC. */
    salesByDay: (id: number) => (salesByDay.all(id) as { day: number; count: number }[]).map((r) => ({ day: r.day * 86_400_000, count: r.count })),
    accessIds: (id: number, me: Hex) => mine.all(id, me) as number[],
    prices: (id: number) => (prices.all(id) as { at: number; price: string }[]).map((r) => ({ at: r.at * 1000, price: r.price })),
    certified: (id: number) => judged.get(id) as { at: number; tx: Hex } | undefined,
    ofAccess: (datasetId: number, accessId: number) => (ofAccess.all(datasetId, accessId) as { event: string; at: number; tx: Hex; actor: Hex | null; details: string }[]).map((r) => ({ ...r, details: JSON.parse(r.details) as Record<string, string | number> })),
    /** Datasets that were listed or certified after a place on the chain. */
    listedSince: (place: { block: number; logIndex: number }) => since.all(place.block, place.logIndex) as { block: number; logIndex: number; datasetId: number }[],
    newest: () => (newest.get() as { block: number; logIndex: number } | undefined) ?? { block: -1, logIndex: -1 },
    maxId: () => maxId.get() as number,
  };
}
