/**
 * `npm run dev`: the pages are built again whenever their sources change, and the headless host serves them; load the
 * page again to see it. (The CSP allows no inline script, so there is no hot module replacement to work around it.)
 * Arguments go to the host: `npm run dev -- --profile dev --port 8400`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfigFromFile } from 'electron-vite';
import { build, type InlineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.NODE_ENV_ELECTRON_VITE = 'development';
const { config } = await loadConfigFromFile({ command: 'build', mode: 'development' }, join(root, 'electron.vite.config.ts'));
const pages = config.renderer as InlineConfig;
const watcher = await build({ ...pages, configFile: false, mode: 'development', build: { ...pages.build, watch: {}, minify: false, sourcemap: true } });
if (!('on' in watcher)) throw new Error('vite did not watch.');
let host: ReturnType<typeof spawn> | null = null;
watcher.on('event', (event) => {
  if (event.code === 'ERROR') console.error(event.error.message);
  if (event.code !== 'END') return;
  console.log('The pages are built.');
  host ??= spawn(process.execPath, ['--watch-path=electron', '--watch-path=shared', '--watch-preserve-output', 'electron/headless.ts', '--print-url', ...process.argv.slice(2)], { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 0));
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => { watcher.close().catch(() => undefined); if (host) host.kill(name); else process.exit(0); });
