/**
 * The eight steps, end to end, each person an operating-system process with its own profile, key store, database and
 * IPFS node. All that passes between them passes over the chain and libp2p.
 *
 *   npm run demo [-- --input FILE --rows N --keepers 5 --threshold 3 --json --fail]
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCoins } from '../electron/cli/output.ts';
import { runDemo, type DemoReport } from './demo/run-demo.ts';
import { stopAll } from './demo/process.ts';

const { values } = parseArgs({
  options: {
    input: { type: 'string' },
    device: { type: 'string' },
    rows: { type: 'string', default: '120000' },
    keepers: { type: 'string', default: '5' },
    threshold: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    fail: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function usage(): never {
  console.log('npm run demo [-- --input FILE --device NAME --rows N --keepers 5 --threshold 3 --json --fail --keep]\n  --device  what made the file, as «phdex devices list» names it, where the file does not say\n  --fail  shows the refund: too few keepers are left and the customer gets the price back\n  --keep  leaves the profiles in the temporary folder');
  process.exit(0);
}

function whole(name: string, text: string, least: number): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < least) { console.error(`--${name} wants a whole number of at least ${least}, not «${text}».`); process.exit(2); }
  return n;
}

function print(report: DemoReport): void {
  const say = console.log;
  say('');
  say('  step                                      seconds');
  for (const s of report.steps) say(`  ${s.name.padEnd(40)} ${s.seconds.toFixed(2).padStart(8)}`);
  say('');
  say(`  ${report.rows} rows, quality ${report.quality}, ${report.sourceBytes} bytes → ${report.sealedBytes} bytes sealed (${((100 * report.sealedBytes) / report.sourceBytes).toFixed(1)} %)`);
  say(`  dataset ${report.datasetId}, ${report.cid}`);
  say(`  gas: ${Object.entries(report.gas).map(([k, v]) => `${k} ${v}`).join(' · ')}`);
  say('');
  say('  PHD            before        after');
  for (const role of Object.keys(report.balances.before) as (keyof DemoReport['balances']['before'])[]) {
    say(`  ${role.padEnd(10)} ${formatCoins(BigInt(report.balances.before[role])).padStart(10)} ${formatCoins(BigInt(report.balances.after[role])).padStart(12)}`);
  }
  say('');
  for (const c of report.checks) say(`  ${c.ok ? '✓' : '✗'} ${c.name}`);
  say(`\n  ${report.ok ? 'All of it held.' : 'Something did not hold.'} ${report.seconds.toFixed(1)} s`);
}

if (values.help) usage();
const dir = await mkdtemp(join(tmpdir(), 'phdex-demo-'));
let ok = false;
const interrupted = () => { void stopAll().then(() => process.exit(130)); };
process.once('SIGINT', interrupted);
process.once('SIGTERM', interrupted);
try {
  const rows = whole('rows', values.rows, 1000);
  const keepers = whole('keepers', values.keepers, 2);
  const threshold = whole('threshold', values.threshold, 2);
  if (values.input) await stat(values.input).catch(() => { console.error(`There is no file ${values.input}.`); process.exit(2); });
  const report = await runDemo({
    dir, input: values.input, device: values.device, rows, keepers, threshold, fail: values.fail,
    // Read by the child processes from their environment; never printed and never written.
    passphrase: randomBytes(18).toString('base64url'),
    say: values.json ? () => undefined : (line) => console.log(line),
  });
  ok = report.ok;
  if (!values.json) print(report);
  if (values.json) console.log(JSON.stringify(report));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (values.json) console.log(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }));
} finally {
  await stopAll();
  if (!values.keep) await rm(dir, { recursive: true, force: true });
  else console.error(`Profiles are in ${dir}`);
}
process.exit(ok ? 0 : 1);
