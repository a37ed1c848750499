import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiRouter, type ApiRouter } from '../../electron/api/router.ts';
import { servePort } from '../../electron/api/serve.ts';
import type { Host } from '../../electron/app/host-types.ts';
import { IpcSocket, type PhdexBridge } from '../../renderer/src/api/ipc-socket.ts';
import type { AppEvent } from '../../shared/api/app.ts';
import type { ErrorView } from '../../shared/api/common.ts';
import { hostKit, PASSPHRASE, when } from '../app/host-kit.ts';

// The API as a page meets it: a real host behind the socket, answers as they come over it.
const kit = hostKit();
let host: Host;
let texts: string[];
let close: () => Promise<void>;
let api: ReturnType<typeof createTRPCClient<ApiRouter>>;
beforeAll(async () => {
  ({ host } = await kit.ready('person'));
  ({ api, texts, close } = pageOf(host));
});
afterAll(async () => { await close(); await kit.close(); });

function pageOf(of: Host) {
  const listeners = new Set<(text: string) => void>();
  const texts: string[] = [];
  const port = servePort(of, (text) => setImmediate(() => { texts.push(text); for (const l of listeners) l(text); }));
  const bridge: PhdexBridge = { send: (text) => { setImmediate(() => port.receive(text)); }, onMessage: (l) => { listeners.add(l); return () => { listeners.delete(l); }; }, pathOf: () => '' };
  class Bound extends IpcSocket { constructor(url: string | URL) { super(url, undefined, bridge); } }
  const ws = createWSClient({ url: 'ws://app/api', WebSocket: Bound as never });
  return { api: createTRPCClient<ApiRouter>({ links: [wsLink({ client: ws })] }), texts, close: async () => { await ws.close(); port.close(); } };
}

async function refusal(asked: Promise<unknown>): Promise<ErrorView> {
  const error = await asked.then((answer) => { throw new Error(`answered: ${JSON.stringify(answer)}`); }, (e: unknown) => e);
  expect(error).toBeInstanceOf(TRPCClientError);
  const { message, data } = error as TRPCClientError<ApiRouter>;
  const view = (data as { error: ErrorView }).error;
  expect(view, message).toEqual({ code: expect.any(String) as string, message, hint: view.hint === null ? null : expect.any(String) as string, retryable: expect.any(Boolean) as boolean });
  // A sentence for a person, not a list of issues.
  expect(message).not.toMatch(/^[[{]/);
  expect(message).not.toContain('\n');
  return view;
}
const ADDRESS = `0x${'12'.repeat(20)}`;
const anything = (input: unknown) => input as never;
const routes = Object.entries((apiRouter as unknown as { _def: { procedures: Record<string, { _def: { type: string } }> } })._def.procedures);

describe('an error', () => {
  it('is told by its code, a sentence and what to do', async () => {
    expect(await refusal(api.owner.recording.query('00112233445566aa'))).toMatchObject({ code: 'invalid-argument', hint: expect.any(String) as string });
    expect(await refusal(api.market.listing.query(99))).toMatchObject({ code: 'dataset-unknown' });
    expect(await refusal(api.app.cancelJob.mutate('none'))).toMatchObject({ code: 'job-unknown' });
    expect(await refusal(api.app.unlock.mutate({ passphrase: PASSPHRASE, remember: true }))).toMatchObject({ code: 'invalid-argument' });
    expect(await refusal(api.owner.importFile.mutate({ file: { upload: '0'.repeat(32) } }))).toMatchObject({ code: 'file-not-found' });
  });

  it('of the inside is not told, nor where in the code anything happened', async () => {
    const inside = vi.spyOn(host, 'notices').mockImplementation(() => { throw new TypeError('secret of /home/me/profile is undefined'); });
    expect(await refusal(api.app.notices.query())).toEqual({ code: 'internal', message: 'Something went wrong inside the app.', hint: null, retryable: false });
    inside.mockRestore();
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((t) => /\\n\s+at |\.ts\b|node_modules|"stack"|\/home\/me|"cause"/.test(t))).toEqual([]);
  });

  it('of a route that does not exist, or of the other kind, is one like every other', async () => {
    const any = api as unknown as Record<string, Record<string, { query(i?: unknown): Promise<unknown>; mutate(i?: unknown): Promise<unknown> }>>;
    expect(await refusal(any['owner']!['everything']!.query())).toMatchObject({ code: 'invalid-argument' });
    expect(await refusal(any['app']!['lock']!.query())).toMatchObject({ code: 'invalid-argument' });
    expect(host.state().phase).toBe('ready');
  });
});

describe('what is not of the form', () => {
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    ['an amount with a point', () => api.owner.setPrice.mutate({ datasetId: 1, price: '1.5' }), /^price: an amount is whole digits/],
    ['a negative amount', () => api.account.send.mutate({ to: ADDRESS as never, amount: '-1' }), /^amount:/],
    ['an amount of any length', () => api.account.send.mutate({ to: ADDRESS as never, amount: '9'.repeat(31) }), /^amount:/],
    ['an address that is none', () => api.account.previewSend.query({ to: anything('0x12'), amount: '1' }), /^to: an address is/],
    ['an id that leads elsewhere', () => api.owner.recording.query('../../../etc/pa'), /^The input:/],
    ['an upload that leads elsewhere', () => api.owner.importFile.mutate({ file: { upload: '../../x' } }), /^file/],
    ['a passphrase that is too short', () => api.app.createWallet.mutate({ passphrase: 'short', remember: false }), /^passphrase: A passphrase has at least 8/],
    ['no input', () => api.owner.preview.query(anything(undefined)), /^The input:/],
    ['a page of a million', () => api.market.search.query({ limit: 1_000_000 }), /^limit:/],
    ['a setting that there is not', () => api.app.set.mutate({ language: anything('xx') }), /^language:/],
    ['a quota of nothing', () => api.app.set.mutate({ quotaMb: 0 }), /^quotaMb:/],
    ['more pixels than a screen has', () => api.owner.plot.query({ id: '00112233445566aa', range: { channel: 'x', from: 0, to: 1, pixels: 1e9 } }), /^range\.pixels:/],
    ['an endless time', () => api.owner.plot.query({ id: '00112233445566aa', range: { channel: 'x', from: 0, to: Infinity, pixels: 100 } }), /^range\.to:/],
    ['a network of another kind', () => api.app.chooseNetwork.mutate(anything({ kind: 'fake' })), /kind/],
    ['a basket of nothing', () => api.market.buy.mutate({ items: [] }), /^items:/],
  ];
  it.each(cases)('%s is refused by name', async (_what, ask, sentence) => {
    const view = await refusal(ask());
    expect(view).toMatchObject({ code: 'invalid-argument', retryable: false });
    expect(view.message).toMatch(sentence);
  });

  it('does not change what there is', () => { expect(host.settings()).toMatchObject({ quotaMb: expect.any(Number) as number, language: 'en' }); });
});

