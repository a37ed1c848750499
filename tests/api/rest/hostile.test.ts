import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRestServer, type RestServer } from '../../../electron/api/rest/server.ts';
import { createOnce } from '../../../electron/api/rest/once.ts';
import { createRateLimit } from '../../../electron/app/rate-limit.ts';
import type { ReadyApi } from '../../../electron/app/host-types.ts';
import { restAccess, restTokens, type RestTokens } from '../../../electron/app/rest/tokens.ts';
import { openDatabase, type Db } from '../../../electron/db/open-database.ts';
import { AppError } from '../../../shared/errors.ts';
import { smallHost } from '../../shell/small-host.ts';
import { client } from './client.ts';

const DIGEST = 'ab'.repeat(32);
let dir: string;
let db: Db;
let tokens: RestTokens;
let server: RestServer;
let now = 1_800_000_000_000;
let lines: string[];
let held: () => never[];
let posted: { ref: string }[];
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-rest-')); });
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let n = 0;
beforeEach(async () => {
  db = openDatabase(join(dir, `${n++}.sqlite`));
  tokens = restTokens(db, () => now);
  lines = [];
  posted = [];
  held = () => [];
  // What lies behind is another test's: here it only matters whether it is reached.
  const ready = {
    rest: restAccess(db, () => now), grantee: { held: () => held(), open: () => ({ jobId: '00000000-0000-4000-8000-000000000000' }) },
    anchors: { post: (subjects: { ref: string }[]) => { posted.push(...subjects); return subjects.length; }, find: () => null },
  } as unknown as ReadyApi;
  server = await createRestServer({ host: { ...smallHost(), ready: () => ready }, limit: { burst: 40, perSecond: 0.001 }, log: (level, msg, facts) => { lines.push(JSON.stringify({ level, msg, ...facts })); } });
});
afterEach(async () => { await server.stop(); db.close(); });
const make = (scopes: string[], days = 1, name = 'clinic') => tokens.create({ name, scopes, days });
const trace = () => tokens.calls(100);

describe('who may', () => {
  it('nobody without a token, but for the document', async () => {
    const ask = client(server.port, null);
    for (const path of ['/v1/status', '/v1/rights', `/v1/anchors/${DIGEST}`, '/', '/nothing']) expect(await ask({ path })).toMatchObject({ status: 401, headers: { 'content-type': 'application/problem+json' }, json: { status: 401, type: 'about:blank' } });
    expect((await ask({ path: '/v1/status' })).headers['www-authenticate']).toContain('Bearer');
    expect((await ask({ path: '/openapi.json' })).status).toBe(200);
  });

  it('no token that is wrong in any way', async () => {
    const { token, view } = make(['anchor']);
    const other = make(['request']).token;
    for (const wrong of [`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, token.toUpperCase(), `phdex_${view.id}_${other.slice(-43)}`, `phdex_000000000000_${token.slice(-43)}`, token.slice(0, 40), `${token}x`, view.id, 'null', '']) {
      expect((await client(server.port, wrong)({ path: '/v1/status' })).status, wrong).toBe(401);
    }
    const ask = client(server.port, null);
    for (const authorization of [token, `Basic ${token}`, `Bearer  ${token} x`, `Bearer ${token}, Bearer ${token}`]) expect((await ask({ path: '/v1/status', headers: { authorization } })).status).toBe(401);
    expect((await ask({ path: `/v1/status?access_token=${token}` })).status).toBe(400);
    expect((await client(server.port, token)({ path: '/v1/status' })).status).toBe(200);
  });

  it('none that expired, to the millisecond, and none that was revoked, at once', async () => {
    const a = make(['anchor'], 1);
    const ask = client(server.port, a.token);
    now = a.view.expiresAt - 1;
    expect((await ask({ path: '/v1/status' })).status).toBe(200);
    now = a.view.expiresAt;
    expect((await ask({ path: '/v1/status' })).status).toBe(401);
    const b = make(['anchor']);
    expect((await client(server.port, b.token)({ path: '/v1/status' })).status).toBe(200);
    tokens.revoke(b.view.id);
    expect((await client(server.port, b.token)({ path: '/v1/status' })).status).toBe(401);
  });

  it('only what the scope of the token allows', async () => {
    const cases = [['anchor', 'POST', '/v1/anchors', { digests: [DIGEST] }], ['request', 'GET', '/v1/rights', undefined], ['fetch', 'POST', '/v1/rights/1/open', undefined], ['records', 'GET', '/v1/records', undefined], ['studies:read', 'GET', '/v1/studies', undefined]] as const;
    for (const [scope] of cases) {
      const ask = client(server.port, make([scope]).token);
      for (const [wanted, method, path, body] of cases) {
        const answer = await ask({ method, path, body });
        if (scope === wanted) expect(answer.status, `${scope} ${path}`).not.toBe(403);
        else expect(answer, `${scope} ${path}`).toMatchObject({ status: 403, json: { detail: expect.stringContaining(wanted) as string } });
      }
    }
  });

  it('no page of a browser: what has an Origin is refused, and no CORS header is ever sent', async () => {
    const { token } = make(['anchor']);
    const ask = client(server.port, token);
    for (const origin of ['http://evil.example', `http://127.0.0.1:${server.port}`, 'null']) {
      const answer = await ask({ path: '/v1/status', headers: { origin } });
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.headers).filter((h) => h.startsWith('access-control'))).toEqual([]);
    }
    const preflight = await ask({ method: 'OPTIONS', path: '/v1/anchors', headers: { 'access-control-request-method': 'POST' } });
    expect(preflight.status).toBe(405);
    expect(Object.keys(preflight.headers).filter((h) => h.startsWith('access-control'))).toEqual([]);
  });

  it('nobody by another name (DNS rebinding)', async () => {
    const { token } = make(['anchor']);
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', `127.0.0.1:${server.port + 1}`, `127.0.0.1:${server.port}.evil.example`]) expect((await client(server.port, token)({ path: '/v1/status', headers: { host } })).status, host).toBe(403);
    expect((await client(server.port, token)({ path: '/v1/status', headers: { host: `localhost:${server.port}` } })).status).toBe(200);
  });

  it('not too often', async () => {
    const { token } = make(['anchor']);
    const ask = client(server.port, token);
    const answers = await Promise.all(Array.from({ length: 45 }, () => ask({ path: '/v1/status' })));
    expect(answers.filter((a) => a.status === 200)).toHaveLength(40);
    const late = answers.find((a) => a.status === 429)!;
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    // Another client is not held up by it.
    expect((await client(server.port, make(['anchor'], 1, 'other').token)({ path: '/v1/status' })).status).toBe(200);
  });

  it('guessing is slowed, and who has a token is not', async () => {
    const { token } = make(['anchor']);
    const guesses = await Promise.all(Array.from({ length: 30 }, () => client(server.port, `phdex_${'0'.repeat(12)}_${'A'.repeat(43)}`)({ path: '/v1/status' })));
    expect(guesses.filter((g) => g.status === 429).length).toBeGreaterThan(5);
    expect((await client(server.port, token)({ path: '/v1/status' })).status).toBe(200);
  });
});

