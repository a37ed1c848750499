import { recordingIndex } from '../db/queries/profile-stores.ts';
import type { Db } from '../db/open-database.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openAtRest, sealAtRest } from './at-rest.ts';

/** The recordings of a profile, what is known of them sealed under its wallet. */
export function openRecordingIndex({ db, wallet }: { db: Db; wallet: WalletHandle }) {
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('recording-index'); try { return use(key); } finally { key.fill(0); } };
  const name = (id: string) => `recording/${id}`;
  return recordingIndex(db, {
    seal: (id, text) => withKey((key) => sealAtRest(key, name(id), Buffer.from(text))),
    open: (id, sealed) => withKey((key) => Buffer.from(openAtRest(key, name(id), sealed)).toString('utf8')),
  });
}
