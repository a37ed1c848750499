-- What belongs to the person: nothing here comes from the chain, secrets are sealed by the wallet before they get here.
CREATE TABLE kv (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE recordings (id TEXT PRIMARY KEY, info TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE access_keys (idx INTEGER PRIMARY KEY, purpose TEXT NOT NULL UNIQUE, px TEXT NOT NULL UNIQUE, py TEXT NOT NULL);
CREATE TABLE kept_shares (dataset_id INTEGER NOT NULL, seat INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (dataset_id, seat));
CREATE TABLE dataset_keys (nonce TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE publications (id TEXT PRIMARY KEY, state TEXT NOT NULL, publication TEXT NOT NULL, updated_at INTEGER NOT NULL);
-- Each transaction once: the signed bytes stand here before they are sent.
CREATE TABLE outbox (
  key TEXT PRIMARY KEY, contract TEXT NOT NULL, method TEXT NOT NULL, nonce INTEGER NOT NULL, raw TEXT NOT NULL, hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('signed', 'mined')), receipt TEXT, created_at INTEGER NOT NULL);
CREATE INDEX outbox_signed ON outbox (nonce) WHERE state = 'signed';
