import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

/** Small secrets at rest: AES-256-GCM with a random nonce, bound to what they are. nonce(12) ‖ ciphertext ‖ tag(16) */
export function sealAtRest(key: Uint8Array, what: string, secret: Uint8Array): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(what));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

/** @returns the secret, the caller's to wipe @throws AppError `database-corrupt` */
export function openAtRest(key: Uint8Array, what: string, sealed: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(what));
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    const secret = decipher.update(sealed.subarray(12, sealed.length - 16));
    decipher.final();
    return new Uint8Array(secret);
  } catch (cause) {
    throw new AppError('database-corrupt', `What this profile stores as «${what}» was changed or belongs to another wallet.`, { hint: 'Restore the profile from its backup.', cause });
  }
}
