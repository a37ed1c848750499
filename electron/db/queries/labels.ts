import { Label } from '../../../shared/domain/label.ts';
import type { DatasetStatus } from '../../../shared/domain/chain.ts';
import { ftsQuery, listingIndex, type ListingFacets, type ListingFilter, type ListingSort } from '../listing-index.ts';
import type { Db } from '../open-database.ts';
import { fingerprintQueries } from './fingerprints.ts';

export type { ListingFacets, ListingFilter };
export { ftsQuery };
export type ListingQuery = ListingFilter & {
  /** `price` and `quality` are the former names of `price-asc` and `score`. */
  sort?: ListingSort | 'price' | 'quality';
  limit?: number;
  offset?: number;
};
export type Listing = { id: number; status: DatasetStatus; price: bigint; version: number; score: number | null; owner: string; cid: string; label: Label | null };

/** Labels of datasets, fetched from IPFS once and searched here. */
export function labelQueries(db: Db) {
  const index = listingIndex(db);
  const tried = db.prepare('SELECT l.tried_at FROM labels l JOIN datasets d ON d.id = l.dataset_id AND d.content_hash = l.content_hash WHERE l.dataset_id = ?').pluck();
  const page = db.prepare(`
    SELECT d.id, d.status, d.price, d.version, d.score, d.owner, d.cid, l.label FROM json_each(?) asked
    JOIN datasets d ON d.id = asked.value LEFT JOIN labels l ON l.dataset_id = d.id AND l.content_hash = d.content_hash ORDER BY asked.key`);
  const insert = db.prepare('INSERT OR REPLACE INTO labels (dataset_id, content_hash, label, error, tried_at) VALUES (?, ?, ?, ?, ?)');
  const dropText = db.prepare('DELETE FROM label_text WHERE rowid = ?');
  const insertText = db.prepare('INSERT INTO label_text (rowid, title, description, words) VALUES (?, ?, ?, ?)');
  const known = db.prepare('SELECT label FROM labels WHERE dataset_id = ?').pluck();
  const fingerprints = fingerprintQueries(db);
  const parse = (text: string | null | undefined) => (text ? Label.parse(JSON.parse(text)) : null);

  return {
    /** Datasets whose label is not here yet, or could not be fetched and may be tried again. */
    datasetsNeedingLabel(limit: number, retryBefore: number): number[] {
      const ids: number[] = [];
      for (const id of index.unlabelled()) {
        if (ids.length >= limit) break;
        const at = tried.get(id) as number | undefined;
        if (at === undefined || at < retryBefore) ids.push(id);
      }
      return ids;
    },
    saveLabel: db.transaction((datasetId: number, contentHash: string, label: Label, now: number) => {
      fingerprints.replace(datasetId, parse(known.get(datasetId) as string | null | undefined)?.fingerprint, label.fingerprint);
      insert.run(datasetId, contentHash, JSON.stringify(label), null, now);
      dropText.run(datasetId);
      insertText.run(datasetId, label.title, label.description, [...label.dataTypes, ...label.tags, label.device ?? '', label.demographics.ageBand, label.demographics.sex].join(' '));
    }),
    saveFailure: (datasetId: number, contentHash: string, error: string, now: number) => { insert.run(datasetId, contentHash, null, error, now); },
    labelOf: (datasetId: number) => parse(known.get(datasetId) as string | null | undefined),
    search(query: ListingQuery): Listing[] {
      const sort = query.sort === 'price' ? 'price-asc' : query.sort === 'quality' ? 'score' : (query.sort ?? 'newest');
      const ids = index.page(query, sort, query.limit ?? 50, query.offset ?? 0);
      const rows = page.all(JSON.stringify(ids)) as (Omit<Listing, 'price' | 'label'> & { price: string; label: string | null })[];
      return rows.map((r) => ({ ...r, price: BigInt(r.price), label: parse(r.label) }));
    },
    /** How many listings `search` would give without a limit. */
    count: (query: ListingFilter): number => index.count(query),
    facets: (query: ListingFilter): ListingFacets => index.facets(query),
    /** Those of `ids` that a search finds. */
    among: (query: ListingFilter, ids: readonly number[]): number[] => index.among(query, ids),
  };
}
export type LabelQueries = ReturnType<typeof labelQueries>;
