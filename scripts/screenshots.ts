/**
 * Pictures of every page, light, dark and narrow, with real data of a demo network: `npm run screenshots [-- --out DIR --only NAME]`.
 * For eyes: nothing is compared.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { accreditOnLocalNetwork } from '../electron/app/local-network.ts';
import { createHost } from '../electron/app/host.ts';
import type { Host } from '../electron/app/host-types.ts';
import { startHeadless } from '../electron/headless.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'out', 'screenshots') }, only: { type: 'string' } } });
const dir = mkdtempSync(join(tmpdir(), 'phdex-screenshots-'));
const PASSPHRASE = 'screenshots of every page';
mkdirSync(values.out, { recursive: true });

const host = await createHost({ profile: join(dir, 'profile'), kind: 'headless', demo: { minutes: 4 } });
const headless = await startHeadless({ host, pagesDir: join(root, 'out', 'renderer') });
const browser = await chromium.launch({ executablePath: process.env.PHDEX_CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const VIEWS = [{ name: 'light', theme: 'light', width: 1280, height: 860 }, { name: 'dark', theme: 'dark', width: 1280, height: 860 }, { name: 'narrow', theme: 'light', width: 900, height: 860 }] as const;
const page = await (await browser.newContext({ viewport: { width: 1280, height: 860 } })).newPage();
let problems = 0;
page.on('pageerror', (error) => { problems += 1; console.log(`  page error: ${error.message}`); });
page.on('console', (message) => { if (message.type() === 'error') { problems += 1; console.log(`  console: ${message.text().slice(0, 300)}`); } });
await page.goto(headless.url);

/** Takes one page in all views. `act` brings it into the state that is wanted, each time anew. */
async function shoot(name: string, path: string | null, act?: (page: Page) => Promise<unknown>): Promise<void> {
  if (values.only && !name.includes(values.only)) return;
  for (const view of VIEWS) {
    await page.setViewportSize({ width: view.width, height: view.height });
    if (host.settings().theme !== view.theme) host.set({ theme: view.theme });
    if (path !== null) { await page.evaluate((p) => { location.hash = '#/'; location.hash = `#${p}`; }, path); }
    await page.waitForTimeout(500);
    try { await act?.(page); } catch (error) { console.log(`  ${name}: ${(error as Error).message.split('\n')[0]}`); }
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(values.out, `${name}.${view.name}.png`) });
    await page.keyboard.press('Escape');
  }
  console.log(name);
}

