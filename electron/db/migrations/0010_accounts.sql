-- Fresh accounts of the wallet, one for each dataset, relationship or study. What one is for is sealed: a label names a grantee.
CREATE TABLE accounts (idx INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('dataset', 'relationship', 'study')), label BLOB, created_at INTEGER NOT NULL);

-- The account that signed; null is the profile's own. Each account has its own line of nonces.
ALTER TABLE outbox ADD COLUMN account INTEGER;
-- A relayed call has no nonce of the account but one of the forwarder, and goes by its request.
CREATE TABLE forwards (
  key TEXT PRIMARY KEY, account INTEGER NOT NULL, contract TEXT NOT NULL, method TEXT NOT NULL, nonce INTEGER NOT NULL, deadline INTEGER NOT NULL, request TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('signed', 'mined')), tx TEXT, receipt TEXT, created_at INTEGER NOT NULL);
CREATE INDEX forwards_signed ON forwards (account, nonce) WHERE state = 'signed';

-- What a relayer has done for whom, of this day and the one before; nothing tells from where it was asked.
CREATE TABLE relay_use (day INTEGER NOT NULL, account TEXT NOT NULL, forwards INTEGER NOT NULL, gifts INTEGER NOT NULL, gas INTEGER NOT NULL, PRIMARY KEY (day, account));
