-- Rights as their owner gave them. Who, what and why is in `sealed`; a packet is sealed to its grantee, so that not even the owner reads it again.
-- `account`: null is the profile's own. `right_id`: null until the chain has it. `delivered`: packets that the grantee has said it has.
CREATE TABLE given_rights (
  key TEXT PRIMARY KEY, right_id INTEGER UNIQUE, account INTEGER, grantee TEXT NOT NULL, scope_root TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sealed', 'given', 'ended')), delivered INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE given_packets (
  key TEXT NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, packet BLOB NOT NULL, cid TEXT, segments INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, seq));
CREATE INDEX given_packets_by_cid ON given_packets (cid) WHERE cid IS NOT NULL;
-- How far a continuous share has come in a recording, in batches of its file.
CREATE TABLE live_cursors (key TEXT NOT NULL, recording_id TEXT NOT NULL, batch INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (key, recording_id));
-- The key of the epoch that is on, sealed; those before it are gone.
CREATE TABLE live_epoch (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, sealed BLOB NOT NULL);
-- Folders that are being sealed and stored: what a run that was killed left of them is found by these.
CREATE TABLE deliveries_under_way (dir TEXT PRIMARY KEY);

-- Rights as their grantee holds them: what was asked for and by what words, sealed; packets as they came; what was opened of them.
CREATE TABLE held_rights (key TEXT PRIMARY KEY, right_id INTEGER UNIQUE, sealed BLOB NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE held_packets (right_id INTEGER NOT NULL, seq INTEGER NOT NULL, packet BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (right_id, seq));
CREATE TABLE held_opened (right_id INTEGER NOT NULL, seq INTEGER NOT NULL, recording_id TEXT, sealed BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (right_id, seq));
CREATE TABLE held_recordings (id TEXT PRIMARY KEY, info BLOB NOT NULL, created_at INTEGER NOT NULL);
-- What was sent to an owner by a right to append, and what came by one: each once.
CREATE TABLE appended (right_id INTEGER NOT NULL, number INTEGER NOT NULL, mine INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('sealed', 'taken')), sealed BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (right_id, number, mine));
