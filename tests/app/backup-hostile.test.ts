import { scryptSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreBackup } from '../../electron/app/backup.ts';
import { createUploads, type Uploads } from '../../electron/app/uploads.ts';
import { sealStream } from '../../electron/vault/stream.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { collect } from '../vault/fixture.ts';

// Backups that somebody else has made or changed. The cost of their passphrase is the least that is taken, so that many can be tried.
const PASSPHRASE = 'the one of the backup';
const LOG_N = 12;
const salt = Buffer.alloc(32, 7);
const keys = new Map<number, Buffer>();
const keyOf = (logN: number): Buffer => { const known = keys.get(logN) ?? scryptSync(PASSPHRASE, salt, 32, { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** 28 }); keys.set(logN, known); return known; };

type Entry = [path: string, bytes: Buffer | string, size?: number];
const entry = ([path, bytes, size]: Entry): Buffer => {
  const [name, body] = [Buffer.from(path), Buffer.from(bytes as string)];
  const head = Buffer.alloc(2 + name.length + 6);
  head.writeUInt16BE(name.length, 0);
  head.set(name, 2);
  head.writeUIntBE(size ?? body.length, 2 + name.length, 6);
  return Buffer.concat([head, body]);
};
const WHOLE: Entry[] = [['profile.json', '{}'], ['keystore.json', '{}'], ['phdex.sqlite', Buffer.alloc(3000, 5)], ['recordings/00112233445566aa.rows', Buffer.alloc(1_100_000, 9)], ['recordings/empty.rows', '']];
async function backup(entries: Entry[], end: Buffer = Buffer.alloc(2)): Promise<Buffer> {
  const header = Buffer.concat([Buffer.from('PHDXBAK1'), Buffer.of(LOG_N), salt]);
  return Buffer.concat([header, await collect(sealStream({ key: keyOf(LOG_N), aad: header, source: (async function* () { for (const e of entries) yield entry(e); yield end; })() }))]);
}

let root: string;
let dir: string;
let uploads: Uploads;
let whole: Buffer;
beforeAll(async () => { whole = await backup(WHOLE); });
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'phdex-hostile-')); dir = join(root, 'in', 'profile'); uploads = createUploads(join(root, 'uploads')); });
afterEach(async () => { await uploads.stop(); rmSync(root, { recursive: true, force: true }); });
afterAll(() => keys.clear());

const left = () => readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1)).filter((p) => p !== 'b.phdxbackup').sort();
async function restore(bytes: Buffer, passphrase = PASSPHRASE): Promise<{ code: ErrorCode; message: string; hint?: string } | null> {
  const path = join(root, 'b.phdxbackup');
  writeFileSync(path, bytes);
  return restoreBackup({ dir, input: { source: { path }, passphrase, remember: false }, uploads }).then(() => null, (error: { code: ErrorCode; message: string; hint?: string }) => error);
}
const invalid = expect.objectContaining({ code: 'backup-invalid', hint: expect.stringContaining('Nothing was changed') as string }) as object;

it('one that is whole is taken, and becomes the profile as a whole', async () => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'app.json'), 'of before');
  expect(await restore(whole)).toBeNull();
  expect(left()).toEqual(WHOLE.map(([p]) => `in/profile/${p}`).sort());
  for (const [path, bytes] of WHOLE) expect(readFileSync(join(dir, path)).equals(Buffer.from(bytes as string))).toBe(true);
});

it('cut anywhere it is refused, and nothing of it is left (property)', async () => {
  const chunk = 41 + 44 + 1024 * 1024 + 16;
  await fc.assert(fc.asyncProperty(fc.oneof(fc.nat(whole.length - 1), fc.constantFrom(0, 7, 8, 9, 40, 41, 42, 84, 85, 86, chunk - 1, chunk, chunk + 1, chunk + 16, whole.length - 1, whole.length - 16, whole.length - 17)), async (at) => {
    expect(await restore(whole.subarray(0, at))).toEqual(invalid);
    expect(left()).toEqual([]);
  }), { numRuns: 60 });
});

it('with a flipped bit anywhere it is refused, and nothing of it is left (property)', async () => {
  await fc.assert(fc.asyncProperty(fc.oneof(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 90 })), fc.nat(7), async (at, bit) => {
    // The cost of the passphrase is told by byte 8: a dearer one is asked for in the next test.
    if (at === 8) return;
    const bytes = Buffer.from(whole);
    bytes[at] = bytes[at]! ^ (1 << bit);
    // Salt and key check cannot be told from another passphrase.
    expect((await restore(bytes))?.code).toEqual(at >= 9 && at < 41 || at >= 46 && at < 85 ? expect.stringMatching(/^(passphrase-wrong|backup-invalid)$/) : 'backup-invalid');
    expect(left()).toEqual([]);
  }), { numRuns: 80 });
});

