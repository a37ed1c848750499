/** Resolves after `ms`; rejects with the reason of `signal` once it is aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
  const stop = () => { clearTimeout(timer); reject(signal!.reason as Error); };
  const timer = setTimeout(() => { signal?.removeEventListener('abort', stop); resolve(); }, ms);
  if (signal?.aborted) stop(); else signal?.addEventListener('abort', stop, { once: true });
});
