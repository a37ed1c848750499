/** The built app in out/: main process, preload and pages. Emptied first, so that nothing old is packaged. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'electron-vite';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
for (const part of ['electron', 'shared', 'resources', 'renderer']) rmSync(join(root, 'out', part), { recursive: true, force: true });
try { await build({ logLevel: process.argv.includes('--quiet') ? 'warn' : 'info' }); } catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
