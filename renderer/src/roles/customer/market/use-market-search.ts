import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Search } from '../../../../../shared/api/market.ts';
import { DEFAULT_SEARCH, queryOfSearch, searchOfQuery } from '../search-url.ts';

/** Letters come quickly: the address follows when the typing rests. */
const ADDRESS_MS = 400;

/**
 * The search that the market shows, mirrored in the address so that «back» and a copied link work: a filter makes a
 * step in the history, typing changes the step that it is in.
 */
export function useMarketSearch(): { search: Search; change(part: Partial<Search>): void; clear(): void } {
  // The hook says when it changed; its text is decoded already, which a value with «%» in it does not survive twice.
  useSearch();
  const query = location.search.slice(1);
  const [, navigate] = useLocation();
  const [search, setSearch] = useState<Search>(() => searchOfQuery(query));
  const current = useRef(search);
  const written = useRef(query);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  useEffect(() => {
    if (query === written.current) return;
    // The address was changed by somebody else: «back», a saved search, a link.
    written.current = query;
    current.current = searchOfQuery(query);
    setSearch(current.current);
  }, [query]);
  useEffect(() => () => { if (timer.current) clearTimeout(timer.current); }, []);

  const change = useCallback((part: Partial<Search>) => {
    const next = { ...current.current, ...part };
    current.current = next;
    setSearch(next);
    const typing = Object.keys(part).every((k) => k === 'text');
    const write = () => {
      timer.current = null;
      // The person has gone on, and the page that they left is still being taken down.
      if (location.hash !== '#/market') return;
      const to = queryOfSearch(current.current);
      if (to === written.current) return;
      written.current = to;
      navigate(`/market?${to}`, { replace: typing });
    };
    if (timer.current) clearTimeout(timer.current);
    if (typing) timer.current = setTimeout(write, ADDRESS_MS);
    else write();
  }, [navigate]);

  const clear = useCallback(() => change({ types: undefined, minQuality: undefined, minHours: undefined, maxHours: undefined, minRateHz: undefined, device: undefined, ageBand: undefined, minPrice: undefined, maxPrice: undefined, simulated: undefined, owner: undefined, specification: undefined, unfit: undefined, certifiedOnly: DEFAULT_SEARCH.certifiedOnly }), [change]);
  return { search, change, clear };
}
