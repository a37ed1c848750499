import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { WalletHandle } from '../wallet/wallet.ts';

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

/** Each has a key of its own: a profile's rows cannot be opened any more once one is renamed. */
export type VaultPurpose = 'accounts' | 'consent' | 'dataset-keys' | 'emergencies' | 'erasures' | 'health-links' | 'manual' | 'notices' | 'recording-index' | 'records' | 'reports' | 'shares' | 'studies';

/** What a profile keeps for one purpose, sealed under the wallet, each bound to what it is. To open throws AppError `database-corrupt`. */
export type Vault = {
  /** As JSON. */
  seal(what: string, value: unknown): Uint8Array;
  open<T>(what: string, sealed: Uint8Array): T;
  sealText(what: string, text: string): Uint8Array;
  openText(what: string, sealed: Uint8Array): string;
  sealBytes(what: string, bytes: Uint8Array): Uint8Array;
  /** @returns the caller's to wipe */
  openBytes(what: string, sealed: Uint8Array): Uint8Array;
  /** Lends the key and wipes it, where many are opened at once. */
  withKey<T>(use: (key: Uint8Array) => T): T;
};

/** Derives the key anew for each use, so that nothing opens once the wallet is locked. */
export function openVault(wallet: Pick<WalletHandle, 'storageKey'>, purpose: VaultPurpose): Vault {
  const withKey: Vault['withKey'] = (use) => { const key = wallet.storageKey(purpose); try { return use(key); } finally { key.fill(0); } };
  const sealBytes: Vault['sealBytes'] = (what, bytes) => withKey((key) => sealAtRest(key, what, bytes));
  const openBytes: Vault['openBytes'] = (what, sealed) => withKey((key) => openAtRest(key, what, sealed));
  const sealText: Vault['sealText'] = (what, text) => sealBytes(what, Buffer.from(text));
  const openText: Vault['openText'] = (what, sealed) => Buffer.from(openBytes(what, sealed)).toString('utf8');
  return {
    withKey, sealBytes, openBytes, sealText, openText,
    seal: (what, value) => sealText(what, JSON.stringify(value)),
    open: <T>(what: string, sealed: Uint8Array) => JSON.parse(openText(what, sealed)) as T,
  };
}
