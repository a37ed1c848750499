-- What each right's number stood for when this profile took note of it, by the root that it was asked with or given with: after a
-- reorganisation of the chain the number may be another's. Below zero: not on the chain now.
CREATE TABLE known_rights (right_id INTEGER PRIMARY KEY, owner TEXT NOT NULL, grantee TEXT NOT NULL, root TEXT NOT NULL);
CREATE INDEX known_rights_by_root ON known_rights (root);
CREATE INDEX rights_by_scope ON rights (scope_root);
CREATE INDEX rights_by_asked ON rights (asked_root) WHERE asked_root IS NOT NULL;
-- What is to be taken back until the chain has done so: one right of an account, or with no root everything that it gave, by the epoch that follows.
CREATE TABLE take_backs (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, scope_root TEXT, epoch INTEGER, at INTEGER NOT NULL);
-- Recipients who have not confirmed that they put away what was erased: told again at `next_at`, until `until`. Unix milliseconds.
CREATE TABLE erasures_to_tell (given_key TEXT NOT NULL, nonce TEXT NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (given_key, nonce));
