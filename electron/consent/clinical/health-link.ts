import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/**
 * SMART Health Links (docs.smarthealthit.org/smart-health-links/spec): a link that carries the key of its files, which a server
 * holds encrypted and cannot read.
 */
export const LinkPayload = z.strictObject({
  /** Manifest URL with 256 bits of entropy; with flag U the file itself. */
  url: z.url({ protocol: /^https?$/ }).max(128),
  /** 32 random bytes, base64url. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Unix seconds. */
  exp: z.number().int().positive().optional(),
  /** L: may be opened again later; P: wants a passcode; U: `url` is the only file. In alphabetical order. */
  flag: z.string().regex(/^L?P?U?$/).refine((f) => !(f.includes('P') && f.includes('U')), 'P and U exclude each other').optional(),
  label: z.string().max(80).optional(),
  v: z.literal(1).optional(),
});
export type LinkPayload = z.infer<typeof LinkPayload>;

const PREFIX = 'shlink:/';
export const newToken = (): string => randomBytes(32).toString('base64url');
export const newKey = newToken;
/** What the database keeps of a token. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(`phdex/health-link/${token}`).digest();

export function encodeLink(payload: LinkPayload): string {
  return `${PREFIX}${Buffer.from(JSON.stringify(LinkPayload.parse(payload)), 'utf8').toString('base64url')}`;
}

/** @param link bare, or behind a viewer's URL that ends in `#` @throws AppError `invalid-argument` */
export function decodeLink(link: string): LinkPayload {
  const refuse = (cause?: unknown) => new AppError('invalid-argument', 'That is no SMART Health Link.', { hint: 'It begins with shlink:/.', cause });
  const at = link.indexOf(PREFIX);
  const encoded = link.slice(at + PREFIX.length);
  if (at < 0 || (at > 0 && link[at - 1] !== '#') || encoded.length > 4000 || !/^[A-Za-z0-9_-]+$/.test(encoded)) throw refuse();
  let json: unknown;
  try { json = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')); } catch (cause) { throw refuse(cause); }
  const parsed = LinkPayload.safeParse(json);
  if (!parsed.success) throw refuse(parsed.error);
  return parsed.data;
}

/** One file as JWE compact: `alg` dir, `enc` A256GCM, a fresh nonce each. @param contentType such as `application/fhir+json` */
export async function sealFile(content: Uint8Array, contentType: string, key: string): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  const secret = Buffer.from(key, 'base64url');
  try { return await new CompactEncrypt(content).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: contentType }).encrypt(secret); } finally { secret.fill(0); }
}

/** @throws AppError `seal-tampered` */
export async function openFile(jwe: string, key: string): Promise<{ content: Uint8Array; contentType: string | null }> {
  const { compactDecrypt } = await import('jose');
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, Buffer.from(key, 'base64url'), { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] });
    return { content: plaintext, contentType: protectedHeader.cty ?? null };
  } catch (cause) {
    throw new AppError('seal-tampered', 'The file does not open with the key of the link.', { hint: 'Ask for a new link.', cause });
  }
}

const SALT = 16;
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 27 };
const derive = (passcode: string, salt: Uint8Array): Promise<Buffer> => new Promise((resolve, reject) => scrypt(passcode.normalize('NFKC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key))));

/** salt(16) ‖ scrypt(passcode)(32) */
export async function hashPasscode(passcode: string): Promise<Uint8Array> {
  const salt = randomBytes(SALT);
  return Buffer.concat([salt, await derive(passcode, salt)]);
}
/** In a time that does not depend on where they differ. */
export async function isPasscode(passcode: string, hashed: Uint8Array): Promise<boolean> {
  return timingSafeEqual(await derive(passcode, hashed.subarray(0, SALT)), hashed.subarray(SALT));
}
