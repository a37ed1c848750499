-- Reputation reads an account's own rows only; without these it would walk whole tables of others'. Partial where it can
-- be: each index is paid for by every event that is applied.
CREATE INDEX accesses_by_dataset ON accesses (dataset_id);
CREATE INDEX accesses_refunded ON accesses (dataset_id) WHERE status = 'refunded';
CREATE INDEX datasets_by_owner_status ON datasets (owner, status, validator, published_at);
CREATE INDEX releases_by_keeper ON releases (keeper, status);
CREATE INDEX history_slashed ON history (actor) WHERE event = 'Slashed';
CREATE INDEX history_staked ON history (actor, at) WHERE event = 'StakeAdded';
CREATE INDEX history_settled ON history (subject) WHERE event = 'AccessSettled';

-- Manifests that were held against the chain's hash; fetched once. Public.
CREATE TABLE manifests (content_hash TEXT PRIMARY KEY, manifest TEXT NOT NULL, fetched_at INTEGER NOT NULL);

-- What a customer opened: what was checked, and where the encrypted rows are.
CREATE TABLE purchases (access_id INTEGER PRIMARY KEY, recording TEXT NOT NULL, verification TEXT NOT NULL, opened_at INTEGER NOT NULL);
CREATE TABLE purchase_recordings (id TEXT PRIMARY KEY, info TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE exports (access_id INTEGER NOT NULL, format TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX exports_by_access ON exports (access_id);
-- The chain holds the hash of a purpose; its words stay here.
CREATE TABLE purposes (hash TEXT PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE saved_searches (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, search TEXT NOT NULL, notify INTEGER NOT NULL, created_at INTEGER NOT NULL);
-- A listing counts once for a search; `seen` when the person has looked.
CREATE TABLE saved_search_hits (search_id INTEGER NOT NULL, dataset_id INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (search_id, dataset_id)) WITHOUT ROWID;

-- A validator's check of a dataset, good for the seats that it has seen; and the reasons of its verdicts.
CREATE TABLE validator_checks (dataset_id INTEGER PRIMARY KEY, view TEXT NOT NULL, report_hash TEXT NOT NULL, checked_at INTEGER NOT NULL);
CREATE TABLE validator_reasons (dataset_id INTEGER PRIMARY KEY, reasons TEXT NOT NULL, at INTEGER NOT NULL);
