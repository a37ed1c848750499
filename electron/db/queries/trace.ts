import type { Hex } from '../../../shared/domain/chain.ts';
import type { TraceQuery } from '../../../shared/api/account.ts';
import type { Db } from '../open-database.ts';

export type TraceRaw = {
  block: number; log_index: number; at: number; tx: Hex; event: string; dataset_id: number | null; access_id: number | null;
  actor: Hex | null; subject: Hex | null; amount: string | null; title: string | null; kind: string | null; purpose: string | null;
};

/**
 * What happened to an account and its data, newest first: what it did, what was done to it, and everything around the
 * datasets that it owns and the accesses that it holds.
 */
export function traceQueries(db: Db) {
  // A union by index instead of an OR: the trace of others is many times larger than one's own.
  const own = `
    SELECT rowid AS id FROM history WHERE actor = @me
    UNION SELECT rowid FROM history WHERE subject = @me
    UNION SELECT h.rowid FROM datasets d JOIN history h ON h.dataset_id = d.id WHERE d.owner = @me
    UNION SELECT h.rowid FROM accesses a JOIN history h ON h.dataset_id = a.dataset_id AND h.access_id = a.id WHERE a.grantee = @me`;
  const where = (q: TraceQuery) => [
    q.datasetId === undefined ? '' : 'AND h.dataset_id = @dataset',
    q.events === undefined || q.events.length === 0 ? '' : 'AND h.event IN (SELECT value FROM json_each(@events))',
  ].join(' ');
  const args = (me: Hex, q: TraceQuery) => ({ me, dataset: q.datasetId ?? null, events: JSON.stringify(q.events ?? []) });
  return {
    page(me: Hex, q: TraceQuery): { rows: TraceRaw[]; total: number } {
      const from = `FROM history h WHERE h.rowid IN (${own}) ${where(q)}`;
      const { me: account, dataset, events } = args(me, q);
      const named: Record<string, unknown> = { me: account };
      if (q.datasetId !== undefined) named.dataset = dataset;
      if (q.events && q.events.length > 0) named.events = events;
      const total = db.prepare(`SELECT count(*) ${from}`).pluck().get(named) as number;
      const rows = db.prepare(`
        SELECT p.*, l.label ->> '$.title' AS title, a.kind, (SELECT words FROM purposes WHERE hash = a.purpose) AS purpose
        FROM (SELECT h.block, h.log_index, h.at, h.tx, h.event, h.dataset_id, h.access_id, h.actor, h.subject, h.amount ${from} ORDER BY h.block DESC, h.log_index DESC LIMIT @limit OFFSET @offset) p
        LEFT JOIN labels l ON l.dataset_id = p.dataset_id LEFT JOIN accesses a ON a.id = p.access_id
        ORDER BY p.block DESC, p.log_index DESC`).all({ ...named, limit: q.limit, offset: q.offset }) as TraceRaw[];
      return { rows, total };
    },
  };
}
