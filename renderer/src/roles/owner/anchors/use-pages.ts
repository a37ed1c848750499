import { useCallback, useEffect, useRef, useState } from 'react';
import type { Topic } from '../../../../../shared/api/app.ts';
import type { ErrorView, Page } from '../../../../../shared/api/common.ts';
import { errorOf } from '../../../api/error.ts';
import { useLive } from '../../../stores/live.ts';
import { mergePages } from './append-pages.ts';

const PAGE = 200;
export type Pages<T> = { rows: T[] | undefined; total: number; error: ErrorView | null; more(): void; reload(): void };

/** A list of any length: its first page is live, the rest comes as one scrolls. `key` names it; `load` and `idOf` close over nothing else. */
export function usePages<T>(key: readonly unknown[], load: (page: { limit: number; offset: number }) => Promise<Page<T>>, idOf: (row: T) => number, topics: Topic[]): Pages<T> {
  const name = JSON.stringify(key);
  const first = useLive(key, () => load({ limit: PAGE, offset: 0 }), topics);
  const [further, setFurther] = useState<{ name: string; rows: T[]; error: ErrorView | null }>({ name, rows: [], error: null });
  const loading = useRef(false);
  const mine = further.name === name ? further : { name, rows: [], error: null };
  const rows = first.data && mergePages(first.data.rows, mine.rows, idOf);
  const latest = useRef({ rows, name, load, idOf });
  useEffect(() => { latest.current = { rows, name, load, idOf }; });
  const more = useCallback(async () => {
    const { rows: have, name: asked, load: ask } = latest.current;
    if (loading.current || !have) return;
    loading.current = true;
    try {
      const page = await ask({ limit: PAGE, offset: have.length });
      const { name: now, rows: there, idOf: id } = latest.current;
      // What came twice, because the list grew at its front meanwhile, counts once.
      const known = new Set(there?.map(id));
      if (now === asked) setFurther({ name: asked, rows: [...(there ?? []), ...page.rows.filter((row) => !known.has(id(row)))], error: null });
    } catch (error) {
      if (latest.current.name === asked) setFurther((it) => ({ name: asked, rows: it.name === asked ? it.rows : [], error: errorOf(error) }));
    } finally {
      loading.current = false;
    }
  }, []);
  return { rows, total: first.data?.total ?? 0, error: first.error ?? mine.error, more: () => void more(), reload: first.reload };
}
