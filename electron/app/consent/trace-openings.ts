import type { ConsentTrace, ConsentTraceQuery, ConsentTraceRow, HealthLinkView } from '../../../shared/api/consent.ts';

/** The chain knows nothing of health links: what this line has of it is empty. */
export const LINK_OPENED = 'HealthLinkOpened';
const NOWHERE = `0x${'0'.repeat(64)}` as const;

/** Openings of health links as lines of the history, newest first. */
export function openingRows(links: readonly HealthLinkView[], q: Pick<ConsentTraceQuery, 'who' | 'datasetId' | 'purpose' | 'kinds' | 'from' | 'to'>): ConsentTraceRow[] {
  // Who opens a link names themselves; they are no account, and a link has neither dataset nor purpose.
  if (q.who !== undefined || q.datasetId !== undefined || q.purpose !== undefined || (q.kinds !== undefined && q.kinds.length > 0 && !q.kinds.includes(LINK_OPENED))) return [];
  return links.flatMap((l) => l.opened.map(({ at, recipient }): ConsentTraceRow => ({
    at, block: 0, logIndex: 0, tx: NOWHERE, event: LINK_OPENED, who: null, mine: false, rightId: null, recordId: null, accessId: null, datasetId: null, callId: null,
    what: `${l.label}: ${recipient}`, purpose: null, expiresAt: l.expiresAt, recordHash: null, place: null,
  }))).filter((r) => (q.from === undefined || r.at >= q.from) && (q.to === undefined || r.at <= q.to)).sort((a, b) => b.at - a.at);
}

/** The consent history with the openings of health links where they belong in time. */
export function withOpenings(chain: (query: ConsentTraceQuery) => Promise<ConsentTrace>, links: () => readonly HealthLinkView[]) {
  return async (query: ConsentTraceQuery): Promise<ConsentTrace> => {
    const openings = openingRows(links(), query);
    if (openings.length === 0) return chain(query);
    // At most that many lines can stand between a chain line's own place and its place among both.
    const before = Math.max(0, query.offset - openings.length);
    const page = await chain({ ...query, offset: before, limit: query.offset + query.limit - before });
    const rows = [...page.rows, ...openings].sort((a, b) => b.at - a.at || b.block - a.block || b.logIndex - a.logIndex);
    return { total: page.total + openings.length, rows: rows.slice(query.offset - before, query.offset - before + query.limit) };
  };
}
