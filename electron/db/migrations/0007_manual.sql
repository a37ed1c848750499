-- What a person writes down: each entry sealed by the wallet before it gets here.
CREATE TABLE manual_entries (id TEXT PRIMARY KEY, sealed BLOB NOT NULL);
