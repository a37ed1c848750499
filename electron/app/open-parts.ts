import { join } from 'node:path';
import type { Hex } from '../../shared/domain/chain.ts';
import { openDatabase, type Db } from '../db/open-database.ts';
import { createRecordingStore, type RecordingStore } from '../recordings/store.ts';
import { unlockWallet, type WalletHandle } from '../wallet/wallet.ts';
import type { Accounts } from '../wallet/accounts.ts';
import { openAccounts } from './accounts.ts';
import { connectChain, type Chain, type ChainOptions } from './chain-service.ts';
import { openDevices, type Devices } from './devices.ts';
import { openProfile, type Profile } from './profile.ts';
import { openRecordingIndex } from './recording-index.ts';
import { openBlobs, type Blobs } from './storage-service.ts';

export const keystorePath = (dir: string) => join(dir, 'keystore.json');

export type NodeParts = {
  profile: Profile; db: Db; wallet: WalletHandle; recordings: RecordingStore; address: Hex; devices: Devices;
  /** Fresh accounts, one for each dataset, relationship and study. */
  accounts: Accounts;
  chain(): Promise<Chain>;
  blobs(): Promise<Blobs>;
};

/**
 * What a profile is made of, once its lock is taken and its wallet unlocked.
 * @throws AppError `profile-missing`, `profile-in-use`, `passphrase-wrong`, `database-corrupt`
 */
export async function openParts(options: { dir: string; passphrase(): Promise<string>; /** Path or name of the network. */ network(): string; chain?: ChainOptions }, signal?: AbortSignal): Promise<{ parts: NodeParts; stop(): Promise<void> }> {
  const profile = openProfile(options.dir);
  const undo: (() => unknown)[] = [() => profile.release()];
  const stop = async () => { for (const step of undo.splice(0).reverse()) await step(); };
  try {
    const wallet = await unlockWallet(keystorePath(profile.dir), await options.passphrase());
    undo.push(() => wallet.lock());
    const db = openDatabase(profile.path('phdex.sqlite'));
    undo.push(() => db.close());
    const recordings = createRecordingStore({ dir: profile.path('recordings'), key: wallet.storageKey('recordings'), index: openRecordingIndex({ db, wallet }) });
    let chain: Promise<Chain> | undefined;
    let blobs: Promise<Blobs> | undefined;
    const parts: NodeParts = {
      profile, db, wallet, recordings, address: wallet.address, accounts: openAccounts({ db, wallet }), devices: openDevices(profile.path('devices')),
      chain: () => (chain ??= connectChain({ db, wallet, network: options.network() }, signal, options.chain).then((c) => { undo.push(() => c.stop()); recoverAccounts(parts.accounts, c); return c; })),
      blobs: () => (blobs ??= openBlobs({ profile, db, wallet }).then((b) => { undo.push(() => b.store.stop()); return b; })),
    };
    return { parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** After a restore from the words alone: what the chain knows of this wallet's accounts, as soon as the cache has seen it. */
function recoverAccounts(accounts: Accounts, chain: Chain): void {
  accounts.recover();
  if (chain.sync().reachable) return;
  const stop = chain.indexer.onChange(() => {
    const { head, tip } = chain.sync();
    if (head < tip) return;
    stop();
    accounts.recover();
  });
}
