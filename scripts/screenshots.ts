/**
 * Pictures of every page, light, dark and narrow, with real data of a demo network: `npm run screenshots [-- --out DIR --only NAME]`.
 * For eyes: nothing is compared.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { accreditOnLocalNetwork } from '../electron/app/local-network.ts';
import { createHost } from '../electron/app/host.ts';
import type { Host } from '../electron/app/host-types.ts';
import { startHeadless } from '../electron/headless.ts';
import { shootConsent } from './screenshots-consent.ts';

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

/** Files as people have them. */
const files: Record<string, string> = {
  'diary.csv': `Datum;Uhrzeit;Puls;Temp\n${Array.from({ length: 300 }, (_, i) => `21.11.2026;08:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')};${60 + (i % 9)};36,${i % 10}`).join('\n')}\n`,
  'run.tcx': `<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities><Activity Sport="Running"><Id>2026-05-01T08:00:00Z</Id><Lap StartTime="2026-05-01T08:00:00Z"><Track>${Array.from({ length: 300 }, (_, i) => `<Trackpoint><Time>2026-05-01T08:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}Z</Time><HeartRateBpm><Value>${100 + (i % 30)}</Value></HeartRateBpm></Trackpoint>`).join('')}</Track></Lap></Activity></Activities></TrainingCenterDatabase>`,
  'empty.csv': '',
};
async function give(p: Page, ...names: string[]): Promise<void> {
  for (const name of names) writeFileSync(join(dir, name), files[name]!);
  await p.locator('input[type=file]').first().setInputFiles(names.map((name) => join(dir, name)));
  await p.getByRole('dialog').getByText(/How the columns are read|It gives/).first().waitFor({ timeout: 8000 });
}
const morning = Date.now() - 6 * 3600e3;
const ENTRIES = [
  { kind: 'weight', time: morning, offsetMinutes: 0, value: 71.4, unit: 'kg' }, { kind: 'blood-pressure', time: morning + 300e3, offsetMinutes: 0, systolic: 121, diastolic: 79, pulse: 62 },
  { kind: 'medicine', time: morning + 900e3, offsetMinutes: 0, name: 'Ibuprofen', amount: 400, unit: 'mg' }, { kind: 'training', time: morning + 3600e3, offsetMinutes: 0, name: 'Running', minutes: 45, effort: 6 },
  { kind: 'symptom', time: morning + 7200e3, offsetMinutes: 0, name: 'Headache', severity: 3, minutes: 90 }, { kind: 'glucose', time: morning + 9000e3, offsetMinutes: 0, value: 5.4, unit: 'mmol/L' },
] as const;

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
  await shoot('import-formats', '/owner', async (p) => { await p.getByRole('button', { name: 'More ways to import' }).click({ timeout: 3000 }); await p.getByRole('menuitem', { name: 'What can be imported?' }).click({ timeout: 3000 }); });
  await shoot('import-mapping', '/owner', (p) => give(p, 'diary.csv'));
  await shoot('import-several', '/owner', (p) => give(p, 'run.tcx', 'empty.csv'));
  await shoot('capture', '/owner/capture');
  const { captures } = await api.capture.start({ devices: [], simulated: { rateHz: 100, seed: 3 } });
  await shoot('capture-live', '/owner/capture', (p) => p.waitForTimeout(6000));
  await shoot('owner-recordings-running', '/owner');
  await api.capture.stop({ id: captures[0]! });
  await shoot('capture-ended', '/owner/capture');
  await shoot('manual-empty', '/owner/manual');
  for (const entry of ENTRIES) await api.owner.addEntry(entry);
  await shoot('manual', '/owner/manual');
  await shoot('devices', '/owner/devices');
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
  await shootConsent({ dir, host, networkFile: join(dir, 'profile', 'demo', 'network', 'network.json'), job, until, shoot }, mine);
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
