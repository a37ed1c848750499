import { createHash } from 'node:crypto';
import { HttpError } from './problem.ts';

/** A retry comes within seconds; a day is what the draft of the header's standard has its examples do. */
const KEEP_MS = 86_400_000;
const MAX_KEYS = 1000;
const FORM = /^[\w.:-]{1,128}$/;

export type Once = {
  /** Does `work` once for each key of a client on a route; a repeated call gets the same answer, also while the first runs. @throws HttpError 400, 422 */
  run<T>(client: string, route: string, key: string | undefined, body: unknown, work: () => Promise<T>): Promise<T>;
};

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) for what must not be done twice. Held in memory: a restart forgets. */
export function createOnce(now: () => number = Date.now): Once {
  const done = new Map<string, { body: string; at: number; result: Promise<unknown> }>();
  return {
    async run<T>(client: string, route: string, key: string | undefined, body: unknown, work: () => Promise<T>): Promise<T> {
      if (key === undefined) return work();
      if (!FORM.test(key)) throw new HttpError(400, 'An Idempotency-Key has 1 to 128 letters, digits, dots, colons, hyphens or underscores.');
      const name = `${client} ${route} ${key}`;
      const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64');
      const before = done.get(name);
      if (before && now() - before.at < KEEP_MS) {
        if (before.body !== digest) throw new HttpError(422, 'This Idempotency-Key was used with another body.');
        return before.result as Promise<T>;
      }
      const result = work();
      done.delete(name);
      done.set(name, { body: digest, at: now(), result });
      if (done.size > MAX_KEYS) done.delete(done.keys().next().value!);
      // What failed may be tried again.
      result.catch(() => { if (done.get(name)?.result === result) done.delete(name); });
      return result;
    },
  };
}
