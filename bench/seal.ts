import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSimulatedCsv } from '../electron/app/simulated-csv.ts';

const CHILD = fileURLToPath(new URL('./seal-child.ts', import.meta.url));
/** 24 h at 100 Hz. */
const ROWS = Number(process.env.PHDEX_BENCH_ROWS ?? 8_640_000);
const TRIES = 3;

/** Our import → segment → seal (open → verify) of a day's CSV against `zstd -3 | age` (`age -d | zstd -d`) of the same file, best of three each, in turn. */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-'));
  try {
    const csv = join(dir, 'day.csv');
    await writeSimulatedCsv(csv, { rows: ROWS, seed: 1 });
    const csvBytes = statSync(csv).size;
    const peer = findPeer();
    const file = join(dir, 'day.zst.age');
    const identity = join(dir, 'identity');
    const recipient = peer && execFileSync('sh', ['-c', `age-keygen -o '${identity}' 2>&1`], { encoding: 'utf8' }).match(/age1\w+/)![0];
    console.log(`${ROWS} rows, ${mb(csvBytes)} of CSV, ${availableParallelism()} cores, best of ${TRIES}`);
    const best = { seal: Infinity, open: Infinity, peerSeal: Infinity, peerOpen: Infinity };
    let sealedBytes = 0;
    let rss = 0;
    for (let i = 0; i < TRIES; i++) {
      const out = join(dir, `sealed-${i}`);
      const sealed = await child(['seal', csv, out], join(dir, 'compiled'));
      const opened = await child(['open', out], join(dir, 'compiled'));
      if (sealed.rows !== ROWS || opened.rows !== ROWS) throw new Error(`sealed ${sealed.rows} and opened ${opened.rows} of ${ROWS} rows`);
      sealedBytes = sealed.sealedBytes!;
      rss = Math.max(rss, sealed.rssBytes);
      best.seal = Math.min(best.seal, sealed.seconds);
      best.open = Math.min(best.open, opened.seconds);
      rmSync(out, { recursive: true });
      if (peer) {
        best.peerSeal = Math.min(best.peerSeal, shell(`zstd -3 -q -c '${csv}' | age -r ${recipient} > '${file}'`));
        best.peerOpen = Math.min(best.peerOpen, shell(`age -d -i '${identity}' '${file}' | zstd -d -q -c > /dev/null`));
      }
    }
    console.log(`seal  PHDex ${best.seal.toFixed(2)} s, ${rate(best.seal)}, ${mb(sealedBytes)} out, peak ${mb(rss)} resident (target < 600 MB: ${verdict(rss < 600e6)})`);
    console.log(`open  PHDex ${best.open.toFixed(2)} s, ${rate(best.open)}, every chunk, row and record verified`);
    if (!peer) { console.log('peer  skipped: zstd and age are not installed (apt-get install zstd age)'); return; }
    const peerBytes = statSync(file).size;
    console.log(`seal  zstd -3 | age ${best.peerSeal.toFixed(2)} s, ${mb(peerBytes)} out → ${(best.peerSeal / best.seal).toFixed(2)} times as fast (target > 1: ${verdict(best.peerSeal > best.seal)}), ${((100 * sealedBytes) / peerBytes).toFixed(1)} % of its size (target ≤ 60 %: ${verdict(sealedBytes <= 0.6 * peerBytes)})`);
    console.log(`open  age -d | zstd -d ${best.peerOpen.toFixed(2)} s → ${(best.peerOpen / best.open).toFixed(2)} times as fast (target > 1: ${verdict(best.peerOpen > best.open)})`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const rate = (seconds: number) => `${(ROWS / seconds / 1e6).toFixed(2)} M rows/s`;
const verdict = (good: boolean) => (good ? 'reached' : 'missed');
const has = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

function findPeer(): boolean {
  if (!(has('zstd') && has('age')) && process.getuid?.() === 0 && has('apt-get')) spawnSync('apt-get', ['install', '-y', '-qq', 'zstd', 'age'], { stdio: 'ignore', timeout: 120_000 });
  return has('zstd') && has('age');
}

function shell(command: string): number {
  const began = performance.now();
  execFileSync('sh', ['-c', command]);
  return (performance.now() - began) / 1000;
}

/** @param cache where Node keeps what it compiled, as the packaged app carries it: types are not stripped anew in each run. */
async function child(args: string[], cache: string): Promise<{ seconds: number; rows: number; rssBytes: number; sealedBytes?: number }> {
  const began = performance.now();
  const process_ = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: cache } });
  let text = '';
  process_.stdout.on('data', (part: Buffer) => { text += part.toString(); });
  const code = await new Promise<number | null>((resolve) => { process_.on('close', resolve); });
  if (code !== 0) throw new Error(`bench child ${args[0]} ended with ${code}`);
  return { ...(JSON.parse(text) as { rows: number; rssBytes: number }), seconds: (performance.now() - began) / 1000 };
}
