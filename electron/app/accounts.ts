import type { Db } from '../db/open-database.ts';
import { accountRows } from '../db/queries/account-rows.ts';
import { createAccounts, type Accounts } from '../wallet/accounts.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openVault } from './at-rest.ts';

/** The fresh accounts of a profile, what they are for sealed under the wallet. */
export function openAccounts({ db, wallet }: { db: Db; wallet: WalletHandle }): Accounts {
  const vault = openVault(wallet, 'accounts');
  const name = (index: number) => `account/${index}`;
  return createAccounts({
    rows: accountRows(db), wallet,
    seal: (index, label) => vault.sealText(name(index), label),
    open: (index, sealed) => vault.openText(name(index), sealed),
  });
}
