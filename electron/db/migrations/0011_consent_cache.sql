-- Sharing by consent as the chain tells it. Hex is lower-case; times are Unix seconds.
-- `expiry`: while pending the seconds asked for. `ended_at`: also where everything was taken back. `tx` and `block` are of the request, then of its approval.
CREATE TABLE rights (
  id INTEGER PRIMARY KEY, owner TEXT NOT NULL, grantee TEXT NOT NULL, category INTEGER NOT NULL, operations INTEGER NOT NULL, status TEXT NOT NULL, expiry INTEGER NOT NULL, epoch INTEGER NOT NULL,
  scope_root TEXT NOT NULL, asked_root TEXT, purpose TEXT NOT NULL, encryption_key TEXT, details TEXT, envelope TEXT, requested_at INTEGER, decided_at INTEGER, ended_at INTEGER, tx TEXT NOT NULL, block INTEGER NOT NULL);
CREATE INDEX rights_by_owner ON rights (owner);
CREATE INDEX rights_by_grantee ON rights (grantee);
CREATE TABLE epochs (owner TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE uses (right_id INTEGER NOT NULL, owner TEXT NOT NULL, grantee TEXT NOT NULL, operation INTEGER NOT NULL, record_hash TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, tx TEXT NOT NULL, block INTEGER NOT NULL, log_index INTEGER NOT NULL, UNIQUE (block, log_index));
CREATE INDEX uses_by_right ON uses (right_id);
CREATE TABLE records (
  id INTEGER PRIMARY KEY, issuer TEXT NOT NULL, patient TEXT NOT NULL, category INTEGER NOT NULL, digest TEXT NOT NULL, content_hash TEXT NOT NULL, cid TEXT NOT NULL, sealed_key TEXT NOT NULL, corrects INTEGER NOT NULL,
  stored_hash TEXT, issued_at INTEGER NOT NULL, stored_at INTEGER, tx TEXT NOT NULL, block INTEGER NOT NULL);
CREATE INDEX records_by_patient ON records (patient);
CREATE INDEX records_by_issuer ON records (issuer);
CREATE INDEX records_by_corrected ON records (corrects) WHERE corrects <> 0;
CREATE TABLE emergency_readable (dataset_id INTEGER PRIMARY KEY, owner TEXT NOT NULL, readable INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE emergencies (
  access_id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL, institution TEXT NOT NULL, owner TEXT NOT NULL, reason_hash TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
  contested_at INTEGER, contest_hash TEXT, tx TEXT NOT NULL, block INTEGER NOT NULL);
CREATE INDEX emergencies_by_owner ON emergencies (owner);
CREATE INDEX emergencies_by_institution ON emergencies (institution);
-- Who accredits and suspends, and hears of every emergency.
CREATE TABLE registrars (address TEXT NOT NULL UNIQUE, since INTEGER NOT NULL);

-- What a line of the trace is about. Few lines have one of these: indexes of those alone.
ALTER TABLE history ADD COLUMN right_id INTEGER;
ALTER TABLE history ADD COLUMN record_id INTEGER;
ALTER TABLE history ADD COLUMN call_id INTEGER;
CREATE INDEX history_by_right ON history (right_id) WHERE right_id IS NOT NULL;
CREATE INDEX history_by_record ON history (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX history_by_call ON history (call_id) WHERE call_id IS NOT NULL;

-- Which contracts the cache has read, lower-case, with commas; empty: coin, participants and market, as before there were others.
ALTER TABLE cursor ADD COLUMN contracts TEXT NOT NULL DEFAULT '';

-- The patient's: records that were opened, sealed by the profile; `content` is null for one that was refused.
CREATE TABLE stored_records (record_id INTEGER PRIMARY KEY, facts BLOB NOT NULL, content BLOB, at INTEGER NOT NULL);
-- The institution's: what it issued, by the digest that is on the chain, sealed by the profile.
CREATE TABLE issued_records (digest TEXT PRIMARY KEY, facts BLOB NOT NULL, at INTEGER NOT NULL);