describe('a locked profile', () => {
  it('gives nothing of any route but those of the app itself', async () => {
    const locked = await kit.open('locked');
    const caller = apiRouter.createCaller({ host: locked });
    const needing = routes.filter(([path]) => !path.startsWith('app.'));
    expect(needing.length).toBeGreaterThan(50);
    for (const [path] of needing) {
      let at: unknown = caller;
      for (const name of path.split('.')) at = (at as Record<string, unknown>)[name];
      // Before it looks at what it was given: who is locked out learns nothing, not even what a route takes.
      for (const input of [undefined, {}, 0]) await expect((at as (i: unknown) => Promise<unknown>)(input), path).rejects.toMatchObject({ cause: { code: 'locked' } });
    }
    const page = pageOf(locked);
    expect(await refusal(page.api.owner.recordings.query())).toMatchObject({ code: 'locked', hint: expect.any(String) as string });
    expect(await page.api.app.notices.query()).toEqual([]);
    expect(await page.api.app.jobs.query()).toEqual([]);
    await page.close();
    await locked.stop();
  });
});

describe('the events of a page', () => {
  it('begin with what is, and go on with what changes, in order', async () => {
    const { jobId } = await api.owner.simulate.mutate({ minutes: 1, seed: 1 });
    const seen: AppEvent[] = [];
    const sub = api.app.events.subscribe(undefined, { onData: (e) => { seen.push(e); } });
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(2);
    expect(seen[0]).toMatchObject({ type: 'state', state: { phase: 'ready' } });
    expect(seen[1]).toMatchObject({ type: 'jobs', jobs: [expect.objectContaining({ id: jobId })] });
    await expect.poll(() => host.jobs()[0]?.state).toBe('done');
    await api.app.set.mutate({ theme: 'light' });
    host.go('/wallet');
    await expect.poll(() => seen.at(-1)?.type === 'go' || seen.some((e) => e.type === 'go')).toBe(true);
    expect(seen.find((e) => e.type === 'changed' && e.topics.includes('recordings'))).toBeDefined();
    const told = seen.flatMap((e) => (e.type === 'job' ? [e.job] : e.type === 'jobs' ? e.jobs : []));
    expect(told.at(-1)).toMatchObject({ id: jobId, state: 'done', done: told.at(-1)!.total });
    expect(told.map((j) => j.done)).toEqual(told.map((j) => j.done).sort((a, b) => a - b));
    sub.unsubscribe();
    await api.app.dismissJob.mutate(jobId);
  });

  it('of a page that does not read them begin again with what is', async () => {
    const abort = new AbortController();
    const events = (await apiRouter.createCaller({ host }, { signal: abort.signal }).app.events() as AsyncIterable<AppEvent>)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ type: 'state' });
    expect((await events.next()).value).toMatchObject({ type: 'jobs' });
    // It asks for the next one, and then is busy while a flood comes.
    const first = events.next();
    for (let i = 0; i < 5000; i++) host.go(`/owner/datasets/${i}`);
    expect((await first).value).toMatchObject({ type: 'state' });
    expect((await events.next()).value).toMatchObject({ type: 'jobs' });
    host.go('/wallet');
    expect((await events.next()).value).toEqual({ type: 'go', path: '/wallet' });
    const last = events.next();
    abort.abort();
    expect((await last).done).toBe(true);
  });

  it('tell every page of a lock', async () => {
    const [one, two] = [pageOf(host), pageOf(host)];
    const seen: [string, string][] = [];
    for (const [name, page] of [['one', one], ['two', two]] as const) page.api.app.events.subscribe(undefined, { onData: (e) => { if (e.type === 'state') seen.push([name, e.state.phase]); } });
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(2);
    await one.api.app.lock.mutate();
    await expect.poll(() => seen.filter(([, phase]) => phase === 'locked').map(([name]) => name).sort()).toEqual(['one', 'two']);
    await two.api.app.unlock.mutate({ passphrase: PASSPHRASE, remember: false });
    await when(host, (s) => s.phase === 'ready');
    await one.close();
    await two.close();
  });
});
