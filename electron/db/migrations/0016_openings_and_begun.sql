-- How often a reader opened a link on a day: one row for all of it, so that whoever holds the link cannot fill this table.
ALTER TABLE health_link_openings ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
-- Records from when their ciphertext is laid out until the chain has them, sealed; by a mark of what they say, which only the wallet can make.
CREATE TABLE begun_issues (mark TEXT PRIMARY KEY, sealed BLOB NOT NULL);
