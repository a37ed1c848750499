import { randomBytes, scrypt } from 'node:crypto';
import { createReadStream, existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import Database from 'better-sqlite3';
import type { z } from 'zod';
import type { BackupIn, RestoreBackupIn } from '../../shared/api/app.ts';
import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import { openStream, sealStream } from '../vault/stream.ts';
import type { JobControl, Jobs } from './jobs.ts';
import type { Uploads } from './uploads.ts';

/**
 * A whole profile in one file: `PHDXBAK1` ‖ u8 log₂ N of scrypt ‖ salt(32) ‖ STREAM blob (vault/stream.ts) under
 * scrypt(passphrase, salt, N, r = 8, p = 1), with all before it as associated data. Its plaintext is a row of entries:
 * u16 length of the path ‖ path ‖ u48 size ‖ bytes; a length of 0 ends it.
 * Inside are the key store (under its own passphrase as ever), the database as one consistent copy, the encrypted rows of
 * recordings and purchases, and for the demo network its chain and people. The profile's own IPFS blocks are not:
 * keepers pin every dataset that is listed, and fetching is free.
 */
const MAGIC = Buffer.from('PHDXBAK1');
const LOG_N = 17;
const HEADER = MAGIC.length + 1 + 32;
/** Read whole: everything but recordings. */
const SMALL = 4 << 20;
const ANVIL_STATE = 'anvil-state.json';

const derive = (passphrase: string, salt: Buffer, logN: number): Promise<Buffer> =>
  new Promise((resolve, reject) => scrypt(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** 31 - 1 }, (error, key) => (error ? reject(error) : resolve(key))));
const invalid = (what: string, cause?: unknown) => new AppError('backup-invalid', what, { hint: 'Nothing was changed. Take another copy of the backup.', cause });

/** Files of a profile that a backup holds, as paths from its folder. */
function filesOf(dir: string): { plain: string[]; databases: string[] } {
  const plain: string[] = [];
  const databases: string[] = [];
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(dir, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        const own = below === '' && ['work', 'opened', 'ipfs'].includes(entry.name);
        if (!own) walk(path);
      } else if (entry.name.endsWith('.sqlite')) databases.push(path);
      else if (!/(-wal|-shm|-journal|\.lock|\.tmp)$/.test(entry.name)) plain.push(path);
    }
  };
  walk('');
  return { plain, databases };
}

/** The app's notes without what only this machine can open. */
const portable = (text: Buffer): Buffer => Buffer.from(JSON.stringify({ ...(JSON.parse(text.toString()) as object), passphrase: null }));

async function* entries(dir: string, work: string, control: JobControl, chain: BackupJob['chain']): AsyncGenerator<Uint8Array> {
  // Rows are written once and never changed: a second name holds those that are there now, also where the person removes
  // a recording that the copy of the database still lists. Those that are added meanwhile are listed after it. What is being
  // recorded only grows: of that as much is kept as is there now, and recovered where it is restored. One that ended in between is
  // there under both of its names, whole, whether or not the copy of the database lists it.
  const held = new Map<string, string>();
  const hold = (paths: string[]): void => {
    for (const path of paths) {
      if (!/\.(rows|capture|draft)$/.test(path) || held.has(path)) continue;
      const name = join(work, `${held.size}.rows`);
      try { linkSync(join(dir, path), name); held.set(path, name); } catch { /* gone, or a file system without second names: read where it is */ }
    }
  };
  const { plain: before, databases } = filesOf(dir);
  hold(before);
  const copies: { path: string; from: string }[] = [];
  for (const [i, path] of databases.entries()) {
    const db = new Database(join(dir, path), { readonly: true });
    try { await db.backup(join(work, `${i}.sqlite`)); } finally { db.close(); }
    copies.push({ path, from: join(work, `${i}.sqlite`) });
  }
  const { plain: after } = filesOf(dir);
  hold(after);
  const plain = [...new Set([...before, ...after])];
  // The chain's state last: a cache that is behind its chain catches up, one that is ahead of it is of another chain.
  const late = plain.filter((p) => p.endsWith(ANVIL_STATE));
  const all = [...copies, ...plain.filter((p) => !late.includes(p)).map((path) => ({ path, from: held.get(path) ?? join(dir, path) }))];
  const sizes = all.map(({ from }) => sizeOf(from));
  const total = sizes.reduce<number>((a, b) => a + (b ?? 0), 0);
  let done = 0;
  const head = (path: string, size: number): Buffer => {
    const name = Buffer.from(path);
    const bytes = Buffer.alloc(2 + name.length + 6);
    bytes.writeUInt16BE(name.length, 0);
    bytes.set(name, 2);
    bytes.writeUIntBE(size, 2 + name.length, 6);
    return bytes;
  };
  for (const [i, { path, from }] of all.entries()) {
    if (path === 'app.json') {
      const text = portable(await readFile(from));
      yield head(path, text.length);
      yield text;
      continue;
    }
    const size = sizes[i];
    if (size === null || size === undefined) continue;
    if (size <= SMALL) {
      // As it is at its turn: simulated people go on writing theirs, and what they have removed meanwhile is not missed.
      const bytes = await readFile(from).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return null; throw error; });
      if (bytes === null) continue;
      yield head(path, bytes.length);
      yield bytes;
      control.signal.throwIfAborted();
      control.progress('write', Math.min(total, done += size), total);
      continue;
    }
    yield head(path, size);
    let read = 0;
    for await (const chunk of createReadStream(from, { end: size - 1, highWaterMark: 1 << 20 })) {
      control.signal.throwIfAborted();
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (read !== size) throw new AppError('internal', `${path} changed while it was read.`);
    done += read;
    control.progress('write', done, total);
  }
  for (const path of late) {
    const text = await chainState(join(dir, path), chain, control.signal);
    yield head(path, text.length);
    yield text;
  }
  yield Buffer.alloc(2);
}

