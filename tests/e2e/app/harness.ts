import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, chromium, type Browser, type Page } from 'playwright-core';
import { PASSPHRASE } from '../../market/world.ts';
import { ensureBuilt } from '../../shell/built.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CHROMIUM = [process.env.PHDEX_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && existsSync(path));
/** Without the networking flags Chromium asks hosts of its own at each start. */
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const onElectron = process.env.PHDEX_E2E_HOST === 'electron';

function electronBinary(): string | undefined {
  try { const path = createRequire(import.meta.url)('electron') as unknown; return typeof path === 'string' && existsSync(path) ? path : undefined; } catch { return undefined; }
}

/** Why the pages cannot be tried here; null where they can. */
export const whyNot: string | null = onElectron ? (electronBinary() ? null : 'the Electron binary is not on this machine') : CHROMIUM ? null : 'there is no Chromium on this machine';
if (whyNot) console.log(`pages end to end: skipped, ${whyNot}`);
else if (!onElectron) console.log('pages end to end: in Chromium; on Electron skipped (PHDEX_E2E_HOST=electron asks for it where its binary is)');

/** One person's app: a process of its own, and a page that shows it. */
export type App = { page: Page; /** What the page said on its console as an error. */ errors: string[]; stop(): Promise<void> };

let browser: Promise<Browser> | undefined;

/** Starts the app of a profile. `env` may unlock it with PHDEX_PASSPHRASE. */
export async function openApp(options: { dir: string; networkFile?: string; unlocked?: boolean; downloads?: string; documents?: string }): Promise<App> {
  ensureBuilt();
  const env: NodeJS.ProcessEnv = { ...process.env, PHDEX_DOCUMENTS: options.documents ?? join(options.dir, '..', 'documents') };
  delete env.PHDEX_PASSPHRASE;
  if (options.unlocked) env.PHDEX_PASSPHRASE = PASSPHRASE;
  if (onElectron) {
    const electron = await _electron.launch({ executablePath: electronBinary(), args: [ROOT, `--profile=${options.dir}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], env: env as Record<string, string> });
    const page = await electron.firstWindow();
    return { ...watched(page), stop: () => electron.close() };
  }
  const args = ['electron/headless.ts', '--profile', options.dir, '--print-url', ...(options.networkFile ? ['--network-file', options.networkFile] : [])];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const app = await openPage(await urlOf(child));
  return {
    ...app,
    async stop() {
      await app.stop();
      child.kill('SIGTERM');
      await new Promise<void>((resolve) => { if (child.exitCode !== null) resolve(); else child.once('exit', () => resolve()); });
    },
  };
}

/** A page in a browser context of its own, at the address of an app that runs. */
export async function openPage(url: string): Promise<App> {
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 860 }, acceptDownloads: true });
  const page = await context.newPage();
  // Generous: other tests share the machine, and starting three apps at once on two cores takes its time.
  page.setDefaultTimeout(20_000);
  const app = watched(page);
  await page.goto(url, { timeout: 60_000 });
  return { ...app, stop: () => context.close() };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

function watched(page: Page): { page: Page; errors: string[] } {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  // The console names no address: which request it was is what one needs to know.
  page.on('response', (response) => { if (response.status() >= 400) errors.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}${new URL(response.url()).search}`); });
  return { page, errors };
}

function urlOf(child: ChildProcess): Promise<string> {
  let out = '';
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => { log = (log + chunk.toString()).slice(-4000); });
  return new Promise((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => { out += chunk.toString(); const url = /^http:\S+/m.exec(out)?.[0]; if (url) resolve(url); });
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${log}`)));
  });
}

/** Goes to a place in the app. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((p) => { location.hash = `#${p}`; }, path);
}

/** A field by its label, whether it is marked as required or not. */
export const field = (page: Page, label: string) => page.getByLabel(new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s*\\*)?$`));

/** What a page showed when a test failed, for whoever looks into it: only where PHDEX_E2E_SHOTS names a folder. */
export async function shoot(app: App, name: string): Promise<void> {
  if (process.env.PHDEX_E2E_SHOTS) await app.page.screenshot({ path: join(process.env.PHDEX_E2E_SHOTS, `${name}.png`), fullPage: true }).catch(() => undefined);
}
