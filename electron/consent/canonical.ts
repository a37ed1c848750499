import type { z } from 'zod';
import { canonicalBytes } from '../vault/manifest.ts';

/**
 * Reads a stranger's canonical JSON (RFC 8785): size, UTF-8, schema without unknown fields, and the very bytes that writing
 * it again gives, so that nothing reads two ways.
 * @param fail makes the error that is thrown of a reason and its cause
 */
export function readCanonical<T extends z.ZodType>(bytes: Uint8Array, schema: T, maxBytes: number, fail: (why: string, cause?: unknown) => Error): z.output<T> {
  if (bytes.length > maxBytes) throw fail(`it has ${bytes.length} bytes, ${maxBytes} are the most`);
  let json: unknown;
  try { json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch (cause) { throw fail('it is no JSON in UTF-8', cause); }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw fail(`its field «${parsed.error.issues[0]!.path.join('.') || 'top level'}» is not of the format`, parsed.error);
  if (!Buffer.from(canonicalBytes(parsed.data)).equals(bytes)) throw fail('it is not in its canonical form');
  return parsed.data;
}
