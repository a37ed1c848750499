/**
 * The API over one message socket, the same for both transports. Each side sends texts of tRPC's WebSocket protocol.
 *
 * Browser (headless host): `new WebSocket('ws://127.0.0.1:<port>/api', ['phdex.<token>'])`; a page cannot set headers
 * on a WebSocket, and a token in the URL would end in logs and histories, so it travels as the subprotocol. The page
 * finds it in the fragment of its own URL (`#token=…`), which no request carries.
 *
 * Window (Electron): `window.phdex = { send(text), onMessage(cb): () => void, pathOf(file) }` from the preload; the page
 * wraps it in `IpcSocket` (renderer/src/api/ipc-socket.ts), which looks like a WebSocket to `createWSClient`.
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { getWSConnectionHandler, type WSSHandlerOptions } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import type { Host } from '../app/host-types.ts';
import { apiRouter, type ApiRouter } from './router.ts';

export const TOKEN_PROTOCOL = 'phdex.';
/** No input of the API is longer; files go another way. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_BATCH = 100;

/** Serves one page. */
export type ServeSocket = (socket: WebSocket, request: IncomingMessage) => void;

export function serveSockets(host: Host, options: { keepAlive: boolean } = { keepAlive: true }): ServeSocket {
  // Its type asks for a server of sockets as well, which it does not use: it is given one socket at a time.
  return getWSConnectionHandler({
    router: apiRouter,
    createContext: () => ({ host }),
    keepAlive: { enabled: options.keepAlive, pingMs: 30_000, pongWaitMs: 10_000 },
    maxBatchSize: MAX_BATCH,
    // What a procedure throws goes to the page, and to nobody else: it may name a person's file.
    onError: () => undefined,
  } as unknown as WSSHandlerOptions<ApiRouter>);
}

/** One page behind IPC, in the shape that tRPC expects of a `ws` socket. */
class PortSocket extends EventEmitter {
  readyState = 1;
  readonly #send: (text: string) => void;
  constructor(send: (text: string) => void) {
    super();
    this.#send = send;
  }
  send(text: string): void {
    if (this.readyState === 1) this.#send(text);
  }
  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.emit('close');
  }
  terminate(): void { this.close(); }
}

/** What the page's socket says besides tRPC's own texts, as it comes and goes: a page that was loaded again begins anew. */
export const SOCKET_OPEN = 'open';
export const SOCKET_CLOSE = 'close';

export type Port = { /** A text from the page. */ receive(text: unknown): void; /** The page is gone. */ close(): void };

/** Serves one page that exchanges texts by other means than a WebSocket. The caller has checked who the page is. */
export function servePort(host: Host, send: (text: string) => void): Port {
  const serve = serveSockets(host, { keepAlive: false });
  let socket: PortSocket | null = null;
  const close = () => { socket?.close(); socket = null; };
  return {
    receive(text) {
      if (typeof text !== 'string' || text.length > MAX_MESSAGE_BYTES) return;
      if (text === SOCKET_CLOSE) close();
      else if (text === SOCKET_OPEN) {
        close();
        socket = new PortSocket(send);
        // The two things that tRPC reads of a request: where it went, and its headers.
        serve(socket as unknown as WebSocket, { url: '/api', headers: {}, socket: {} } as unknown as IncomingMessage);
      } else socket?.emit('message', Buffer.from(text, 'utf8'), false);
    },
    close,
  };
}
