import type { Notice, NoticeKind } from '../../shared/api/app.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openVault } from './at-rest.ts';

/** What notices say at rest: names of people and of what is shared. Base64; rows of before 2026-11 are plain JSON. */
export function noticeSeal(wallet: Pick<WalletHandle, 'storageKey'>) {
  const vault = openVault(wallet, 'notices');
  const name = (kind: string, at: number) => `notice/${kind}/${at}`;
  return {
    isSealed: (text: string) => !text.startsWith('{'),
    seal: (kind: NoticeKind, at: number, params: Notice['params']): string => Buffer.from(vault.seal(name(kind, at), params)).toString('base64'),
    /** @throws AppError `database-corrupt` */
    open(kind: string, at: number, text: string): Notice['params'] {
      return this.isSealed(text) ? vault.open<Notice['params']>(name(kind, at), Buffer.from(text, 'base64')) : (JSON.parse(text) as Notice['params']);
    },
  };
}
