import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openImports } from '../electron/capture/import/index.ts';
import { openSimulator } from '../electron/capture/simulator/index.ts';
import { openDatabase } from '../electron/db/open-database.ts';
import { fingerprintQueries } from '../electron/db/queries/fingerprints.ts';
import { createFingerprint } from '../electron/quality/fingerprint/fingerprint.ts';
import { canonicalReport } from '../electron/quality/report.ts';
import { scoreRecording } from '../electron/quality/score.ts';
import type { Channel, SampleBatch } from '../shared/domain/recording.ts';
import { decodeFingerprint, encodeFingerprint, likeness, type Fingerprint } from '../shared/fingerprint.ts';

const HOUR_US = 3_600_000_000;
const TARGET_S = 3;

/** The rules alone, without the trained model, on the simulator; then fingerprints on it and on people. */
export async function runRules(wisdm: string | null): Promise<void> {
  const rate = 100;
  const source = openSimulator({ rows: 24 * 3600 * rate, seed: 3, rateHz: rate });
  const { channels } = source.draft;
  const day: SampleBatch[] = [];
  for await (const b of source.batches) day.push(b);
  const noModel = { openModel: async () => null };
  console.log('\nrules     simulated wrist, 24 h × 100 Hz × 3 axes (8.64 million rows), rows in memory');
  const seconds: number[] = [];
  const cpu: number[] = [];
  let bytes = 0;
  let lag = 0;
  for (let i = 0; i < 4; i++) {
    let at = performance.now();
    const watch = setInterval(() => { const now = performance.now(); lag = Math.max(lag, now - at - 5); at = now; }, 5);
    const began = performance.now();
    const used = process.cpuUsage();
    const report = await scoreRecording({ channels, simulated: true }, yielding(day), noModel);
    if (i > 0) { seconds.push((performance.now() - began) / 1000); const { user, system } = process.cpuUsage(used); cpu.push((user + system) / 1e6); }
    clearInterval(watch);
    bytes = canonicalReport(report).length;
  }
  const best = Math.min(...seconds);
  const whole: number[] = [];
  const wholeCpu: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const used = process.cpuUsage();
    await scoreRecording({ channels, simulated: false }, yielding(day));
    whole.push((performance.now() - began) / 1000);
    const { user, system } = process.cpuUsage(used);
    wholeCpu.push((user + system) / 1e6);
  }
  console.log(`report    ${best.toFixed(2)} s without the model, ${Math.min(...cpu).toFixed(2)} s of processor time; ${Math.min(...whole).toFixed(2)} s with it, ${Math.min(...wholeCpu).toFixed(2)} s of processor time (to reach: ${TARGET_S} s) ${Math.min(...whole) < TARGET_S ? 'reached' : 'MISSED'}; ${bytes} bytes of canonical JSON; event loop held ${Math.round(lag)} ms at most`);
  const began = performance.now();
  const print = createFingerprint(channels);
  for (const b of day) print.push(b);
  const text = print.finish()!;
  console.log(`finger-   ${((performance.now() - began) / 1000).toFixed(2)} s for the same day; ${text.length} characters in the label`);

  for (const simulated of [true, false]) {
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 20);
    const began = performance.now();
    const month = await scoreRecording({ channels, simulated }, monthOf(day));
    clearInterval(watch);
    console.log(`${simulated ? 'month     30 days × 25 Hz' : '          with the model,'} (${(month.rows / 1e6).toFixed(1)} million rows): ${Math.round((peak - before) / 2 ** 20)} MiB more resident at most, ${((performance.now() - began) / 1000).toFixed(1)} s, ${canonicalReport(month).length} bytes of report`);
  }

  searchAll(text);
  if (wisdm) await people(wisdm);
  else console.log('people    skipped: ../shared/data/wisdm-watch not present');
}

async function* yielding(batches: SampleBatch[]): AsyncGenerator<SampleBatch> {
  for (const b of batches) { yield b; await new Promise(setImmediate); }
}

/** Every fourth row of the day, thirty times over. */
async function* monthOf(day: SampleBatch[]): AsyncGenerator<SampleBatch> {
  for (let d = 0; d < 30; d++) {
    for (const { t, columns } of day) yield { t: t.filter((_, i) => i % 4 === 0).map((x) => x + d * 24 * HOUR_US), columns: columns.map((c) => c.filter((_, i) => i % 4 === 0)) };
  }
}

