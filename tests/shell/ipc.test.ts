import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, servePort } from '../../electron/api/serve.ts';
import type { ApiRouter } from '../../electron/api/router.ts';
import { IpcSocket, type PhdexBridge } from '../../renderer/src/api/ipc-socket.ts';
import { smallHost } from './small-host.ts';

/** The two ends of IPC in one process: texts pass in order, later. */
function wired() {
  const host = smallHost();
  const listeners = new Set<(text: string) => void>();
  const port = servePort(host, (text) => setImmediate(() => { for (const l of listeners) l(text); }));
  const bridge: PhdexBridge = { send: (text) => { setImmediate(() => port.receive(text)); }, onMessage: (l) => { listeners.add(l); return () => { listeners.delete(l); }; }, pathOf: () => '' };
  function page() {
    class Bound extends IpcSocket { constructor(url: string | URL) { super(url, undefined, bridge); } }
    const ws = createWSClient({ url: 'ws://app/api', WebSocket: Bound as any });
    return { api: createTRPCClient<ApiRouter>({ links: [wsLink({ client: ws })] }), close: () => ws.close() };
  }
  return { host, port, page, listeners };
}

it('queries, mutations, errors and subscriptions pass over IPC as over a WebSocket', async () => {
  const { host, page, listeners } = wired();
  const { api, close } = page();
  expect(await api.app.state.query()).toMatchObject({ phase: 'locked' });
  expect(await api.app.set.mutate({ theme: 'dark' })).toMatchObject({ theme: 'dark' });
  await expect(api.market.purchases.query()).rejects.toMatchObject({ data: { error: { code: 'locked' } } });
  await expect(api.app.set.mutate({ theme: 'pink' } as never)).rejects.toMatchObject({ data: { error: { code: 'invalid-argument' } } });
  const seen: string[] = [];
  const sub = api.app.events.subscribe(undefined, { onData: (e) => { seen.push(e.type); } });
  await expect.poll(() => seen).toEqual(['state', 'jobs']);
  host.go('/wallet');
  await expect.poll(() => seen).toEqual(['state', 'jobs', 'go']);
  sub.unsubscribe();
  await expect.poll(() => host.listeners()).toBe(0);
  await close();
  expect(listeners.size).toBe(0);
});

it('a page that was loaded again takes the place of the one before, whose subscriptions end', async () => {
  const { host, page } = wired();
  const first = page();
  first.api.app.events.subscribe(undefined, {});
  await expect.poll(() => host.listeners()).toBe(1);
  // A reload says no goodbye: the page and its listeners are gone at once.
  const second = page();
  expect(await second.api.app.state.query()).toMatchObject({ phase: 'locked' });
  await expect.poll(() => host.listeners()).toBe(0);
  await second.close();
});

it('a window that closes ends what it asked for, and texts that are none are passed over', async () => {
  const { host, port, page } = wired();
  const { api } = page();
  api.app.events.subscribe(undefined, {});
  await expect.poll(() => host.listeners()).toBe(1);
  for (const bad of [null, 3, {}, '', 'nonsense', '[', 'x'.repeat(MAX_MESSAGE_BYTES + 1)]) port.receive(bad);
  expect(host.listeners()).toBe(1);
  port.close();
  await expect.poll(() => host.listeners()).toBe(0);
  port.receive(JSON.stringify({ id: 1, method: 'query', params: { path: 'app.state' } }));
});
