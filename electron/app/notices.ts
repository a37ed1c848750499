import { formatEther } from 'ethers';
import type { Notice, NoticeKind } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Db } from '../db/open-database.ts';
import { labelQueries } from '../db/queries/labels.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import type { Chain } from './chain-service.ts';
import { createStudyNews } from './consent/studies/news.ts';
import { noticeSeal } from './notice-seal.ts';

export type Notices = {
  add(kind: NoticeKind, params: Record<string, string | number>, link: string | null, at?: number): void;
  list(): Notice[];
  unread(): number;
  /** When the last of that kind was, in Unix milliseconds; 0 without one. */
  latest(kind: NoticeKind): number;
  readUpTo(id: number): void;
};

const KEEP = 500;

/** What was told, sealed by the wallet: it names people and what they share. Rows of an older version are sealed at the first start. */
export function createNotices(db: Db, onNotice: (notice: Notice) => void, wallet: Pick<WalletHandle, 'storageKey'>): Notices {
  const sealing = noticeSeal(wallet);
  const insert = db.prepare('INSERT INTO notices (at, kind, params, link) VALUES (?, ?, ?, ?)');
  const trim = db.prepare('DELETE FROM notices WHERE id <= (SELECT max(id) FROM notices) - ?');
  const list = db.prepare('SELECT * FROM notices ORDER BY id DESC LIMIT 200');
  const unread = db.prepare('SELECT count(*) FROM notices WHERE read = 0').pluck();
  const latest = db.prepare('SELECT coalesce(max(at), 0) FROM notices WHERE kind = ?').pluck();
  const read = db.prepare('UPDATE notices SET read = 1 WHERE id <= ? AND read = 0');
  const plain = db.prepare("SELECT id, at, kind, params FROM notices WHERE params LIKE '{%'");
  const rewrite = db.prepare('UPDATE notices SET params = ? WHERE id = ?');
  db.transaction(() => { for (const row of plain.all() as { id: number; at: number; kind: NoticeKind; params: string }[]) rewrite.run(sealing.seal(row.kind, row.at, sealing.open(row.kind, row.at, row.params)), row.id); })();
  return {
    add(kind, params, link, at = Date.now()) {
      const id = Number(insert.run(at, kind, sealing.seal(kind, at, params), link).lastInsertRowid);
      trim.run(KEEP);
      onNotice({ id, at, kind, params, link, read: false });
    },
    list: () => (list.all() as { id: number; at: number; kind: NoticeKind; params: string; link: string | null; read: number }[]).map((r) => ({ ...r, params: sealing.open(r.kind, r.at, r.params), read: r.read === 1 })),
    unread: () => unread.get() as number,
    latest: (kind) => latest.get(kind) as number,
    readUpTo(id) { read.run(id); },
  };
}

/** An event with what it is about: the dataset's owner, the access, and whether a share of it is asked of `me`. */
export type NewsRow = {
  block: number; log_index: number; at: number; event: string; dataset_id: number | null; access_id: number | null; actor: string | null; subject: string | null; amount: string | null; details: string;
  owner: string | null; validator: string | null; grantee: string | null; kind: string | null; seated: 0 | 1;
  right_id: number | null; record_id: number | null; call_id?: number | null; /** One of mine that lost a right where everything was taken back. */ holder: string | null;
};
/** Whose news it is. */
export type Reader = {
  /** The own account, which keeps and validates; and all accounts of the profile. */
  me: Hex; mine: ReadonlySet<string>;
  title(datasetId: number): string;
  /** Whether releases wait for the person. */
  byHand: boolean;
  /** Whether an account of the profile accredits and suspends. */
  registrar: boolean;
};
type News = { kind: NoticeKind; params: Notice['params']; link: string | null };

/** What an event of the chain means to its reader; null where it is no news. Amounts are decimal text in whole coins. */
export function noticeOf(row: NewsRow, { me, mine, title, byHand, registrar }: Reader): News | null {
  const dataset = row.dataset_id;
  const about: Notice['params'] = dataset === null ? {} : { title: title(dataset), datasetId: dataset };
  const amount = row.amount === null ? '' : formatEther(row.amount);
  const has = (account: string | null) => account !== null && mine.has(account);
  const owned = has(row.owner);
  const toOwner = `/owner/datasets/${dataset}`;
  switch (row.event) {
    case 'AccessOpened':
      if (owned && row.kind === 'purchase') return { kind: 'sale', params: { ...about, amount }, link: toOwner };
      // Where it is released automatically there is nothing to do.
      return row.seated === 1 && byHand ? { kind: 'request', params: { ...about, accessId: row.access_id! }, link: '/keeper/releases' } : null;
    case 'AccessSettled': {
      const parts = JSON.parse(row.details) as { toOwner?: string; toValidator?: string };
      const wei = BigInt((owned ? parts.toOwner : row.validator === me ? parts.toValidator : undefined) ?? 0);
      return wei > 0n ? { kind: 'payout', params: { ...about, amount: formatEther(wei) }, link: owned ? toOwner : '/wallet' } : null;
    }
    // What keepers earn; owners and validators are paid at once.
    case 'EarningsCredited': return row.subject === me ? { kind: 'payout', params: { ...about, amount }, link: '/wallet' } : null;
    case 'AccessRefunded': return has(row.grantee) ? { kind: 'payout', params: { ...about, amount }, link: `/purchases/${row.access_id}` } : null;
    case 'DatasetCertified': return owned ? { kind: 'certified', params: about, link: toOwner } : null;
    case 'DatasetRejected': return owned ? { kind: 'rejected', params: about, link: toOwner } : null;
    // A stake is of the chain's native coin, which the event tells beside the amounts of PHD.
    case 'Slashed': return row.actor === me ? { kind: 'slashed', params: { ...about, amount: formatEther((JSON.parse(row.details) as { wei?: string }).wei ?? '0') }, link: '/keeper' } : null;
    case 'AccessRequested': return has(row.subject) ? { kind: 'access-requested', params: { rightId: row.right_id! }, link: '/owner/consent' } : null;
    case 'AccessGranted': return has(row.subject) ? { kind: 'access-granted', params: { rightId: row.right_id! }, link: '/held' } : null;
    case 'AccessRevoked': return has(row.subject) ? { kind: 'access-revoked', params: { rightId: row.right_id! }, link: '/held' } : null;
    case 'AllRevoked': return row.holder !== null ? { kind: 'access-revoked', params: {}, link: '/held' } : null;
    case 'RecordIssued': return has(row.subject) ? { kind: 'record-issued', params: { recordId: row.record_id! }, link: '/owner/consent/records' } : null;
    case 'EmergencyOpened':
      if (owned) return { kind: 'emergency-opened', params: { ...about, accessId: row.access_id! }, link: '/owner/consent/emergencies' };
      return registrar ? { kind: 'emergency-for-registrar', params: { ...about, accessId: row.access_id!, institution: row.actor! }, link: null } : null;
    case 'EmergencyContested': return has(row.grantee) || registrar ? { kind: 'contested', params: { ...about, accessId: row.access_id! }, link: has(row.grantee) ? '/held/emergency' : null } : null;
    default: return null;
  }
}

