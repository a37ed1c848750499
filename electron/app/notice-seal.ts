import type { Notice, NoticeKind } from '../../shared/api/app.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openAtRest, sealAtRest } from './at-rest.ts';

/** What notices say at rest: names of people and of what is shared. Base64; rows of before 2026-11 are plain JSON. */
export function noticeSeal(wallet: Pick<WalletHandle, 'storageKey'>) {
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('notices'); try { return use(key); } finally { key.fill(0); } };
  const name = (kind: string, at: number) => `notice/${kind}/${at}`;
  return {
    isSealed: (text: string) => !text.startsWith('{'),
    seal: (kind: NoticeKind, at: number, params: Notice['params']): string => withKey((key) => Buffer.from(sealAtRest(key, name(kind, at), Buffer.from(JSON.stringify(params)))).toString('base64')),
    /** @throws AppError `database-corrupt` */
    open(kind: string, at: number, text: string): Notice['params'] {
      const json = this.isSealed(text) ? withKey((key) => Buffer.from(openAtRest(key, name(kind, at), Buffer.from(text, 'base64'))).toString('utf8')) : text;
      return JSON.parse(json) as Notice['params'];
    },
  };
}
