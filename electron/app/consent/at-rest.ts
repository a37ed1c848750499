import type { WalletHandle } from '../../wallet/wallet.ts';
import { openAtRest, sealAtRest } from '../at-rest.ts';

/** What a profile keeps of consent, as JSON under the wallet, each bound to what it is. */
export type Vault = { seal(what: string, value: unknown): Uint8Array; open<T>(what: string, sealed: Uint8Array): T; sealBytes(what: string, bytes: Uint8Array): Uint8Array; openBytes(what: string, sealed: Uint8Array): Uint8Array };

export function consentVault(wallet: WalletHandle): Vault {
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('consent'); try { return use(key); } finally { key.fill(0); } };
  const sealBytes: Vault['sealBytes'] = (what, bytes) => withKey((key) => sealAtRest(key, what, bytes));
  const openBytes: Vault['openBytes'] = (what, sealed) => withKey((key) => openAtRest(key, what, sealed));
  return {
    sealBytes, openBytes,
    seal: (what, value) => sealBytes(what, Buffer.from(JSON.stringify(value))),
    open: <T>(what: string, sealed: Uint8Array) => JSON.parse(Buffer.from(openBytes(what, sealed)).toString('utf8')) as T,
  };
}
