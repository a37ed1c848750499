import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createUploads, type Uploads } from '../../electron/app/uploads.ts';
import type { ImportsOptions } from '../../electron/capture/import/index.ts';
import { openOne } from '../open-one.ts';
import type { SampleBatch } from '../../shared/domain/recording.ts';

let dir: string;
let uploads: Uploads;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-upload-')); uploads = createUploads(join(dir, 'up')); });
afterEach(async () => { await uploads.stop(); rmSync(dir, { recursive: true, force: true }); });
async function* cut(bytes: Buffer, sizes: number[]) { for (let at = 0, i = 0; at < bytes.length; i++) { const n = sizes[i % sizes.length]!; yield bytes.subarray(at, at + n); at += n; } }

it('whatever the pieces it came in, every part of it reads as it was (property)', async () => {
  await fc.assert(fc.asyncProperty(
    fc.uint8Array({ maxLength: 5000 }), fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), fc.array(fc.tuple(fc.nat(5200), fc.nat(5200)), { minLength: 1, maxLength: 12 }),
    async (data, sizes, parts) => {
      const bytes = Buffer.from(data);
      const { upload } = await uploads.put('f', cut(bytes, sizes));
      const file = uploads.get(upload);
      expect(file.size).toBe(bytes.length);
      const read = await Promise.all(parts.map(([at, n]) => file.read(at, n)));
      parts.forEach(([at, n], i) => { expect(Buffer.from(read[i]!).equals(bytes.subarray(at, at + n)), `${at}+${n} of ${bytes.length}`).toBe(true); });
      await uploads.remove(upload);
    },
  ), { numRuns: 150 });
});

it('every alignment within two blocks of its cipher', async () => {
  const bytes = Buffer.from(Array.from({ length: 80 }, (_, i) => (i * 37) & 255));
  const file = uploads.get((await uploads.put('f', cut(bytes, [80]))).upload);
  for (let at = 0; at <= 34; at++) for (let n = 0; n <= 34; n++) expect(Buffer.from(await file.read(at, n)).equals(bytes.subarray(at, at + n)), `${at}+${n}`).toBe(true);
});

it('a file that was sent is gone while it is read, where it was removed', async () => {
  const { upload } = await uploads.put('f', cut(Buffer.alloc(100_000, 1), [9999]));
  const file = uploads.get(upload);
  await uploads.remove(upload);
  await expect(file.read(0, 10)).rejects.toThrow();
  expect(readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())).toEqual([]);
});

/** All of an import as plain values. */
async function rowsOf(from: Parameters<typeof openOne>[0], options: ImportsOptions) {
  const source = await openOne(from, options);
  const t: number[] = [];
  const columns: number[][] = [];
  for await (const batch of source.batches as AsyncIterable<SampleBatch>) {
    for (const v of batch.t) t.push(v);
    batch.columns.forEach((column, i) => { for (const v of column) (columns[i] ??= []).push(v); });
  }
  return { t, columns, draft: { ...source.draft, title: null }, format: source.draft.source.kind };
}
const csv = `t_ms,x,y,z\n${Array.from({ length: 30_000 }, (_, i) => `${1_750_000_000_000 + i * 20 + (i % 3)},${(Math.sin(i / 9) * 3).toFixed(5)},${i % 7 === 0 ? '' : (i / 1e4).toFixed(4)},9.8125`).join('\r\n')}\n`;
const wisdm = Array.from({ length: 12_000 }, (_, i) => `1601,A,${(Math.sin(i / 4) * 5).toFixed(6)},${(Math.cos(i / 4) * 2).toFixed(6)},${(9.8 + Math.sin(i)).toFixed(6)};`).join('\n');

it.each([['CSV', 'walk.csv', csv, {}], ['CSV with a broken row', 'broken.csv', csv.replace('9.8125\r\n1750000002', '9.x\r\n1750000002'), { skipBad: true }], ['WISDM', 'data_1601_accel_watch.txt', `${wisdm}\n`, {}], ['WISDM cut in its last line', 'data_1601_accel_watch.txt', wisdm.slice(0, -9), { skipBad: true }]] as [string, string, string, ImportsOptions][])('%s gives the same recording sent as by its path', async (_what, name, text, options) => {
  const path = join(dir, name);
  writeFileSync(path, text);
  const byPath = await rowsOf(path, options);
  const file = uploads.get((await uploads.put(name, cut(readFileSync(path), [65_536, 1, 17, 4095]))).upload);
  const sent = await rowsOf(file, options);
  expect(byPath.t.length).toBeGreaterThan(10_000);
  expect(sent.t).toEqual(byPath.t);
  expect(sent.columns).toEqual(byPath.columns);
  expect({ ...sent.draft, source: { ...sent.draft.source } }).toEqual(byPath.draft);
  expect(sent.format).toBe(byPath.format);
});

it.each([['an empty file', ''], ['bytes that are no text', '\0\u0001\u0002'], ['a broken row', csv.replace('9.8125\r\n1750000002', '9.x\r\n1750000002')], ['a cut row', csv.slice(0, -12)]])('%s is refused in the same words', async (_what, text) => {
  const path = join(dir, 'same.csv');
  writeFileSync(path, text);
  const refusal = (from: Parameters<typeof openOne>[0]) => rowsOf(from, {}).then(() => null, (e: { code: string; message: string; hint: string }) => ({ code: e.code, message: e.message.replaceAll(path, 'same.csv'), hint: e.hint }));
  const byPath = await refusal(path);
  expect(byPath).not.toBeNull();
  expect(await refusal(uploads.get((await uploads.put('same.csv', cut(Buffer.from(text), [1000]))).upload))).toEqual(byPath);
});
