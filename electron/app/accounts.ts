import type { Db } from '../db/open-database.ts';
import { accountRows } from '../db/queries/account-rows.ts';
import { createAccounts, type Accounts } from '../wallet/accounts.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openAtRest, sealAtRest } from './at-rest.ts';

/** The fresh accounts of a profile, what they are for sealed under the wallet. */
export function openAccounts({ db, wallet }: { db: Db; wallet: WalletHandle }): Accounts {
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('accounts'); try { return use(key); } finally { key.fill(0); } };
  const name = (index: number) => `account/${index}`;
  return createAccounts({
    rows: accountRows(db), wallet,
    seal: (index, label) => withKey((key) => sealAtRest(key, name(index), Buffer.from(label))),
    open: (index, sealed) => withKey((key) => Buffer.from(openAtRest(key, name(index), sealed)).toString('utf8')),
  });
}
