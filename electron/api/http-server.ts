import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { AppError } from '../../shared/errors.ts';
import { errorView } from '../app/error-view.ts';
import type { Host } from '../app/host-types.ts';
import { listen } from '../app/serve-http.ts';
import { SECURITY_HEADERS } from '../shell/csp.ts';
import { answerPage } from '../shell/pages.ts';
import { MAX_MESSAGE_BYTES, serveSockets, TOKEN_PROTOCOL } from './serve.ts';

const MAX_CONNECTIONS = 128;
const MAX_SOCKETS = 32;
const HEADERS_TIMEOUT_MS = 10_000;
/** A body may take long, as its file is long; but it has to move. */
const BODY_TIMEOUT_MS = 60 * 60_000;
const IDLE_MS = 60_000;
export const MAX_UPLOAD_BYTES = 8 * 1024 ** 3;
const MAX_NAME = 255;

export type HttpServer = { port: number; /** Without the token. */ url: string; token: string; stop(): Promise<void> };
export type HttpServerOptions = {
  host: Host; pagesDir: string;
  port?: number;
  /** Random where none is given. */
  token?: string;
  maxUploadBytes?: number;
  onRefused?: (why: string, facts: { method: string; path: string }) => void;
};

const sameSecret = (a: string, b: string): boolean => {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  // Its length is no secret; timingSafeEqual wants equal ones.
  return x.length === y.length && timingSafeEqual(x, y);
};

