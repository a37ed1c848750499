import { AppError } from '../../../shared/errors.ts';

/**
 * The promise, or after `ms` an error with that sentence. What was asked for is not undone: noble gives no way to.
 * @throws AppError `invalid-argument`, retryable
 */
export function within<T>(promise: Promise<T>, ms: number, sentence: string, hint: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new AppError('invalid-argument', sentence, { hint, retryable: true })), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) { resolve(); return; }
    const done = () => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve(); };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
