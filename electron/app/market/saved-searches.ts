import { Search, type SavedSearch, type SaveSearchIn } from '../../../shared/api/market.ts';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { customerRows, listingFacts } from '../../db/queries/market-rows.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import type { Backstage } from '../backstage.ts';
import type { createListings } from './listings.ts';

const CURSOR = 'market.saved-searches.cursor';
const MOST = 100;

/**
 * Searches that watch. A listing that was published or certified since the last look, or whose label has come, is held
 * against each of them; each counts once for a search.
 */
export function createSavedSearches(b: Backstage, listings: ReturnType<typeof createListings>) {
  const rows = customerRows(b.parts.db);
  const facts = listingFacts(b.parts.db);
  const settings = keyValues(b.parts.db);
  const parse = (text: string) => Search.parse(JSON.parse(text));
  const readCursor = () => { const text = settings.get(CURSOR); return text === undefined ? undefined : (JSON.parse(text) as { block: number; logIndex: number }); };

  function view(row: { id: number; name: string; search: string; notify: number }): SavedSearch {
    const search = parse(row.search);
    return { id: row.id, name: row.name, search, notify: row.notify === 1, matches: listings.count(search), unseen: rows.unseen(row.id) };
  }

  /** Holds listings against the searches. @returns whether one of them has something new */
  function match(datasetIds: readonly number[]): boolean {
    const ids = [...new Set(datasetIds)];
    if (ids.length === 0) return false;
    let news = false;
    for (const row of rows.searches()) {
      // What I sell myself is no find.
      const found = listings.among(parse(row.search), ids).filter((id) => !b.parts.accounts.mine().has(b.chain.reads.dataset(id)?.owner ?? '0x'));
      const fresh = found.filter((id) => rows.addHit(row.id, id));
      if (fresh.length === 0) continue;
      news = true;
      if (row.notify === 1) b.notify('saved-search', { name: row.name, count: fresh.length, title: listings.labels.labelOf(fresh[0]!)?.title ?? `#${fresh[0]}` }, fresh.length === 1 ? `/market/${fresh[0]}` : '/market/saved');
    }
    if (news) b.changed('saved-searches');
    return news;
  }

  return {
    match,
    /** Looks at what the chain brought since the last time; the first time nothing is new. */
    look(): void {
      const newest = facts.newest();
      const cursor = readCursor();
      if (cursor && cursor.block === newest.block && cursor.logIndex === newest.logIndex) return;
      settings.set(CURSOR, JSON.stringify(newest));
      // Beyond the newest after a reorganisation: what came instead is few blocks long.
      const from = cursor && cursor.block > newest.block ? { block: newest.block - 128, logIndex: -1 } : cursor;
      if (from && rows.searches().length > 0) match(facts.listedSince(from).map((r) => r.datasetId));
    },
    /** Whether any of them says what the data must show. */
    specified: (): boolean => rows.searches().some((row) => parse(row.search).specification !== undefined),
    list: (): SavedSearch[] => rows.searches().map(view),
    save({ name, search, notify }: z.infer<typeof SaveSearchIn>): SavedSearch {
      if (rows.searches().length >= MOST) throw new AppError('invalid-argument', `There are ${MOST} saved searches already.`, { hint: 'Forget one that you do not need any more.' });
      if (!readCursor()) settings.set(CURSOR, JSON.stringify(facts.newest()));
      const id = rows.addSearch(name, JSON.stringify(search), notify);
      b.changed('saved-searches');
      return { id, name, search, notify, matches: listings.count(search), unseen: 0 };
    },
    forget(id: number): void {
      if (!rows.dropSearch(id)) throw new AppError('invalid-argument', 'That saved search is gone already.');
      b.changed('saved-searches');
    },
    seen(id: number): void { if (rows.markSeen(id)) b.changed('saved-searches'); },
  };
}
