import type { Hex } from '../../../shared/domain/chain.ts';
import type { TraceQuery } from '../../../shared/api/account.ts';
import type { Db } from '../open-database.ts';

export type TraceRaw = {
  block: number; log_index: number; at: number; tx: Hex; event: string; dataset_id: number | null; access_id: number | null;
  actor: Hex | null; subject: Hex | null; amount: string | null; title: string | null; kind: string | null; purpose: string | null;
};

/**
 * What happened to a person's accounts and data, newest first: what they did, what was done to them, and everything around
 * the datasets that they own and the accesses that they hold.
 */
export function traceQueries(db: Db) {
  // A union by index instead of an OR: the trace of others is many times larger than one's own.
  const own = `
    SELECT rowid AS id FROM history WHERE actor IN (SELECT value FROM json_each(@mine))
    UNION SELECT rowid FROM history WHERE subject IN (SELECT value FROM json_each(@mine))
    UNION SELECT h.rowid FROM datasets d JOIN history h ON h.dataset_id = d.id WHERE d.owner IN (SELECT value FROM json_each(@mine))
    UNION SELECT h.rowid FROM accesses a JOIN history h ON h.dataset_id = a.dataset_id AND h.access_id = a.id WHERE a.grantee IN (SELECT value FROM json_each(@mine))`;
  const where = (q: TraceQuery) => [
    q.datasetId === undefined ? '' : 'AND h.dataset_id = @dataset',
    q.events === undefined || q.events.length === 0 ? '' : 'AND h.event IN (SELECT value FROM json_each(@events))',
  ].join(' ');
  return {
    page(mine: Iterable<Hex>, q: TraceQuery): { rows: TraceRaw[]; total: number } {
      const from = `FROM history h WHERE h.rowid IN (${own}) ${where(q)}`;
      const named: Record<string, unknown> = { mine: JSON.stringify([...mine]) };
      if (q.datasetId !== undefined) named.dataset = q.datasetId;
      if (q.events && q.events.length > 0) named.events = JSON.stringify(q.events);
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
