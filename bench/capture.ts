import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./capture-child.ts', import.meta.url));
const SECONDS = Number(process.env.PHDEX_BENCH_SECONDS ?? 60);
const HOURS = Number(process.env.PHDEX_BENCH_HOURS ?? 24);
/** Components a second: 200 Hz × 3 channels × 2 devices. */
const SAMPLES = 1200;

type Live = { seconds: number; cpuSeconds: number; rows: number; rssBytes: number; lost: number; toPageBytesPerSecond: number };
type Day = { rows: number; expected: number; seconds: number; cpuSeconds: number; at: { hour: number; rssBytes: number; heapBytes: number }[]; toPage: number; peakRssBytes: number; fileBytes: number };

/**
 * What a live capture costs at 1,200 samples a second: CPU in real time with the true noble over a virtual controller, and memory
 * over a day by a clock that runs as fast as the disk syncs. No peer is named: none records the same.
 */
export async function run(): Promise<void> {
  const [live, radio] = [child<Live>('live', SECONDS), child<Live>('radio', SECONDS)];
  const share = (m: { cpuSeconds: number; seconds: number }) => `${((100 * m.cpuSeconds) / m.seconds).toFixed(1)} %`;
  console.log(`real time, ${SECONDS} s: ${((live.rows * 3) / live.seconds).toFixed(0)} samples/s kept of ${SAMPLES}, ${live.lost} lost or refused; ${(live.toPageBytesPerSecond / 1000).toFixed(0)} kB/s to the page`);
  console.log(`  CPU ${share(live)} of one core with two virtual watches and their radio in the same process; those and noble alone ${share(radio)} → ours ${((100 * (live.cpuSeconds / live.seconds - radio.cpuSeconds / radio.seconds))).toFixed(1)} %; ${mb(live.rssBytes)} resident`);
  const day = child<Day>('day', HOURS);
  if (day.rows !== day.expected) throw new Error(`${day.rows} rows were kept of ${day.expected}`);
  const [early, late] = [day.at[0]!, day.at.at(-1)!];
  console.log(`${HOURS} h by a fast clock in ${day.seconds.toFixed(0)} s: ${day.rows} rows kept, all; ${mb(day.fileBytes)} on disk, synced each second`);
  console.log(`  CPU ${((100 * day.cpuSeconds) / (HOURS * 3600)).toFixed(2)} % of one core at real speed; heap ${mb(early.heapBytes)} after ${(early.hour * 60).toFixed(0)} min, ${mb(late.heapBytes)} after ${late.hour} h; resident ${mb(early.rssBytes)}, ${mb(late.rssBytes)}, peak ${mb(day.peakRssBytes)}`);
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

function child<T>(mode: string, much: number): T {
  const it = spawnSync(process.execPath, ['--expose-gc', CHILD, mode, String(much)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (it.status !== 0) throw new Error(`${mode} ended with ${it.status}`);
  return JSON.parse(it.stdout) as T;
}
