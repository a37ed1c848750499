import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { accessKeyIndex, publicationRows, sealedDatasetKeys, sealedShares } from '../db/queries/profile-stores.ts';
import type { GranteeKeys } from '../market/grantee-keys.ts';
import type { ShareStore } from '../market/keep.ts';
import type { Publication, PublicationStore } from '../market/publish.ts';
import type { WalletHandle } from '../wallet/wallet.ts';
import { openVault } from './at-rest.ts';

/** Joins the wallet's keys with the database's rows: neither knows the other. */
export function createShareStore(db: Db, wallet: WalletHandle): ShareStore {
  const rows = sealedShares(db);
  const name = (datasetId: number, index: number) => `share/${datasetId}/${index}`;
  const vault = openVault(wallet, 'shares');
  return {
    get(datasetId, index) { const sealed = rows.get(datasetId, index); return sealed && vault.openBytes(name(datasetId, index), sealed); },
    put(datasetId, index, share) { rows.put(datasetId, index, vault.sealBytes(name(datasetId, index), share)); },
    destroy(datasetId, index) {
      // The row is overwritten before it goes: a page that SQLite frees keeps its bytes until it is used again.
      if (!rows.get(datasetId, index)) return false;
      rows.put(datasetId, index, new Uint8Array(61));
      return rows.remove(datasetId, index);
    },
  };
}

export function createGranteeKeys(db: Db, wallet: WalletHandle): GranteeKeys {
  const index = accessKeyIndex(db);
  const take = db.transaction((purpose: string) => {
    let idx = index.next();
    while (index.usedOnChain(wallet.accessPublicKey(idx).px)) idx += 1;
    const { px, py } = wallet.accessPublicKey(idx);
    index.insert(idx, purpose, px, py);
    return { index: idx, px, py };
  });
  return {
    allocate: (purpose) => take(purpose),
    allocateOnce(purpose) {
      const known = index.byPurpose(purpose);
      return known ? { index: known.idx, px: known.px as Hex, py: known.py as Hex } : take(purpose);
    },
    withSecret(px, use) {
      const known = index.byPx(px) ?? rediscover(px);
      if (!known) throw new AppError('not-yours', 'No key of this wallet fits that access.', { hint: 'Open it with the profile that opened the access.' });
      return wallet.withAccessSecret(known.idx, use);
    },
  };

  /** After a restore from the mnemonic the index is empty, but the keys are the same: look through the first thousand. */
  function rediscover(px: string): { idx: number } | undefined {
    for (let idx = 0; idx < 1000; idx += 1) {
      const key = wallet.accessPublicKey(idx);
      if (key.px === px.toLowerCase()) { index.insert(idx, `restored:${idx}`, key.px, key.py); return { idx }; }
    }
    return undefined;
  }
}

export function createDatasetKeyStore(db: Db, wallet: WalletHandle): { keep(nonce: Hex, key: Uint8Array): void; forget(nonce: Hex): void; has(nonce: Hex): boolean; /** Lends the key and wipes it. @throws AppError `dataset-unknown` */ withKey<T>(nonce: Hex, use: (key: Uint8Array) => T): T } {
  const rows = sealedDatasetKeys(db);
  const vault = openVault(wallet, 'dataset-keys');
  const name = (nonce: Hex) => `dataset-key/${nonce}`;
  return {
    keep(nonce, key) { rows.put(nonce, vault.sealBytes(name(nonce), key)); },
    forget: (nonce) => rows.remove(nonce),
    has: (nonce) => rows.get(nonce) !== undefined,
    withKey(nonce, use) {
      const sealed = rows.get(nonce);
      if (!sealed) throw new AppError('dataset-unknown', 'The key of that dataset is not in this profile any more.', { hint: 'It was erased. Share the recording itself.' });
      const key = vault.openBytes(name(nonce), sealed);
      try { return use(key); } finally { key.fill(0); }
    },
  };
}

const replacer = (_k: string, v: unknown) => (typeof v === 'bigint' ? { wei: v.toString() } : v);
const reviver = (_k: string, v: unknown) => (v !== null && typeof v === 'object' && Object.keys(v).length === 1 && 'wei' in v ? BigInt((v as { wei: string }).wei) : v);

export function createPublicationStore(db: Db): PublicationStore {
  const rows = publicationRows(db);
  const parse = (text: string) => JSON.parse(text, reviver) as Publication;
  return {
    save(p) { rows.save(p.id, p.state, JSON.stringify(p, replacer)); },
    get(id) { const text = rows.get(id); return text === undefined ? undefined : parse(text); },
    remove: (id) => rows.remove(id),
    unfinished: () => rows.unfinished().map(parse),
  };
}
