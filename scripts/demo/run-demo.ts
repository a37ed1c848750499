import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareWithSource } from './compare.ts';
import { CommandFailed, run, startActor, type Actor, type Event } from './process.ts';
import { releaseOrder } from '../../electron/market/keep.ts';
import { writeSimulatedCsv } from '../../electron/app/simulated-csv.ts';

const LIAR = fileURLToPath(new URL('./lying-keeper.ts', import.meta.url));

export type DemoOptions = { dir: string; input?: string; /** What made the input, where it does not say. */ device?: string; rows: number; keepers: number; threshold: number; fail: boolean; passphrase: string; say(line: string): void };
type Balances = { owner: string; keepers: string; validator: string; customer: string };
export type DemoReport = {
  ok: boolean;
  steps: { name: string; seconds: number }[];
  rows: number; quality: number; sourceBytes: number; sealedBytes: number; cid: string; datasetId: number; keepers: number; threshold: number;
  gas: Record<'publish' | 'accept' | 'certify' | 'buy' | 'release' | 'dispute' | 'settle' | 'refund', number>;
  balances: { before: Balances; after: Balances };
  /** Null in the refund demo, where nothing is opened. */
  openedMatchesSource: boolean | null;
  checks: { name: string; ok: boolean }[];
  seconds: number;
};

const PRICE = '100';
/** A small recording with which the customer earns its first coins. */
const FIRST_ROWS = 6000;

