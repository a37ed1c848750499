import type { Listings, ListingView, Search, SearchPage } from '../../../shared/api/market.ts';
import type { DatasetRow, Hex } from '../../../shared/domain/chain.ts';
import type { Label } from '../../../shared/domain/label.ts';
import type { Db } from '../../db/open-database.ts';
import { chainReads } from '../../db/queries/chain-reads.ts';
import { labelQueries, type LabelQueries, type ListingQuery } from '../../db/queries/labels.ts';
import { listingFacts } from '../../db/queries/market-rows.ts';
import { reputationQueries } from '../../db/queries/reputation.ts';
import { createVerdicts, type Verdicts } from './verdicts.ts';

/** A score per owner is asked for each row of each page of each keystroke; it changes with the chain only. */
const SCORE_MS = 5000;

/** What a person searches for, as the cache is asked for it. */
export function listingQuery(search: Search, verdicts?: Pick<Verdicts, 'fits'>): ListingQuery {
  return {
    text: search.text?.trim() ? search.text : undefined, types: search.types, minQuality: search.minQuality, minHours: search.minHours, maxHours: search.maxHours, minRateHz: search.minRateHz,
    device: search.device, ageBand: search.ageBand, simulated: search.simulated, certifiedOnly: search.certifiedOnly, seller: search.owner,
    minPrice: search.minPrice === undefined ? undefined : BigInt(search.minPrice), maxPrice: search.maxPrice === undefined ? undefined : BigInt(search.maxPrice), sort: search.sort,
    fits: verdicts && search.specification && !search.unfit ? verdicts.fits(search.specification) : undefined,
  };
}

/** Search over the cache: rows, total and facets, never a wait for the network. */
export function createListings(db: Db, me: Hex, { labels = labelQueries(db), verdicts = createVerdicts(db), mine = () => new Set([me]) }: { labels?: LabelQueries; verdicts?: Verdicts; /** All accounts of the profile. */ mine?: () => ReadonlySet<Hex> } = {}) {
  const facts = listingFacts(db);
  const reads = chainReads(db);
  const reputation = reputationQueries(db);
  const scores = new Map<string, { at: number; score: number | null }>();

  function ownerScoreOf(owner: string): number | null {
    const known = scores.get(owner);
    if (known && Date.now() - known.at < SCORE_MS) return known.score;
    const { score } = reputation.owner(owner);
    if (scores.size > 10_000) scores.clear();
    scores.set(owner, { at: Date.now(), score });
    return score;
  }

  function view(d: Pick<DatasetRow, 'id' | 'status' | 'price' | 'version' | 'score' | 'publishedAt'> & { owner: string }, label: Label | null): ListingView {
    return {
      id: d.id, status: d.status, title: label?.title ?? null, label, price: d.price.toString(), version: d.version, score: d.score, owner: d.owner as Hex, ownerReputation: ownerScoreOf(d.owner),
      publishedAt: d.publishedAt * 1000, sales: facts.sales(d.id), mine: mine().has(d.owner as Hex), bought: facts.accessIds(d.id, me).length > 0,
    };
  }

  return {
    labels, view,
    search(query: SearchPage): Listings {
      const asked = listingQuery(query, verdicts);
      const { specification } = query;
      const rows = labels.search({ ...asked, limit: query.limit, offset: query.offset });
      return { rows: rows.flatMap((r) => { const dataset = reads.dataset(r.id); return dataset ? [{ ...view(dataset, r.label), ...(specification ? { verdict: verdicts.of(r.id, specification) } : {}) }] : []; }), total: labels.count(asked), facets: labels.facets(asked) };
    },
    count: (search: Search): number => labels.count(listingQuery(search, verdicts)),
    /** Those of `ids` that a search finds. */
    among(search: Search, ids: readonly number[]): number[] {
      const found = labels.among(listingQuery(search), ids);
      const { specification } = search;
      // One by one: a listing that has just come is not to wait for the rest.
      return specification && !search.unfit ? found.filter((id) => verdicts.of(id, specification)?.fits === true) : found;
    },
  };
}
