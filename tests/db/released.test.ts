import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, shippedMigrations } from '../../electron/db/migrate.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { RELEASED, type Rows } from './released/rows.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-released-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const shipped = shippedMigrations();
const upTo = (version: number): Rows => Object.assign({}, ...Object.entries(RELEASED).filter(([v]) => Number(v) <= version).map(([, rows]) => rows)) as Rows;

function fill(db: Db, rows: Rows): void {
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list) {
      const names = Object.keys(row);
      db.prepare(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`).run(row);
    }
  }
}
const tables = (db: Db) => db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all() as string[];
/** Made from other tables, by triggers or by a migration. */
const DERIVED = ['undo_state', 'label_facts', 'listing_changes'];

describe('a profile of each released version', () => {
  it('is stood for by rows of every table', () => {
    const db = openDatabase(join(dir, 'a.sqlite'));
    const known = Object.keys(upTo(Infinity));
    expect(tables(db).filter((t) => !DERIVED.includes(t) && !known.includes(t))).toEqual([]);
    expect(Object.keys(RELEASED).map(Number)).toEqual(shipped.map((m) => m.version));
    db.close();
  });

  it.each(shipped.map((m) => m.version))('version %i comes to the newest with all that it held', (version) => {
    const path = join(dir, `${version}.sqlite`);
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    migrate(old, shipped.filter((m) => m.version <= version));
    expect(old.pragma('user_version', { simple: true })).toBe(version);
    const rows = upTo(version);
    fill(old, rows);
    old.close();

    const db = openDatabase(path);
    expect(db.pragma('user_version', { simple: true })).toBe(shipped.at(-1)!.version);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    for (const [table, list] of Object.entries(rows)) {
      const names = Object.keys(list[0]!);
      expect(db.prepare(`SELECT ${names.join(', ')} FROM ${table}`).all(), table).toEqual(list);
    }
    // What later versions make from what was there is there too, as if it had always been.
    expect(db.prepare('SELECT dataset_id, types, hours, rate_hz, age_band FROM label_facts').all()).toEqual([{ dataset_id: 1, types: 'acceleration', hours: 2, rate_hz: 50, age_band: '30-39' }]);
    expect(db.prepare('SELECT dataset_id FROM listing_changes').pluck().all()).toContain(1);
    db.close();

    // The same shape as a profile that was made today.
    const fresh = openDatabase(join(dir, 'fresh.sqlite'));
    const shape = (of: Db) => of.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name").all();
    const again = openDatabase(path);
    expect(shape(again)).toEqual(shape(fresh));
    again.close();
    fresh.close();
  });
});
