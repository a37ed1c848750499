/**
 * `npm start`: the window where Electron is there or can be fetched, otherwise the same pages in the browser.
 *   --no-electron  the browser at once      --profile NAME      --port N (browser only)
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toAppError } from '../shared/errors.ts';
import { whyBuild } from './shell/freshness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROBE_MS = 5_000;
const FETCH_MS = 5 * 60_000;

/** Builds what is missing or old, in one line. */
function build(): void {
  const why = whyBuild(root);
  if (!why) return;
  console.log(why === 'missing' ? 'Building the app; this is done once…' : 'Building the app, whose sources are newer…');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), '--quiet'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The app could not be built; `npm run build` says more.');
}

/** Where Electron's program lies, if it does. Reading its files and not its module, which would fetch it without a limit. */
function electronBinary(): string | null {
  try {
    const dir = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(dir, 'dist'), readFileSync(join(dir, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch { return null; }
}

/** Fetches Electron's program with its own script, once, if the place it comes from answers. @returns why not, or null */
async function fetchElectron(): Promise<string | null> {
  const from = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/';
  try { await fetch(from, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) }); } catch { return `${new URL(from).host} cannot be reached`; }
  console.log('Fetching Electron; this is done once…');
  const script = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'install.js');
  const { status, error } = spawnSync(process.execPath, [script], { stdio: 'ignore', timeout: FETCH_MS });
  if (status === 0) return null;
  return error && (error as NodeJS.ErrnoException).code === 'ETIMEDOUT' ? 'it took longer than five minutes' : 'its download failed';
}

const noDisplay = () => process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

/** Why there will be no window, or the program that shows it. */
async function electron(): Promise<{ binary: string } | { without: string }> {
  if (noDisplay()) return { without: 'there is no display' };
  const there = electronBinary();
  if (there) return { binary: there };
  const why = await fetchElectron();
  const fetched = electronBinary();
  return fetched && !why ? { binary: fetched } : { without: `Electron is not here and ${why ?? 'its download failed'}` };
}

/**
 * Opens the browser. The address holds the token, and everybody on the machine may read a program's arguments: so the
 * browser is given a file of ours that sends it there. One in a snap cannot read such a file and gets the address.
 * @returns a way to remove the file; null where there is no browser to open
 */
function openBrowser(url: string): (() => void) | null {
  const [command, args] = process.platform === 'darwin' ? ['open', []] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '']] : ['xdg-open', []];
  const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [command], { stdio: 'ignore' });
  if (found.status !== 0 || process.env.PHDEX_NO_BROWSER || noDisplay()) return null;
  const browser = process.platform === 'linux' ? spawnSync('xdg-settings', ['get', 'default-web-browser'], { encoding: 'utf8', timeout: 3000 }).stdout ?? '' : '';
  const confined = /snap|firefox_firefox|chromium_chromium/.test(browser);
  const dir = confined ? null : mkdtempSync(join(tmpdir(), 'phdex-open-'));
  const file = dir && join(dir, 'open.html');
  if (file) writeFileSync(file, `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>PHDex</title><meta http-equiv="refresh" content="0;url=${url}">`, { mode: 0o600 });
  const child = spawn(command, [...args, file ?? url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return () => { if (dir) rmSync(dir, { recursive: true, force: true }); };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { electron: { type: 'boolean', default: true }, port: { type: 'string' }, profile: { type: 'string', default: 'default' } }, allowNegative: true });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port wants a number from 0 to 65535, not «${values.port}».`);
  build();
  if (values.electron) {
    const found = await electron();
    if ('binary' in found) {
      const child = spawn(found.binary, [root, `--profile=${values.profile}`], { stdio: 'inherit' });
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name));
      return await new Promise((resolve) => { child.on('exit', (code) => resolve(code ?? 1)); child.on('error', () => resolve(1)); });
    }
    console.log(`The browser instead of a window: ${found.without}.`);
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  process.on('unhandledRejection', (error) => { if ((error as { code?: string } | undefined)?.code !== 'disk-full') throw error; });
  const { runHeadless } = await import('./headless.ts');
  let forget: (() => void) | null = null;
  try {
    await runHeadless({
      profile: values.profile, port, signal: stop.signal,
      // A person looks on, not a log: only what went wrong.
      log: (level, msg, facts) => { if (level === 'error') console.error(`phdex: ${msg}${facts?.code ? ` (${facts.code})` : ''}`); },
      onReady: ({ url }) => {
        forget = openBrowser(url);
        console.log(`PHDex is at ${url}${forget ? '' : '\nOpen that address in a browser.'}\nCtrl+C ends it.`);
      },
    });
  } finally { (forget as (() => void) | null)?.(); }
  return 0;
}

process.exit(await main().catch((error: unknown) => {
  const { message, hint } = toAppError(error);
  console.error(`phdex: ${message}${hint ? `\n  ${hint}` : ''}`);
  return 1;
}));