export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { dir, say, threshold } = options;
  const began = performance.now();
  const env = { ...process.env, PHDEX_PASSPHRASE: options.passphrase };
  const report: DemoReport = {
    ok: false, steps: [], rows: 0, quality: 0, sourceBytes: 0, sealedBytes: 0, cid: '', datasetId: 0, keepers: options.keepers, threshold,
    gas: { publish: 0, accept: 0, certify: 0, buy: 0, release: 0, dispute: 0, settle: 0, refund: 0 },
    balances: { before: none(), after: none() }, openedMatchesSource: options.fail ? null : false, checks: [], seconds: 0,
  };
  const check = (name: string, ok: boolean) => { report.checks.push({ name, ok }); if (!ok) say(`  ✗ ${name}`); };
  const gas = (name: keyof DemoReport['gas'], value: unknown) => { report.gas[name] = Math.max(report.gas[name], Number(value ?? 0)); };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    const seconds = (performance.now() - from) / 1000;
    report.steps.push({ name, seconds: Math.round(seconds * 1000) / 1000 });
    say(`  ${name} (${seconds.toFixed(1)} s)`);
    return result;
  };
  const networkFile = join(dir, 'network', 'network.json');
  const keeperNames = Array.from({ length: options.keepers }, (_, i) => `keeper-${i + 1}`);
  const people = ['owner', 'validator', 'customer', ...keeperNames];
  const args = (name: string) => ['--profile', join(dir, name), '--network', networkFile];
  const address: Record<string, string> = {};
  const keepers: Actor[] = [];

  say('PHDex: eight steps, each person a process of its own.\n');
  await step('0 a fresh network and the people on it', async () => {
    await mkdir(join(dir, 'network'), { recursive: true });
    const network = startActor('network', ['network', 'start', '--dir', join(dir, 'network'), '--fresh', ...(options.fail ? ['--release-extension', '3'] : [])], { env });
    const wallets = people.map(async (name) => { address[name] = String((await run(name, ['wallet', 'create', '--profile', join(dir, name)], { env })).address); });
    await Promise.all([network.wait((e) => e.event === 'ready', 'the network was up'), ...wallets]);
    await run('network', ['network', 'fund', ...people.map((p) => address[p]!), '--network', networkFile], { env });
    await run('network', ['network', 'accredit', address.validator!, '--network', networkFile], { env });
  });

  let liar: string | null = null;
  const validator = await step(`1 ${options.keepers} keepers and a validator take up work`, async () => {
    for (const name of keeperNames) {
      keepers.push(startActor(name, ['keeper', ...args(name), '--stake', '2'], { env }));
    }
    const actor = startActor('validator', ['validator', ...args('validator')], { env });
    await Promise.all([...keepers, actor].map((k) => k.wait((e) => e.event === 'ready', 'it was ready')));
    return actor;
  });

  await step('2 the customer earns its first coins with a recording of its own', async () => {
    const path = join(dir, 'first.csv');
    await writeSimulatedCsv(path, { rows: FIRST_ROWS, seed: 7 });
    const imported = await run('customer', ['import', path, '--simulated', ...args('customer')], { env });
    const published = await run('customer', ['publish', String(imported.recordingId), '--title', 'Reference wrist recording', '--price', PRICE, '--keepers', String(options.keepers), '--threshold', String(threshold), '--wait', 'certified', ...args('customer')], { env });
    gas('publish', published.gas);
    // The reward went to the account that the dataset was listed by; to spend it, it has to come home.
    await run('customer', ['collect', ...args('customer')], { env });
  });

  const people2 = async (): Promise<Balances> => balances(await run('customer', ['balance', ...args('customer'), '--of', Object.values(address).join(',')], { env }), address, keeperNames);
  report.balances.before = await people2();

  let source: { path: string; kind: 'csv' | 'wisdm' } = { path: options.input ?? join(dir, 'source.csv'), kind: 'csv' };
  const recording = await step('3 the owner imports a recording and scores it', async () => {
    if (!options.input) await writeSimulatedCsv(source.path, { rows: options.rows, seed: 42 });
    const imported = await run('owner', ['import', source.path, ...(options.input ? [] : ['--simulated']), ...(options.device ? ['--device', options.device] : []), ...args('owner')], { env });
    source = { ...source, kind: (imported.formats as string[])[0] === 'wisdm' ? 'wisdm' : 'csv' };
    report.sourceBytes = (await stat(source.path)).size;
    report.rows = Number(imported.rows);
    const skipped = (imported.report as { skipped: { count: number; reason: string }[] }).skipped;
    for (const it of skipped) say(`    the import left out ${it.count} rows and said why: ${it.reason}`);
    const scored = await run('owner', ['score', String(imported.recordingId), ...args('owner')], { env });
    report.quality = Number(scored.score);
    return String(imported.recordingId);
  });

  await step('4 seals it, stores it on IPFS, lists it; keepers accept; the validator certifies', async () => {
    const published = await run('owner', ['publish', recording, '--title', 'Wrist acceleration, two hours of a day', '--age', '30-39', '--price', PRICE, '--keepers', String(options.keepers), '--threshold', String(threshold), '--wait', 'certified', ...args('owner')], { env });
    report.datasetId = Number(published.datasetId);
    report.cid = String(published.cid);
    report.sealedBytes = Number(published.sealedBytes);
    gas('publish', published.gas);
    check(`the validator scored the same ${report.quality}`, Number(published.score) === report.quality);
  });
  // `publish --wait certified` has ended: from here on the owner's process is gone.
  collect(keepers, 'accepted', (e) => gas('accept', e.gas));
  collect([validator], 'certified', (e) => gas('certify', e.gas));

  if (options.fail) await refundPath();
  else await sale();

  await run('owner', ['collect', ...args('owner')], { env });
  report.balances.after = await people2();
  const minted = (b: Balances) => Object.values(b).reduce((n, v) => n + BigInt(v), 0n);
  const certified = BigInt(String((await run('customer', ['balance', ...args('customer')], { env })).totalSupply));
  check('the sum of all balances is what was minted', minted(report.balances.after) === certified);
  if (options.fail) check('the customer lost nothing', report.balances.after.customer === report.balances.before.customer);
  else {
    check('the customer paid the price', BigInt(report.balances.before.customer) - BigInt(report.balances.after.customer) === BigInt(PRICE) * 10n ** 18n);
    for (const role of ['owner', 'keepers', 'validator'] as const) check(`paid: ${role}`, BigInt(report.balances.after[role]) > BigInt(report.balances.before[role]));
  }
  report.seconds = Math.round((performance.now() - began) / 10) / 100;
  report.ok = report.checks.every((c) => c.ok);
  return report;

  async function sale(): Promise<void> {
    // Whose turn it will be is known from the next access id: the first in line turns liar, the second is killed.
    const last = Math.max(...validator.events.flatMap((e) => (e.event === 'certified' ? [Number(e.accessId)] : [])));
    const seats = [...keeperNames].sort((a, b) => (BigInt(address[a]!) < BigInt(address[b]!) ? -1 : 1));
    const line = releaseOrder(last + 1, 2 ** options.keepers - 1).map((seat) => keepers.find((k) => k.name === seats[seat])!);
    await step('5 before the sale one keeper is killed and another turns liar', async () => {
      await line[1]!.stop('SIGKILL');
      if (options.keepers < threshold + 2) return;
      liar = line[0]!.name;
      await line[0]!.stop();
      const lying = startActor(liar, ['keeper', ...args(liar)], { env, script: LIAR });
      await lying.wait((e) => e.event === 'ready', 'it was ready');
      keepers.push(lying);
    });
    const access = await step('6 the customer searches and buys: the price goes into escrow', async () => {
      const found = await run('customer', ['list', '--search', 'wrist', ...args('customer')], { env });
      check('the listing is found by search', (found.listings as { id: number }[]).some((l) => l.id === report.datasetId));
      const bought = await run('customer', ['buy', String(report.datasetId), '--yes', ...args('customer')], { env });
      gas('buy', bought.gas);
      return String(bought.accessId);
    });
    const out = join(dir, 'opened');
    const disputes: Event[] = [];
    const opened = await step('7 keepers release; a false share is disputed; the rule pays everybody', async () => {
      const result = await run('customer', ['open', access, '--out', out, '--csv', ...args('customer')], { env, onEvent: (e) => { if (e.event === 'disputed') disputes.push(e); } });
      gas('settle', result.gas);
      return result;
    });
    collect(keepers, 'released', (e) => gas('release', e.gas));
    for (const d of disputes) gas('dispute', d.gas);
    const liarAddress = liar === null ? null : address[liar]!.toLowerCase();
    if (liarAddress) check('the false share was disputed and its keeper slashed', disputes.some((d) => d.held === true && String(d.keeper).toLowerCase() === liarAddress));
    check('every check of the opened dataset passed', (opened.checks as { ok: boolean }[]).every((c) => c.ok));
    await step('8 what the customer holds is what the owner recorded', async () => {
      const files = (opened.files as string[]).filter((f) => f.endsWith('.parquet')).map((f) => join(out, f));
      const { rows, different, missing } = await compareWithSource(source, files, report.rows);
      report.openedMatchesSource = rows === report.rows && different === 0 && missing === 0;
      check(`${rows} rows compared with the source, ${different} different, ${missing} missing`, report.openedMatchesSource);
      const verified = await run('customer', ['verify', out, ...args('customer')], { env });
      check('`phdex verify` agrees', verified.verified === true);
    });
  }

  async function refundPath(): Promise<void> {
    await step('5 all but too few keepers stop releasing; they still answer', async () => {
      const silent = keepers.slice(0, options.keepers - threshold + 1);
      await Promise.all(silent.map((k) => k.stop()));
      await Promise.all(silent.map((k) => startActor(k.name, ['keeper', ...args(k.name), '--manual-release'], { env }).wait((e) => e.event === 'ready', 'it was ready')));
    });
    const access = await step('6 the customer buys; too few keepers release', async () => {
      const bought = await run('customer', ['buy', String(report.datasetId), '--yes', '--release-seconds', '4', ...args('customer')], { env });
      gas('buy', bought.gas);
      return String(bought.accessId);
    });
    await step('7 the deadline passes; opening fails with the reason', async () => {
      const failed = await run('customer', ['open', access, '--out', join(dir, 'opened'), ...args('customer')], { env }).then(() => null, (e: unknown) => e as CommandFailed);
      check('opening is refused by name', failed instanceof CommandFailed && failed.report.code === 'access-expired');
    });
    await step('8 the customer takes the price back; the silent keepers are slashed', async () => {
      const refunded = await run('customer', ['buy', '--refund', access, ...args('customer')], { env });
      gas('refund', refunded.gas);
      const own = await run('customer', ['balance', ...args('customer')], { env });
      check('the customer is compensated from the silent keepers\' stake', BigInt(String(own.compensation)) > 0n);
    });
  }
}

const none = (): Balances => ({ owner: '0', keepers: '0', validator: '0', customer: '0' });

function collect(actors: Actor[], name: string, take: (event: Event) => void): void {
  for (const actor of actors) for (const event of actor.events) if (event.event === name) take(event);
}

/** Coins by role: what is on the account and, for keepers, what the registry has credited. */
function balances(result: Record<string, unknown>, address: Record<string, string>, keepers: string[]): Balances {
  const accounts = result.accounts as Record<string, { phd: string; earnings: string }>;
  const of = (name: string) => { const a = accounts[address[name]!.toLowerCase()]!; return BigInt(a.phd) + BigInt(a.earnings); };
  return {
    owner: String(of('owner')), validator: String(of('validator')), customer: String(of('customer')),
    keepers: String(keepers.reduce((n, k) => n + of(k), 0n)),
  };
}
