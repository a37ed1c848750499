import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { createHost } from '../electron/app/host.ts';
import { startLocalNetwork } from '../electron/app/local-network.ts';
import { openDatabase } from '../electron/db/open-database.ts';
import { startHeadless } from '../electron/headless.ts';
import { fillListings, LISTINGS } from './listings.ts';

const PAGES = fileURLToPath(new URL('../out/renderer', import.meta.url));
const CHROMIUM = process.env.PHDEX_CHROMIUM ?? '/usr/bin/chromium';
const PASSPHRASE = 'a passphrase of the bench';
const WORDS = ['wrist walking', 'evening running', 'series 1004711'];

/**
 * The real host and its built pages in Chromium with 100,000 listings in the cache: from unlocking to a usable window, from a
 * tab to its first rows, from a letter to the rows that it finds, and the longest time that a page did not answer.
 */
export async function run(): Promise<void> {
  if (!existsSync(CHROMIUM) || !existsSync(join(PAGES, 'index.html'))) { console.log('skipped: it wants Chromium and `npm run build`.'); return; }
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-pages-'));
  const profile = join(dir, 'profile');
  const network = await startLocalNetwork({ dir: join(dir, 'network') });
  try {
    const first = await createHost({ profile, kind: 'headless' });
    await first.createWallet({ passphrase: PASSPHRASE, remember: false });
    await first.chooseNetwork({ kind: 'rpc', file: readFileSync(network.networkFile, 'utf8') });
    await first.stop();
    const db = openDatabase(join(profile, 'phdex.sqlite'));
    fillListings(db, 1_000_000);
    db.close();
    await measure(profile);
  } finally {
    await network.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(profile: string): Promise<void> {
  let began = performance.now();
  const host = await createHost({ profile, kind: 'headless' });
  const headless = await startHeadless({ host, pagesDir: PAGES });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  try {
    began = performance.now();
    await page.goto(headless.url);
    await page.getByRole('textbox').first().waitFor();
    say('first page, locked', performance.now() - began);
    began = performance.now();
    await host.unlock({ passphrase: PASSPHRASE, remember: false });
    say('unlocking (scrypt of 2^17, chain, IPFS)', performance.now() - began);
    await page.getByRole('heading', { level: 1, name: 'Recordings' }).waitFor();
    say('unlocking to a usable window', performance.now() - began);
    began = performance.now();
    await page.evaluate(() => { location.hash = '#/market'; });
    await page.getByText(/series \d+/).first().waitFor();
    say(`market, ${LISTINGS.toLocaleString('en')} listings, first time`, performance.now() - began);
    const again: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await page.evaluate(() => { location.hash = '#/wallet'; });
      await page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor();
      const at = performance.now();
      await page.evaluate(() => { location.hash = '#/market'; });
      await page.getByText(/series \d+/).first().waitFor();
      again.push(performance.now() - at);
    }
    say('market, later', median(again));
    await typing(page);
    const scroll = performance.now();
    await page.getByRole('table').first().focus().catch(() => undefined);
    await page.mouse.move(800, 600);
    for (let i = 0; i < 40; i += 1) await page.mouse.wheel(0, 3000);
    await page.waitForTimeout(300);
    say('scrolling by 120,000 pixels, until it rests', performance.now() - scroll - 300);
    console.log(`resident  host ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
  } finally {
    await browser.close();
    await headless.stop();
    await host.stop();
  }
}

/** Each word letter by letter: until the rows fit, and the longest gap between two frames of the page meanwhile. */
async function typing(page: Page): Promise<void> {
  const field = page.getByRole('searchbox').or(page.getByPlaceholder(/Title/)).first();
  for (const words of WORDS) {
    await field.fill('');
    await page.waitForTimeout(400);
    await page.evaluate(() => {
      const it = window as unknown as { gap: number; last: number; on: boolean };
      it.gap = 0; it.last = performance.now(); it.on = true;
      const frame = () => { const now = performance.now(); it.gap = Math.max(it.gap, now - it.last); it.last = now; if (it.on) requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    });
    const began = performance.now();
    await field.pressSequentially(words, { delay: 40 });
    const typed = performance.now();
    const last = words.split(' ').at(-1)!;
    await page.getByText(new RegExp(last)).first().waitFor();
    const gap = await page.evaluate(() => { const it = window as unknown as { gap: number; on: boolean }; it.on = false; return it.gap; });
    console.log(`typing    «${words}»: rows ${(performance.now() - typed).toFixed(0)} ms after the last letter, typed in ${(typed - began).toFixed(0)} ms, longest gap between frames ${gap.toFixed(0)} ms`);
  }
}

const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
const say = (what: string, ms: number) => console.log(`${what.padEnd(48)} ${ms.toFixed(0).padStart(6)} ms`);
