-- Batches as the chain tells of them (Anchored); follows it block by block.
CREATE TABLE anchors (account TEXT NOT NULL, sequence INTEGER NOT NULL, root TEXT NOT NULL, count INTEGER NOT NULL, previous TEXT NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL, tx TEXT NOT NULL, UNIQUE (account, sequence));
-- What waits for the next batch. The digest of something guessable tells it: sealed. `mark` is a keyed hash of the digest, by which the same content is known again.
CREATE TABLE anchor_pending (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, mark BLOB NOT NULL, sealed BLOB NOT NULL, created_at INTEGER NOT NULL, UNIQUE (kind, ref));
-- Batches that this profile made; `sealed` holds digest and salt of each leaf, `proof` what its receipts have in common.
CREATE TABLE anchor_batches (id INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE, account TEXT NOT NULL, count INTEGER NOT NULL, sealed BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('made', 'anchored')), tx TEXT, gas TEXT, proof TEXT, created_at INTEGER NOT NULL);
CREATE TABLE anchor_leaves (batch_id INTEGER NOT NULL, idx INTEGER NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (batch_id, idx)) WITHOUT ROWID;
CREATE INDEX anchor_leaves_by_ref ON anchor_leaves (kind, ref);

-- Tokens of the REST layer: a hash of each, never the token.
CREATE TABLE api_tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER);
-- Its trace: which token asked what, and what came of it; no body, no query, no address.
CREATE TABLE api_calls (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, token_id TEXT, method TEXT NOT NULL, route TEXT NOT NULL, status INTEGER NOT NULL, code TEXT, ms INTEGER NOT NULL);
CREATE INDEX api_calls_by_token ON api_calls (token_id);
