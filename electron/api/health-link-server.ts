import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { HealthLinkDoor } from '../app/consent/health-link-door.ts';
import { readBody } from '../app/read-body.ts';
import { listen, stopServing } from '../app/serve-http.ts';

export type HealthLinkServer = { port: number; stop(): Promise<void> };
export type HealthLinkServerOptions = {
  door: HealthLinkDoor;
  host: string; port: number;
  /** What files' addresses begin with; by default where the server listens. */
  publicUrl?: string | null;
};

const MAX_BODY = 4096;
const MAX_CONNECTIONS = 64;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const IDLE_MS = 30_000;
/** That a download may take to end when the server stops. */
const STOP_MS = 500;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What a person is shown of who opened: printable, and not without end. */
const Recipient = z.string().max(1000).transform((text) => text.replace(/\p{C}+/gu, ' ').trim().slice(0, 120)).refine((text) => text.length > 0);
const Request = z.object({ recipient: Recipient, passcode: z.string().max(200).optional(), embeddedLengthMax: z.number().int().min(0).max(1e9).optional() });

/** Viewers run in browsers of anywhere; what is behind is sealed, and the token in the path is what counts. */
const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, POST, OPTIONS', 'Access-Control-Allow-Headers': 'Content-Type', 'Access-Control-Max-Age': '600' };
const HEADERS = { ...CORS, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" };

/**
 * Manifest and files of SMART Health Links, a server of its own: nothing of the app's API is here.
 * POST /shl/TOKEN/m {recipient, passcode?, embeddedLengthMax?} · GET /shl/TOKEN/m?recipient= (flag U) · GET /shl/f/TICKET.
 * A link that is unknown, expired, revoked or locked answers 404 alike, so that a stranger learns nothing.
 * @throws AppError `port-taken`
 */
export async function createHealthLinkServer({ door, host, port, publicUrl }: HealthLinkServerOptions): Promise<HealthLinkServer> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 5_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 8 * 1024 }, (request, response) => {
    handle(request, response).catch(() => { if (!response.headersSent) json(response, 500, { error: 'internal' }); else response.destroy(); });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_MS);

  function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
    response.writeHead(status, { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  }
  const gone = (response: ServerResponse) => json(response, 404, { error: 'no such link, or it has ended' });
  const busy = (response: ServerResponse) => json(response, 429, { error: 'too many requests' }, { 'Retry-After': '60' });
  function jose(response: ServerResponse, jwe: string): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/jose', 'Content-Length': String(Buffer.byteLength(jwe)) });
    response.end(jwe);
  }
  const parse = (body: Buffer): unknown => { try { return JSON.parse(body.toString('utf8')); } catch { return null; } };
  const base = (): string => publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '/').split('?', 2) as [string, string?];
    const link = /\/shl\/([^/]+)\/m$/.exec(path)?.[1];
    const ticket = /\/shl\/f\/([^/]+)$/.exec(path)?.[1];
    const method = request.method ?? '';
    if (method === 'OPTIONS') { response.writeHead(204, HEADERS); response.end(); return; }
    if (ticket !== undefined) {
      if (method !== 'GET') return json(response, 405, { error: 'method' }, { Allow: 'GET, OPTIONS' });
      const file = TOKEN.test(ticket) ? door.file(ticket) : null;
      return file ? jose(response, file.jwe) : gone(response);
    }
    if (link === undefined || !TOKEN.test(link)) return gone(response);
    if (method === 'GET') {
      const recipient = Recipient.safeParse(new URLSearchParams(query).get('recipient') ?? '');
      if (!recipient.success) return json(response, 400, { error: 'a recipient is wanted: who opens the link' });
      const file = door.direct(link, recipient.data);
      return file === 'busy' ? busy(response) : file ? jose(response, file.jwe) : gone(response);
    }
    if (method !== 'POST') return json(response, 405, { error: 'method' }, { Allow: 'GET, POST, OPTIONS' });
    const body = await readBody(request, MAX_BODY);
    if (body === null) return json(response, 413, { error: 'the request is too long' }, { Connection: 'close' });
    const asked = Request.safeParse(parse(body));
    if (!asked.success) return json(response, 400, { error: 'a JSON object with a recipient is wanted: who opens the link' });
    const answer = await door.manifest(link, asked.data);
    switch (answer.kind) {
      case 'gone': return gone(response);
      case 'busy': return busy(response);
      case 'passcode': return json(response, 401, { error: 'passcode', remainingAttempts: answer.remainingAttempts });
      case 'files': return json(response, 200, { status: 'finalized', files: answer.files.map((f) => ('embedded' in f ? { contentType: f.contentType, embedded: f.embedded } : { contentType: f.contentType, location: `${base()}/shl/f/${f.ticket}` })) });
    }
  }

  server.on('clientError', (_error, socket) => { if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'); else socket.destroy(); });
  const bound = await listen(server, port, host, (cause) => (cause.code === 'EADDRINUSE' || cause.code === 'EACCES' || cause.code === 'EADDRNOTAVAIL'
    ? new AppError('port-taken', `Health links cannot be served on ${host}, port ${port}: ${cause.code === 'EADDRINUSE' ? 'another program has it' : 'the system does not allow it'}.`, { hint: 'Choose another with `phdex health-link address --listen HOST:PORT`, and make the links anew.', cause })
    : cause));
  return { port: bound, stop: () => stopServing(server, STOP_MS) };
}
