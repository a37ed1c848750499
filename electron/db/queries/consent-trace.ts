import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

/** Events of the consent history: requests and their answers, uses, records, emergencies, studies, and accesses by the market. */
export const CONSENT_EVENTS = [
  'AccessRequested', 'RequestWithdrawn', 'RequestRejected', 'AccessGranted', 'AccessRevoked', 'AllRevoked', 'AccessHandedBack', 'AccessUsed', 'RecordIssued', 'RecordStored',
  'EmergencyReadable', 'EmergencyOpened', 'EmergencyContested', 'CallOpened', 'Enrolled', 'EntryLeft', 'EntryStruck', 'PlaceApproved', 'PlacePassed', 'BondShared', 'AccessOpened',
] as const;

export type ConsentTraceFilter = {
  who?: string; datasetId?: number;
  /** Rights that open the dataset: only the app knows what a right is about. */
  rights?: readonly number[];
  /** Hashes of the purposes that are looked for. */
  purposes?: readonly string[];
  kinds?: readonly string[];
  /** Unix seconds, both inclusive. */
  from?: number; to?: number; limit: number; offset: number;
};
export type ConsentTraceLine = {
  at: number; block: number; logIndex: number; tx: Hex; event: string; actor: Hex | null; subject: Hex | null;
  rightId: number | null; recordId: number | null; accessId: number | null; datasetId: number | null; callId: number | null;
  /** Hash of the purpose; null where there is none. */
  purpose: Hex | null; expiresAt: number | null; recordHash: Hex | null; place: Hex | null;
};

/** What was asked of, answered by, done to and done by all accounts of one person, newest first. */
export function consentTrace(db: Db) {
  const mine = '(SELECT value FROM json_each(@mine))';
  // Unions by index, as in trace.ts; what an owner takes back at once names no grantee.
  const own = `
    SELECT rowid FROM history WHERE actor IN ${mine}
    UNION SELECT rowid FROM history WHERE subject IN ${mine}
    UNION SELECT h.rowid FROM datasets d JOIN history h ON h.dataset_id = d.id WHERE d.owner IN ${mine}
    UNION SELECT h.rowid FROM rights r JOIN history h ON h.actor = r.owner AND h.event = 'AllRevoked' AND h.at = r.ended_at WHERE r.grantee IN ${mine}`;
  const purpose = `coalesce(h.details ->> '$.purpose', r.purpose, CASE WHEN h.event = 'AccessOpened' THEN a.purpose END, c.purpose)`;
  const tables = 'FROM history h LEFT JOIN rights r ON r.id = h.right_id LEFT JOIN accesses a ON a.id = h.access_id LEFT JOIN calls c ON c.id = h.call_id';
  return {
    /** @param accounts all of one's own */
    page(accounts: Iterable<string>, q: ConsentTraceFilter): { rows: ConsentTraceLine[]; total: number } {
      const kinds = q.kinds && q.kinds.length > 0 ? CONSENT_EVENTS.filter((e) => q.kinds!.includes(e)) : CONSENT_EVENTS;
      const named: Record<string, unknown> = { mine: JSON.stringify([...accounts].map((a) => a.toLowerCase())), kinds: JSON.stringify(kinds) };
      const where = [`h.rowid IN (${own})`, 'h.event IN (SELECT value FROM json_each(@kinds))', "NOT (h.event = 'AccessOpened' AND a.kind = 'emergency')"];
      const add = (condition: string, values: Record<string, unknown>) => { where.push(condition); Object.assign(named, values); };
      if (q.who !== undefined) add("(h.actor = @who OR h.subject = @who OR (h.event = 'AllRevoked' AND EXISTS (SELECT 1 FROM rights x WHERE x.owner = h.actor AND x.grantee = @who AND x.ended_at = h.at)))", { who: q.who.toLowerCase() });
      if (q.datasetId !== undefined) add('(h.dataset_id = @dataset OR h.right_id IN (SELECT value FROM json_each(@rights)))', { dataset: q.datasetId, rights: JSON.stringify(q.rights ?? []) });
      if (q.purposes !== undefined) add(`${purpose} IN (SELECT value FROM json_each(@purposes))`, { purposes: JSON.stringify(q.purposes.map((p) => p.toLowerCase())) });
      if (q.from !== undefined) add('h.at >= @from', { from: q.from });
      if (q.to !== undefined) add('h.at <= @to', { to: q.to });
      const from = `${tables} WHERE ${where.join(' AND ')}`;
      const total = db.prepare(`SELECT count(*) ${from}`).pluck().get(named) as number;
      const rows = db.prepare(`
        SELECT h.at, h.block, h.log_index AS logIndex, h.tx, h.event, h.actor, h.subject, h.right_id AS rightId, h.record_id AS recordId, h.access_id AS accessId, h.dataset_id AS datasetId, h.call_id AS callId,
          ${purpose} AS purpose, CASE WHEN r.decided_at IS NOT NULL AND r.status <> 'rejected' AND h.event <> 'AccessRequested' THEN coalesce(h.details ->> '$.expiry', r.expiry) END AS expiresAt,
          h.details ->> '$.recordHash' AS recordHash, h.details ->> '$.place' AS place
        ${from} ORDER BY h.block DESC, h.log_index DESC LIMIT @limit OFFSET @offset`).all({ ...named, limit: q.limit, offset: q.offset }) as ConsentTraceLine[];
      return { rows, total };
    },
  };
}
