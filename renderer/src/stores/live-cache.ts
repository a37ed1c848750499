import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Topic } from '../../../shared/api/app.ts';
import type { ErrorView } from '../../../shared/api/common.ts';

export type LiveEntry = { data: unknown; error: ErrorView | null; loading: boolean };
type Source = { load: () => Promise<unknown>; topics: readonly Topic[]; mounted: number; running: boolean; again: boolean };

/** How many answers are kept of pages that nobody looks at, so that going back shows them at once. */
const KEEP = 60;

export type LiveCache = {
  store: StoreApi<Record<string, LiveEntry>>;
  /** @returns what to call when the page goes */
  mount(key: string, load: () => Promise<unknown>, topics: readonly Topic[]): () => void;
  reload(key: string): void;
  changed(topics: readonly Topic[]): void;
  /** After a reconnection: everything that is shown is asked for again, the rest when it is shown. */
  reloadAll(): void;
  /** After locking: what was shown belongs to nobody any more. */
  clear(): void;
};

/** Answers of the server by key. One request a key at a time; what changes meanwhile leads to exactly one more. */
export function createLiveCache(errorOf: (error: unknown) => ErrorView): LiveCache {
  const store = createStore<Record<string, LiveEntry>>(() => ({}));
  const sources = new Map<string, Source>();
  let generation = 0;
  const put = (key: string, part: Partial<LiveEntry>) => store.setState((all) => ({ ...all, [key]: { ...(all[key] ?? { data: undefined, error: null, loading: false }), ...part } }));

  async function run(key: string, source: Source): Promise<void> {
    if (source.running) { source.again = true; return; }
    const mine = generation;
    source.running = true;
    put(key, { loading: true });
    do {
      source.again = false;
      try {
        const data = await source.load();
        if (mine !== generation) return;
        put(key, { data, error: null });
      } catch (error) {
        if (mine !== generation) return;
        put(key, { error: errorOf(error) });
      }
    } while (source.again);
    source.running = false;
    put(key, { loading: false });
  }

  function evict(): void {
    const idle = [...sources].filter(([, s]) => s.mounted === 0 && !s.running);
    if (idle.length <= KEEP) return;
    const gone = idle.slice(0, idle.length - KEEP).map(([key]) => key);
    for (const key of gone) sources.delete(key);
    store.setState((all) => Object.fromEntries(Object.entries(all).filter(([key]) => !gone.includes(key))), true);
  }

  const refresh = (which: (source: Source) => boolean) => {
    for (const [key, source] of sources) {
      // What nobody looks at is asked for when it is shown again.
      if (source.mounted > 0 && which(source)) void run(key, source);
    }
  };

  return {
    store,
    mount(key, load, topics) {
      const source: Source = sources.get(key) ?? { load, topics, mounted: 0, running: false, again: false };
      source.load = load;
      source.topics = topics;
      source.mounted++;
      // The one that was shown last is thrown out last.
      sources.delete(key);
      sources.set(key, source);
      if (source.mounted === 1 && !source.running) void run(key, source);
      return () => { source.mounted--; evict(); };
    },
    reload(key) {
      const source = sources.get(key);
      if (source) void run(key, source);
    },
    changed: (topics) => refresh((s) => s.topics.some((topic) => topics.includes(topic))),
    reloadAll: () => refresh(() => true),
    clear() {
      generation++;
      for (const [key, source] of sources) {
        // A request of before may still answer: its generation is over, and nobody listens.
        source.running = false;
        source.again = false;
        if (source.mounted === 0) sources.delete(key);
      }
      store.setState({}, true);
    },
  };
}
