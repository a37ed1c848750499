import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSimulatedCsv } from '../electron/app/simulated-csv.ts';

const CHILD = fileURLToPath(new URL('./import-child.ts', import.meta.url));
const APPLE_BYTES = Number(process.env.PHDEX_BENCH_APPLE_BYTES ?? 1e9);
const CSV_ROWS = Number(process.env.PHDEX_BENCH_ROWS ?? 8_640_000);
const TRIES = Number(process.env.PHDEX_BENCH_TRIES ?? 2);

/** A generated Apple export of 1 GB against a plain pass of saxes; a day's CSV at 100 Hz against DuckDB's `read_csv`. Best of two each, in turn. */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-'));
  try {
    const xml = join(dir, 'export.xml');
    const records = writeAppleExport(xml, APPLE_BYTES);
    const bytes = statSync(xml).size;
    console.log(`Apple export of ${mb(bytes)}, ${records} records; ${availableParallelism()} cores, best of ${TRIES}`);
    const [ours, peer] = [best('phdex', xml), best('saxes', xml)];
    if (peer.rows !== records) throw new Error(`saxes counted ${peer.rows} of ${records} records`);
    console.log(`apple  PHDex ${ours.seconds.toFixed(1)} s, ${per(ours)}, ${(bytes / ours.seconds / 1e6).toFixed(0)} MB/s, ${ours.rows} rows, peak ${mb(ours.rssBytes)} resident (target < 600 MB: ${ours.rssBytes < 600e6 ? 'reached' : 'missed'})`);
    console.log(`apple  saxes alone ${peer.seconds.toFixed(1)} s, ${(bytes / peer.seconds / 1e6).toFixed(0)} MB/s, peak ${mb(peer.rssBytes)} → we take ${(ours.seconds / peer.seconds).toFixed(2)} times as long`);
    rmSync(xml);
    const csv = join(dir, 'day.csv');
    await writeSimulatedCsv(csv, { rows: CSV_ROWS, seed: 1 });
    const [fast, duck] = [best('phdex', csv), best('duckdb', csv)];
    if (fast.rows !== CSV_ROWS || duck.rows !== CSV_ROWS) throw new Error(`read ${fast.rows} and ${duck.rows} of ${CSV_ROWS} rows`);
    console.log(`csv    ${CSV_ROWS} rows, ${mb(statSync(csv).size)}: PHDex ${fast.seconds.toFixed(2)} s, ${per(fast)}, peak ${mb(fast.rssBytes)}`);
    console.log(`csv    DuckDB read_csv ${duck.seconds.toFixed(2)} s, ${per(duck)}, peak ${mb(duck.rssBytes)} → ${(duck.seconds / fast.seconds).toFixed(2)} times as fast`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Result = { rows: number; seconds: number; rssBytes: number };
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const per = (r: Result) => `${(r.rows / r.seconds / 1e6).toFixed(2)} M rows/s`;

function best(mode: string, path: string): Result {
  let found: Result | undefined;
  let rss = 0;
  for (let i = 0; i < TRIES; i++) {
    const child = spawnSync(process.execPath, [CHILD, mode, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.status !== 0) throw new Error(`${mode} ended with ${child.status}`);
    const it = JSON.parse(child.stdout) as Result;
    rss = Math.max(rss, it.rssBytes);
    if (!found || it.seconds < found.seconds) found = it;
  }
  return { ...found!, rssBytes: rss };
}

/** Records as a watch and a phone write them, the kinds one after the other, each in order of time, with children where Apple has them. */
function writeAppleExport(path: string, bytes: number): number {
  const file = openSync(path, 'wx');
  let records = 0;
  let written = 0;
  let part = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!-- HealthKit Export Version: 14 -->\n<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>\n]>\n<HealthData locale="en_GB">\n <ExportDate value="2024-04-01 10:00:00 +0200"/>\n';
  const flush = () => { written += writeSync(file, part); part = ''; };
  const watch = 'sourceName="Apple Watch" sourceVersion="10.1" device="&lt;&lt;HKDevice: 0x281234560&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;"';
  const phone = 'sourceName="iPhone" sourceVersion="17.1" device="&lt;&lt;HKDevice: 0x281234561&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone14,2, software:17.1&gt;"';
  const date = (s: number) => `${new Date((1.5e9 + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0100`;
  // Shares of the bytes as in exports of several years: most are energy and distance, which are not read.
  const kinds: [number, string, (i: number) => string][] = [
    [0.4, 'heart', (i) => ` <Record type="HKQuantityTypeIdentifierHeartRate" ${watch} unit="count/min" creationDate="${date(i * 120 + 3)}" startDate="${date(i * 120)}" endDate="${date(i * 120)}" value="${55 + ((i * 7) % 80)}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>\n </Record>\n`],
    [0.2, 'steps', (i) => ` <Record type="HKQuantityTypeIdentifierStepCount" ${i % 2 ? watch : phone} unit="count" creationDate="${date(i * 300 + 310)}" startDate="${date(i * 300)}" endDate="${date(i * 300 + 290)}" value="${(i * 13) % 400}"/>\n`],
    [0.3, 'energy', (i) => ` <Record type="HKQuantityTypeIdentifierActiveEnergyBurned" ${watch} unit="kcal" creationDate="${date(i * 60 + 61)}" startDate="${date(i * 60)}" endDate="${date(i * 60 + 59)}" value="${((i * 17) % 900) / 1000}"/>\n`],
    [0.1, 'oxygen', (i) => ` <Record type="HKQuantityTypeIdentifierOxygenSaturation" ${watch} unit="%" creationDate="${date(i * 1800 + 16)}" startDate="${date(i * 1800)}" endDate="${date(i * 1800 + 15)}" value="0.${95 + (i % 5)}"/>\n`],
  ];
  let upTo = 0;
  for (const [share, , record] of kinds) {
    upTo += share * bytes;
    for (let i = 0; written < upTo; i++) {
      part += record(i);
      records++;
      if (part.length > 1 << 20) flush();
    }
  }
  part += '</HealthData>\n';
  flush();
  closeSync(file);
  return records;
}
