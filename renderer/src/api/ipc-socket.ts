/** The one object that the preload exposes in the window; not there in a browser. */
export type PhdexBridge = {
  send(text: string): void;
  onMessage(listener: (text: string) => void): () => void;
  /** Where a dropped file lies, so that its bytes need not travel through the page. */
  pathOf(file: File): string;
};

declare global {
  interface Window { phdex?: PhdexBridge }
}

/**
 * The bridge in the shape of a WebSocket, as far as tRPC's `createWSClient({ WebSocket: IpcSocket })` uses one. There is
 * one main process and it does not go away before the window does: the socket opens at once and closes only here.
 */
export class IpcSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  // On the socket itself as well: tRPC looks at both.
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readyState: number = IpcSocket.CONNECTING;
  readonly #bridge: PhdexBridge;
  readonly #forget: () => void;

  constructor(url: string | URL, _protocols?: string | string[], bridge: PhdexBridge | undefined = globalThis.window?.phdex) {
    super();
    if (!bridge) throw new Error('This page is not in the window of the app.');
    this.url = String(url);
    this.#bridge = bridge;
    this.#forget = bridge.onMessage((text) => {
      if (this.readyState === IpcSocket.OPEN) this.dispatchEvent(new MessageEvent('message', { data: text }));
    });
    // Not in a microtask: the client listens for `open` only some of them later.
    setTimeout(() => {
      if (this.readyState !== IpcSocket.CONNECTING) return;
      // A page that was loaded again takes the place of the one before it.
      bridge.send('open');
      this.readyState = IpcSocket.OPEN;
      this.dispatchEvent(new Event('open'));
    }, 0);
  }

  send(text: string): void {
    if (this.readyState !== IpcSocket.OPEN) throw new DOMException('The socket is not open.', 'InvalidStateError');
    this.#bridge.send(text);
  }

  close(): void {
    if (this.readyState === IpcSocket.CLOSED) return;
    if (this.readyState === IpcSocket.OPEN) this.#bridge.send('close');
    this.readyState = IpcSocket.CLOSED;
    this.#forget();
    this.dispatchEvent(new Event('close'));
  }
}