const BATCH = 500;
type Place = { block: number; log_index: number };

/** Turns new events of the chain into notices, each once, also over restarts. @returns the way to stop */
export function watchNotices({ db, chain, me, mine, since, notices, byHand, registrar }: { db: Db; chain: Pick<Chain, 'indexer'>; me: Hex; /** All accounts of the profile; its own alone where left out. */ mine?: () => ReadonlySet<Hex>; /** Whether the profile is the registrar's; no where left out. */ registrar?: () => boolean; /** Unix milliseconds. */ since: number; notices: Pick<Notices, 'add'>; /** Whether releases wait for the person. */ byHand(): boolean }): () => void {
  const labels = labelQueries(db);
  const place = db.prepare('SELECT block, log_index FROM noticed');
  const save = db.prepare('INSERT INTO noticed VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET block = excluded.block, log_index = excluded.log_index');
  const newest = db.prepare('SELECT block, log_index FROM history ORDER BY block DESC, log_index DESC LIMIT 1');
  /** Where a first look begins: the way there may be long. */
  const before = db.prepare('SELECT block, log_index FROM history WHERE at < ? ORDER BY block DESC, log_index DESC LIMIT 1');
  // Earnings name no access: it is the one that the same transaction settled.
  const next = db.prepare(`
    WITH news AS (
      SELECT h.*, coalesce(h.access_id, CASE WHEN h.event IN ('EarningsCredited', 'Slashed') THEN (SELECT s.access_id FROM history s WHERE s.block = h.block AND s.tx = h.tx AND s.access_id IS NOT NULL LIMIT 1) END) AS access
      FROM history h WHERE (h.block, h.log_index) > (?, ?) ORDER BY h.block, h.log_index LIMIT ${BATCH})
    SELECT n.block, n.log_index, n.at, n.event, coalesce(n.dataset_id, a.dataset_id) AS dataset_id, n.access AS access_id, n.actor, n.subject, n.amount, n.details, d.owner, d.validator, a.grantee, a.kind, n.right_id, n.record_id, n.call_id,
      CASE WHEN n.event = 'AllRevoked' THEN (SELECT x.grantee FROM rights x WHERE x.owner = n.actor AND x.ended_at = n.at AND x.grantee IN (SELECT value FROM json_each(?)) LIMIT 1) END AS holder,
      EXISTS (SELECT 1 FROM seats s WHERE s.dataset_id = a.dataset_id AND s.keeper = ? AND (a.seated_bits >> s.seat) & 1) AS seated
    FROM news n LEFT JOIN accesses a ON a.id = n.access LEFT JOIN datasets d ON d.id = coalesce(n.dataset_id, a.dataset_id) ORDER BY n.block, n.log_index`);
  const own: ReadonlySet<Hex> = new Set([me]);
  const title = (id: number) => labels.labelOf(id)?.title ?? `#${id}`;
  const studyNews = createStudyNews(db);

  function look(): void {
    for (;;) {
      const from = (place.get() ?? before.get(since / 1000) ?? { block: -1, log_index: -1 }) as Place;
      const last = newest.get() as Place | undefined;
      // After a reorganisation the chain may be shorter than what was looked through: what replaces it is news again.
      if (last && last.block < from.block) { save.run(last.block, last.log_index); return; }
      const accounts = mine?.() ?? own;
      const reader: Reader = { me, mine: accounts, title, byHand: byHand(), registrar: registrar?.() ?? false };
      const rows = next.all(from.block, from.log_index, JSON.stringify([...accounts]), me) as NewsRow[];
      for (const row of rows) {
        const news = row.at * 1000 >= since ? (noticeOf(row, reader) ?? studyNews(row, accounts)) : null;
        if (!news) continue;
        // The place is kept first: a crash in between loses a notice, never repeats one.
        save.run(row.block, row.log_index);
        notices.add(news.kind, news.params, news.link, row.at * 1000);
      }
      const end = rows.at(-1);
      if (end) save.run(end.block, end.log_index);
      if (rows.length < BATCH) return;
    }
  }
  look();
  return chain.indexer.onChange(look);
}
