import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, shippedMigrations } from '../../electron/db/migrate.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { FOLLOWING, recordUndo, undoAbove } from '../../electron/db/undo.ts';
import { ftsQuery, labelQueries } from '../../electron/db/queries/labels.ts';
import type { Label } from '../../shared/domain/label.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-db-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('migrations', () => {
  // A shipped file never changes: profiles that have run it would differ from those that run it later.
  it('are what was shipped', () => {
    expect(Object.fromEntries(shippedMigrations().map((m) => [m.name, createHash('sha256').update(m.sql).digest('hex')]))).toMatchInlineSnapshot(`
      {
        "0001_event_cache.sql": "89063726794d377bf7b33c363ee2f7597c2fef56348d94c8714ee24c740c390f",
        "0002_profile.sql": "9542f535e7081a32e46ea9b3d2218fc2c67672edd14fb357aecb850d8bd42f64",
        "0003_listings.sql": "d7499b4e04aaef1c095cbc768fd79f301ea0d2b5a919be713befe3950bebe58d",
        "0004_app.sql": "2221793720338efd0650d8ca816225094147caca6914a418569046f53f931441",
        "0005_market.sql": "6e55deb8c9d7d1234edafeb0e4fc7c1057bb14c43101dce612e6ab594ea2eb0f",
        "0006_owner.sql": "c5487ac8fe58cbec69c3d80b65704e6542ca6119c6da115baf6ebc639fb7382c",
        "0007_manual.sql": "21d10735bc4fcb1989e627f95ccd792bb0cd3b7ec8abd95e98380bc5881ae15d",
        "0008_fingerprints.sql": "e0737fbbd4485915321801321d647d8d6644b50f499e28168a8ad5658b2cdf43",
        "0009_report_summaries.sql": "59e5f8d148b8144e176f652b81eafe1a972405344030abc5026cef546f27aab4",
        "0010_accounts.sql": "d9ac5ea0ac40435743b261832cb3ce73a75c0d960632530fa2f8dd449241f4f9",
        "0011_consent_cache.sql": "1ccf18799b3a7f3c848998db934f76aedf144709e9adf864a030e3852e328aff",
        "0012_consent.sql": "9770a8bb810e5a750411d2e99e5e454e5a607b8d58c668528cb32c81ae9355fa",
        "0013_studies.sql": "a9cb3da2379da42f6b1cf7ea39e8672498275caa080395b540d58ec27c6f1f84",
        "0014_anchors.sql": "929c71ca948995012a330abc410eac9b871ad65b08bfb346dd9be8d7dcc8aaa2",
        "0015_clinical.sql": "2aa3d957ed142b8fd0f962167412e4bef20ff90e47e9754d39664e9ea284126e",
        "0016_openings_and_begun.sql": "c1e1b852ea7d522d77adf6417f6cc98595403b7e265a2276d6b702da77682b29",
        "0017_kept_wishes.sql": "fe16fb18cf7a543e1f85b1986135c934b148d35bed30c04c9b9d55ea61e5f0f0",
      }
    `);
  });

  it('that fail leave the file as it was', () => {
    const path = join(dir, 'a.sqlite');
    openDatabase(path).close();
    const db = new Database(path);
    const before = db.prepare('SELECT * FROM sqlite_schema').all();
    const bytes = readFileSync(path);
    const version = db.pragma('user_version', { simple: true });
    expect(() => migrate(db, [...shippedMigrations(), { version: 9998, name: '9998_good.sql', sql: 'CREATE TABLE good (a)' }, { version: 9999, name: '9999_bad.sql', sql: 'CREATE TABLE bad (a); SELECT nonsense;' }])).toThrow(/9999_bad.sql/);
    expect(db.prepare('SELECT * FROM sqlite_schema').all()).toEqual(before);
    expect(db.pragma('user_version', { simple: true })).toBe(version);
    db.close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('refuse a database from the future', () => {
    const path = join(dir, 'a.sqlite');
    const db = new Database(path);
    db.pragma('user_version = 7777');
    db.close();
    expect(() => openDatabase(path)).toThrow(/version 7777/);
  });

  it('run again change nothing', () => {
    const path = join(dir, 'a.sqlite');
    openDatabase(path).close();
    const db = openDatabase(path);
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'datasets'").pluck().get()).toBe(1);
    db.close();
  });
});

it('a damaged database is named', () => {
  const path = join(dir, 'a.sqlite');
  writeFileSync(path, Buffer.alloc(8192, 7));
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'database-corrupt' }) as Error);
  expect(readFileSync(path).equals(Buffer.alloc(8192, 7))).toBe(true);
});

it('a database with a page of noise in its middle is named', () => {
  const path = join(dir, 'a.sqlite');
  const db = openDatabase(path);
  for (let i = 0; i < 500; i += 1) db.prepare('INSERT INTO balances VALUES (?, ?)').run(`0x${i}`, '1'.repeat(60));
  const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'balances'").pluck().get() as number;
  const size = db.pragma('page_size', { simple: true }) as number;
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, (page - 1) * size, page * size);
  writeFileSync(path, bytes);
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'database-corrupt', message: expect.stringContaining(path) as string }) as Error);
});

const dump = (db: Db) => FOLLOWING.map((t) => db.prepare(`SELECT rowid, * FROM ${t} ORDER BY rowid`).all());

