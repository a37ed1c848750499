import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSimulatedCsv } from '../electron/app/simulated-csv.ts';
import { connectChain } from '../electron/app/chain-service.ts';
import { createGranteeKeys } from '../electron/app/secret-stores.ts';
import { openDatabase } from '../electron/db/open-database.ts';
import { unlockWallet } from '../electron/wallet/wallet.ts';
import { run as command, startActor, stopAll, type Actor } from '../scripts/demo/process.ts';

const KEEPERS = 5;
const THRESHOLD = 3;
const RATES = [{ perSecond: 2, seconds: 20 }, { perSecond: 15, seconds: 20 }];
/** An access counts as served when k releases stand within this. */
const SERVED_MS = 30_000;

const quantile = (sorted: number[], q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Infinity;

/**
 * The release service: five keepers, each a process, of which one is dead. Measured from the sending of the purchase to
 * k standing releases in the customer's own cache. Peer: TACo's published figures for its network (p50 1.2 s, p95
 * 1.6 s at 2 a second; 96 % served at 15), which cannot run on a machine without a network.
 */
export async function run(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'phdex-bench-release-'));
  const env = { ...process.env, PHDEX_PASSPHRASE: randomBytes(12).toString('hex') };
  const network = join(dir, 'network', 'network.json');
  const args = (name: string) => ['--profile', join(dir, name), '--network', network];
  const keeperNames = Array.from({ length: KEEPERS }, (_, i) => `keeper-${i}`);
  try {
    await mkdir(join(dir, 'network'));
    const chainProcess = startActor('network', ['network', 'start', '--dir', join(dir, 'network')], { env });
    const address: Record<string, string> = {};
    for (const name of ['customer', 'validator', ...keeperNames]) address[name] = String((await command(name, ['wallet', 'create', '--profile', join(dir, name)], { env })).address);
    await chainProcess.wait((e) => e.event === 'ready', 'the network was up');
    await command('network', ['network', 'fund', ...Object.values(address), '--network', network, '--amount', '1000'], { env });
    await command('network', ['network', 'accredit', address.validator!, '--network', network], { env });
    const keepers: Actor[] = keeperNames.map((name) => startActor(name, ['keeper', ...args(name), '--stake', '2'], { env }));
    const validator = startActor('validator', ['validator', ...args('validator')], { env });
    await Promise.all([...keepers, validator].map((a) => a.wait((e) => e.event === 'ready', 'it was ready')));
    await writeSimulatedCsv(join(dir, 'r.csv'), { rows: 6000, seed: 3 });
    const { recordingId } = await command('customer', ['import', join(dir, 'r.csv'), '--simulated', ...args('customer')], { env });
    await command('customer', ['publish', String(recordingId), '--title', 'Bench recording', '--price', '0.4', '--keepers', String(KEEPERS), '--threshold', String(THRESHOLD), ...args('customer')], { env });
    // To buy with what the listing earned it has to be with the own account.
    await command('customer', ['collect', ...args('customer')], { env });
    await keepers[0]!.stop('SIGKILL');
    await validator.stop();
    for (const rate of RATES) await measure(dir, network, env.PHDEX_PASSPHRASE, rate);
  } finally {
    await stopAll();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, network: string, passphrase: string, rate: { perSecond: number; seconds: number }): Promise<void> {
  const wallet = await unlockWallet(join(dir, 'customer', 'keystore.json'), passphrase);
  const db = openDatabase(join(dir, 'customer', 'phdex.sqlite'));
  const chain = await connectChain({ db, wallet, network });
  const keys = createGranteeKeys(db, wallet);
  const zero = `0x${'00'.repeat(32)}`;
  await chain.sendAndSee({ key: `approve:${rate.perSecond}`, contract: 'coin', method: 'approve', args: [chain.network.contracts.market, 10n ** 24n] });
  const opened = new Map<number, number>();
  const took: number[] = [];
  const look = () => {
    for (const [id, at] of opened) {
      if (chain.reads.access(id)?.challengeEnd == null) continue;
      took.push(performance.now() - at);
      opened.delete(id);
    }
  };
  chain.indexer.onChange(look);
  const wanted = rate.perSecond * rate.seconds;
  const purchases: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < wanted; i += 1) {
    const due = began + (i * 1000) / rate.perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const purpose = `bench:${rate.perSecond}:${i}`;
    const key = keys.allocateOnce(purpose);
    const sentAt = performance.now();
    purchases.push(chain.outbox.send({ key: purpose, contract: 'market', method: 'buy', args: [1, 1, 10n ** 18n, key.px, key.py, 600, zero] }).then((sent) => {
      opened.set(Number(sent.events.find((e) => e.name === 'AccessOpened')!.args.accessId), sentAt);
      look();
    }));
  }
  const bought = (await Promise.allSettled(purchases)).filter((p) => p.status === 'fulfilled').length;
  const until = performance.now() + SERVED_MS;
  while (opened.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  took.sort((a, b) => a - b);
  const achieved = wanted / ((performance.now() - began) / 1000);
  console.log(`${rate.perSecond} accesses a second (${achieved.toFixed(1)} done): ${bought} opened, ${((100 * took.length) / wanted).toFixed(2)} % served, p50 ${quantile(took, 0.5).toFixed(0)} ms, p95 ${quantile(took, 0.95).toFixed(0)} ms, max ${quantile(took, 1).toFixed(0)} ms (TACo: 1200 ms, 1600 ms; 96 % at 15 a second)`);
  await chain.stop();
  db.close();
  wallet.lock();
}
