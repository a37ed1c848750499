import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccounts } from '../../../electron/app/accounts.ts';
import type { NodeParts } from '../../../electron/app/open-parts.ts';
import { openEntryStore } from '../../../electron/app/manual/entry-store.ts';
import { openRecordingIndex } from '../../../electron/app/recording-index.ts';
import { CHANNELS } from '../../../electron/capture/import/kinds.ts';
import { openDatabase } from '../../../electron/db/open-database.ts';
import { createRecordingStore } from '../../../electron/recordings/store.ts';
import { createWallet, unlockWallet } from '../../../electron/wallet/wallet.ts';
import type { RecordingSource } from '../../../shared/domain/recording.ts';

/** A profile's wallet, database and recordings, real and on disk; no chain. */
export async function profileParts(name = 'a') {
  const dir = mkdtempSync(join(tmpdir(), `phdex-clinical-${name}-`));
  const keystore = join(dir, 'keystore.json');
  await createWallet(keystore, 'a passphrase', { N: 4096, r: 8, p: 1 });
  const wallet = await unlockWallet(keystore, 'a passphrase');
  const db = openDatabase(join(dir, 'phdex.sqlite'));
  const recordings = createRecordingStore({ dir: join(dir, 'recordings'), key: wallet.storageKey('recordings'), index: openRecordingIndex({ db, wallet }) });
  const parts = { db, wallet, recordings, accounts: openAccounts({ db, wallet }), address: wallet.address } as Pick<NodeParts, 'db' | 'wallet' | 'recordings' | 'accounts' | 'address'>;
  return { dir, parts, entries: openEntryStore(parts), close() { db.close(); wallet.lock(); rmSync(dir, { recursive: true, force: true }); } };
}

export const heartRate = (rows: number, start = Date.UTC(2026, 9, 1) * 1000, title = 'Night heart'): RecordingSource => ({
  draft: { title, nominalRateHz: 1, channels: [{ ...CHANNELS.heartRate, decimals: 0 }], source: { kind: 'csv', device: null, simulated: false, times: 'source' } },
  batches: (async function* () { yield { t: Float64Array.from({ length: rows }, (_, i) => start + i * 1e6), columns: [Int32Array.from({ length: rows }, (_, i) => 55 + (i % 20))] }; })(),
  finish: () => ({ report: { rowsRead: rows, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
});
