import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { hostKit, PASSPHRASE, when } from './host-kit.ts';
import { alive, command, offspring } from './processes.ts';

const PARENT = fileURLToPath(new URL('./demo-parent.ts', import.meta.url));
const kit = hostKit();
const started: ChildProcess[] = [];
afterAll(async () => { for (const child of started) child.kill('SIGKILL'); await kit.close(); });
/** Starts the app and waits until it says what is waited for. */
function start(until: RegExp): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PARENT, kit.profile('killed'), PASSPHRASE], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    createInterface(child.stdout!).on('line', (line) => { if (until.test(line)) resolve(child); });
  });
}
async function killed(child: ChildProcess, up = true): Promise<void> {
  const family = offspring(child.pid!);
  // The simulated people, the chain, and what watches over it.
  if (up) expect(family.map(command).filter((c) => c.includes('demo-people'))).toHaveLength(1);
  if (up) expect(family.map(command).filter((c) => /\banvil\b/.test(c) && c.includes('--port'))).not.toHaveLength(0);
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
  await vi.waitUntil(() => !family.some(alive), { timeout: 60_000 }).catch(() => { throw new Error(`these live on: ${family.filter(alive).map(command).join('; ')}`); });
}

it.runIf(process.platform === 'linux')('killed at any moment, it leaves no process behind and goes on at the next start', async () => {
  // While it comes up, while its market is being filled, and when it is full.
  const early = await start(/"demo":"(starting|filling)"/);
  await vi.waitUntil(() => offspring(early.pid!).length > 0, { timeout: 60_000, interval: 10 });
  await killed(early, false);
  await killed(await start(/"phase":"ready","demo":"filling"/));
  await killed(await start(/"demo":"ready"/));
  const host = await kit.open('killed', { demo: { keepers: 3, listings: 2, minutes: 1 } });
  await host.unlock({ passphrase: PASSPHRASE, remember: false });
  const state = await when(host, (s) => s.demo.state === 'ready' || s.demo.state === 'failed');
  expect(state.demo).toEqual({ state: 'ready', done: 2, total: 2, error: null });
  const search = () => host.ready().market.search({ certifiedOnly: true, sort: 'newest', offset: 0, limit: 60 });
  // The own cache comes a moment after those of the people.
  await expect.poll(async () => (await search()).total).toBeGreaterThan(1);
  const listings = await search();
  // An interruption makes no second listing of any.
  expect(new Set(listings.rows.map((r) => r.title)).size).toBe(listings.rows.length);
  expect(listings.total).toBe(2);
  const before = offspring(process.pid);
  await host.stop();
  await expect.poll(() => before.filter((pid) => /demo-people|anvil/.test(command(pid)) && alive(pid))).toEqual([]);
}, 300_000);
