import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import type { Host, ReadyApi } from '../../app/host-types.ts';
import { createRateLimit } from '../../app/rate-limit.ts';
import { readBody } from '../../app/read-body.ts';
import type { RestToken } from '../../app/rest/tokens.ts';
import { listen, stopServing } from '../../app/serve-http.ts';
import type { Log } from '../../shell/log.ts';
import { part } from '../trpc.ts';
import { openApi } from './openapi.ts';
import { HttpError, problemOf } from './problem.ts';
import { createOnce } from './once.ts';
import { ROUTES, Sent, type Route } from './routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 64;
const MAX_URL = 2048;
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 30_000;
const IDLE_MS = 60_000;
const BATCH_MS = 60_000;
/** Jobs whose client is remembered. */
const MAX_JOBS = 1000;

export type RestServerOptions = {
  host: Host;
  port?: number;
  /** 127.0.0.1 unless somebody wants it otherwise: there is no TLS here, that is for a reverse proxy. */
  address?: string;
  /** Names by which a reverse proxy calls it, beside the loopback's own. */
  names?: readonly string[];
  /** When posted digests go to the chain at the latest. */
  batchMs?: number;
  limit?: { burst: number; perSecond: number };
  log?: Log;
};
export type RestServer = { port: number; url: string; stop(): Promise<void> };

const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'", 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' };

/** The parts of a route's path against those of a request; null where they do not fit. */
function match(route: Route, parts: readonly string[]): Record<string, string> | null {
  const wanted = route.path.split('/');
  if (wanted.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, want] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(want)?.[1];
    if (name === undefined) { if (want !== parts[i]) return null; } else params[name] = parts[i]!;
  }
  return params;
}

/**
 * The REST layer (Theodouli et al.'s blockchain as a service): a clinical platform anchors, asks and fetches over HTTP and
 * runs no node. Bearer tokens with scopes, problems by RFC 9457, OpenAPI 3.1 at /openapi.json. No page of a browser is a
 * client: whatever has an Origin is refused, and no CORS header is ever sent. Each call leaves a line in the trace, which
 * names token, route and outcome, and no content.
 */
