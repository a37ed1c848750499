import type { Topic } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Db } from '../db/open-database.ts';
import type { Chain } from './chain-service.ts';

type Row = { block: number; log_index: number; tx: string; event: string; dataset_id: number | null; access_id: number | null; actor: string | null; subject: string | null };

const LISTING = ['DatasetPublished', 'PriceChanged', 'DatasetCertified', 'DatasetRejected', 'DatasetWithdrawn', 'AccessSettled', 'SeatAccepted', 'SeatResigned', 'ShareDestroyed'];
const QUEUE = ['DatasetPublished', 'DatasetCertified', 'DatasetRejected', 'DatasetWithdrawn', 'SeatAccepted', 'SeatResigned'];
const KEEPING = ['StakeAdded', 'UnstakeRequested', 'StakeWithdrawn', 'Slashed', 'EarningsCredited', 'EarningsWithdrawn', 'SeatAccepted', 'SeatResigned', 'ShareDestroyed', 'ShareReleased', 'ReleaseDisputed', 'DatasetPublished', 'DatasetWithdrawn', 'DatasetRejected', 'AccessOpened', 'AccessReady', 'AccessRefunded', 'AccessSettled', 'AccessClosed'];

export const CHAIN_TOPICS: Topic[] = ['datasets', 'listings', 'purchases', 'keeper', 'validator', 'history'];

/** What may look otherwise for `me` after an event: `owner` and `grantee` are of the dataset and the access that it names, `seated` whether one of its seats is mine. */
export function topicsOf(row: { event: string; actor: string | null; subject: string | null }, me: Hex, about: { owner: string | null; grantee: string | null; seated: boolean }): Topic[] {
  const mine = row.actor === me || row.subject === me;
  const topics: Topic[] = [];
  if (mine || about.owner === me || about.grantee === me) topics.push('history');
  if (about.owner === me) topics.push('datasets');
  if (about.grantee === me) topics.push('purchases');
  if (LISTING.includes(row.event)) topics.push('listings');
  if (QUEUE.includes(row.event) || (mine && row.event.startsWith('Access'))) topics.push('validator');
  if (KEEPING.includes(row.event) && (mine || about.seated)) topics.push('keeper');
  return topics;
}

const THROTTLE_MS = 200;
/** Beyond that many new events at once (a cache that catches up) everything counts as changed. */
const MANY = 500;

/**
 * Tells after each change of the event cache which pages show something else now, at most five times a second.
 * @returns the way to stop
 */
export function watchTopics(deps: { db: Db; chain: Pick<Chain, 'indexer'>; me: Hex; changed(...topics: Topic[]): void }): () => void {
  const newest = deps.db.prepare('SELECT block, log_index, tx FROM history ORDER BY block DESC, log_index DESC LIMIT 1');
  const still = deps.db.prepare('SELECT tx FROM history WHERE block = ? AND log_index = ?').pluck();
  const since = deps.db.prepare('SELECT block, log_index, tx, event, dataset_id, access_id, actor, subject FROM history WHERE (block, log_index) > (?, ?) ORDER BY block, log_index LIMIT ?');
  const ownerOf = deps.db.prepare('SELECT owner FROM datasets WHERE id = ?').pluck();
  const granteeOf = deps.db.prepare('SELECT grantee FROM accesses WHERE id = ?').pluck();
  const seatOf = deps.db.prepare('SELECT 1 FROM seats WHERE dataset_id = ? AND keeper = ?').pluck();
  const me = deps.me.toLowerCase() as Hex;
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
      for (const row of rows) {
        const about = {
          owner: (row.dataset_id === null ? null : ownerOf.get(row.dataset_id) as string | undefined) ?? null,
          grantee: (row.access_id === null ? null : granteeOf.get(row.access_id) as string | undefined) ?? null,
          seated: row.dataset_id !== null && seatOf.get(row.dataset_id, me) === 1,
        };
        for (const t of topicsOf(row, me, about)) topics.add(t);
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