describe('what is sent', () => {
  it('is held to its size, announced or not', async () => {
    const ask = client(server.port, make(['anchor']).token);
    expect((await ask({ path: '/v1/anchors', headers: { 'content-length': String(2 ** 30) }, raw: '{}' }).catch(() => ({ status: 413 }))).status).toBe(413);
    const chunked = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (d) => { text += d.toString(); });
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
      socket.write(`POST /v1/anchors HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${make(['anchor']).token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      for (let i = 0; i < 20; i += 1) socket.write(chunk);
    });
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect(posted).toEqual([]);
  });

  it('is JSON of its schema, and nothing else', async () => {
    const ask = client(server.port, make(['anchor']).token);
    const path = '/v1/anchors';
    for (const raw of ['', '{', 'null', '[]', '{"digests":[]}', '{"digests":["xyz"]}', `{"digests":["${DIGEST.toUpperCase()}"]}`, `{"digests":["${DIGEST}"],"content":"weight 71 kg"}`, `{"digests":[{"toString":"${DIGEST}"}]}`, Buffer.from([0xff, 0xfe])]) {
      const answer = await ask({ path, raw });
      expect(answer, String(raw)).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    }
    expect((await ask({ path, body: { digests: Array.from({ length: 10_001 }, () => DIGEST) } })).status).toBe(400);
    expect((await ask({ path, raw: `{"digests":["${DIGEST}"]}`, headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await ask({ path, raw: 'x', headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
    expect(posted).toEqual([]);
    expect(await ask({ path, body: { digests: [DIGEST] } })).toMatchObject({ status: 202, json: { accepted: 1 } });
    expect(posted[0]!.ref).toBe(`clinic/${DIGEST}`);
  });

  it('climbs nowhere', async () => {
    const ask = client(server.port, make(['anchor', 'fetch', 'request']).token);
    for (const path of ['/v1/../openapi.json', '/v1/%2e%2e/status', '/v1//status', '/v1/status/', '//v1/status', '/v1/anchors/..%2f..%2fetc%2fpasswd', '/v1/rights/1/segments/../../status', '/v1/rights/1/segments/..%2f/x', 'http://evil.example/v1/status', '*', `/v1/anchors/${'a'.repeat(3000)}`]) {
      const answer = await ask({ path });
      expect([400, 404, 414], path).toContain(answer.status);
    }
    expect((await ask({ path: '/v1/rights/1e3' })).status).toBe(400);
    expect((await ask({ path: '/v1/rights/-1' })).status).toBe(400);
    expect((await ask({ path: '/v1/rights/99999999999999999999' })).status).toBe(400);
  });

  it('by another method is refused with those that are allowed', async () => {
    const ask = client(server.port, make(['anchor']).token);
    expect(await ask({ method: 'PUT', path: '/v1/anchors' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await ask({ method: 'DELETE', path: '/openapi.json' })).status).toBe(405);
  });
});

describe('what is told', () => {
  it('is a problem by RFC 9457 with the code of the app, and nothing of what went wrong inside', async () => {
    const ask = client(server.port, make(['request']).token);
    held = () => { throw new AppError('chain-unreachable', 'The chain does not answer.', { hint: 'Wait.', retryable: true }); };
    expect(await ask({ path: '/v1/rights' })).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, json: { type: 'urn:phdex:problem:chain-unreachable', title: 'Service unavailable', status: 503, detail: 'The chain does not answer.', code: 'chain-unreachable', hint: 'Wait.', retryable: true } });
    held = () => { throw new Error('secret /home/somebody/key'); };
    const inside = await ask({ path: '/v1/rights' });
    expect(inside).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(inside.text).not.toContain('secret');
    held = () => [{ rightId: 'not a number' }] as never[];
    expect((await ask({ path: '/v1/rights' })).status).toBe(500);
    expect((await ask({ path: '/v1/rights/7' })).status).toBe(404);
  });

  it('while the profile is locked is that, without a word on tokens', async () => {
    const locked = await createRestServer({ host: smallHost() });
    try { expect(await client(locked.port, make(['anchor']).token)({ path: '/v1/status' })).toMatchObject({ status: 503, json: { code: 'locked' } }); } finally { await locked.stop(); }
  });

  it('only to the client that began a job', async () => {
    const path = '/v1/jobs/00000000-0000-4000-8000-000000000000';
    const [mine, theirs] = [client(server.port, make(['fetch']).token), client(server.port, make(['fetch'], 1, 'other').token)];
    expect(await mine({ method: 'POST', path: '/v1/rights/1/open' })).toMatchObject({ status: 202 });
    // The host of this test knows no jobs: to its own client it has ended, to another it never was; both hear the same.
    expect((await mine({ path })).text).toBe((await theirs({ path })).text);
  });

  it('leaves a line in the trace and in the log, and no secret in either', async () => {
    const { token, view } = make(['anchor']);
    const ask = client(server.port, token);
    await ask({ path: '/v1/anchors', body: { digests: [DIGEST] } });
    await ask({ path: `/v1/anchors/${DIGEST}` });
    await ask({ path: '/v1/rights' });
    await client(server.port, null)({ path: '/v1/rights' });
    expect(trace().map((c) => [c.tokenId, c.method, c.route, c.status])).toEqual([[view.id, 'GET', '/v1/rights', 403], [view.id, 'GET', '/v1/anchors/{digest}', 404], [view.id, 'POST', '/v1/anchors', 202]]);
    await expect.poll(() => lines.length).toBe(4);
    for (const text of [JSON.stringify(trace()), lines.join()]) {
      expect(text).not.toContain(DIGEST);
      expect(text).not.toContain(token.slice(-43));
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
    expect(db.serialize().includes(token.slice(-43))).toBe(false);
  });
});

it('a token is of a client, of scopes and of a time, or it is not made', () => {
  for (const [name, scopes, days] of [['Clinic!', ['anchor'], 1], ['', ['anchor'], 1], ['a', [], 1], ['a', ['everything'], 1], ['a', ['anchor'], 0], ['a', ['anchor'], 400]] as const) expect(() => tokens.create({ name, scopes: [...scopes], days })).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  expect(() => tokens.revoke('nothing')).toThrow();
  expect(new Set(Array.from({ length: 20 }, () => make(['anchor']).token)).size).toBe(20);
});

it('what must not be done twice is done once, and again after it failed', async () => {
  let at = 0;
  let runs = 0;
  const once = createOnce(() => at);
  const work = async () => { runs += 1; if (runs === 1) throw new Error('lost'); return runs; };
  await expect(once.run('a', 'r', 'k', {}, work)).rejects.toThrow('lost');
  expect(await Promise.all([once.run('a', 'r', 'k', {}, work), once.run('a', 'r', 'k', {}, work)])).toEqual([2, 2]);
  expect(await once.run('b', 'r', 'k', {}, work)).toBe(3);
  expect(await once.run('a', 'q', 'k', {}, work)).toBe(4);
  await expect(once.run('a', 'r', 'k', { other: 1 }, work)).rejects.toMatchObject({ status: 422 });
  await expect(once.run('a', 'r', 'a b', {}, work)).rejects.toMatchObject({ status: 400 });
  expect([await once.run('a', 'r', undefined, {}, work), await once.run('a', 'r', undefined, {}, work)]).toEqual([5, 6]);
  at = 86_400_000;
  expect(await once.run('a', 'r', 'k', {}, work)).toBe(7);
});

it('a bucket fills over time and never above its brim', () => {
  let at = 0;
  const limit = createRateLimit({ burst: 2, perSecond: 0.5 }, () => at);
  expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 2]);
  expect(limit.take('b')).toBe(0);
  at = 1000;
  expect(limit.take('a')).toBe(1);
  at = 2000;
  expect(limit.take('a')).toBe(0);
  at = 1_000_000;
  expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 2]);
});
