import type { CallRow, EntryRow, PositionRow } from '../../../shared/domain/studies.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

const CALL = `SELECT id, researcher, status, reward, places, enrol_until AS enrolUntil, screen_period AS screenPeriod, answer_period AS answerPeriod, fill_period AS fillPeriod, release_period AS releasePeriod,
  min_score AS minScore, commitment, px, py, purpose, criteria_hash AS criteriaHash, criteria, opened_block AS openedBlock, opened_at AS openedAt, draw_block AS drawBlock, reveal_until AS revealUntil,
  seed, drawn_entries AS drawnEntries, first_offers AS firstOffers, answer_until AS answerUntil, drawn_at AS drawnAt, returned,
  (SELECT count(*) FROM call_entries e WHERE e.call_id = c.id) AS entries,
  (SELECT count(*) FROM call_entries e WHERE e.call_id = c.id AND e.status NOT IN ('left', 'struck')) AS live,
  (SELECT count(*) FROM call_entries e WHERE e.call_id = c.id AND e.status = 'approved') AS approved FROM calls c`;
const ENTRY = 'SELECT call_id AS callId, idx AS "index", owner, dataset_id AS datasetId, status, access_id AS accessId, reason_hash AS reasonHash, share FROM call_entries';

/** Studies as the event cache has them. */
export function studyReads(db: Db) {
  const one = db.prepare(`${CALL} WHERE id = ?`);
  const on = db.prepare(`${CALL} WHERE status NOT IN ('ended', 'abandoned') ORDER BY id DESC LIMIT ?`);
  const by = db.prepare(`${CALL} WHERE researcher = ? ORDER BY id DESC`);
  const withOwner = db.prepare(`${CALL} WHERE id IN (SELECT call_id FROM call_entries WHERE owner IN (SELECT value FROM json_each(?))) ORDER BY id DESC`);
  const entries = db.prepare(`${ENTRY} WHERE call_id = ? ORDER BY idx`);
  const entry = db.prepare(`${ENTRY} WHERE call_id = ? AND idx = ?`);
  const ofOwners = db.prepare(`${ENTRY} WHERE call_id = ? AND owner IN (SELECT value FROM json_each(?)) ORDER BY idx`);
  const positions = db.prepare('SELECT position, status, answer_until AS answerUntil FROM call_positions WHERE call_id = ? ORDER BY position');
  const position = db.prepare('SELECT position, status, answer_until AS answerUntil FROM call_positions WHERE call_id = ? AND position = ?');
  const parse = (row: unknown): CallRow => {
    const it = row as Omit<CallRow, 'reward' | 'returned' | 'open'> & { reward: string; returned: string | null };
    return { ...it, reward: BigInt(it.reward), returned: it.returned === null ? null : BigInt(it.returned), open: /^0x0{64}$/.test(it.commitment) };
  };
  const parseEntry = (row: unknown): EntryRow => { const it = row as Omit<EntryRow, 'share'> & { share: string | null }; return { ...it, share: it.share === null ? null : BigInt(it.share) }; };
  return {
    call(id: number): CallRow | undefined { const row = one.get(id); return row === undefined ? undefined : parse(row); },
    /** Calls that have not ended, newest first. */
    live: (limit = 500): CallRow[] => on.all(limit).map(parse),
    callsBy: (researcher: Hex): CallRow[] => by.all(researcher).map(parse),
    /** Calls that one of `owners` enrolled in, newest first. */
    callsWith: (owners: Iterable<Hex>): CallRow[] => withOwner.all(JSON.stringify([...owners])).map(parse),
    entries: (callId: number): EntryRow[] => entries.all(callId).map(parseEntry),
    entry(callId: number, index: number): EntryRow | undefined { const row = entry.get(callId, index); return row === undefined ? undefined : parseEntry(row); },
    entriesOf: (callId: number, owners: Iterable<Hex>): EntryRow[] => ofOwners.all(callId, JSON.stringify([...owners])).map(parseEntry),
    /** Positions beyond the first offers, and those that were passed on. */
    positions: (callId: number): PositionRow[] => positions.all(callId) as PositionRow[],
    position: (callId: number, at: number) => position.get(callId, at) as PositionRow | undefined,
  };
}
/** Certified listings with what is known of them, by pages in the order of their ids: what a count of eligible ones looks through. */
export function certifiedFacts(db: Db) {
  const page = db.prepare(`SELECT d.id, d.owner, d.score, l.label, r.summary FROM datasets d
    JOIN labels l ON l.dataset_id = d.id AND l.content_hash = d.content_hash AND l.label IS NOT NULL
    LEFT JOIN report_summaries r ON r.dataset_id = d.id AND r.content_hash = d.content_hash WHERE d.status = 'certified' AND d.id > ? ORDER BY d.id LIMIT ?`);
  return (after: number, limit: number) => page.all(after, limit) as { id: number; owner: Hex; score: number; label: string; summary: string | null }[];
}

/** The researcher's own notes: sealed reasons, and answers that were given. */
export function studyNotes(db: Db) {
  const reason = db.prepare('SELECT sealed FROM strike_reasons WHERE call_id = ? AND idx = ?').pluck();
  const addReason = db.prepare('INSERT INTO strike_reasons VALUES (?, ?, ?) ON CONFLICT (call_id, idx) DO UPDATE SET sealed = excluded.sealed');
  const answers = db.prepare('SELECT question, owners, answer, at FROM eligible_answers ORDER BY at, question');
  const addAnswer = db.prepare('INSERT OR IGNORE INTO eligible_answers VALUES (?, ?, ?, ?)');
  return {
    reason: (callId: number, index: number) => reason.get(callId, index) as Uint8Array | undefined,
    saveReason(callId: number, index: number, sealed: Uint8Array): void { addReason.run(callId, index, sealed); },
    answers: () => answers.all() as { question: string; owners: string; answer: string; at: number }[],
    addAnswer(row: { question: string; owners: string; answer: string; at: number }): void { addAnswer.run(row.question, row.owners, row.answer, row.at); },
  };
}

export type StudyReads = ReturnType<typeof studyReads>;
