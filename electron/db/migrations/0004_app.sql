-- What the app tells its person: kept until there are too many.
CREATE TABLE notices (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, params TEXT NOT NULL, link TEXT, read INTEGER NOT NULL DEFAULT 0);
-- How far the chain's history has been looked through for news.
CREATE TABLE noticed (id INTEGER PRIMARY KEY CHECK (id = 1), block INTEGER NOT NULL, log_index INTEGER NOT NULL);
