import { useCallback, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Topic } from '../../../shared/api/app.ts';
import type { ErrorView } from '../../../shared/api/common.ts';
import { errorOf } from '../api/error.ts';
import { createLiveCache } from './live-cache.ts';

export const liveCache = createLiveCache(errorOf);

export type Live<T> = { data: T | undefined; error: ErrorView | null; loading: boolean; reload(): void };
export type LiveOptions = {
  /** Nothing is asked for while false: what it depends on is not known yet. */
  enabled?: boolean;
  /** While the answer to a new key is under way, shows the one to the last key: for searches that are being typed. */
  keepPrevious?: boolean;
};

/**
 * What the server says, asked for when the page is shown and again whenever one of `topics` changes there. `key` names
 * the question; `load` may close over what the key holds and nothing else.
 */
export function useLive<T>(key: readonly unknown[], load: () => Promise<T>, topics: Topic[], { enabled = true, keepPrevious = false }: LiveOptions = {}): Live<T> {
  const name = JSON.stringify(key);
  const entry = useStore(liveCache.store, (all) => all[name]);
  const latest = useRef(load);
  latest.current = load;
  const topicList = useRef(topics);
  const previous = useRef<T | undefined>(undefined);
  useEffect(() => {
    if (!enabled) return undefined;
    return liveCache.mount(name, () => latest.current(), topicList.current);
  }, [name, enabled]);
  const reload = useCallback(() => liveCache.reload(name), [name]);
  const data = entry?.data as T | undefined;
  if (data !== undefined) previous.current = data;
  return { data: data ?? (keepPrevious ? previous.current : undefined), error: entry?.error ?? null, loading: enabled && (entry?.loading ?? true), reload };
}
