import { AppError } from '../../shared/errors.ts';

/** An answer of the endpoint that is an error of its own: a revert, a refused transaction. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(error: { code: number; message: string; data?: unknown }) {
    super(error.message);
    this.code = error.code;
    this.data = error.data;
  }
}

export type Rpc = {
  /** @throws RpcError what the endpoint answered · AppError `chain-unreachable` when it stays away for longer than the patience */
  call<T = unknown>(method: string, params?: readonly unknown[], options?: { signal?: AbortSignal; patienceMs?: number }): Promise<T>;
  readonly url: string;
  /** Whether the last call got an answer. */
  readonly reachable: boolean;
};

/** How long a call waits for an endpoint that has gone away. */
const PATIENCE_MS = 30_000;

/**
 * JSON-RPC over HTTP (EIP-1474). An endpoint that goes away is waited for with exponential backoff and jitter; what may
 * be repeated is repeated, because every call of ours is idempotent: reads, and signed transactions by their hash.
 */
export function createRpc(url: string, defaults: { patienceMs?: number; onReachable?: (reachable: boolean) => void } = {}): Rpc {
  let id = 0;
  let reachable = true;
  const now = (answers: boolean) => { if (answers !== reachable) { reachable = answers; defaults.onReachable?.(answers); } };
  return {
    url,
    get reachable() { return reachable; },
    async call<T>(method: string, params: readonly unknown[] = [], options: { signal?: AbortSignal; patienceMs?: number } = {}): Promise<T> {
      const patience = options.patienceMs ?? defaults.patienceMs ?? PATIENCE_MS;
      const began = Date.now();
      for (let attempt = 0; ; attempt += 1) {
        options.signal?.throwIfAborted();
        try {
          const timeout = AbortSignal.timeout(20_000);
          const response = await fetch(url, {
            method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
            signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
          });
          if (response.status >= 500 || response.status === 429) throw new TypeError(`HTTP ${response.status}`);
          const answer = (await response.json()) as { result?: T; error?: { code: number; message: string; data?: unknown } };
          now(true);
          if (answer.error) throw new RpcError(answer.error);
          return answer.result as T;
        } catch (cause) {
          if (cause instanceof RpcError || options.signal?.aborted) throw cause;
          now(false);
          const wait = Math.min(5000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2);
          if (Date.now() - began + wait > patience) throw new AppError('chain-unreachable', `The chain's endpoint at ${redact(url)} does not answer.`, { hint: 'Check that it runs and that the address is right; what was under way goes on when it is back.', retryable: true, cause });
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
    },
  };
}

/** Endpoint without user, password and path: providers put API keys there. */
export function redact(url: string): string {
  try { const u = new URL(url); return `${u.protocol}//${u.host}`; } catch { return 'an address that is none'; }
}
