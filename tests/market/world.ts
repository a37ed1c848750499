import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openAccounts } from '../../electron/app/accounts.ts';
import { writeSimulatedCsv } from '../../electron/app/simulated-csv.ts';
import { connectChain, type Chain } from '../../electron/app/chain-service.ts';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { openNode, type PhdexNode } from '../../electron/app/node.ts';
import type { NodeParts } from '../../electron/app/open-parts.ts';
import { createProfile, openProfile } from '../../electron/app/profile.ts';
import { openDevices } from '../../electron/app/devices.ts';
import { openBlobs, type Blobs } from '../../electron/app/storage-service.ts';
import { startAnvil } from '../../electron/chain/anvil.ts';
import { accreditValidator, deployContracts, fundAccounts, type NetworkParameters } from '../../electron/chain/deploy.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';
import type { Rpc } from '../../electron/chain/rpc.ts';
import { openDatabase } from '../../electron/db/open-database.ts';
import { openRecordingIndex } from '../../electron/app/recording-index.ts';
import type { Verdict } from '../../electron/market/certify.ts';
import type { Keeping, KeepingEvent } from '../../electron/market/keep.ts';
import type { PublishRequest } from '../../electron/market/publish.ts';
import { createRecordingStore } from '../../electron/recordings/store.ts';
import { createWallet, unlockWallet } from '../../electron/wallet/wallet.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { toAppError, type AppError } from '../../shared/errors.ts';

export const PASSPHRASE = 'a passphrase of the tests';
/** The app's own cost takes a third of a second for each wallet; what it protects is tested with the wallet. */
export const CHEAP = { N: 2 ** 12, r: 8, p: 1 } as const;
export const PHD = 10n ** 18n;
export const ROWS = 3000;
/** The validator waits for every keeper, however slow the machine is. A test in which one is silent says less. */
const PATIENT_MS = 600_000;

export type Person = { name: string; dir: string; address: Hex; mnemonic: string };
export type Keeper = Person & { node: PhdexNode; events: KeepingEvent[]; stop(): Promise<void>; start(options?: { autoRelease?: boolean; quotaBytes?: number }): Promise<void> };

