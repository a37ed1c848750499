/** One side of `npm run bench -- seal`, in a process of its own: `seal CSV DIR` or `open DIR`. Prints one JSON line. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../shared/domain/manifest.ts';
import type { QualityReport } from '../shared/domain/quality-report.ts';

const [mode, ...args] = process.argv.slice(2) as [string, ...string[]];
const report = mode === 'seal' ? await seal(args[0]!, args[1]!) : await open(args[0]!);
console.log(JSON.stringify({ ...report, rssBytes: process.resourceUsage().maxRSS * 1024 }));

async function seal(csv: string, dir: string): Promise<{ rows: number; sealedBytes: number }> {
  // Each half loads only what it uses, as each peer does; the file is being read while the rest is loaded.
  const { openImports } = await import('../electron/capture/import/index.ts');
  const { value: source } = await (await openImports(csv, { simulated: true, lend: true })).recordings[Symbol.asyncIterator]().next();
  if (!source) throw new Error('The bench file has no recording.');
  const rows = source.batches[Symbol.asyncIterator]();
  const first = rows.next();
  async function* batches() { for (let step = await first; !step.done; step = await rows.next()) yield step.value; }
  const [{ buildLabel }, { relativeBatches, segmentRecording }, { sealDataset }] = await Promise.all([import('../electron/datasets/anonymise.ts'), import('../electron/datasets/segment.ts'), import('../electron/vault/seal-dataset.ts')]);
  const x25519 = async () => (await crypto.subtle.generateKey({ name: 'X25519' }, true, ['deriveBits'])) as CryptoKeyPair;
  const quality: QualityReport = { version: 2, rules: { name: 'bench', sha256: '0'.repeat(64) }, model: null, score: 100, parts: [], reasons: [], labels: null, channels: [], rows: 8_640_000, durationSeconds: 86_400, rateHz: 100 };
  const report = { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 };
  const label = buildLabel({ ...source.draft, id: 'bench', rows: 8_640_000, startTime: 0, endTime: 86_399e6, annotations: [], report, createdAt: 0 }, quality, { title: 'A simulated day', description: '', tags: [], demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' } });
  const keepers = await Promise.all([1, 2, 3, 4, 5].map(async (n) => ({ address: `0x${String(n).padStart(40, '0')}` as const, encryptionKey: new Uint8Array(await crypto.subtle.exportKey('raw', (await x25519()).publicKey)) })));
  let key: Uint8Array | undefined;
  const sealed = await sealDataset({
    segments: segmentRecording({ channels: source.draft.channels }, relativeBatches({ startTime: 0 }, batches())),
    label, channels: source.draft.channels, quality, keepers, threshold: 3, providers: [], outDir: dir,
    keep: (datasetKey) => { key = Uint8Array.from(datasetKey); },
  });
  if (source.finish().channels) throw new Error('A value did not fit the decimals of the start; the bench file has none such.');
  // The bench's own note, in the bench's own temporary folder: a key of simulated data, needed by the other half.
  await writeFile(join(dir, 'bench-key'), key!);
  return { rows: sealed.manifest.segments.reduce((n, s) => n + s.rows, 0), sealedBytes: sealed.sealedBytes };
}

async function open(dir: string): Promise<{ rows: number }> {
  const [{ readSegment, warmReader }, { openSegment }, { segmentFile }] = await Promise.all([import('../electron/datasets/read-segment.ts'), import('../electron/vault/open-dataset.ts'), import('../electron/vault/segment-file.ts')]);
  warmReader();
  const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  const datasetKey = await readFile(join(dir, 'bench-key'));
  let rows = 0;
  for (const segment of manifest.segments) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of openSegment({ datasetKey, manifest, name: segment.name, source: createReadStream(join(dir, segmentFile(segment.name)), { highWaterMark: 1 << 20 }) })) chunks.push(chunk);
    const found = await readSegment({ parquet: Buffer.concat(chunks), segment, channels: manifest.channels });
    if (found.recordRoot !== segment.recordRoot || found.rows !== segment.rows) throw new Error(`${segment.name} is not what was sealed.`);
    rows += found.rows;
  }
  return { rows };
}