/**
 * The pages, the API's WebSocket and uploads on 127.0.0.1. Whoever may reach the port is not trusted: other programs of
 * other users lack the token, and pages of other sites are told by Host (DNS rebinding) and Origin.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const maxUpload = options.maxUploadBytes ?? MAX_UPLOAD_BYTES;
  const sockets = new WebSocketServer({
    noServer: true, maxPayload: MAX_MESSAGE_BYTES, clientTracking: true,
    handleProtocols: (protocols) => [...protocols].find((p) => p.startsWith(TOKEN_PROTOCOL)) ?? false,
  });
  const serve = serveSockets(options.host);
  let names: string[] = [];
  let connect: string[] = [];

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: 5_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_MS);

  const pathOf = (request: IncomingMessage): URL | null => { try { return new URL(request.url ?? '/', 'http://127.0.0.1'); } catch { return null; } };
  const refused = (request: IncomingMessage, why: string) => options.onRefused?.(why, { method: request.method ?? '', path: pathOf(request)?.pathname.slice(0, 200) ?? '' });
  const ourHost = (request: IncomingMessage): boolean => names.includes(request.headers.host ?? '');
  // Of the same name as the request went to: a page of `localhost` does not speak for `127.0.0.1`.
  const ourOrigin = (request: IncomingMessage): boolean => request.headers.origin === `http://${request.headers.host}`;

  function say(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    const json = typeof body !== 'string';
    response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'", 'Content-Type': json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
    response.end(json ? JSON.stringify(body) : body);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Before anything else, and for every path: a rebound name gets not even a page.
    if (!ourHost(request)) { refused(request, 'host'); return say(response, 403, 'Forbidden\n', { Connection: 'close' }); }
    const url = pathOf(request);
    if (!url) return say(response, 404, 'Not found\n');
    if (url.pathname === '/upload') return upload(request, response, url);
    if (url.pathname === '/api') return say(response, 426, 'Upgrade required\n', { Upgrade: 'websocket' });
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'Method not allowed\n', { Allow: 'GET, HEAD', Connection: 'close' });
    const page = await answerPage(options.pagesDir, (request.url ?? '/').split('?')[0]!, connect);
    response.writeHead(page.status, { ...page.headers, 'Content-Length': String(page.body.length) });
    response.end(request.method === 'HEAD' ? undefined : page.body);
  }

  async function upload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'POST') return say(response, 405, 'Method not allowed\n', { Allow: 'POST', Connection: 'close' });
    // The rest of a refused body is not read.
    const refuse = (status: number, error: AppError) => say(response, status, { error: errorView(error) }, { Connection: 'close' });
    const bearer = /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!ourOrigin(request)) { refused(request, 'origin'); return refuse(403, new AppError('invalid-argument', 'This page may not send files.')); }
    if (!sameSecret(bearer, token)) { refused(request, 'token'); return refuse(401, new AppError('invalid-argument', 'The token is not the one of this app.', { hint: 'Open the app by the address that it printed.' })); }
    const name = url.searchParams.get('name') ?? '';
    if (name === '' || name.length > MAX_NAME || /[/\\\p{Cc}]/u.test(name)) return refuse(400, new AppError('invalid-argument', 'The name of the file is missing or no name.', { hint: 'Rename the file and send it again.' }));
    const tooLarge = () => new AppError('quota-exceeded', `The file is larger than ${Math.floor(maxUpload / 1024 ** 2)} MB.`, { hint: 'Split it, or import it with `phdex import` on the machine itself.' });
    if (Number(request.headers['content-length'] ?? 0) > maxUpload) return refuse(413, tooLarge());
    async function* body(): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const chunk of request as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxUpload) throw tooLarge();
        yield chunk;
      }
      // A connection that broke ends the stream without the end of the body.
      if (!request.complete) throw new AppError('file-truncated', 'The upload was broken off.', { retryable: true, hint: 'Send the file again.' });
    }
    try {
      say(response, 200, await options.host.upload(name, body()));
    } catch (error) {
      if (response.destroyed || request.destroyed && !request.complete) { response.destroy(); return; }
      const view = errorView(error);
      refuse(view.code === 'quota-exceeded' ? 413 : view.code === 'internal' ? 500 : 400, error instanceof AppError ? error : new AppError('internal', view.message));
    }
  }

  function refuseUpgrade(socket: Duplex, status: string): void {
    socket.on('error', () => undefined);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()).find((p) => p.startsWith(TOKEN_PROTOCOL));
    if (!ourHost(request)) { refused(request, 'host'); return refuseUpgrade(socket, '403 Forbidden'); }
    if (!ourOrigin(request)) { refused(request, 'origin'); return refuseUpgrade(socket, '403 Forbidden'); }
    if ((request.url ?? '').split('?')[0] !== '/api') return refuseUpgrade(socket, '404 Not Found');
    if (!sameSecret(offered?.slice(TOKEN_PROTOCOL.length) ?? '', token)) { refused(request, 'token'); return refuseUpgrade(socket, '401 Unauthorized'); }
    if (sockets.clients.size >= MAX_SOCKETS) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      // Idle is not an error on a socket that lives as long as its page; the keep-alive of the API tells a dead one.
      (socket as Duplex & { setTimeout?(ms: number): void }).setTimeout?.(0);
      // A message that breaks the protocol closes the socket; ws says so as an error that nobody else must handle.
      ws.on('error', () => ws.terminate());
      serve(ws, request);
    });
  });
  server.on('clientError', (_error, socket) => { if (socket.writable) refuseUpgrade(socket, '400 Bad Request'); else socket.destroy(); });

  const port = await listen(server, options.port ?? 0, '127.0.0.1', (cause) => (cause.code === 'EADDRINUSE'
    ? new AppError('port-taken', `Port ${options.port} is taken by another program.`, { hint: 'Choose another with --port, or 0 for any free one.', cause })
    : cause));
  names = [`127.0.0.1:${port}`, `localhost:${port}`];
  connect = names.map((name) => `ws://${name}`);
  return {
    port, token, url: `http://127.0.0.1:${port}/`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const ws of sockets.clients) ws.close(1001);
      server.closeIdleConnections();
      const hard = setTimeout(() => { for (const ws of sockets.clients) ws.terminate(); server.closeAllConnections(); }, 500);
      await closed;
      clearTimeout(hard);
    },
  };
}