const isJson = (text: Buffer): boolean => { try { JSON.parse(text.toString()); return true; } catch { return false; } };
const sizeOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.size ?? null;

/** The embedded chain's state as of now: asked of the chain, whose file is of a moment before it was written; of one that rests, the file. */
async function chainState(path: string, chain: BackupJob['chain'], signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    signal.throwIfAborted();
    const live = await chain(signal)?.catch((error: unknown) => { if (isAppError(error, 'chain-unreachable')) return null; throw error; });
    if (live) return live;
    const text = await readFile(path);
    // One that is ending is writing it.
    if (isJson(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const unwritable = (where: string, cause: unknown): AppError => {
  const known = toAppError(cause);
  return known.code === 'internal' ? new AppError('invalid-argument', `Nothing can be written to ${where}.`, { hint: 'Choose a folder that is yours, on a disk that is not read-only.', cause }) : known;
};

export type BackupJob = { dir: string; jobs: Jobs; input: z.infer<typeof BackupIn>; /** Asks the profile's embedded chain for its state; null where it does not run. */ chain(signal: AbortSignal): Promise<Buffer> | null; done(): void };

/** Starts the job. Its file has its name only once it is whole. */
export function createBackup({ dir, jobs, input, chain, done }: BackupJob): { jobId: string } {
  if (!existsSync(join(dir, 'keystore.json'))) throw new AppError('profile-missing', 'There is nothing to back up yet.', { hint: 'Make a wallet first.' });
  const target = input.path ?? join(homedir(), 'Documents', 'PHDex');
  const day = new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-');
  const isFolder = input.path === undefined || !target.endsWith('.phdxbackup');
  const path = isFolder ? join(target, `phdex-${day}.phdxbackup`) : target;
  return jobs.start({
    kind: 'backup', title: path,
    async run(control) {
      const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
      try { mkdirSync(dirname(path), { recursive: true }); } catch (cause) { throw unwritable(dirname(path), cause); }
      const work = await mkdtemp(join(dir, 'work', 'backup-'));
      const salt = randomBytes(32);
      const header = Buffer.concat([MAGIC, Buffer.of(LOG_N), salt]);
      let key: Buffer | undefined;
      let file: Awaited<ReturnType<typeof open>> | undefined;
      try {
        key = await derive(input.passphrase, salt, LOG_N);
        file = await open(temporary, 'wx', 0o600).catch((cause: unknown) => { throw unwritable(dirname(path), cause); });
        await file.write(header);
        let bytes = header.length;
        for await (const chunk of sealStream({ key, aad: header, source: entries(dir, work, control, chain) })) {
          for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
          bytes += chunk.length;
        }
        await file.sync();
        await file.close();
        file = undefined;
        if (existsSync(path)) throw new AppError('invalid-argument', `${path} is there already.`, { hint: 'Choose another name.' });
        await rename(temporary, path);
        done();
        return { path, bytes };
      } finally {
        key?.fill(0);
        await file?.close();
        await rm(temporary, { force: true });
        await rm(work, { recursive: true, force: true });
      }
    },
  });
}

type Source = { size: number; read(from: number): AsyncIterable<Uint8Array> };

async function sourceOf(input: z.infer<typeof RestoreBackupIn>['source'], uploads: Uploads): Promise<Source> {
  if ('upload' in input) {
    const file = uploads.get(input.upload);
    return { size: file.size, async *read(from) { for (let at = from; at < file.size; at += 1 << 20) yield await file.read(at, 1 << 20); } };
  }
  const info = await stat(input.path).catch((cause: unknown) => { throw new AppError('file-not-found', `There is no file ${input.path}.`, { hint: 'Check the path.', cause }); });
  if (!info.isFile()) throw new AppError('file-not-found', `${input.path} is a folder.`, { hint: 'Name the backup itself; it ends in .phdxbackup.' });
  return { size: info.size, read: (start) => createReadStream(input.path, { start, highWaterMark: 1 << 20 }) };
}

/**
 * Brings a profile back from its backup into `dir`, which must hold no wallet. All of it or nothing.
 * @throws AppError `backup-invalid`, `passphrase-wrong`, `disk-full`
 */
export async function restoreBackup({ dir, input, uploads }: { dir: string; input: z.infer<typeof RestoreBackupIn>; uploads: Uploads }): Promise<void> {
  const source = await sourceOf(input.source, uploads);
  const header = Buffer.alloc(HEADER);
  let got = 0;
  for await (const chunk of source.read(0)) { got += Buffer.from(chunk).copy(header, got); if (got >= HEADER) break; }
  if (got < HEADER || !header.subarray(0, 8).equals(MAGIC)) throw invalid('This is no backup of PHDex.');
  const logN = header[8]!;
  if (logN < 12 || logN > 20) throw invalid('This backup was changed, or is of a newer PHDex.');
  refuseForeign(dir);
  mkdirSync(dirname(dir), { recursive: true });
  const disk = await statfs(dirname(dir));
  if (disk.bavail * disk.bsize < source.size * 1.05) throw new AppError('disk-full', `The disk has no room for the ${source.size} bytes of this backup.`, { hint: 'Free some space; nothing was written.' });
  const key = await derive(input.passphrase, header.subarray(9), logN);
  // What a restore that was killed has left.
  for (const name of readdirSync(dirname(dir))) if (name.startsWith(`${basename(dir)}.restore-`)) rmSync(join(dirname(dir), name), { recursive: true, force: true });
  const temporary = `${dir}.restore-${randomBytes(4).toString('hex')}`;
  mkdirSync(temporary, { mode: 0o700 });
  try {
    await writeEntries(temporary, openStream({ key, aad: header, source: source.read(HEADER) }));
    for (const name of ['profile.json', 'keystore.json', 'phdex.sqlite']) if (!existsSync(join(temporary, name))) throw invalid(`This backup has no ${name}.`);
    if (existsSync(join(dir, 'keystore.json'))) throw new AppError('profile-exists', 'This profile has a wallet already.');
    refuseForeign(dir);
    rmSync(dir, { recursive: true, force: true });
    await rename(temporary, dir);
  } catch (error) {
    if (isAppError(error, 'seal-key-wrong')) throw new AppError('passphrase-wrong', 'That is not the passphrase of this backup.', { hint: 'It is the one that was typed when the backup was made.' });
    if (isAppError(error) && error.code.startsWith('seal-')) throw invalid(error.code === 'seal-truncated' ? 'This backup is not whole: its end is missing.' : 'This backup was changed after it was made.', error);
    throw error;
  } finally {
    key.fill(0);
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What a profile without a wallet may hold: its folder is replaced as a whole, and somebody's own files may lie in it. */
const OF_A_FRESH_PROFILE = ['app.json', 'profile.json', 'profile.lock', 'recordings', 'work', 'opened', 'window.json', 'logs'];
function refuseForeign(dir: string): void {
  const foreign = existsSync(dir) ? readdirSync(dir).find((name) => !OF_A_FRESH_PROFILE.includes(name)) : undefined;
  if (foreign !== undefined) throw new AppError('profile-exists', `The folder ${dir} holds other files, such as ${foreign}.`, { hint: 'Restore into a folder that is empty or not there yet; nothing was changed.' });
}

const UNWRITABLE = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EINVAL'];

async function writeEntries(dir: string, plain: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = byteReader(plain);
  for (;;) {
    const length = (await reader.exactly(2)).readUInt16BE(0);
    if (length === 0) break;
    const path = (await reader.exactly(length)).toString();
    const size = (await reader.exactly(6)).readUIntBE(0, 6);
    // Sealed by its person, and still: a path may not lead out of the profile.
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part))) throw invalid('This backup names a file outside of the profile.');
    const target = join(dir, ...path.split('/'));
    if (!target.startsWith(dir + sep)) throw invalid('This backup names a file outside of the profile.');
    const file = await (async () => {
      try {
        mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
        return await open(target, 'wx', 0o600);
      } catch (cause) {
        // Named twice, below a file, or longer than a name may be.
        if (UNWRITABLE.includes((cause as NodeJS.ErrnoException).code ?? '')) throw invalid('This backup names a file that cannot be written.', cause);
        throw cause;
      }
    })();
    try {
      for await (const chunk of reader.upTo(size)) for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
      await file.sync();
    } finally { await file.close(); }
  }
  // To the very end: only then has the last chunk been authenticated.
  if (!(await reader.ended())) throw invalid('This backup has bytes after its end.');
}

function byteReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  async function more(): Promise<boolean> {
    const next = await iterator.next();
    if (next.done) return false;
    rest = rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([rest, next.value]);
    return true;
  }
  return {
    async exactly(n: number): Promise<Buffer> {
      while (rest.length < n) if (!(await more())) throw invalid('This backup is not whole: its end is missing.');
      const taken = rest.subarray(0, n);
      rest = rest.subarray(n);
      return taken;
    },
    async ended(): Promise<boolean> { return rest.length === 0 && !(await more()); },
    async *upTo(n: number): AsyncGenerator<Buffer> {
      for (let left = n; left > 0;) {
        if (rest.length === 0 && !(await more())) throw invalid('This backup is not whole: its end is missing.');
        const taken = rest.subarray(0, left);
        rest = rest.subarray(taken.length);
        left -= taken.length;
        yield taken;
      }
    },
  };
}
