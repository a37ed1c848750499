import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBackup, restoreBackup } from '../../electron/app/backup.ts';
import { createJobs } from '../../electron/app/jobs.ts';
import { startLocalNetwork, type LocalNetwork } from '../../electron/app/local-network.ts';
import { createUploads } from '../../electron/app/uploads.ts';
import { createIndexer } from '../../electron/chain/indexer.ts';
import { readNetwork } from '../../electron/chain/network-file.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { openDatabase } from '../../electron/db/open-database.ts';

// A backup of a profile whose folder holds the chain, which goes on meanwhile.
const PASSPHRASE = 'a lane under birches';
let dir: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-backup-chain-')); });
afterEach(async () => { for (const stop of stops.splice(0).reverse()) await stop(); rmSync(dir, { recursive: true, force: true }); });

async function networkIn(profile: string): Promise<LocalNetwork> {
  const network = await startLocalNetwork({ dir: join(profile, 'demo', 'network') });
  stops.push(() => network.stop());
  return network;
}
/** The profile's cache caught up; tells how often it had to take blocks back. */
async function caughtUp(profile: string, network: LocalNetwork): Promise<{ head: number; reorgs: number }> {
  const db = openDatabase(join(profile, 'phdex.sqlite'));
  const indexer = createIndexer({ db, rpc: createRpc(network.rpcUrl), network: readNetwork(network.networkFile) });
  let reorgs = 0;
  indexer.onReorg(() => { reorgs += 1; });
  try { await indexer.catchUp(); return { head: indexer.status().head, reorgs }; } finally { await indexer.stop(); db.close(); }
}
function profileIn(name: string): string {
  const profile = join(dir, name);
  mkdirSync(join(profile, 'work'), { recursive: true });
  writeFileSync(join(profile, 'keystore.json'), '{}');
  writeFileSync(join(profile, 'profile.json'), '{}');
  return profile;
}
async function backedUp(profile: string, chain: (signal: AbortSignal) => Promise<Buffer> | null): Promise<string> {
  const jobs = createJobs();
  const path = join(dir, 'it.phdxbackup');
  const { jobId } = createBackup({ dir: profile, jobs, input: { path, passphrase: PASSPHRASE }, chain, done() {} });
  expect(await jobs.ended(jobId)).toMatchObject({ state: 'done', error: null });
  const restored = join(dir, 'restored');
  await restoreBackup({ dir: restored, input: { source: { path }, passphrase: PASSPHRASE, remember: false }, uploads: createUploads(join(dir, 'uploads')) });
  return restored;
}

it('holds a chain that is not behind its caches, whatever the chain’s file says of its age', async () => {
  const profile = profileIn('made');
  const network = await networkIn(profile);
  const rpc = createRpc(network.rpcUrl);
  const state = join(profile, 'demo', 'network', 'anvil-state.json');
  await expect.poll(() => { try { return Number((JSON.parse(readFileSync(state, 'utf8')) as { best_block_number: number }).best_block_number); } catch { return 0; } }, { timeout: 20_000 }).toBeGreaterThan(0);
  for (let i = 0; i < 5; i++) await rpc.call('evm_mine');
  const { head } = await caughtUp(profile, network);
  // Anvil writes what it has gathered before: by its time a file seems newer than what is in it.
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(state, later, later);
  const restored = await backedUp(profile, network.snapshot);
  const moved = await networkIn(restored);
  expect(Number(await createRpc(moved.rpcUrl).call('eth_blockNumber'))).toBeGreaterThanOrEqual(head);
  expect(await caughtUp(restored, moved)).toEqual({ head, reorgs: 0 });
  // The first one makes blocks again.
  const [from] = await rpc.call<string[]>('eth_accounts');
  await rpc.call('eth_sendTransaction', [{ from, to: from, value: '0x1' }]);
  await expect.poll(async () => Number(await rpc.call('eth_blockNumber')), { timeout: 20_000 }).toBe(head + 1);
}, 60_000);

it('is made of a chain that rests as well, from its file', async () => {
  const profile = profileIn('rests');
  const network = await networkIn(profile);
  for (let i = 0; i < 3; i++) await createRpc(network.rpcUrl).call('evm_mine');
  const { head } = await caughtUp(profile, network);
  await network.stop();
  // Its owner has not noticed yet.
  const restored = await backedUp(profile, network.snapshot);
  expect(await caughtUp(restored, await networkIn(restored))).toEqual({ head, reorgs: 0 });
}, 90_000);
