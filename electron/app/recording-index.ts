import { recordingIndex } from '../db/queries/profile-stores.ts';
import type { Db } from '../db/open-database.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openVault } from './at-rest.ts';

/** The recordings of a profile, what is known of them sealed under its wallet. */
export function openRecordingIndex({ db, wallet }: { db: Db; wallet: WalletHandle }) {
  const vault = openVault(wallet, 'recording-index');
  const name = (id: string) => `recording/${id}`;
  return recordingIndex(db, {
    seal: (id, text) => vault.sealText(name(id), text),
    open: (id, sealed) => vault.openText(name(id), sealed),
  });
}
