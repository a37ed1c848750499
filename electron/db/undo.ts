import type Database from 'better-sqlite3';

/** Tables that follow the chain, block by block. */
export const FOLLOWING = ['participants', 'datasets', 'seats', 'accesses', 'releases', 'balances', 'history', 'rights', 'epochs', 'uses', 'records', 'emergency_readable', 'emergencies', 'registrars', 'anchors', 'calls', 'call_entries', 'call_positions'];

/**
 * Undo by triggers, as SQLite's own documentation describes for undo/redo: each change of a following table writes its
 * inverse while `undo_state.block` is set. Temporary, because they are derived from the tables and not part of the file.
 */
export function ensureUndoTriggers(db: Database.Database): void {
  for (const table of FOLLOWING) {
    const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map((c) => c.name);
    const log = (statement: string) => `INSERT INTO main.undo (block, statement) SELECT block, ${statement} FROM main.undo_state`;
    const when = 'WHEN (SELECT block FROM main.undo_state) IS NOT NULL';
    // quote() ends a text at its first NUL, which a stranger's endpoint or CID may hold; its bytes in hex do not.
    const literal = (c: string) => `CASE typeof(old.${c}) WHEN 'text' THEN 'CAST(x''' || hex(old.${c}) || ''' AS TEXT)' ELSE quote(old.${c}) END`;
    const set = columns.map((c) => `'${c}=' || ${literal(c)}`).join(` || ',' || `);
    const values = columns.map(literal).join(` || ',' || `);
    db.exec(`
      CREATE TEMP TRIGGER undo_${table}_insert AFTER INSERT ON main.${table} ${when} BEGIN ${log(`'DELETE FROM ${table} WHERE rowid=' || new.rowid`)}; END;
      CREATE TEMP TRIGGER undo_${table}_update AFTER UPDATE ON main.${table} ${when} BEGIN ${log(`'UPDATE ${table} SET ' || ${set} || ' WHERE rowid=' || new.rowid`)}; END;
      CREATE TEMP TRIGGER undo_${table}_delete AFTER DELETE ON main.${table} ${when} BEGIN ${log(`'INSERT INTO ${table} (rowid,${columns.join(',')}) VALUES (' || old.rowid || ',' || ${values} || ')'`)}; END;`);
  }
}

/** Names the block whose changes are to be logged, or null to log none. */
export function recordUndo(db: Database.Database, block: number | null): void {
  db.prepare('UPDATE undo_state SET block = ?').run(block);
}

/** Takes back all that blocks above `ancestor` did, newest first. Inside a transaction of the caller. */
export function undoAbove(db: Database.Database, ancestor: number): void {
  recordUndo(db, null);
  const steps = db.prepare('SELECT statement FROM undo WHERE block > ? ORDER BY id DESC').pluck().all(ancestor) as string[];
  for (const statement of steps) db.exec(statement);
  db.prepare('DELETE FROM undo WHERE block > ?').run(ancestor);
  db.prepare('DELETE FROM blocks WHERE number > ?').run(ancestor);
}

/** Forgets how to undo what can no longer be reorganised. */
export function forgetUndo(db: Database.Database, final: number): void {
  db.prepare('DELETE FROM undo WHERE block <= ?').run(final);
  // The newest block at or below it stays as the ground that a reorg above is undone to; nothing changed in between.
  db.prepare('DELETE FROM blocks WHERE number < (SELECT max(number) FROM blocks WHERE number <= ?)').run(final);
}
