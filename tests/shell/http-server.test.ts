import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createHttpServer, type HttpServer } from '../../electron/api/http-server.ts';
import type { ApiRouter } from '../../electron/api/router.ts';
import { TOKEN_PROTOCOL } from '../../electron/api/serve.ts';
import { smallHost, type SmallHost } from './small-host.ts';

const dir = mkdtempSync(join(tmpdir(), 'phdex-pages-'));
const pages = join(dir, 'pages');
let host: SmallHost;
let server: HttpServer;
const refusals: string[] = [];

beforeAll(async () => {
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  writeFileSync(join(pages, '.hidden.txt'), 'secret');
  writeFileSync(join(pages, 'index.html'), '<meta property="csp-nonce" nonce="__PHDEX_NONCE__"><script type="module" src="/assets/index-AbCd1234.js"></script>');
  writeFileSync(join(pages, 'assets', 'index-AbCd1234.js'), 'export {};');
  host = smallHost();
  server = await createHttpServer({ host, pagesDir: pages, maxUploadBytes: 1_000_000, onRefused: (why) => refusals.push(why) });
});
afterAll(async () => { await server.stop(); rmSync(dir, { recursive: true, force: true }); });

type Answer = { status: number; headers: IncomingMessage['headers']; body: string };
/** fetch sets Host and Origin by itself, and normalises paths: none of which an attacker does. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers: { Host: `127.0.0.1:${server.port}`, ...options.headers } }, (res) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => { body += chunk; });
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body }));
    });
    req.on('error', reject);
    req.end(options.body);
  });
}
const origin = () => `http://127.0.0.1:${server.port}`;

describe('pages', () => {
  it('carry a strict CSP with a nonce of their own, and every other header of a page that nobody may frame or sniff', async () => {
    const a = await ask('/');
    const b = await ask('/');
    expect(a.status).toBe(200);
    expect(a.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(a.headers['cache-control']).toBe('no-store');
    const nonce = /nonce="([^"]+)"/.exec(a.body)![1]!;
    const csp = a.headers['content-security-policy'] as string;
    expect(csp.split('; ')).toEqual([
      `default-src 'none'`, `script-src 'self'`, `style-src 'self' 'nonce-${nonce}'`, `img-src 'self' data:`, `font-src 'self'`,
      `connect-src 'self' ws://127.0.0.1:${server.port} ws://localhost:${server.port}`, `frame-ancestors 'none'`, `base-uri 'none'`, `form-action 'none'`,
    ]);
    expect(b.body).not.toContain(nonce);
    expect(a.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'DENY' });
    expect(Object.keys(a.headers).filter((h) => h.startsWith('access-control') || h === 'set-cookie')).toEqual([]);
  });
  it('are cached for ever where their name is their hash', async () => {
    const a = await ask('/assets/index-AbCd1234.js');
    expect(a).toMatchObject({ status: 200, body: 'export {};' });
    expect(a.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8' });
  });
  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/%2e%2e%2fsecret.txt', '/..%5csecret.txt', '/.hidden.txt', '/%00', '/%zz', '/nothing.js', '/assets/', '/assets', '//etc/passwd', '/C:/secret.txt', '/index.html/'])('%s is not found', async (path) => {
    const a = await ask(path);
    expect(a).toMatchObject({ status: 404, body: 'Not found\n' });
  });
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('are not there for %s', async (method) => {
    expect((await ask('/', { method })).status).toBe(405);
  });
  it('answer HEAD without a body', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});

describe('another site', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost', '127.0.0.1:1', '[::1]:80'])('that is rebound to 127.0.0.1 as «%s» gets nothing', async (name) => {
    for (const path of ['/', '/assets/index-AbCd1234.js', '/upload?name=a', '/api']) expect((await ask(path, { headers: { Host: name } })).status).toBe(403);
    expect(refusals).toContain('host');
  });
  it('gets no CORS', async () => {
    for (const path of ['/', '/upload?name=a', '/api']) {
      const a = await ask(path, { method: 'OPTIONS', headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' } });
      expect(a.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys(a.headers).filter((h) => h.startsWith('access-control'))).toEqual([]);
    }
  });
});

/** The status of a refused upgrade, or 101. */
function upgrade(options: { token?: string; headers?: Record<string, string>; path?: string } = {}): Promise<number> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/api'}`, options.token === undefined ? [] : [`${TOKEN_PROTOCOL}${options.token}`], { headers: { Origin: origin(), ...options.headers } });
    ws.on('open', () => { ws.terminate(); resolve(101); });
    ws.on('unexpected-response', (_req, res) => { resolve(res.statusCode!); ws.terminate(); });
    ws.on('error', () => undefined);
  });
}

