import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import { MAX_CALL_BYTES } from '../../chain/forward-request.ts';
import { ForwardIn, FundIn, type Refusal } from '../../chain/relay-wire.ts';
import { createRateLimit } from '../rate-limit.ts';
import { readBody } from '../read-body.ts';
import { listen, stopServing } from '../serve-http.ts';
import { RelayRefusal, type RelayService } from './relay-service.ts';

export type RelayServer = { url: string; stop(): Promise<void> };

const MAX_BODY = 2 * MAX_CALL_BYTES + 4096;
const MAX_CONNECTIONS = 64;
const HEADERS_TIMEOUT_MS = 5000;
const BODY_TIMEOUT_MS = 10_000;
/** Requests that one peer may make at once, and how many come back each second. Kept in memory and told to nobody. */
const BURST = 120;
const PER_SECOND = 20;
const MAX_PEERS = 4096;
const STATUS: Partial<Record<Refusal, number>> = { malformed: 400, 'too-large': 413, 'too-fast': 429, limit: 429, busy: 409, poor: 503, failed: 502 };

/**
 * The relayer over HTTP: POST /forward, POST /fund, GET /status, all JSON. No cookies, no CORS (a page in a browser may
 * not ask), small bodies, a bucket a peer. Writes no log of its own.
 * @throws AppError `port-taken`
 */
export async function serveRelay(service: RelayService, options: { port?: number; host?: string; burst?: number; perSecond?: number; now?: () => number } = {}): Promise<RelayServer> {
  const limit = createRateLimit({ burst: options.burst ?? BURST, perSecond: options.perSecond ?? PER_SECOND, keys: MAX_PEERS }, options.now);
  const say = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'same-origin', ...(status >= 400 ? { Connection: 'close' } : {}) });
    response.end(JSON.stringify(body));
  };

  async function bodyOf(request: IncomingMessage): Promise<unknown> {
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '') || request.headers.origin !== undefined) throw new RelayRefusal('malformed');
    const body = await readBody(request, MAX_BODY);
    if (body === null) throw new RelayRefusal('too-large');
    try { return JSON.parse(body.toString('utf8')); } catch { throw new RelayRefusal('malformed'); }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (limit.take(request.socket.remoteAddress ?? '') > 0) throw new RelayRefusal('too-fast');
      const path = (request.url ?? '').split('?')[0];
      if (path === '/status' && request.method === 'GET') return say(response, 200, await service.status());
      if (path !== '/forward' && path !== '/fund') return say(response, 404, { refused: 'malformed' });
      if (request.method !== 'POST') return say(response, 405, { refused: 'malformed' });
      const body = await bodyOf(request);
      const parsed = (path === '/forward' ? ForwardIn : FundIn).safeParse(body);
      if (!parsed.success) throw new RelayRefusal('malformed');
      return say(response, 200, { hash: await (path === '/forward' ? service.forward(parsed.data as ForwardIn) : service.fund(parsed.data as FundIn)) });
    } catch (error) {
      const refused = error instanceof RelayRefusal ? error.refused : 'failed';
      say(response, STATUS[refused] ?? 422, { refused });
    }
  }

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: 5000, connectionsCheckingInterval: 2000, maxHeaderSize: 8192 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, host, (cause) => (cause.code === 'EADDRINUSE' ? new AppError('port-taken', `Port ${options.port} for the relayer is taken by another program.`, { hint: 'Choose another port, or 0 for any free one.', cause }) : cause));
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async stop() {
      await stopServing(server);
      await service.stop();
    },
  };
}
