-- SMART Health Links: documents for a reader without the app. What one is for, its key and who opened it are sealed by the wallet; the
-- files are encrypted under the link's key (JWE). The token that opens it stands here as its SHA-256 only.
CREATE TABLE health_links (
  id TEXT PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL, passcode BLOB, attempts_left INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER);
CREATE TABLE health_link_files (link_id TEXT NOT NULL, idx INTEGER NOT NULL, content_type TEXT NOT NULL, jwe TEXT NOT NULL, PRIMARY KEY (link_id, idx)) WITHOUT ROWID;
CREATE TABLE health_link_openings (id INTEGER PRIMARY KEY AUTOINCREMENT, link_id TEXT NOT NULL, at INTEGER NOT NULL, recipient BLOB NOT NULL);
CREATE INDEX health_link_openings_by_link ON health_link_openings (link_id);
-- What an erasure of a dataset ended beyond its listing, sealed: it names recipients.
CREATE TABLE erasure_grants (nonce TEXT PRIMARY KEY, sealed BLOB NOT NULL);
