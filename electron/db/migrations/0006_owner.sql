-- The owner's side. A report says what a body did when: sealed by the wallet before it gets here.
CREATE TABLE recording_reports (recording_id TEXT PRIMARY KEY, sealed BLOB NOT NULL);
-- What «stop and erase» did, by the dataset's nonce: its number on the chain can change in a reorganisation.
CREATE TABLE erasures (nonce TEXT PRIMARY KEY, recording_id TEXT, bytes_freed INTEGER NOT NULL, recording_erased INTEGER NOT NULL, certificate TEXT, erased_at INTEGER NOT NULL);
