import type { Db } from '../open-database.ts';

/** Times are Unix milliseconds. */
export type HealthLinkRow = { id: string; sealed: Uint8Array; passcode: Uint8Array | null; attemptsLeft: number; createdAt: number; expiresAt: number; revokedAt: number | null };
/** Of one reader on one day: when last, and how often. */
export type OpeningRow = { id: number; at: number; recipient: Uint8Array; times: number };
export type HealthLinkFile = { contentType: string; jwe: string };

/** SMART Health Links of a profile; sealing is the caller's. */
export function healthLinkRows(db: Db) {
  const COLUMNS = 'id, sealed, passcode, attempts_left AS attemptsLeft, created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt';
  const list = db.prepare(`SELECT ${COLUMNS} FROM health_links ORDER BY created_at DESC, id`);
  const get = db.prepare(`SELECT ${COLUMNS} FROM health_links WHERE id = ?`);
  const byToken = db.prepare(`SELECT ${COLUMNS} FROM health_links WHERE token_hash = ?`);
  const insert = db.prepare('INSERT INTO health_links VALUES (@id, @tokenHash, @sealed, @passcode, @attemptsLeft, @createdAt, @expiresAt, NULL)');
  const insertFile = db.prepare('INSERT INTO health_link_files VALUES (?, ?, ?, ?)');
  const files = db.prepare('SELECT content_type AS contentType, jwe FROM health_link_files WHERE link_id = ? ORDER BY idx');
  // Overwritten before they go: a page that SQLite frees keeps its bytes until it is used again.
  const blank = db.prepare('UPDATE health_link_files SET jwe = zeroblob(length(jwe)) WHERE link_id = ?');
  const dropFiles = db.prepare('DELETE FROM health_link_files WHERE link_id = ?');
  const end = db.prepare('UPDATE health_links SET sealed = ?, passcode = NULL WHERE id = ?');
  const revoke = db.prepare('UPDATE health_links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const take = db.prepare('UPDATE health_links SET attempts_left = attempts_left - 1 WHERE id = ? AND attempts_left > 0 RETURNING attempts_left').pluck();
  const giveBack = db.prepare('UPDATE health_links SET attempts_left = attempts_left + 1 WHERE id = ?');
  const opened = db.prepare('INSERT INTO health_link_openings (link_id, at, recipient) VALUES (?, ?, ?)');
  const openings = db.prepare('SELECT id, at, recipient, times FROM health_link_openings WHERE link_id = ? ORDER BY id DESC');
  const again = db.prepare('UPDATE health_link_openings SET times = times + 1, at = ? WHERE id = ?');
  const fold = db.prepare('UPDATE health_link_openings SET recipient = ?, at = ?, times = (SELECT sum(times) FROM health_link_openings WHERE link_id = ? AND id <= ?) WHERE id = ?');
  const drop = db.prepare('DELETE FROM health_link_openings WHERE link_id = ? AND id < ?');
  const withFiles = db.prepare('SELECT DISTINCT link_id FROM health_link_files').pluck();
  return {
    list: () => list.all() as HealthLinkRow[],
    get: (id: string) => get.get(id) as HealthLinkRow | undefined,
    byToken: (tokenHash: Uint8Array) => byToken.get(tokenHash) as HealthLinkRow | undefined,
    insert: db.transaction((row: Omit<HealthLinkRow, 'revokedAt'> & { tokenHash: Uint8Array }, content: readonly HealthLinkFile[]) => {
      insert.run(row);
      content.forEach((f, i) => insertFile.run(row.id, i, f.contentType, f.jwe));
    }),
    files: (id: string) => files.all(id) as HealthLinkFile[],
    /** Links whose files are still there. */
    withFiles: () => withFiles.all() as string[],
    /** Files and key go; what stays says that there was a link. */
    end: db.transaction((id: string, sealed: Uint8Array, revokedAt: number | null) => {
      blank.run(id);
      dropFiles.run(id);
      end.run(sealed, id);
      if (revokedAt !== null) revoke.run(revokedAt, id);
    }),
    /** One try of the passcode. @returns what is left after it, or null where none is left */
    takeAttempt: (id: string) => (take.get(id) as number | undefined) ?? null,
    giveAttemptBack(id: string): void { giveBack.run(id); },
    addOpening(id: string, at: number, recipient: Uint8Array): void { opened.run(id, at, recipient); },
    /** It was the same reader on the same day. */
    addAgain(opening: number, at: number): void { again.run(at, opening); },
    /** Newest first. */
    openings: (id: string) => openings.all(id) as OpeningRow[],
    /** Makes the openings up to `last` one row, which counts them. */
    foldOpenings: db.transaction((id: string, last: OpeningRow, recipient: Uint8Array) => { fold.run(recipient, last.at, id, last.id, last.id); drop.run(id, last.id); }),
  };
}