/** A network with real parts: anvil, contracts, and people with a profile, key store, database and IPFS node each. */
export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(options: { keepers?: number; validator?: boolean; parameters?: Partial<NetworkParameters>; patienceMs?: number } = {}) {
  process.env.PHDEX_PASSPHRASE = PASSPHRASE;
  const dir = mkdtempSync(join(tmpdir(), 'phdex-world-'));
  const anvil = await startAnvil({ dir: join(dir, 'chain') });
  const rpc: Rpc = anvil.rpc;
  const deployed = await deployContracts(rpc, { rpcUrl: anvil.rpcUrl, parameters: options.parameters });
  const relay = await startLocalRelay({ rpc, network: deployed });
  const network: NetworkRecord = { ...deployed, relayer: relay.url };
  const networkFile = join(dir, 'network.json');
  writeFileSync(networkFile, JSON.stringify(network));
  const stops = new Set<() => Promise<void>>();
  const verdicts: Verdict[] = [];
  const failures: { datasetId: number; error: AppError }[] = [];
  let people = 0;
  let seed = 1000;

  /** A profile with a wallet and gas, and no process yet. */
  async function person(name: string): Promise<Person> {
    const home = join(dir, `${name}-${people++}`);
    createProfile(home);
    const { address, mnemonic } = await createWallet(join(home, 'keystore.json'), PASSPHRASE, CHEAP);
    await fundAccounts(rpc, [address], 1000n * PHD);
    return { name, dir: home, address, mnemonic };
  }

  function tracked<T extends { stop(): Promise<void> }>(it: T): T {
    let stopped: Promise<void> | undefined;
    const stop = it.stop.bind(it);
    const once = () => (stopped ??= stop().finally(() => stops.delete(once)));
    stops.add(once);
    return { ...it, stop: once };
  }

  async function open(who: Pick<Person, 'dir'>, file = networkFile): Promise<PhdexNode> {
    return tracked(await openNode({ profile: who.dir, network: file }));
  }

  /** The parts of a profile without the app's face: for people who do what the app does not let them. */
  async function parts(who: Pick<Person, 'dir'>, file = networkFile): Promise<NodeParts & { chainNow: Chain; blobsNow: Blobs; stop(): Promise<void> }> {
    const profile = openProfile(who.dir);
    const wallet = await unlockWallet(profile.path('keystore.json'), PASSPHRASE);
    const db = openDatabase(profile.path('phdex.sqlite'));
    const recordings = createRecordingStore({ dir: profile.path('recordings'), key: wallet.storageKey('recordings'), index: openRecordingIndex({ db, wallet }) });
    const chainNow = await connectChain({ db, wallet, network: file });
    const blobsNow = await openBlobs({ profile, db, wallet });
    return tracked({
      profile, db, wallet, recordings, address: wallet.address, accounts: openAccounts({ db, wallet }), devices: openDevices(profile.path('devices')), chain: async () => chainNow, blobs: async () => blobsNow, chainNow, blobsNow,
      async stop() { await blobsNow.store.stop(); await chainNow.stop(); db.close(); wallet.lock(); profile.release(); },
    });
  }

  async function keeper(name: string): Promise<Keeper> {
    const who = await person(name);
    let keeping: Keeping | undefined;
    const it: Keeper = {
      ...who, node: undefined as unknown as PhdexNode, events: [],
      async start({ autoRelease = true, quotaBytes = 2 ** 30 } = {}) {
        it.node = await open(who);
        keeping = await it.node.startKeeper({ stake: 2n * PHD, quotaBytes, autoRelease, onEvent: (e) => it.events.push(e) });
      },
      async stop() { await keeping?.stop(); keeping = undefined; await it.node.stop(); },
    };
    await it.start();
    const stop = () => it.stop();
    stops.add(stop);
    return it;
  }

  const csv = async (rows = ROWS): Promise<string> => {
    const path = join(dir, `recording-${++seed}.csv`);
    await writeSimulatedCsv(path, { rows, seed });
    return path;
  };

  /** A simulated recording in somebody's profile, another one each time. */
  async function record(node: Pick<PhdexNode, 'importFile'>, rows = ROWS): Promise<string> {
    return (await node.importFile(await csv(rows), { simulated: true })).made[0]!.id;
  }

  const request = (recordingId: string, change: Partial<PublishRequest> = {}): PublishRequest => ({
    recordingId, title: 'Wrist acceleration', description: '', tags: ['wrist'],
    demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' },
    price: 100n * PHD, keepers: 3, threshold: 2, keepersBps: 1000, validatorBps: 200, ...change,
  });

  const stop = async (): Promise<void> => {
    for (const end of [...stops].reverse()) await end();
    await relay.stop();
    await anvil.stop();
    rmSync(dir, { recursive: true, force: true });
  };

  try {
    const keepers = await Promise.all(Array.from({ length: options.keepers ?? 3 }, (_, i) => keeper(`keeper${i}`)));
    let validator: (Person & { node: PhdexNode; stop(): Promise<void> }) | undefined;
    if (options.validator !== false) {
      const who = await person('validator');
      await accreditValidator(rpc, network, who.address);
      const node = await open(who);
      const validating = await node.startValidator({ patienceMs: options.patienceMs ?? PATIENT_MS, once: false, onVerdict: (v) => verdicts.push(v), onError: (datasetId, error) => failures.push({ datasetId, error }) });
      validator = tracked({ ...who, node, async stop() { await validating.stop(); await node.stop(); } });
    }
    return {
      dir, rpc, network, networkFile, relay, keepers, validator, verdicts, failures, person, open, parts, record, csv, request, stop,
      /** What keepers and validator could not do until now: why something is still waited for. */
      trouble: () => [
        ...failures.map(({ datasetId, error }) => `validator, dataset ${datasetId}: ${error.code}: ${error.message}`),
        ...keepers.flatMap((k) => k.events.flatMap((e) => (e.type === 'failed' || e.type === 'refused' ? [`${k.name}, ${e.type === 'failed' ? e.what : `dataset ${e.datasetId}`}: ${e.error.code}: ${e.error.message}`] : []))),
      ],
      /** Publishes from a fresh account, waits for the certificate, and collects the reward. */
      async publish(node: PhdexNode, change: Partial<PublishRequest> = {}) {
        const result = await node.publish(request(await record(node), change), { wait: 'certified' });
        await node.collect();
        return result;
      },
      /** Reads a profile's database as somebody would who took the disk. */
      rows<T = Record<string, unknown>>(who: Pick<Person, 'dir'>, sql: string): T[] {
        const db = new Database(join(who.dir, 'phdex.sqlite'), { readonly: true });
        try { return db.prepare(sql).all() as T[]; } finally { db.close(); }
      },
      /** Moves the chain's clock on and mines a block. */
      mineAfter: async (seconds: number) => { await rpc.call('evm_increaseTime', [seconds]); await rpc.call('evm_mine', []); },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every file below a folder, with its bytes. */
export function filesBelow(dir: string): { path: string; bytes: Buffer }[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => { const path = join(e.parentPath, e.name); return { path, bytes: readFileSync(path) }; });
}

export const bytesBelow = (dir: string): number =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).reduce((n, e) => n + statSync(join(e.parentPath, e.name)).size, 0);

/** The AppError that a promise is rejected with. Fails the test when it is fulfilled, or rejected with anything else. */
export async function refusal(work: Promise<unknown> | (() => Promise<unknown>)): Promise<AppError> {
  let value: unknown;
  try { value = await (typeof work === 'function' ? work() : work); } catch (error) {
    // As the command line would tell it; what it has no name for is a failure of the test.
    const told = toAppError(error);
    if (told.code !== 'internal') return told;
    throw new Error(`refused, but not by name: ${String(error)}`, { cause: error });
  }
  throw new Error(`was not refused; it gave ${JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v))}`);
}

/** A little less than a test may take, so that it fails with the name of what it waited for. */
const PATIENCE_MS = 220_000;

/** Waits until something is so. `details` are what to look at when it never is. */
export async function until(what: () => boolean | Promise<boolean>, name = 'it', details?: () => unknown): Promise<void> {
  for (const began = Date.now(); !(await what()); ) {
    if (Date.now() - began > PATIENCE_MS) throw new Error(`waited in vain until ${name}${details ? `: ${JSON.stringify(details())}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A clear sentence: says what and what to do, no stack, no names of classes. */
export function isClear(error: AppError): boolean {
  return /^[A-Z«0-9/][^\n]*\.$/.test(error.message) && !/Error:|undefined|\[object|    at /.test(error.message) && (error.hint === undefined || error.hint.endsWith('.'));
}
