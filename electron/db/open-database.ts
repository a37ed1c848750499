import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { migrate } from './migrate.ts';
import { ensureUndoTriggers } from './undo.ts';

export type Db = Database.Database;

/**
 * Opens a profile's database and brings it up to date. WAL, so that readers do not wait; FULL, so that what the
 * outbox has written is there after a power cut.
 * @throws AppError `database-corrupt`, `migration-failed`
 */
export function openDatabase(path: string): Db {
  let db: Db | undefined;
  try {
    db = new Database(path, { timeout: 5000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('quick_check failed');
  } catch (cause) {
    db?.close();
    throw new AppError('database-corrupt', `The database at ${path} is damaged.`, { hint: 'Restore the profile from its backup. What is on the chain can be read again from there.', cause });
  }
  try {
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  ensureUndoTriggers(db);
  return db;
}
