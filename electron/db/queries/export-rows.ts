import type { Db } from '../open-database.ts';

/** Columns that hold what the wallet sealed, and what says nothing to a person: an export opens the first by their own stores and leaves the second out. */
type Row = Record<string, string | number | null>;

/** What a profile's database holds about its person, read row by row: a history may be longer than memory. */
export function exportRows(db: Db) {
  const iterate = (sql: string) => { const s = db.prepare(sql); return (...args: unknown[]): IterableIterator<Row> => s.iterate(...args) as IterableIterator<Row>; };
  const mine = '(SELECT value FROM json_each(@mine))';
  const of = (accounts: Iterable<string>) => ({ mine: JSON.stringify([...accounts].map((a) => a.toLowerCase())) });
  const trace = iterate(`
    SELECT block, log_index AS logIndex, at, tx, event, dataset_id AS datasetId, access_id AS accessId, actor, subject, amount, details FROM history WHERE rowid IN (
      SELECT rowid FROM history WHERE actor IN ${mine} UNION SELECT rowid FROM history WHERE subject IN ${mine}
      UNION SELECT h.rowid FROM datasets d JOIN history h ON h.dataset_id = d.id WHERE d.owner IN ${mine}) ORDER BY block, log_index`);
  const accesses = iterate(`
    SELECT a.id, a.dataset_id AS datasetId, a.grantee, a.kind, a.status, a.price, a.deadline, a.purpose, p.words AS purposeWords, a.opened_at AS openedAt, d.owner IN ${mine} AS onMine
    FROM accesses a JOIN datasets d ON d.id = a.dataset_id LEFT JOIN purposes p ON p.hash = a.purpose WHERE d.owner IN ${mine} OR a.grantee IN ${mine} ORDER BY a.id`);
  const datasets = iterate(`
    SELECT d.id, d.owner, d.content_hash AS contentHash, d.record_root AS recordRoot, d.nonce, d.cid, d.price, d.threshold, d.status, d.score, d.validator, d.published_at AS publishedAt, l.label FROM datasets d LEFT JOIN labels l ON l.dataset_id = d.id
    WHERE d.owner IN ${mine} ORDER BY d.id`);
  const participants = iterate(`SELECT address, roles, encryption_key AS encryptionKey, endpoint, stake, earnings, compensation FROM participants WHERE address IN ${mine}`);
  const balances = iterate(`SELECT address, amount FROM balances WHERE address IN ${mine}`);
  const enrolled = iterate(`SELECT call_id AS callId, idx, owner, dataset_id AS datasetId, status, access_id AS accessId FROM call_entries WHERE owner IN ${mine} ORDER BY call_id, idx`);
  return {
    trace: (accounts: Iterable<string>) => trace(of(accounts)),
    accesses: (accounts: Iterable<string>) => accesses(of(accounts)),
    datasets: (accounts: Iterable<string>) => datasets(of(accounts)),
    participants: (accounts: Iterable<string>) => participants(of(accounts)),
    balances: (accounts: Iterable<string>) => balances(of(accounts)),
    enrolled: (accounts: Iterable<string>) => enrolled(of(accounts)),
    erasures: iterate('SELECT nonce, recording_id AS recordingId, bytes_freed AS bytesFreed, recording_erased AS recordingErased, erased_at AS erasedAt, certificate FROM erasures ORDER BY erased_at'),
    notices: iterate('SELECT at, kind, params, link, read FROM notices ORDER BY id'),
    purchases: iterate('SELECT access_id AS accessId, verification, opened_at AS openedAt FROM purchases ORDER BY access_id'),
    exports: iterate('SELECT access_id AS accessId, format, path, bytes, at FROM exports ORDER BY at'),
    savedSearches: iterate('SELECT name, search, notify, created_at AS createdAt FROM saved_searches ORDER BY id'),
    anchors: iterate('SELECT id, root, account, count, state, tx, created_at AS createdAt, proof FROM anchor_batches ORDER BY id'),
    apiTokens: iterate('SELECT name, scopes, created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt FROM api_tokens ORDER BY created_at'),
    apiCalls: iterate('SELECT at, token_id AS tokenId, method, route, status FROM api_calls ORDER BY at'),
    keptShares: iterate('SELECT dataset_id AS datasetId, seat FROM kept_shares ORDER BY dataset_id, seat'),
  };
}
