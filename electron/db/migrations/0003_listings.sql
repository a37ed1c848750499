-- What the marketplace filters labels by, as columns: read out of the JSON once, when the label comes.
CREATE TABLE label_facts (
  dataset_id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, types TEXT NOT NULL, hours REAL NOT NULL, rate_hz REAL NOT NULL, device TEXT, age_band TEXT NOT NULL, simulated INTEGER NOT NULL);
CREATE TRIGGER label_facts_come AFTER INSERT ON labels WHEN new.label IS NOT NULL BEGIN
  INSERT INTO label_facts SELECT new.dataset_id, new.content_hash,
    (SELECT coalesce(group_concat(t.value), '') FROM json_each(new.label, '$.dataTypes') t), coalesce(new.label ->> '$.durationSeconds', 0) / 3600.0,
    (SELECT coalesce(max(c.value ->> '$.rateHz'), 0) FROM json_each(new.label, '$.channels') c), new.label ->> '$.device',
    coalesce(new.label ->> '$.demographics.ageBand', 'undisclosed'), coalesce(new.label ->> '$.simulated', 0)
    WHERE true
    ON CONFLICT (dataset_id) DO UPDATE SET content_hash = excluded.content_hash, types = excluded.types, hours = excluded.hours, rate_hz = excluded.rate_hz, device = excluded.device, age_band = excluded.age_band, simulated = excluded.simulated;
END;
CREATE TRIGGER label_facts_fail AFTER INSERT ON labels WHEN new.label IS NULL BEGIN DELETE FROM label_facts WHERE dataset_id = new.dataset_id; END;
CREATE TRIGGER label_facts_go AFTER DELETE ON labels BEGIN DELETE FROM label_facts WHERE dataset_id = old.dataset_id; END;
INSERT INTO label_facts SELECT dataset_id, content_hash,
    (SELECT coalesce(group_concat(t.value), '') FROM json_each(label, '$.dataTypes') t), coalesce(label ->> '$.durationSeconds', 0) / 3600.0,
    (SELECT coalesce(max(c.value ->> '$.rateHz'), 0) FROM json_each(label, '$.channels') c), label ->> '$.device',
    coalesce(label ->> '$.demographics.ageBand', 'undisclosed'), coalesce(label ->> '$.simulated', 0)
  FROM labels WHERE label IS NOT NULL;

-- Which listings have changed, and in which order: who holds them in memory reads only what is newer than it knows.
-- Upserts, because an OR IGNORE of the statement that fires a trigger would reach into an OR REPLACE inside it.
CREATE TABLE listing_changes (dataset_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE INDEX listing_changes_by_seq ON listing_changes (seq);
CREATE TRIGGER listing_datasets_insert AFTER INSERT ON datasets BEGIN
  INSERT INTO listing_changes SELECT new.id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
CREATE TRIGGER listing_datasets_update AFTER UPDATE OF status, price, score, owner, content_hash ON datasets BEGIN
  INSERT INTO listing_changes SELECT new.id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
CREATE TRIGGER listing_datasets_delete AFTER DELETE ON datasets BEGIN
  INSERT INTO listing_changes SELECT old.id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
CREATE TRIGGER listing_label_facts_insert AFTER INSERT ON label_facts BEGIN
  INSERT INTO listing_changes SELECT new.dataset_id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
CREATE TRIGGER listing_label_facts_update AFTER UPDATE ON label_facts BEGIN
  INSERT INTO listing_changes SELECT new.dataset_id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
CREATE TRIGGER listing_label_facts_delete AFTER DELETE ON label_facts BEGIN
  INSERT INTO listing_changes SELECT old.dataset_id, coalesce(max(seq), 0) + 1 FROM listing_changes WHERE true ON CONFLICT (dataset_id) DO UPDATE SET seq = excluded.seq;
END;
INSERT INTO listing_changes SELECT id, 1 FROM datasets;

-- Counts the labels that came or went, so that what was found by text holds while only prices and scores change.
CREATE TABLE label_version (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL);
INSERT INTO label_version VALUES (1, 0);
CREATE TRIGGER label_version_insert AFTER INSERT ON labels BEGIN UPDATE label_version SET n = n + 1; END;
CREATE TRIGGER label_version_delete AFTER DELETE ON labels BEGIN UPDATE label_version SET n = n + 1; END;
