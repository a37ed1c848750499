-- The chain as this profile has seen it. Amounts are decimal text: SQLite's integers end at 2^63.
CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, parent TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE cursor (id INTEGER PRIMARY KEY CHECK (id = 1), chain_id INTEGER NOT NULL, market TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, anchor_number INTEGER NOT NULL, anchor_hash TEXT NOT NULL);

CREATE TABLE participants (address TEXT NOT NULL UNIQUE, id INTEGER NOT NULL, roles INTEGER NOT NULL, encryption_key TEXT NOT NULL, endpoint TEXT NOT NULL, stake TEXT NOT NULL, earnings TEXT NOT NULL, compensation TEXT NOT NULL);
CREATE TABLE datasets (
  id INTEGER PRIMARY KEY, owner TEXT NOT NULL, content_hash TEXT NOT NULL, record_root TEXT NOT NULL, nonce TEXT NOT NULL, cid TEXT NOT NULL,
  price TEXT NOT NULL, version INTEGER NOT NULL, keepers_bps INTEGER NOT NULL, validator_bps INTEGER NOT NULL, threshold INTEGER NOT NULL, status TEXT NOT NULL,
  accepted_seats INTEGER NOT NULL, seats INTEGER NOT NULL, validator TEXT, score INTEGER, report_hash TEXT, published_block INTEGER NOT NULL, published_at INTEGER NOT NULL);
CREATE INDEX datasets_by_owner ON datasets (owner);
CREATE INDEX datasets_by_status ON datasets (status);
CREATE TABLE seats (dataset_id INTEGER NOT NULL, seat INTEGER NOT NULL, keeper TEXT NOT NULL, commitment TEXT NOT NULL, status TEXT NOT NULL, UNIQUE (dataset_id, seat));
CREATE INDEX seats_by_keeper ON seats (keeper);
CREATE TABLE accesses (
  id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL, grantee TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, px TEXT NOT NULL, py TEXT NOT NULL, version INTEGER NOT NULL,
  price TEXT NOT NULL, deadline INTEGER NOT NULL, challenge_end INTEGER, seated_bits INTEGER NOT NULL, purpose TEXT NOT NULL, opened_block INTEGER NOT NULL, opened_at INTEGER NOT NULL);
CREATE INDEX accesses_by_grantee ON accesses (grantee);
CREATE INDEX accesses_open ON accesses (status) WHERE status = 'open';
CREATE TABLE releases (access_id INTEGER NOT NULL, seat INTEGER NOT NULL, keeper TEXT NOT NULL, ex TEXT NOT NULL, ey TEXT NOT NULL, ct TEXT NOT NULL, status TEXT NOT NULL, block INTEGER NOT NULL, UNIQUE (access_id, seat));
CREATE TABLE balances (address TEXT NOT NULL UNIQUE, amount TEXT NOT NULL);
CREATE TABLE history (
  block INTEGER NOT NULL, log_index INTEGER NOT NULL, at INTEGER NOT NULL, tx TEXT NOT NULL, event TEXT NOT NULL, dataset_id INTEGER, access_id INTEGER,
  actor TEXT, subject TEXT, amount TEXT, details TEXT NOT NULL, UNIQUE (block, log_index));
CREATE INDEX history_by_dataset ON history (dataset_id);
CREATE INDEX history_by_actor ON history (actor);
CREATE INDEX history_by_subject ON history (subject);

-- How to take back what blocks above the final one did: the inverse statements, written by triggers, newest first.
CREATE TABLE undo (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, statement TEXT NOT NULL);
CREATE INDEX undo_by_block ON undo (block);
-- The block that is being applied while it can still be reorganised; null while history is read that cannot.
CREATE TABLE undo_state (id INTEGER PRIMARY KEY CHECK (id = 1), block INTEGER);
INSERT INTO undo_state VALUES (1, NULL);

-- Labels come from IPFS, not from the chain: a reorg does not touch them.
CREATE TABLE labels (dataset_id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, label TEXT, error TEXT, tried_at INTEGER NOT NULL);
CREATE VIRTUAL TABLE label_text USING fts5 (title, description, words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