/** One search among the fingerprints of 20,000 listings with random tokens. */
function searchAll(text: string): void {
  const db = openDatabase(':memory:');
  const prints = fingerprintQueries(db);
  let s = 7;
  const random = () => { s = (s * 48271) % 2147483647; return s / 2147483647; };
  const some = (): number[] => [...new Set(Array.from({ length: 256 }, () => Math.floor(random() * 2 ** 40)))].sort((a, b) => a - b);
  db.transaction(() => { for (let id = 1; id <= 20_000; id++) prints.replace(id, undefined, encodeFingerprint({ plain: some(), faint: some() })); })();
  const times = Array.from({ length: 50 }, () => { const at = performance.now(); prints.copies(text, 0); return performance.now() - at; }).sort((a, b) => a - b);
  const size = (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
  console.log(`search    one fingerprint among 20,000 listings: ${times[47]!.toFixed(1)} ms at the 95th percentile; index ${(size / 20_000 / 1024).toFixed(1)} KiB a listing`);
  db.close();
}

type Rows = { t: Float64Array; xyz: Float64Array[] };
const PLAIN: Channel = { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: null };
const printOf = ({ t, xyz }: Rows): Fingerprint | null => { const f = createFingerprint([PLAIN]); f.push({ t, columns: xyz }); const text = f.finish(); return text === null ? null : decodeFingerprint(text); };

/** What becomes of a person's twelve minutes when somebody changes them to sell them again. */
async function people(dir: string): Promise<void> {
  const all: Rows[] = [];
  for (const file of readdirSync(dir).filter((f) => f.endsWith('.txt')).sort()) all.push(await readRows(join(dir, file)));
  const prints = all.map(printOf);
  let [most, pairs, taken] = [0, 0, 0];
  prints.forEach((a, i) => prints.slice(i + 1).forEach((b) => { if (!a || !b) return; const l = likeness(a, b); pairs++; most = Math.max(most, l.share); if (l.copy) taken++; }));
  console.log(`people    ${all.length} of WISDM's watches, about 12 min each: ${pairs} pairs of different people share ${(100 * most).toFixed(1)} % of their tokens at most; ${taken} taken for copies`);
  const changes: [string, (r: Rows) => Rows][] = [
    ['turned axes', turned], ['noise 10 mg', (r) => noisy(r, 0.1)], ['noise 50 mg', (r) => noisy(r, 0.5)], ['noise 100 mg', (r) => noisy(r, 1)], ['13–97 % of it', (r) => cut(r, 0.13, 0.97)], ['half of it (6 min)', (r) => cut(r, 0.4, 0.9)],
    ['at 12.5 Hz', (r) => resampled(r, 12.5)], ['at 50 Hz', (r) => resampled(r, 50)], ['clock 5 % slow', (r) => resampled(r, 20, 1.05)], ['clock 10 % fast', (r) => resampled(r, 20, 0.9)], ['cut, turned, 31 Hz, 2 %, 30 mg', (r) => noisy(turned(resampled(cut(r, 0.1, 0.9), 31.25, 1.02)), 0.3)],
  ];
  for (const [name, change] of changes) {
    const found = all.filter((r, i) => { const copy = printOf(change(r)); return copy !== null && prints[i] && likeness(prints[i], copy).copy; }).length;
    console.log(`          ${name.padEnd(32)} ${found} of ${all.length} found`);
  }
}

async function readRows(file: string): Promise<Rows> {
  const imports = await openImports(file);
  const { value: source } = await imports.recordings[Symbol.asyncIterator]().next();
  if (!source) throw new Error(`${file} has no recording.`);
  const [t, xyz]: [number[], number[][]] = [[], [[], [], []]];
  const scale = 10 ** (source.draft.channels[0]!.decimals ?? 0);
  for await (const b of source.batches) for (let i = 0; i < b.t.length; i++) { t.push(b.t[i]!); xyz.forEach((c, k) => c.push(b.columns[k]![i]! / scale)); }
  await imports.close();
  return { t: Float64Array.from(t, (x) => x - t[0]!), xyz: xyz.map((c) => Float64Array.from(c)) };
}

const each = ({ t, xyz }: Rows, change: (p: number[]) => number[]): Rows => { const out = xyz.map((c) => c.slice()); for (let i = 0; i < t.length; i++) change(xyz.map((c) => c[i]!)).forEach((v, c) => { out[c]![i] = v; }); return { t, xyz: out }; };
const cut = ({ t, xyz }: Rows, from: number, to: number): Rows => ({ t: t.slice(Math.floor(from * t.length), Math.floor(to * t.length)), xyz: xyz.map((c) => c.slice(Math.floor(from * c.length), Math.floor(to * c.length))) });
const turned = (rows: Rows): Rows => each(rows, ([x, y, z]) => { const [a, b] = [0.6 * x! - 0.8 * y!, 0.8 * x! + 0.6 * y!]; return [-(0.28 * b + 0.96 * z!), a, -0.96 * b + 0.28 * z!]; });
function noisy(rows: Rows, sd: number): Rows {
  let s = 17;
  const random = () => { s = (s * 48271) % 2147483647; return s / 2147483647; };
  return each(rows, (p) => p.map((v) => { let n = -6; for (let i = 0; i < 12; i++) n += random(); return v + sd * n; }));
}
function resampled({ t, xyz }: Rows, rateHz: number, stretch = 1): Rows {
  const [times, out]: [number[], number[][]] = [[], xyz.map(() => [])];
  for (let k = 0, j = 0; t[0]! + (k * 1e6) / rateHz < t.at(-1)!; k++) {
    const at = t[0]! + (k * 1e6) / rateHz;
    while (t[j + 1]! <= at) j++;
    const gap = t[j + 1]! - t[j]!;
    if (gap > 1e6) continue;
    const f = gap > 0 ? (at - t[j]!) / gap : 0;
    times.push(Math.round((at - t[0]!) * stretch));
    xyz.forEach((c, n) => out[n]!.push(c[j]! * (1 - f) + c[j + 1]! * f));
  }
  return { t: Float64Array.from(times), xyz: out.map((c) => Float64Array.from(c)) };
}
