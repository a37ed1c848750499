import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyBuild } from '../../electron/shell/freshness.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const out = (path: string) => join(root, 'out', path);

/** Test files run in processes of their own: one of them builds, the others wait for it. */
const LOCK = join(tmpdir(), `phdex-build-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`);
const STALE_MS = 90_000;
const built = () => whyBuild(root) === null && existsSync(out('electron/preload.cjs'));

/** Builds out/ where it is missing or older than the sources: what is tested is what would be shipped. */
export function ensureBuilt(): void {
  for (;;) {
    try { mkdirSync(LOCK); break; } catch {
      const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
      if (since !== undefined && Date.now() - since > STALE_MS) rmdirSync(LOCK);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    if (built()) return;
    const { status, stderr, stdout } = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), '--quiet'], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
  } finally { rmdirSync(LOCK); }
}