it('undo brings back every following table, whatever was done to it', () => {
  // Built from the schema: a new column is in it without a change here.
  const schema = openDatabase(':memory:');
  const columns = Object.fromEntries(FOLLOWING.map((t) => [t, schema.pragma(`table_info(${t})`) as { name: string; type: string; notnull: number; pk: number }[]]));
  schema.close();
  const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("it's; -- \u0000", '🙂', '', "x'00'", '0x12'));
  const value = (c: { type: string; notnull: number; pk: number }) => {
    const some: fc.Arbitrary<string | number> = c.type === 'INTEGER' ? fc.oneof(fc.integer({ min: 0, max: 3 }), fc.maxSafeNat()) : text;
    return c.notnull || c.pk ? some : fc.option(some, { nil: null });
  };
  const step = fc.constantFrom(...FOLLOWING).chain((table) => fc.record({
    kind: fc.constantFrom('insert', 'insert', 'update', 'delete'), table: fc.constant(table), nth: fc.nat({ max: 5 }), values: fc.tuple(...columns[table]!.map(value)), part: fc.nat({ max: 20 }),
  }));
  fc.assert(fc.property(fc.array(step, { maxLength: 25 }), fc.array(fc.record({ step, later: fc.boolean() }), { maxLength: 40 }), (before, after) => {
    const db = openDatabase(':memory:');
    const run = (s: (typeof before)[number]) => {
      const names = columns[s.table]!.map((c) => c.name);
      const rowid = db.prepare(`SELECT rowid FROM ${s.table} ORDER BY rowid LIMIT 1 OFFSET ?`).pluck().get(s.nth);
      if (s.kind === 'insert') db.prepare(`INSERT OR IGNORE INTO ${s.table} VALUES (${names.map(() => '?').join(',')})`).run(...s.values);
      else if (s.kind === 'delete') db.prepare(`DELETE FROM ${s.table} WHERE rowid = ?`).run(rowid ?? -1);
      else db.prepare(`UPDATE OR IGNORE ${s.table} SET ${names[s.part % names.length]} = ? WHERE rowid = ?`).run(s.values[s.part % names.length], rowid ?? -1);
    };
    for (const s of before) run(s);
    const was = dump(db);
    let block = 10;
    const between = new Map<number, ReturnType<typeof dump>>();
    for (const s of after) { if (s.later) { between.set(block, dump(db)); block += 1; } recordUndo(db, block); run(s.step); }
    // In two goes: to some block in the middle, then to the ground.
    const middle = [...between.keys()].at(Math.floor(between.size / 2));
    if (middle !== undefined) {
      db.transaction(() => undoAbove(db, middle))();
      expect(dump(db)).toEqual(between.get(middle));
    }
    db.transaction(() => undoAbove(db, 9))();
    expect(dump(db)).toEqual(was);
    expect(db.prepare('SELECT count(*) FROM undo').pluck().get()).toBe(0);
    expect(db.prepare('SELECT block FROM undo_state').pluck().get()).toBeNull();
    db.close();
  }), { numRuns: 80 });
});

describe('search', () => {
  const label = (title: string, tags: string[] = []): Label => ({
    title, description: 'two hours', dataTypes: ['acceleration'], channels: [], rows: 1, durationSeconds: 1, month: null, days: 1, device: null, simulated: false,
    demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 90, tags,
  });
  function filled(): Db {
    const db = openDatabase(':memory:');
    const add = db.prepare("INSERT INTO datasets VALUES (?, '0xo', 'h', 'r', 'n', 'c', ?, 1, 0, 0, 2, ?, 3, 3, NULL, ?, NULL, 1, 1)");
    const q = labelQueries(db);
    for (const [id, price, status, score, title] of [[1, '900', 'certified', 80, 'Wrist walking'], [2, '1000000000000000000000', 'certified', 95, 'Évening run'], [3, '5', 'published', null, 'Wrist rest'], [4, '7', 'withdrawn', 50, 'Wrist gone']] as const) {
      add.run(id, price, status, score);
      q.saveLabel(id, 'h', label(title, id === 2 ? ['night'] : []), 1);
    }
    return db;
  }

  it('finds by the beginning of words, in any order, without accents', () => {
    const q = labelQueries(filled());
    const ids = (text: string, more = {}) => q.search({ text, ...more }).map((l) => l.id);
    expect(ids('wri')).toEqual([1]);
    expect(ids('walk wrist')).toEqual([1]);
    expect(ids('evening')).toEqual([2]);
    expect(ids('nig')).toEqual([2]);
    expect(ids('30')).toEqual([2, 1]);
    expect(ids('wrist', { certifiedOnly: false })).toEqual([3, 1]);
    expect(ids('nothing')).toEqual([]);
  });

  it('filters and sorts amounts as numbers, not as text', () => {
    const q = labelQueries(filled());
    expect(q.search({ maxPrice: 900n }).map((l) => l.id)).toEqual([1]);
    expect(q.search({ maxPrice: 899n })).toEqual([]);
    expect(q.search({ sort: 'price' }).map((l) => l.id)).toEqual([1, 2]);
    expect(q.search({ sort: 'quality' }).map((l) => l.id)).toEqual([2, 1]);
    expect(q.search({ minQuality: 90 }).map((l) => l.id)).toEqual([2]);
    expect(q.search({ types: ['acceleration'] }).map((l) => l.id)).toEqual([2, 1]);
    expect(q.search({ types: ['ecg'] })).toEqual([]);
  });

  it('takes any text that a person can type', () => {
    const q = labelQueries(filled());
    for (const text of ['"', '*', 'NEAR(', 'title:', "a' OR 1=1 --", 'AND', '^', '(((', '\u0000', '🙂', 'x'.repeat(10_000)]) expect(() => q.search({ text })).not.toThrow();
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => { q.search({ text }); }), { numRuns: 300 });
    expect(ftsQuery('title:wrist OR (x*')).toBe('"title"* "wrist"* "OR"* "x"*');
  });
});
