-- Calls for studies as the chain tells them. Amounts are decimal text.
CREATE TABLE calls (
  id INTEGER PRIMARY KEY, researcher TEXT NOT NULL, status TEXT NOT NULL, reward TEXT NOT NULL, places INTEGER NOT NULL, enrol_until INTEGER NOT NULL, screen_period INTEGER NOT NULL,
  answer_period INTEGER NOT NULL, fill_period INTEGER NOT NULL, release_period INTEGER NOT NULL, min_score INTEGER NOT NULL, commitment TEXT NOT NULL, px TEXT NOT NULL, py TEXT NOT NULL,
  purpose TEXT NOT NULL, criteria_hash TEXT NOT NULL, criteria BLOB NOT NULL, opened_block INTEGER NOT NULL, opened_at INTEGER NOT NULL,
  draw_block INTEGER, block_hash TEXT, reveal_until INTEGER, seed TEXT, drawn_entries INTEGER, first_offers INTEGER, answer_until INTEGER, drawn_at INTEGER, returned TEXT);
CREATE INDEX calls_by_researcher ON calls (researcher);
CREATE INDEX calls_by_status ON calls (status);
CREATE TABLE call_entries (call_id INTEGER NOT NULL, idx INTEGER NOT NULL, owner TEXT NOT NULL, dataset_id INTEGER NOT NULL, status TEXT NOT NULL, access_id INTEGER, reason_hash TEXT, share TEXT, UNIQUE (call_id, idx));
CREATE INDEX call_entries_by_owner ON call_entries (owner);
-- Positions that the draw did not offer at once, and those that were passed on. Whose they are follows from the seed.
CREATE TABLE call_positions (call_id INTEGER NOT NULL, position INTEGER NOT NULL, status TEXT NOT NULL, answer_until INTEGER NOT NULL, UNIQUE (call_id, position));

-- The researcher's: why an entry was struck, sealed. On chain is the hash of it; its owner may ask for the words.
CREATE TABLE strike_reasons (call_id INTEGER NOT NULL, idx INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (call_id, idx)) WITHOUT ROWID;
-- The researcher's: what was answered to «how many are eligible», so that nearly the same question has the same answer.
CREATE TABLE eligible_answers (question TEXT PRIMARY KEY, owners TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
