import { describe, expect, it } from 'vitest';
import type { ErrorView } from '../../shared/api/common.ts';
import { createLiveCache } from '../../renderer/src/stores/live-cache.ts';

const errorOf = (error: unknown): ErrorView => ({ code: 'internal', message: (error as Error).message, hint: null, retryable: false });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A question whose answers are given by hand. */
function question() {
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  let asked = 0;
  return { load: () => { asked++; return new Promise<unknown>((resolve, reject) => waiting.push({ resolve, reject })); }, asked: () => asked, answer: async (value: unknown) => { waiting.shift()!.resolve(value); await settle(); }, fail: async (message: string) => { waiting.shift()!.reject(new Error(message)); await settle(); } };
}

describe('what the server says, by key', () => {
  it('asks when the first page shows it, and once for two that do', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    cache.mount('k', q.load, ['history']);
    cache.mount('k', q.load, ['history']);
    expect(q.asked()).toBe(1);
    expect(cache.store.getState().k).toMatchObject({ data: undefined, loading: true });
    await q.answer('a');
    expect(cache.store.getState().k).toEqual({ data: 'a', error: null, loading: false });
  });

  it('asks again when a topic of its own changes, keeps the old answer meanwhile, and passes over other topics', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    cache.mount('k', q.load, ['history', 'datasets']);
    await q.answer('a');
    cache.changed(['recordings']);
    expect(q.asked()).toBe(1);
    cache.changed(['datasets']);
    expect(q.asked()).toBe(2);
    expect(cache.store.getState().k).toMatchObject({ data: 'a', loading: true });
    await q.answer('b');
    expect(cache.store.getState().k).toMatchObject({ data: 'b', loading: false });
  });

  it('makes one request of many changes that come while it asks', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    cache.mount('k', q.load, ['history']);
    for (let i = 0; i < 20; i++) cache.changed(['history']);
    expect(q.asked()).toBe(1);
    await q.answer('old');
    expect(q.asked()).toBe(2);
    await q.answer('new');
    expect(q.asked()).toBe(2);
    expect(cache.store.getState().k).toMatchObject({ data: 'new', loading: false });
  });

  it('does not ask for what nobody looks at, and asks when it is shown again', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    const leave = cache.mount('k', q.load, ['history']);
    await q.answer('a');
    leave();
    cache.changed(['history']);
    cache.reloadAll();
    expect(q.asked()).toBe(1);
    cache.mount('k', q.load, ['history']);
    expect(cache.store.getState().k).toMatchObject({ data: 'a', loading: true });
    await q.answer('b');
    expect(cache.store.getState().k!.data).toBe('b');
  });

  it('keeps the last answer beside an error, and drops the error with the next answer', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    cache.mount('k', q.load, ['history']);
    await q.answer('a');
    cache.reload('k');
    await q.fail('gone');
    expect(cache.store.getState().k).toMatchObject({ data: 'a', error: { message: 'gone' }, loading: false });
    cache.reload('k');
    await q.answer('b');
    expect(cache.store.getState().k).toMatchObject({ data: 'b', error: null });
  });

  it('asks for all that is shown after a reconnection', async () => {
    const cache = createLiveCache(errorOf);
    const [a, b] = [question(), question()];
    cache.mount('a', a.load, []);
    cache.mount('b', b.load, ['history']);
    await a.answer(1);
    await b.answer(2);
    cache.reloadAll();
    expect([a.asked(), b.asked()]).toEqual([2, 2]);
  });

  it('forgets everything when the profile locks, also what is still under way', async () => {
    const cache = createLiveCache(errorOf);
    const q = question();
    const leave = cache.mount('k', q.load, ['history']);
    await q.answer('secret');
    cache.reload('k');
    cache.clear();
    expect(cache.store.getState()).toEqual({});
    await q.answer('secret that came late');
    expect(cache.store.getState()).toEqual({});
    cache.reloadAll();
    await q.answer('of the next one');
    expect(cache.store.getState().k).toMatchObject({ data: 'of the next one', loading: false });
    leave();
    cache.changed(['history']);
    expect(q.asked()).toBe(3);
  });

  it('keeps a bounded number of answers that nobody looks at', async () => {
    const cache = createLiveCache(errorOf);
    for (let i = 0; i < 200; i++) {
      const leave = cache.mount(`k${i}`, () => Promise.resolve(i), []);
      await settle();
      leave();
    }
    expect(Object.keys(cache.store.getState()).length).toBeLessThanOrEqual(60);
    expect(cache.store.getState().k199).toMatchObject({ data: 199 });
  });
});
