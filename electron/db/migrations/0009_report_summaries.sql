-- What a verdict needs of each listing's report, read from its manifest once; null where the report says too little. Public.
-- `seq` counts up: who holds verdicts in memory reads only what is newer than it knows.
CREATE TABLE report_summaries (dataset_id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, summary TEXT, seq INTEGER NOT NULL);
CREATE INDEX report_summaries_by_seq ON report_summaries (seq);
