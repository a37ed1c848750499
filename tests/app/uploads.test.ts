import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUploads, type Uploads } from '../../electron/app/uploads.ts';

let dir: string;
let parent: string;
let uploads: Uploads;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-up-')); parent = join(dir, 'profile.uploads'); uploads = createUploads(parent); });
afterEach(async () => { await uploads.stop(); rmSync(dir, { recursive: true, force: true }); });

const stored = () => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
async function* cut(bytes: Buffer, ...sizes: number[]) { let at = 0; for (let i = 0; at < bytes.length; i++) { const n = sizes[i % sizes.length]!; yield bytes.subarray(at, at + n); at += n; } }
const CSV = Buffer.from(`t,x,y,z\n${Array.from({ length: 5000 }, (_, i) => `${i * 20},${(Math.sin(i) * 9).toFixed(3)},0.125,9.806`).join('\n')}\n`);

describe('a file that was sent', () => {
  it('rests without a word of it on the disk', async () => {
    const { bytes } = await uploads.put('watch.csv', cut(CSV, 1000, 7, 16, 4096));
    expect(bytes).toBe(CSV.length);
    const [path, ...others] = stored();
    expect(others).toEqual([]);
    const raw = readFileSync(path!);
    expect(raw).toHaveLength(CSV.length);
    for (const word of ['t,x,y,z', '9.806', '0.125,', ',0.']) expect(raw.includes(word)).toBe(false);
    expect(path).not.toContain('watch');
    expect(statSync(path!).mode & 0o077).toBe(0);
  });

  it('is read from anywhere, in any length', async () => {
    const { upload } = await uploads.put('watch.csv', cut(CSV, 999));
    const file = uploads.get(upload);
    expect(file).toMatchObject({ name: 'watch.csv', size: CSV.length });
    for (const [at, n] of [[0, 1], [0, CSV.length], [1, 15], [15, 2], [16, 16], [17, 4000], [CSV.length - 3, 100], [CSV.length, 10], [31, 0]] as const) {
      expect(Buffer.from(await file.read(at, n)).equals(CSV.subarray(at, at + n)), `${at}+${n}`).toBe(true);
    }
    const [a, b] = await Promise.all([file.read(10, 3000), file.read(5000, 3000)]);
    expect(Buffer.concat([a, b]).equals(Buffer.concat([CSV.subarray(10, 3010), CSV.subarray(5000, 8000)]))).toBe(true);
  });

  it('has another key than the next one', async () => {
    await uploads.put('a', cut(CSV, 4096));
    await uploads.put('b', cut(CSV, 4096));
    const [a, b] = stored().map((p) => readFileSync(p));
    expect(a!.equals(b!)).toBe(false);
    // A keystream used twice would show in their difference.
    expect(a!.every((byte, i) => byte === b![i])).toBe(false);
  });

  it('goes when it is removed, and with the app', async () => {
    const { upload } = await uploads.put('a', cut(CSV, 4096));
    await uploads.put('b', cut(CSV, 4096));
    await uploads.remove(upload);
    expect(stored()).toHaveLength(1);
    expect(() => uploads.get(upload)).toThrow(expect.objectContaining({ code: 'file-not-found' }) as Error);
    await uploads.stop();
    expect(stored()).toEqual([]);
  });

  it('goes at the next start where the app was killed', async () => {
    await uploads.put('a', cut(CSV, 4096));
    await createUploads(parent).stop();
    expect(stored()).toEqual([]);
  });

  it('that breaks off leaves nothing', async () => {
    async function* broken() { yield CSV.subarray(0, 1000); throw new Error('the line went dead'); }
    await expect(uploads.put('a', broken())).rejects.toThrow('the line went dead');
    expect(stored()).toEqual([]);
  });

  it('keeps the last part of a name only', async () => {
    const { upload } = await uploads.put('../../etc/passwd', cut(CSV, 4096));
    expect(uploads.get(upload).name).toBe('passwd');
    expect(uploads.get((await uploads.put('C:\\data\\x.csv', cut(CSV, 4096))).upload).name).toBe('x.csv');
  });
});
