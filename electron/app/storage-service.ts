import type { Hex } from '../../shared/domain/chain.ts';
import { isAppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { keyValues } from '../db/queries/profile-stores.ts';
import type { ChainReads } from '../db/queries/chain-reads.ts';
import { holdersOf } from '../market/fetch-manifest.ts';
import type { BlobStore } from '../storage/blob-store.ts';

import type { WalletHandle } from '../wallet/wallet.ts';
import type { Profile } from './profile.ts';

export type Blobs = { store: BlobStore; /** What the registry should carry. */ endpoint: string };

/** The profile's IPFS node, or the daemon that PHDEX_IPFS names. The port stays the same from start to start where it can. */
export async function openBlobs({ profile, db, wallet }: { profile: Profile; db: Db; wallet: WalletHandle }): Promise<Blobs> {
  if (process.env.PHDEX_IPFS) return describe(await (await import('../storage/kubo-store.ts')).createKuboStore({ url: process.env.PHDEX_IPFS }));
  const settings = keyValues(db);
  const identitySeed = wallet.storageKey('libp2p');
  const { createHeliaStore } = await import('../storage/helia-store.ts');
  const open = (port: number) => createHeliaStore({ dir: profile.path('ipfs'), identitySeed, port });
  const before = Number(settings.get('ipfs.port') ?? 0);
  const store = await open(before).catch((error: unknown) => { if (before && isAppError(error, 'port-taken')) return open(0); throw error; });
  identitySeed.fill(0);
  const port = /\/tcp\/(\d+)/.exec(store.addresses()[0] ?? '')?.[1];
  if (port && Number(port) !== before) settings.set('ipfs.port', port);
  return describe(store);
}

const describe = (store: BlobStore): Blobs => ({ store, endpoint: store.addresses().slice(0, 4).join(',') });

/** Dials who may serve a dataset: owner and keepers. That nobody answers is told by the fetch that follows. */
export async function dialHolders(store: BlobStore, reads: ChainReads, dataset: { id: number; owner: Hex }): Promise<void> {
  await store.connect(holdersOf(reads, dataset), { timeoutMs: 2000 }).catch(() => undefined);
}
