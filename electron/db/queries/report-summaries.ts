import type { ReportSummary } from '../../../shared/verdict.ts';
import type { Db } from '../open-database.ts';

export type SummaryRow = { datasetId: number; seq: number; summary: ReportSummary | null };

/** Summaries of listings' reports: enough for a verdict, and all of it public. */
export function reportSummaries(db: Db) {
  const put = db.prepare(`
    INSERT INTO report_summaries SELECT ?, ?, ?, coalesce(max(seq), 0) + 1 FROM report_summaries WHERE true
    ON CONFLICT (dataset_id) DO UPDATE SET content_hash = excluded.content_hash, summary = excluded.summary, seq = excluded.seq
    WHERE content_hash <> excluded.content_hash OR summary IS NOT excluded.summary`);
  const one = db.prepare('SELECT r.summary FROM report_summaries r JOIN datasets d ON d.id = r.dataset_id AND d.content_hash = r.content_hash WHERE r.dataset_id = ?');
  const since = db.prepare(`
    SELECT r.dataset_id AS datasetId, r.seq, CASE WHEN d.id IS NULL THEN NULL ELSE r.summary END AS summary
    FROM report_summaries r LEFT JOIN datasets d ON d.id = r.dataset_id AND d.content_hash = r.content_hash WHERE r.seq > ? ORDER BY r.seq LIMIT ?`);
  const newest = db.prepare('SELECT coalesce(max(seq), 0) FROM report_summaries').pluck();
  const missing = db.prepare(`
    SELECT d.id FROM datasets d LEFT JOIN report_summaries r ON r.dataset_id = d.id AND r.content_hash = d.content_hash
    WHERE d.status IN ('published', 'certified') AND r.dataset_id IS NULL AND d.id < ? ORDER BY d.id DESC LIMIT ?`).pluck();
  const parse = (text: string | null): ReportSummary | null => (text === null ? null : (JSON.parse(text) as ReportSummary));
  return {
    /** @param summary null where the report says too little for any verdict */
    save(datasetId: number, contentHash: string, summary: ReportSummary | null): void { put.run(datasetId, contentHash, summary && JSON.stringify(summary)); },
    /** Undefined while the report was not seen yet. */
    of(datasetId: number): ReportSummary | null | undefined { const row = one.get(datasetId) as { summary: string | null } | undefined; return row && parse(row.summary); },
    /** What came after a place, in its order. */
    since: (seq: number, limit: number): SummaryRow[] => (since.all(seq, limit) as { datasetId: number; seq: number; summary: string | null }[]).map((r) => ({ ...r, summary: parse(r.summary) })),
    newest: () => newest.get() as number,
    /** Datasets on offer below an id whose report was not seen yet, newest first. */
    missing: (below: number, limit: number) => missing.all(below, limit) as number[],
  };
}
export type ReportSummaries = ReturnType<typeof reportSummaries>;
