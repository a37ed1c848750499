import { useCallback, useEffect, useRef, useState } from 'react';
import type { Topic } from '../../../../shared/api/app.ts';
import type { ErrorView, Page } from '../../../../shared/api/common.ts';
import { errorOf } from '../../api/error.ts';
import { useLive } from '../../stores/live.ts';
import { appendTrace, mergeTrace, type Line } from './merge-trace.ts';

const PAGE = 200;
export type TracePages<T> = { rows: T[] | undefined; total: number; error: ErrorView | null; more(): void; reload(): void };

/** A trace of any length, newest first: the first page is live, older ones come as one scrolls. `load` may close over nothing that changes. */
export function useTracePages<T extends Line, F extends object>(of: string, filter: F, load: (question: F & { limit: number; offset: number }) => Promise<Page<T>>, topics: Topic[]): TracePages<T> {
  const name = JSON.stringify(filter);
  const first = useLive([of, filter], () => load({ ...filter, limit: PAGE, offset: 0 }), topics);
  const [older, setOlder] = useState<{ name: string; rows: T[]; error: ErrorView | null }>({ name, rows: [], error: null });
  const loading = useRef(false);
  const mine = older.name === name ? older.rows : [];
  const rows = first.data && mergeTrace(first.data.rows, mine);
  const latest = useRef({ rows, name, load });
  useEffect(() => { latest.current = { rows, name, load }; });
  const more = useCallback(async () => {
    const { rows: have, name: asked, load: ask } = latest.current;
    if (loading.current || !have) return;
    loading.current = true;
    try {
      const page = await ask({ ...(JSON.parse(asked) as F), limit: PAGE, offset: have.length });
      if (latest.current.name === asked) setOlder({ name: asked, rows: appendTrace(latest.current.rows ?? [], page.rows), error: null });
    } catch (error) {
      if (latest.current.name === asked) setOlder((it) => ({ ...it, name: asked, rows: it.name === asked ? it.rows : [], error: errorOf(error) }));
    } finally {
      loading.current = false;
    }
  }, []);
  return { rows, total: first.data?.total ?? 0, error: first.error ?? older.error, more: () => void more(), reload: first.reload };
}
