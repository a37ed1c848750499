import { useCallback, useEffect, useRef, useState } from 'react';
import type { TraceRow } from '../../../../shared/api/account.ts';
import type { ErrorView } from '../../../../shared/api/common.ts';
import { api } from '../../api/client.ts';
import { errorOf } from '../../api/error.ts';
import { useLive } from '../../stores/live.ts';
import { appendTrace, mergeTrace } from './merge-trace.ts';

const PAGE = 200;
export type TraceFilter = { datasetId?: number; events?: string[] };

/** The trace, newest first: the first page is live, older ones come as one scrolls. */
export function useTrace(filter: TraceFilter): { rows: TraceRow[] | undefined; total: number; error: ErrorView | null; more(): void; reload(): void } {
  const name = JSON.stringify(filter);
  const first = useLive(['account.trace', filter], () => api.account.trace.query({ ...filter, limit: PAGE, offset: 0 }), ['history']);
  const [older, setOlder] = useState<{ name: string; rows: TraceRow[]; error: ErrorView | null }>({ name, rows: [], error: null });
  const loading = useRef(false);
  const mine = older.name === name ? older.rows : [];
  const rows = first.data && mergeTrace(first.data.rows, mine);
  const latest = useRef({ rows, name });
  useEffect(() => { latest.current = { rows, name }; });
  const more = useCallback(async () => {
    const { rows: have, name: of } = latest.current;
    if (loading.current || !have) return;
    loading.current = true;
    try {
      const page = await api.account.trace.query({ ...(JSON.parse(of) as TraceFilter), limit: PAGE, offset: have.length });
      if (latest.current.name === of) setOlder({ name: of, rows: appendTrace(latest.current.rows ?? [], page.rows), error: null });
    } catch (error) {
      if (latest.current.name === of) setOlder((it) => ({ ...it, name: of, rows: it.name === of ? it.rows : [], error: errorOf(error) }));
    } finally {
      loading.current = false;
    }
  }, []);
  return { rows, total: first.data?.total ?? 0, error: first.error ?? older.error, more: () => void more(), reload: first.reload };
}
