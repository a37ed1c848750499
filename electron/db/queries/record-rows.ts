import type { Db } from '../open-database.ts';

/** Records that a patient keeps, and what an institution remembers of those it issued. Sealing is the caller's. */
export function recordRows(db: Db) {
  const put = db.prepare('INSERT INTO stored_records VALUES (?, ?, ?, ?) ON CONFLICT (record_id) DO UPDATE SET facts = excluded.facts, content = excluded.content, at = excluded.at');
  const facts = db.prepare('SELECT facts FROM stored_records WHERE record_id = ?').pluck();
  const content = db.prepare('SELECT content FROM stored_records WHERE record_id = ?').pluck();
  const issued = db.prepare('SELECT facts FROM issued_records WHERE digest = ?').pluck();
  const putIssued = db.prepare('INSERT OR REPLACE INTO issued_records VALUES (?, ?, ?)');
  const dropIssued = db.prepare('DELETE FROM issued_records WHERE digest = ?');
  const begun = db.prepare('SELECT sealed FROM begun_issues WHERE mark = ?').pluck();
  const marks = db.prepare('SELECT mark FROM begun_issues ORDER BY rowid').pluck();
  const putBegun = db.prepare('INSERT OR REPLACE INTO begun_issues VALUES (?, ?)');
  const endBegun = db.prepare('DELETE FROM begun_issues WHERE mark = ?');
  return {
    /** @param sealed null for a record that was refused */
    put(recordId: number, sealedFacts: Uint8Array, sealed: Uint8Array | null, at: number): void { put.run(recordId, sealedFacts, sealed, at); },
    facts: (recordId: number) => facts.get(recordId) as Buffer | undefined,
    content: (recordId: number) => (content.get(recordId) as Buffer | null | undefined) ?? undefined,
    putIssued(digest: string, sealedFacts: Uint8Array, at: number): void { putIssued.run(digest, sealedFacts, at); },
    issued: (digest: string) => issued.get(digest) as Buffer | undefined,
    dropIssued(digest: string): void { dropIssued.run(digest); },
    begun: (mark: string) => begun.get(mark) as Buffer | undefined,
    begunMarks: () => marks.all() as string[],
    putBegun(mark: string, sealed: Uint8Array): void { putBegun.run(mark, sealed); },
    endBegun(mark: string): void { endBegun.run(mark); },
  };
}
