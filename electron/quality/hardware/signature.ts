import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 public key in its SubjectPublicKeyInfo. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** The first 16 hexadecimal digits of the SHA-256 of the raw key. */
export const keyId = (rawKey: Uint8Array): string => createHash('sha256').update(rawKey).digest('hex').slice(0, 16);

/** @returns 32 bytes */
export function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(SPKI.length);
}

/** A line of a signature file, which has one for each signer: `ed25519 <key id> <base64 of 64 bytes>`. */
export function signatureLine(bytes: Uint8Array, privateKey: KeyObject): string {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new RangeError(`signatureLine: the key is of type ${privateKey.asymmetricKeyType}, not ed25519.`);
  return `ed25519 ${keyId(rawPublicKey(privateKey))} ${sign(null, bytes, privateKey).toString('base64')}\n`;
}

/**
 * Whether one of `keys` (raw, base64) signed exactly these bytes.
 * @returns the id of that key, or null
 */
export function signerOf(bytes: Uint8Array, signatureFile: string, keys: readonly string[]): string | null {
  const raw = keys.map((key) => Buffer.from(key, 'base64')).filter((key) => key.length === 32);
  for (const line of signatureFile.slice(0, 10_000).split('\n')) {
    const [algorithm, id, text, ...more] = line.trim().split(/ +/);
    if (algorithm !== 'ed25519' || id === undefined || text === undefined || more.length > 0) continue;
    const signature = Buffer.from(text, 'base64');
    const key = raw.find((k) => keyId(k) === id);
    if (!key || signature.length !== 64) continue;
    if (verify(null, bytes, createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' }), signature)) return id;
  }
  return null;
}
