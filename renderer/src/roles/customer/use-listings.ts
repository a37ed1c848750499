import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView } from '../../../../shared/api/common.ts';
import type { Facets, ListingView, Search } from '../../../../shared/api/market.ts';
import { api } from '../../api/client.ts';
import { errorOf } from '../../api/error.ts';
import { useLive } from '../../stores/live.ts';

/** Rows that one question asks for. */
export const PAGE_ROWS = 100;
const TYPING_MS = 80;
/** A market that fills quickly changes many times a second; so often nobody can read. */
const CHANGES_MS = 1000;

type Found = { key: string; total: number; facets: Facets; pages: ReadonlyMap<number, ListingView[]> };

export type ListingsResult = {
  found: Found | null; error: ErrorView | null;
  /** A newer question is on its way; what is shown answers the one before. */
  updating: boolean;
  row(index: number): ListingView | undefined;
  /** Rows `from` to `to` are in sight: what is missing of them is loaded. */
  need(from: number, to: number): void;
  reload(): void;
};

/**
 * Listings that match, page by page. Typing never waits: a question is sent when the typing rests, an answer to an
 * older question is dropped, and what was there stays until the new rows are.
 */
export function useListings(search: Search): ListingsResult {
  const key = JSON.stringify(search);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const [updating, setUpdating] = useState(true);
  const [again, setAgain] = useState(0);
  /** Counts questions; `answered` is the last one whose first page is shown. */
  const generation = useRef(0);
  const answered = useRef(0);
  const asked = useRef(new Set<number>());
  const latest = useRef(search);
  useEffect(() => { latest.current = search; });

  // Loads again whenever the server says that listings changed; the value itself says nothing.
  const stamp = useLive(['market-changed'], () => Promise.resolve(performance.now()), ['listings']).data;
  const firstStamp = useRef<number | undefined>(undefined);
  const soon = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (stamp === undefined) return;
    firstStamp.current ??= stamp;
    if (stamp === firstStamp.current || soon.current) return;
    soon.current = setTimeout(() => { soon.current = null; setAgain((n) => n + 1); }, CHANGES_MS);
  }, [stamp]);
  useEffect(() => () => { if (soon.current) clearTimeout(soon.current); }, []);

  useEffect(() => {
    const mine = ++generation.current;
    setUpdating(true);
    const timer = setTimeout(() => {
      api.market.search.query({ ...latest.current, offset: 0, limit: PAGE_ROWS }).then(
        (answer) => {
          if (mine !== generation.current) return;
          answered.current = mine;
          asked.current = new Set([0]);
          startTransition(() => {
            setError(null);
            setUpdating(false);
            // The same question again: the other pages stay in sight until they were asked for anew.
            setFound((f) => ({ key, total: answer.total, facets: answer.facets, pages: new Map(f?.key === key ? f.pages : []).set(0, answer.rows) }));
          });
        },
        (cause: unknown) => { if (mine === generation.current) { setError(errorOf(cause)); setUpdating(false); } },
      );
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [key, again]);

  const need = useCallback((from: number, to: number) => {
    const mine = generation.current;
    if (answered.current !== mine) return;
    for (let page = Math.max(0, Math.floor(from / PAGE_ROWS)); page <= Math.floor(to / PAGE_ROWS); page++) {
      if (asked.current.has(page)) continue;
      const questions = asked.current;
      questions.add(page);
      api.market.search.query({ ...latest.current, offset: page * PAGE_ROWS, limit: PAGE_ROWS }).then(
        (answer) => {
          if (mine !== generation.current) return;
          startTransition(() => setFound((f) => (f ? { ...f, total: answer.total, pages: new Map(f.pages).set(page, answer.rows) } : f)));
        },
        (cause: unknown) => { questions.delete(page); if (mine === generation.current) setError(errorOf(cause)); },
      );
    }
  }, []);

  const row = useCallback((index: number) => found?.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS], [found]);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  return { found, error, updating, row, need, reload };
}
