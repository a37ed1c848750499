import { formatEther } from 'ethers';
import type { Notice, NoticeKind } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Db } from '../db/open-database.ts';
import { labelQueries } from '../db/queries/labels.ts';
import type { Chain } from './chain-service.ts';

export type Notices = {
  add(kind: NoticeKind, params: Record<string, string | number>, link: string | null, at?: number): void;
  list(): Notice[];
  unread(): number;
  /** When the last of that kind was, in Unix milliseconds; 0 without one. */
  latest(kind: NoticeKind): number;
  readUpTo(id: number): void;
};

const KEEP = 500;

export function createNotices(db: Db, onNotice: (notice: Notice) => void): Notices {
  const insert = db.prepare('INSERT INTO notices (at, kind, params, link) VALUES (?, ?, ?, ?)');
  const trim = db.prepare('DELETE FROM notices WHERE id <= (SELECT max(id) FROM notices) - ?');
  const list = db.prepare('SELECT * FROM notices ORDER BY id DESC LIMIT 200');
  const unread = db.prepare('SELECT count(*) FROM notices WHERE read = 0').pluck();
  const latest = db.prepare('SELECT coalesce(max(at), 0) FROM notices WHERE kind = ?').pluck();
  const read = db.prepare('UPDATE notices SET read = 1 WHERE id <= ? AND read = 0');
  return {
    add(kind, params, link, at = Date.now()) {
      const id = Number(insert.run(at, kind, JSON.stringify(params), link).lastInsertRowid);
      trim.run(KEEP);
      onNotice({ id, at, kind, params, link, read: false });
    },
    list: () => (list.all() as { id: number; at: number; kind: NoticeKind; params: string; link: string | null; read: number }[]).map((r) => ({ ...r, params: JSON.parse(r.params) as Notice['params'], read: r.read === 1 })),
    unread: () => unread.get() as number,
    latest: (kind) => latest.get(kind) as number,
    readUpTo(id) { read.run(id); },
  };
}

type Row = { block: number; log_index: number; at: number; event: string; dataset_id: number | null; access_id: number | null; actor: string | null; subject: string | null; amount: string | null; owner: string | null; grantee: string | null; kind: string | null };

/** What an event of the chain means to `me`; null where it is no news. */
export function noticeOf(row: Row, me: Hex, title: (datasetId: number) => string): { kind: NoticeKind; params: Notice['params']; link: string | null } | null {
  const dataset = row.dataset_id;
  const name = dataset === null ? '' : title(dataset);
  const amount = row.amount === null ? '' : formatEther(row.amount);
  const mine = row.owner === me;
  const toOwner = `/owner/datasets/${dataset}`;
  switch (row.event) {
    case 'AccessOpened': return mine && row.kind === 'purchase' ? { kind: 'sale', params: { title: name, amount, datasetId: dataset! }, link: toOwner } : null;
    case 'AccessSettled': return mine ? { kind: 'payout', params: { title: name, amount, datasetId: dataset! }, link: toOwner } : null;
    case 'DatasetCertified': return mine ? { kind: 'certified', params: { title: name, datasetId: dataset! }, link: toOwner } : null;
    case 'DatasetRejected': return mine ? { kind: 'rejected', params: { title: name, datasetId: dataset! }, link: toOwner } : null;
    case 'Slashed': return row.actor === me || row.subject === me ? { kind: 'slashed', params: { amount }, link: '/keeper' } : null;
    case 'AccessRefunded': return row.grantee === me ? { kind: 'payout', params: { title: name, amount, datasetId: dataset ?? 0 }, link: `/purchases/${row.access_id}` } : null;
    default: return null;
  }
}

/** Turns new events of the chain into notices, each once, also over restarts. @returns the way to stop */
export function watchNotices({ db, chain, me, since, notices }: { db: Db; chain: Pick<Chain, 'indexer'>; me: Hex; since: number; notices: Notices }): () => void {
  const labels = labelQueries(db);
  const place = db.prepare('SELECT block, log_index FROM noticed');
  const save = db.prepare('INSERT INTO noticed VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET block = excluded.block, log_index = excluded.log_index');
  const next = db.prepare(`
    SELECT h.block, h.log_index, h.at, h.event, h.dataset_id, h.access_id, h.actor, h.subject, h.amount, d.owner, a.grantee, a.kind
    FROM history h LEFT JOIN datasets d ON d.id = h.dataset_id LEFT JOIN accesses a ON a.id = h.access_id
    WHERE (h.block, h.log_index) > (?, ?) ORDER BY h.block, h.log_index LIMIT 500`);
  const title = (id: number) => labels.labelOf(id)?.title ?? `#${id}`;

  function look(): void {
    for (;;) {
      const from = (place.get() as { block: number; log_index: number } | undefined) ?? { block: -1, log_index: -1 };
      const rows = next.all(from.block, from.log_index) as Row[];
      if (rows.length === 0) return;
      for (const row of rows) {
        const notice = row.at * 1000 >= since ? noticeOf(row, me, title) : null;
        // The place is kept first: a crash in between loses a notice, never repeats one.
        save.run(row.block, row.log_index);
        if (notice) notices.add(notice.kind, notice.params, notice.link, row.at * 1000);
      }
    }
  }
  look();
  return chain.indexer.onChange(look);
}
