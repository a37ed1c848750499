import { AppError } from '../../shared/errors.ts';
import type { ChainChanges } from './ports.ts';

/**
 * Waits until `read` gives something other than undefined, asking again after each change of the event cache
 * and, for what depends on the clock alone, every `everyMs`.
 * @throws AppError `access-expired` with `what` when `timeoutMs` has passed; the signal's reason when aborted
 */
export function waitFor<T>(
  changes: ChainChanges,
  read: () => T | undefined,
  options: { what: string; timeoutMs: number; signal?: AbortSignal; everyMs?: number; hint?: string },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timeout);
      clearInterval(tick);
      stopListening();
      options.signal?.removeEventListener('abort', onAbort);
      act();
    };
    const look = () => {
      try {
        const value = read();
        if (value !== undefined) finish(() => resolve(value));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    };
    const onAbort = () => finish(() => reject(options.signal!.reason as Error));
    const timeout = setTimeout(
      () => finish(() => reject(new AppError('access-expired', `Waited ${Math.round(options.timeoutMs / 1000)} s for ${options.what}; it did not come.`, { hint: options.hint, retryable: true }))),
      options.timeoutMs,
    );
    const tick = setInterval(look, options.everyMs ?? 1000);
    const stopListening = changes.onChange(look);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    else look();
  });
}