it('says what its passphrase costs, within bounds', async () => {
  const costing = (logN: number) => { const b = Buffer.from(whole); b[8] = logN; return b; };
  for (const logN of [0, 1, 11, 21, 30, 255]) expect(await restore(costing(logN))).toEqual(invalid);
  expect(await restore(costing(13))).toMatchObject({ code: 'passphrase-wrong' });
  // A gigabyte of memory is the most that one may ask for, and it is given.
  expect(await restore(costing(20))).toMatchObject({ code: 'passphrase-wrong' });
  expect(left()).toEqual([]);
});

describe('one that its maker has sealed with malice', () => {
  const outside = ['../evil', '../../evil', 'a/../../evil', 'recordings/../../evil', '/evil', '//evil', 'a//b', './evil', 'a/.', '..', '.', 'C:\\evil', 'C:evil', '..\\evil', 'a\\b', 'evil\0.rows', 'a/', '/'];
  it.each(outside)('names %j: refused, nothing outside', async (path) => {
    for (const at of [0, WHOLE.length]) {
      expect(await restore(await backup([...WHOLE.slice(0, at), [path, 'evil'], ...WHOLE.slice(at)]))).toEqual(invalid);
      expect(left()).toEqual([]);
      expect(existsSync(join(dirname(dir), 'evil'))).toBe(false);
    }
  });

  it.each([
    ['the same name twice', [...WHOLE, ['profile.json', 'again']]],
    ['a file below a file', [...WHOLE, ['profile.json/more', 'x']]],
    ['a file where a folder is', [...WHOLE, ['recordings', 'x']]],
    ['a name that no file system takes', [...WHOLE, ['n'.repeat(5000), 'x']]],
    ['more bytes than there are', [...WHOLE, ['more', 'x', 2 ** 47]]],
    ['no wallet', WHOLE.filter(([p]) => p !== 'keystore.json')],
    ['no database', WHOLE.filter(([p]) => p !== 'phdex.sqlite')],
    ['nothing', []],
  ] as [string, Entry[]][])('holds %s: refused', async (_what, entries) => {
    expect(await restore(await backup(entries))).toEqual(invalid);
    expect(left()).toEqual([]);
  });

  it('has no end, or goes on after it', async () => {
    expect(await restore(await backup(WHOLE, Buffer.alloc(0)))).toEqual(invalid);
    expect(await restore(await backup(WHOLE, Buffer.alloc(3)))).toEqual(invalid);
    expect(await restore(await backup(WHOLE, Buffer.concat([Buffer.alloc(2), Buffer.alloc(2_000_000)])))).toEqual(invalid);
    expect(left()).toEqual([]);
  });
});

describe('where it goes', () => {
  it('a folder with somebody’s own files in it is left alone', async () => {
    mkdirSync(join(dir, 'photos'), { recursive: true });
    writeFileSync(join(dir, 'photos', 'mine.jpg'), 'dear to me');
    expect(await restore(whole)).toMatchObject({ code: 'profile-exists', hint: expect.any(String) as string });
    expect(left()).toEqual(['in/profile/photos/mine.jpg']);
  });

  it('a profile with a wallet is left alone', async () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'keystore.json'), 'of mine');
    expect(await restore(whole)).toMatchObject({ code: 'profile-exists' });
    expect(left()).toEqual(['in/profile/keystore.json']);
  });

  it('what a restore that was killed has left goes', async () => {
    mkdirSync(`${dir}.restore-00aa11bb/recordings`, { recursive: true });
    writeFileSync(`${dir}.restore-00aa11bb/profile.json`, '{}');
    expect(await restore(whole)).toBeNull();
    expect(readdirSync(dirname(dir))).toEqual(['profile']);
  });
});

describe('where it is read from', () => {
  const from = (source: { path: string } | { upload: string }) => restoreBackup({ dir, input: { source, passphrase: PASSPHRASE, remember: false }, uploads });
  it('a folder is named as one', async () => {
    await expect(from({ path: root })).rejects.toMatchObject({ code: 'file-not-found', message: expect.stringContaining('folder') as string });
    await expect(from({ path: join(root, 'none') })).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(from({ upload: '0'.repeat(32) })).rejects.toMatchObject({ code: 'file-not-found' });
  });
  it('an upload does as well, cut anyhow', async () => {
    const { upload } = await uploads.put('b.phdxbackup', (async function* () { for (let at = 0; at < whole.length; at += 77_777) yield whole.subarray(at, at + 77_777); })());
    await from({ upload });
    expect(readFileSync(join(dir, 'recordings/00112233445566aa.rows')).equals(Buffer.alloc(1_100_000, 9))).toBe(true);
  });
});
