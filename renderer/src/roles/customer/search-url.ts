import { Search } from '../../../../shared/api/market.ts';

/** What a fresh market shows. */
export const DEFAULT_SEARCH: Search = { certifiedOnly: true, sort: 'newest' };

const NUMBERS = ['minQuality', 'minHours', 'maxHours', 'minRateHz'] as const;
const TEXTS = ['text', 'device', 'ageBand', 'minPrice', 'maxPrice', 'owner'] as const;

/** The search as a query, without what is the default anyway: a link that a person can read. */
export function queryOfSearch(search: Search): string {
  const query = new URLSearchParams();
  for (const key of TEXTS) { const value = search[key]; if (value) query.set(key, value); }
  for (const key of NUMBERS) { const value = search[key]; if (value !== undefined) query.set(key, String(value)); }
  for (const type of search.types ?? []) query.append('type', type);
  if (!search.certifiedOnly) query.set('certified', 'all');
  if (search.simulated !== undefined) query.set('simulated', search.simulated ? 'only' : 'no');
  if (search.specification) query.set('spec', JSON.stringify(search.specification));
  if (search.unfit) query.set('unfit', 'too');
  if (search.sort !== DEFAULT_SEARCH.sort) query.set('sort', search.sort);
  return query.toString();
}

/** Reads a query that anybody may have typed: a part that is not valid is left out, the rest holds. */
export function searchOfQuery(text: string): Search {
  const query = new URLSearchParams(text);
  const raw: Record<string, unknown> = { certifiedOnly: query.get('certified') !== 'all' };
  for (const key of TEXTS) if (query.get(key)) raw[key] = query.get(key);
  for (const key of NUMBERS) if (query.get(key)) raw[key] = Number(query.get(key));
  if (query.has('type')) raw['types'] = query.getAll('type');
  if (query.has('simulated')) raw['simulated'] = query.get('simulated') === 'only';
  if (query.get('spec')) raw['specification'] = json(query.get('spec')!);
  if (query.get('unfit') === 'too') raw['unfit'] = true;
  if (query.get('sort')) raw['sort'] = query.get('sort');
  for (;;) {
    const parsed = Search.safeParse(raw);
    if (parsed.success) return parsed.data;
    const bad = parsed.error.issues[0]?.path[0];
    if (bad === undefined || !(bad in raw)) return DEFAULT_SEARCH;
    delete raw[String(bad)];
  }
}

const json = (text: string): unknown => { try { return JSON.parse(text); } catch { return null; } };

/** How many filters are set, text and sort aside. */
export function filterCount(search: Search): number {
  const set = [search.types?.length, search.minQuality, search.minHours, search.maxHours, search.minRateHz, search.device, search.ageBand, search.minPrice, search.maxPrice, search.owner, search.specification];
  return set.filter((v) => v !== undefined && v !== 0).length + (search.certifiedOnly ? 0 : 1) + (search.simulated === undefined ? 0 : 1);
}