export async function createRestServer(options: RestServerOptions): Promise<RestServer> {
  const limit = createRateLimit(options.limit ?? { burst: 60, perSecond: 10 });
  // Who guesses tokens is slowed as a whole: from behind one proxy, addresses tell nothing.
  const failures = createRateLimit({ burst: 20, perSecond: 0.5 });
  const once = createOnce();
  const jobs = new Map<string, string>();
  let names: string[] = [];
  let url = '';

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: 5_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 8 * 1024 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_MS);

  function say(response: ServerResponse, status: number, body: string | Uint8Array | null, headers: Record<string, string>): void {
    response.writeHead(status, { ...HEADERS, ...headers, ...(body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }) });
    response.end(body ?? undefined);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = Date.now();
    const told: Told = { route: 'none', token: null, ready: null };
    let status: number;
    let code: string | null = null;
    try {
      status = await serve(request, response, told);
    } catch (error) {
      const { problem, headers } = problemOf(error);
      status = problem.status;
      code = problem.code ?? null;
      // What is left of a body that nobody reads would be taken for the next request.
      const unread: Record<string, string> = !request.complete ? { Connection: 'close' } : {};
      if (!response.headersSent) say(response, status, JSON.stringify(problem), { 'Content-Type': 'application/problem+json', ...headers, ...unread });
      else response.destroy();
    }
    const line = { method: request.method ?? '', route: told.route, status, code, ms: Date.now() - began };
    options.log?.(status >= 500 ? 'warn' : 'info', 'rest', { ...line, token: told.token?.id ?? null, client: told.token?.name ?? null });
    // The trace is of clients: what strangers knock at is in the log alone, or they could fill the database.
    if (told.token && told.ready?.rest) told.ready.rest.note({ ...line, at: began, tokenId: told.token.id });
  }

  async function serve(request: IncomingMessage, response: ServerResponse, told: Told): Promise<number> {
    if (!names.includes((request.headers.host ?? '').toLowerCase())) throw new HttpError(403, 'This is not the name of this service.');
    if (request.headers.origin !== undefined) throw new HttpError(403, 'Pages of a browser are no clients of this service.');
    const raw = request.url ?? '/';
    if (raw.length > MAX_URL) throw new HttpError(414, 'The address is too long.');
    if (raw.includes('?')) throw new HttpError(400, 'No address of this service has a query.');
    // As it was sent: nothing is decoded, so nothing can climb.
    const parts = raw.split('/');
    if (raw === '/openapi.json') {
      if (request.method !== 'GET') throw new HttpError(405, 'Only GET is allowed here.', { Allow: 'GET' });
      told.route = raw;
      say(response, 200, JSON.stringify(openApi(options.host.state().version, url)), { 'Content-Type': 'application/vnd.oai.openapi+json;version=3.1' });
      return 200;
    }
    told.ready = options.host.ready();
    told.token = authorise(request, told.ready);
    const wait = limit.take(told.token.id);
    if (wait > 0) throw new HttpError(429, 'Too many requests with this token.', { 'Retry-After': String(wait) });
    const fitting = ROUTES.flatMap((route) => { const params = match(route, parts); return params ? [{ route, params }] : []; });
    if (fitting.length === 0) throw new HttpError(404, 'There is nothing here; see /openapi.json.');
    const found = fitting.find(({ route }) => route.method === request.method);
    if (!found) throw new HttpError(405, 'This method is not for this address.', { Allow: fitting.map(({ route }) => route.method).join(', ') });
    const { route } = found;
    told.route = route.path;
    const { token, ready } = told;
    if (route.scope !== null && !token.scopes.includes(route.scope)) throw new HttpError(403, `The token lacks the scope «${route.scope}».`, { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${route.scope}"` });
    const params: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(route.params)) params[name] = checked(schema, found.params[name], name);
    const body = route.body === null ? await nothing(request) : checked(route.body, await json(request), '');
    const work = () => route.run(
      { host: options.host, ready, token, batchMs: options.batchMs ?? BATCH_MS, jobs: { own: (id) => remember(id, token.name), isOwn: (id) => jobs.get(id) === token.name } },
      { params: params as Record<string, never>, body: body as never },
    );
    const key = request.headers['idempotency-key'];
    const result = route.once ? await once.run(token.name, route.id, Array.isArray(key) ? key.join() : key, body, async () => work()) : await work();
    if (route.answer === null) say(response, route.status, null, {});
    else if (result instanceof Sent) say(response, route.status, result.body, { 'Content-Type': result.type, ...(result.fileName === null ? {} : { 'Content-Disposition': `attachment; filename="${result.fileName}"` }) });
    // Through its own schema: what is not in the document does not leave.
    else say(response, route.status, JSON.stringify(outgoing(route.answer, result)), { 'Content-Type': 'application/json' });
    return route.status;
  }

  function authorise(request: IncomingMessage, ready: ReadyApi): RestToken {
    const bearer = /^Bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = bearer === undefined ? null : part(ready.rest).check(bearer);
    if (token) return token;
    const wait = failures.take('all');
    if (wait > 0) throw new HttpError(429, 'Too many requests without a valid token.', { 'Retry-After': String(wait) });
    throw new HttpError(401, bearer === undefined ? 'A token is wanted: Authorization: Bearer phdex_…' : 'The token is unknown, expired or revoked.', { 'WWW-Authenticate': bearer === undefined ? 'Bearer realm="phdex"' : 'Bearer realm="phdex", error="invalid_token"' });
  }

  function remember(jobId: string, client: string): void {
    jobs.set(jobId, client);
    if (jobs.size > MAX_JOBS) jobs.delete(jobs.keys().next().value!);
  }

  const address = options.address ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, address, (cause) => (cause.code === 'EADDRINUSE'
    ? new AppError('port-taken', `Port ${options.port} is taken by another program.`, { hint: 'Choose another with --rest-port, or 0 for any free one.', cause })
    : new AppError('invalid-argument', `${address} is no address of this machine.`, { hint: 'Leave --rest-address out for 127.0.0.1.', cause })));
  names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, ...(options.names ?? []).map((n) => n.toLowerCase())];
  url = `http://${options.names?.[0] ?? `127.0.0.1:${port}`}`;
  return {
    port, url,
    stop: () => stopServing(server),
  };
}

type Told = { route: string; token: RestToken | null; ready: ReadyApi | null };

function checked(schema: Route['body'] & object, value: unknown, name: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = [name, ...issue.path].filter((p) => p !== '').join('.');
  throw new AppError('invalid-argument', `${where || 'The body'}: ${issue.message}.`, { hint: 'See /openapi.json.' });
}

function outgoing(schema: Route['body'] & object, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError('internal', `An answer is not of its schema: ${parsed.error.issues[0]!.path.join('.')}.`, { cause: parsed.error });
  return parsed.data;
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new HttpError(413, `A body has at most ${MAX_BODY_BYTES} bytes.`);
  return body;
}

async function json(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json(;\s*charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) throw new HttpError(415, 'A body is application/json.');
  if (request.headers['content-encoding'] !== undefined) throw new HttpError(415, 'A body is sent as it is, not compressed.');
  const text = await bytes(request);
  try { return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)); } catch { throw new HttpError(400, 'The body is no JSON.'); }
}

async function nothing(request: IncomingMessage): Promise<null> {
  if ((await bytes(request)).length > 0) throw new HttpError(400, 'This address takes no body.');
  return null;
}
