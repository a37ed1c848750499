import type { Topic } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Db } from '../db/open-database.ts';
import type { Chain } from './chain-service.ts';

type Row = { block: number; log_index: number; tx: string; event: string; dataset_id: number | null; access_id: number | null; right_id: number | null; record_id: number | null; call_id: number | null; actor: string | null; subject: string | null };

const LISTING = ['DatasetPublished', 'PriceChanged', 'DatasetCertified', 'DatasetRejected', 'DatasetWithdrawn', 'AccessSettled', 'SeatAccepted', 'SeatResigned', 'ShareDestroyed'];
const QUEUE = ['DatasetPublished', 'DatasetCertified', 'DatasetRejected', 'DatasetWithdrawn', 'SeatAccepted', 'SeatResigned'];
const KEEPING = ['StakeAdded', 'UnstakeRequested', 'StakeWithdrawn', 'Slashed', 'EarningsCredited', 'EarningsWithdrawn', 'SeatAccepted', 'SeatResigned', 'ShareDestroyed', 'ShareReleased', 'ReleaseDisputed', 'DatasetPublished', 'DatasetWithdrawn', 'DatasetRejected', 'AccessOpened', 'AccessReady', 'AccessRefunded', 'AccessSettled', 'AccessClosed'];

export const CHAIN_TOPICS: Topic[] = ['datasets', 'listings', 'purchases', 'keeper', 'validator', 'history', 'consent', 'held', 'records', 'studies'];

/** What an event is about: the dataset's owner and the access's grantee, whether one of its seats is mine, and whom it concerns by rights. */
export type About = {
  owner: string | null; grantee: string | null; seated: boolean;
  /** Owner and grantee of the right. */
  right?: { owner: string; grantee: string } | null;
  /** Whether the access is an emergency. */
  emergency?: boolean;
  /** Whether I gave a right to whom it names (whose roles it changes), and whether I hold one of whom it names (who takes all back). */
  gave?: boolean; holds?: boolean;
};

/** What may look otherwise after an event for whoever has the accounts `mine`. */
export function topicsOf(row: { event: string; actor: string | null; subject: string | null; record_id?: number | null; call_id?: number | null }, mine: ReadonlySet<string>, about: About): Topic[] {
  const has = (account: string | null | undefined) => account !== null && account !== undefined && mine.has(account);
  const named = has(row.actor) || has(row.subject);
  const [gave, holds] = [has(about.right?.owner) || about.gave === true, has(about.right?.grantee) || about.holds === true];
  const topics: Topic[] = [];
  if (named || has(about.owner) || has(about.grantee) || gave || holds) topics.push('history');
  if (has(about.owner)) topics.push('datasets');
  if (has(about.grantee)) topics.push('purchases');
  if (LISTING.includes(row.event)) topics.push('listings');
  if (QUEUE.includes(row.event) || (named && !about.right && row.event.startsWith('Access'))) topics.push('validator');
  if (KEEPING.includes(row.event) && (named || about.seated)) topics.push('keeper');
  if (gave || (named && row.event === 'AllRevoked') || (has(about.owner) && (about.emergency || row.event === 'EmergencyReadable'))) topics.push('consent');
  if (holds || (has(row.subject) && (row.event === 'Accredited' || row.event === 'Suspended'))) topics.push('held');
  if ((row.record_id !== null && row.record_id !== undefined && named) || (about.emergency && has(about.grantee)) || row.event === 'EmergencyReadable') topics.push('records');
  if (row.call_id !== null && row.call_id !== undefined) topics.push('studies');
  return topics;
}

const THROTTLE_MS = 200;
/** Beyond that many new events at once (a cache that catches up) everything counts as changed. */
const MANY = 500;

/**
 * Tells after each change of the event cache which pages show something else now, at most five times a second.
 * @returns the way to stop
 */
export function watchTopics(deps: { db: Db; chain: Pick<Chain, 'indexer'>; me: Hex; /** All accounts of the profile; its own alone where left out. */ mine?: () => ReadonlySet<Hex>; changed(...topics: Topic[]): void }): () => void {
  const newest = deps.db.prepare('SELECT block, log_index, tx FROM history ORDER BY block DESC, log_index DESC LIMIT 1');
  const still = deps.db.prepare('SELECT tx FROM history WHERE block = ? AND log_index = ?').pluck();
  const since = deps.db.prepare('SELECT block, log_index, tx, event, dataset_id, access_id, right_id, record_id, call_id, actor, subject FROM history WHERE (block, log_index) > (?, ?) ORDER BY block, log_index LIMIT ?');
  const ownerOf = deps.db.prepare('SELECT owner FROM datasets WHERE id = ?').pluck();
  const accessOf = deps.db.prepare("SELECT grantee, kind = 'emergency' AS emergency FROM accesses WHERE id = ?");
  const rightOf = deps.db.prepare('SELECT owner, grantee FROM rights WHERE id = ?');
  const gaveTo = deps.db.prepare('SELECT DISTINCT owner FROM rights WHERE grantee = ?').pluck();
  const heldOf = deps.db.prepare('SELECT DISTINCT grantee FROM rights WHERE owner = ?').pluck();
  const seatOf = deps.db.prepare('SELECT 1 FROM seats WHERE dataset_id = ? AND keeper = ?').pluck();
  const me = deps.me.toLowerCase() as Hex;
  const own: ReadonlySet<Hex> = new Set([me]);
  const anyMine = (accounts: unknown[], mine: ReadonlySet<string>) => (accounts as string[]).some((a) => mine.has(a));
  type Place = Pick<Row, 'block' | 'log_index' | 'tx'>;
  let last = newest.get() as Place | undefined;
  let timer: NodeJS.Timeout | undefined;
  let toldAt = 0;

  function look(): void {
    timer = undefined;
    toldAt = Date.now();
    const topics = new Set<Topic>();
    // A reorganisation took back what was told before.
    if (last && still.get(last.block, last.log_index) !== last.tx) for (const t of CHAIN_TOPICS) topics.add(t);
    const rows = topics.size > 0 ? [] : (since.all(last?.block ?? -1, last?.log_index ?? -1, MANY) as Row[]);
    if (rows.length === MANY) for (const t of CHAIN_TOPICS) topics.add(t);
    else {
      const mine = deps.mine?.() ?? own;
      for (const row of rows) {
        const access = (row.access_id === null ? undefined : accessOf.get(row.access_id)) as { grantee: string; emergency: 0 | 1 } | undefined;
        const about: About = {
          owner: (row.dataset_id === null ? null : ownerOf.get(row.dataset_id) as string | undefined) ?? null,
          grantee: access?.grantee ?? null, emergency: access?.emergency === 1,
          right: row.right_id === null ? null : (rightOf.get(row.right_id) as About['right']) ?? null,
          gave: (row.event === 'Accredited' || row.event === 'Suspended') && anyMine(gaveTo.all(row.subject), mine),
          holds: row.event === 'AllRevoked' && anyMine(heldOf.all(row.actor), mine),
          seated: row.dataset_id !== null && seatOf.get(row.dataset_id, me) === 1,
        };
        for (const t of topicsOf(row, mine, about)) topics.add(t);
      }
    }
    last = newest.get() as Place | undefined;
    if (topics.size > 0) deps.changed(...topics);
  }
  const unsubscribe = deps.chain.indexer.onChange(() => {
    timer ??= setTimeout(look, Math.max(0, toldAt + THROTTLE_MS - Date.now()));
  });
  return () => { unsubscribe(); clearTimeout(timer); };
}