describe('the socket', () => {
  it('opens with our origin, our host and the token', async () => {
    expect(await upgrade({ token: server.token })).toBe(101);
  });
  it.each([
    ['without a token', {}, 401],
    ['with an empty one', { token: 'x' }, 401],
    ['with one of the right length', { token: 'A'.repeat(43) }, 401],
  ])('does not open %s', async (_name, options, status) => { expect(await upgrade(options)).toBe(status); });
  it.each(['https://evil.example', 'null', 'http://localhost', 'http://127.0.0.1:1'])('does not open for a page of %s', async (from) => {
    expect(await upgrade({ token: server.token, headers: { Origin: from } })).toBe(403);
  });
  it('does not open without an origin, with a rebound host, or elsewhere', async () => {
    const bare = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(`GET /api HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${TOKEN_PROTOCOL}${server.token}\r\n\r\n`));
      socket.on('data', (d) => { resolve(d.toString()); socket.destroy(); });
    });
    expect(bare).toMatch(/^HTTP\/1\.1 403/);
    expect(await upgrade({ token: server.token, headers: { Host: 'evil.example', Origin: 'http://evil.example' } })).toBe(403);
    expect(await upgrade({ token: server.token, path: '/other' })).toBe(404);
  });

  const clients: ReturnType<typeof createWSClient>[] = [];
  afterEach(async () => { for (const c of clients.splice(0)) await c.close(); });
  function client() {
    class Ours extends WebSocket { constructor(url: string | URL) { super(url, [`${TOKEN_PROTOCOL}${server.token}`], { headers: { Origin: origin() } }); } }
    const ws = createWSClient({ url: `ws://127.0.0.1:${server.port}/api`, WebSocket: Ours as any });
    clients.push(ws);
    return createTRPCClient<ApiRouter>({ links: [wsLink({ client: ws })] });
  }

  it('answers queries, tells errors as the app words them, and pushes what changes', async () => {
    const api = client();
    expect(await api.app.state.query()).toMatchObject({ phase: 'locked' });
    const error = await api.owner.recordings.query().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TRPCClientError);
    expect((error as TRPCClientError<ApiRouter>).data?.error).toEqual({ code: 'locked', message: 'The app is locked.', hint: 'Unlock it.', retryable: false });
    const seen: string[] = [];
    const before = host.listeners();
    const subscription = api.app.events.subscribe(undefined, { onData: (event) => { seen.push(event.type === 'go' ? event.path : event.type); } });
    await expect.poll(() => seen).toEqual(['state', 'jobs']);
    host.go('/market/7');
    await expect.poll(() => seen).toEqual(['state', 'jobs', '/market/7']);
    subscription.unsubscribe();
    await expect.poll(() => host.listeners()).toBe(before);
  });
  it('is closed by a message that is too long, and the server goes on', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/api`, [`${TOKEN_PROTOCOL}${server.token}`], { headers: { Origin: origin() } });
    await new Promise((resolve) => ws.on('open', resolve));
    ws.send('x'.repeat(2_000_000));
    expect(await new Promise((resolve) => ws.on('close', resolve))).toBe(1009);
    expect((await ask('/')).status).toBe(200);
  });
});

describe('uploads', () => {
  const send = (options: { token?: string; origin?: string; name?: string; body?: Buffer; headers?: Record<string, string> }) => ask(`/upload?name=${encodeURIComponent(options.name ?? 'watch.csv')}`, {
    method: 'POST', body: options.body ?? Buffer.alloc(1000), headers: { Origin: options.origin ?? origin(), ...(options.token === '' ? {} : { Authorization: `Bearer ${options.token ?? server.token}` }), ...options.headers },
  });
  it('stream into the host', async () => {
    const a = await send({ body: Buffer.alloc(900_000, 1), name: 'Läufe 2026.csv' });
    expect(a.status).toBe(200);
    expect(JSON.parse(a.body)).toMatchObject({ bytes: 900_000 });
    expect(host.uploads.at(-1)).toEqual({ name: 'Läufe 2026.csv', bytes: 900_000, ended: 'whole' });
  });
  it.each([
    ['without a token', { token: '' }, 401], ['with a wrong token', { token: 'A'.repeat(43) }, 401], ['from another origin', { origin: 'https://evil.example' }, 403], ['from null', { origin: 'null' }, 403],
    ['without a name', { name: '' }, 400], ['with a path for a name', { name: '../x' }, 400], ['with a line break in it', { name: 'a\nb' }, 400],
  ])('%s are refused before the host sees them', async (_name, options, status) => {
    const before = host.uploads.length;
    const a = await send(options);
    expect(a.status).toBe(status);
    expect(JSON.parse(a.body).error.message).toMatch(/\.$/);
    expect(host.uploads.length).toBe(before);
  });
  it('that are too large are refused by what they say and by what they send', async () => {
    expect((await send({ body: Buffer.alloc(1_000_001) })).status).toBe(413);
    const chunked = await send({ body: Buffer.alloc(1_000_001), headers: { 'Transfer-Encoding': 'chunked' } }).catch((e: Error) => e);
    // The rest is not read, so the connection may be reset before the answer is.
    if (!(chunked instanceof Error)) expect(chunked.status).toBe(413);
    await expect.poll(() => host.uploads.at(-1)?.ended).toBe('broken');
  });
  it('that break off leave the host with an error, never with half a file', async () => {
    const before = host.uploads.length;
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`POST /upload?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${origin()}\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(100)}`);
      setTimeout(() => socket.destroy(), 50);
    });
    await expect.poll(() => host.uploads.length).toBe(before + 1);
    expect(host.uploads.at(-1)).toMatchObject({ name: 'half.csv', ended: 'broken' });
  });
});

it('a connection that never ends its headers is closed', async () => {
  const began = Date.now();
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n'));
    socket.on('error', () => undefined).on('close', () => resolve()).resume();
  });
  // By the ten seconds for the headers, not by the minute that any connection may be idle.
  expect(Date.now() - began).toBeLessThan(50_000);
});

it('says which port is taken', async () => {
  await expect(createHttpServer({ host, pagesDir: pages, port: server.port })).rejects.toMatchObject({ code: 'port-taken' });
});
