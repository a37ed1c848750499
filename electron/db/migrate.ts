import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

export type Migration = { version: number; name: string; sql: string };

/** The shipped migrations in order. They only add; a shipped file never changes. */
export function shippedMigrations(): Migration[] {
  return readdirSync(fileURLToPath(FOLDER)).filter((f) => /^\d{4}_.+\.sql$/.test(f)).sort().map((name) => ({ version: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

/**
 * Brings a database to the newest version, all steps in one transaction: a failure leaves the file as it was.
 * @throws AppError `migration-failed`, also for a database that is newer than this program
 */
export function migrate(db: Database.Database, migrations: readonly Migration[] = shippedMigrations()): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) throw new AppError('migration-failed', `This profile's database has version ${current}; this program knows up to ${newest}.`, { hint: 'Update PHDex; the profile was not touched.' });
  const wanted = migrations.filter((m) => m.version > current);
  if (wanted.length === 0) return;
  let at = '';
  try {
    db.transaction(() => {
      for (const m of wanted) {
        at = m.name;
        db.exec(m.sql);
        db.pragma(`user_version = ${m.version}`);
      }
    }).exclusive();
  } catch (cause) {
    throw new AppError('migration-failed', `Migration ${at} of the profile's database failed.`, { hint: 'The database is as it was before. Report this, and go on with the former version.', cause });
  }
}
