import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyBuild } from '../../electron/shell/freshness.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const out = (path: string) => join(root, 'out', path);

/** Test files run in processes of their own: one of them builds, the others wait for it. Holds the process id. */
const LOCK = join(tmpdir(), `phdex-build-${createHash('sha256').update(root).digest('hex').slice(0, 12)}.lock`);
/** Whether the process that made the lock is gone: a build may take its time. */
function isStale(): boolean {
  let pid: number;
  try {
    pid = Number(readFileSync(LOCK, 'utf8'));
    // Made, and not written yet.
    if (pid === 0) return Date.now() - statSync(LOCK).mtimeMs > 10_000;
  } catch { return false; }
  try { process.kill(pid, 0); return false; } catch (error) { return (error as NodeJS.ErrnoException).code === 'ESRCH'; }
}
const built = () => whyBuild(root) === null && existsSync(out('electron/preload.cjs'));

/** Builds out/ where it is missing or older than the sources: what is tested is what would be shipped. */
export function ensureBuilt(): void {
  for (;;) {
    try { writeFileSync(LOCK, String(process.pid), { flag: 'wx' }); break; } catch {
      if (isStale()) rmSync(LOCK, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    if (built()) return;
    const { status, stderr, stdout } = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), '--quiet'], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
  } finally { rmSync(LOCK, { force: true }); }
}
