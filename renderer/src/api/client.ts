import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
// The type of the API and nothing else: scripts/check-imports.ts lets only a type through, and only here.
import type { ApiRouter } from '../../../electron/api/router.ts';
import { connection } from './connection.ts';
import { IpcSocket } from './ipc-socket.ts';
import { token } from './token.ts';

/** A page cannot set headers on a WebSocket: the token travels as the subprotocol (electron/api/serve.ts). */
class TokenSocket extends WebSocket {
  constructor(url: string | URL) {
    super(url, token ? [`phdex.${token}`] : []);
  }
}

const socketUrl = (): string => (window.phdex ? 'ws://app/api' : `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api`);

const wsClient = createWSClient({
  url: socketUrl,
  WebSocket: (window.phdex ? IpcSocket : TokenSocket) as unknown as typeof WebSocket,
  // At once, then slower, up to ten seconds.
  retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(10_000, 500 * 2 ** (attempt - 1))),
  keepAlive: { enabled: !window.phdex, intervalMs: 20_000, pongTimeoutMs: 5_000 },
  onOpen: () => connection.setState((c) => ({ state: 'open', opened: c.opened + 1 })),
  onClose: () => connection.setState({ state: 'lost' }),
  onError: () => connection.setState({ state: 'lost' }),
});

export const api = createTRPCClient<ApiRouter>({ links: [wsLink({ client: wsClient })] });