const until = async (what: () => boolean | Promise<boolean>, name: string, seconds = 90): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; !(await what());) {
    if (Date.now() > end) throw new Error(`waited in vain: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
async function job(h: Host, started: { jobId: string }): Promise<Record<string, unknown>> {
  await until(() => h.jobs().find((j) => j.id === started.jobId)?.state !== 'running', 'a job');
  const ended = h.jobs().find((j) => j.id === started.jobId)!;
  if (ended.state !== 'done') throw new Error(`${ended.kind}: ${ended.error?.message ?? ended.state}`);
  return ended.result ?? {};
}

try {
  await shoot('welcome-1', '/welcome');
  await shoot('welcome-2-passphrase', '/welcome', async (p) => { await p.reload(); await p.getByRole('button', { name: /Make a new wallet/ }).click({ timeout: 4000 }); });
  await host.createWallet({ passphrase: PASSPHRASE, remember: false });
  await page.reload();
  await shoot('welcome-3-network', '/welcome');
  await host.chooseNetwork({ kind: 'demo' });
  await until(() => host.state().phase === 'ready', 'ready');
  await shoot('owner-recordings-empty', '/owner');
  await shoot('owner-datasets-empty', '/owner/datasets');
  await shoot('keeper-first-time', '/keeper');
  await shoot('market-filling', '/market');
  await shoot('purchases-empty', '/purchases');
  const api = host.ready();
  const recordings = [await job(host, await api.owner.simulate({ minutes: 180, seed: 7 })), await job(host, await api.owner.simulate({ minutes: 30, seed: 8 }))].map((r) => String(r.recordingId));
  await until(() => host.state().demo.state === 'ready', 'the demo network is filled', 120);
  await until(() => BigInt(host.state().balance?.phd ?? 0) > 0n, 'the gift has come');
  await shoot('owner-recordings', '/owner');
  await shoot('owner-recording', `/owner/recordings/${recordings[0]}`);
  await shoot('share-1', `/owner/recordings/${recordings[0]}/share`);
  const toStep = (steps: number) => async (p: Page) => {
    await p.reload();
    await p.getByRole('textbox', { name: /Title for the world/ }).fill('Three hours of an ordinary day');
    for (let i = 0; i < steps; i += 1) { await p.getByRole('button', { name: 'Continue' }).click({ timeout: 5000 }); await p.waitForTimeout(900); }
  };
  await shoot('share-1-filled', `/owner/recordings/${recordings[0]}/share`, toStep(0));
  await shoot('share-2-price', `/owner/recordings/${recordings[0]}/share`, toStep(1));
  await shoot('share-3-keepers', `/owner/recordings/${recordings[0]}/share`, toStep(2));
  await shoot('share-4-review', `/owner/recordings/${recordings[0]}/share`, toStep(3));
  const share = { recordingId: recordings[1]!, title: 'A quiet half hour at the desk', description: 'Typing and reading.', tags: ['wrist', 'desk'], demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, exclude: [], price: '75000000000000000000', keepersBps: 1000, validatorBps: 200, keepers: 5, threshold: 3, statistics: true } as const;
  const mine = Number((await job(host, await api.owner.publish({ ...share, tags: [...share.tags], exclude: [] }))).datasetId);
  await until(async () => (await api.owner.datasets()).find((d) => d.id === mine)?.status === 'certified', 'certified');
  await shoot('owner-datasets', '/owner/datasets');
  await shoot('owner-dataset', `/owner/datasets/${mine}`);
  await shoot('market', '/market');
  const listings = await api.market.search({ certifiedOnly: true, sort: 'newest', offset: 0, limit: 20 });
  const other = listings.rows.filter((l) => !l.mine);
  await shoot('listing', `/market/${other[0]!.id}`);
  const bought = await job(host, await api.market.buy({ items: other.slice(0, 2).map((l) => ({ datasetId: l.id, version: l.version, maxPrice: l.price })), again: false, purpose: 'Gait study, pilot' }));
  void bought;
  const [first] = await api.market.purchases();
  await job(host, await api.market.open(first!.accessId));
  await api.market.saveSearch({ name: 'Walking, good quality', search: { text: 'walking', minQuality: 70, certifiedOnly: true, sort: 'newest' }, notify: true });
  await shoot('basket', '/market/basket');
  await shoot('purchases', '/purchases');
  await shoot('purchase', `/purchases/${first!.accessId}`);
  await shoot('saved', '/market/saved');
  await api.keeper.start('2000000000000000000');
  await until(() => host.state().keeper.running, 'keeping');
  await job(host, await api.owner.publish({ ...share, recordingId: recordings[0]!, title: 'Three hours of an ordinary day', tags: ['wrist'], exclude: [{ from: 0, to: 600e6 }] }));
  await shoot('keeper', '/keeper');
  await shoot('keeper-shares', '/keeper/shares');
  await shoot('keeper-releases', '/keeper/releases');
  await accreditOnLocalNetwork(join(dir, 'profile', 'demo', 'network', 'network.json'), host.state().address!);
  await until(() => host.state().validator.accredited, 'accredited');
  await shoot('validator', '/validator');
  await shoot('wallet', '/wallet');
  await shoot('history', '/history');
  await shoot('settings', '/settings');
  await shoot('activity', '/owner', (p) => p.getByRole('button', { name: /^Activity/ }).click({ timeout: 2000 }));
  await shoot('palette', '/owner', (p) => p.keyboard.press('Control+k'));
  await shoot('not-found', '/nowhere');
  await host.lock();
  await shoot('locked', '/owner');
} finally {
  await browser.close();
  await headless.stop();
  await host.stop();
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${values.out}${problems > 0 ? `; ${problems} problems on the console` : ''}`);
process.exit(0);
