import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView } from '../../../shared/api/common.ts';
import { errorOf } from '../api/error.ts';

export type Act<A extends unknown[], R> = { run(...args: A): Promise<R | undefined>; busy: boolean; error: ErrorView | null; clear(): void };

/** Something that the person does. A second press while the first one runs does nothing: it would sign twice. */
export function useAct<A extends unknown[], R>(fn: (...args: A) => Promise<R>): Act<A, R> {
  const [state, setState] = useState<{ busy: boolean; error: ErrorView | null }>({ busy: false, error: null });
  const running = useRef(false);
  const alive = useRef(true);
  const latest = useRef(fn);
  latest.current = fn;
  useEffect(() => { alive.current = true; return () => { alive.current = false; }; }, []);
  const run = useCallback(async (...args: A): Promise<R | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setState({ busy: true, error: null });
    try {
      const result = await latest.current(...args);
      if (alive.current) setState({ busy: false, error: null });
      return result;
    } catch (error) {
      if (alive.current) setState({ busy: false, error: errorOf(error) });
      return undefined;
    } finally {
      running.current = false;
    }
  }, []);
  const clear = useCallback(() => setState((s) => ({ ...s, error: null })), []);
  return { run, ...state, clear };
}
