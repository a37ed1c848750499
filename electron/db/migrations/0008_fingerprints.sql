-- Tokens of the fingerprints in labels, to find datasets that were made from one another. No other index: a dataset's tokens are
-- taken out by name, from the label that they came with.
CREATE TABLE fingerprint_tokens (token INTEGER NOT NULL, dataset_id INTEGER NOT NULL, PRIMARY KEY (token, dataset_id)) WITHOUT ROWID;
