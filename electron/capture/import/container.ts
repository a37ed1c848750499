import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import type { Entry as ZipEntry, ZipFile } from 'yauzl';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { openFile, readAt, type ByteFile, type ImportFile, type LentFile, type LentFolder } from './file-blocks.ts';

/** One file of an export: alone, in a folder, or in a zip. Never written anywhere. */
export type Entry = {
  /** Path within the export, for people and for the few formats that tell their files apart by name. */
  name: string;
  size: number;
  /** Bytes of the whole export that reading this file passes, for the progress. */
  weight: number;
  /** Of a file on this disk. */
  path?: string;
  stream(): AsyncIterable<Uint8Array>;
};
export type Container = { name: string; kind: 'file' | 'folder' | 'zip'; size: number; entries: Entry[]; refused: { name: string; reason: string }[]; close(): Promise<void> };

const MAX_ENTRIES = 200_000;
const DEEPEST = 8;
/** Text shrinks to a thirtieth or so; a bomb to a thousandth. */
const MAX_RATIO = 400;
const RATIO_FROM = 4 << 20;
const BLOCK = 1 << 18;
export const MAX_EXPANDED = 64 * 2 ** 30;

/** Opens a file, a folder (by its path) or a zip. @throws AppError `file-not-found`, `file-empty`, `format-unknown` */
export async function openContainer(from: ImportFile, maxExpandedBytes = MAX_EXPANDED): Promise<Container> {
  if (typeof from === 'string' && (await stat(from).catch(() => null))?.isDirectory()) return folder(from);
  if (typeof from !== 'string' && 'files' in from) return lentFolder(from);
  const { file, size } = await openFile(from);
  try {
    const name = typeof from === 'string' ? basename(from) : from.name;
    const magic = await readAt(file, 0, Math.min(4, size));
    if (magic[0] === 0x50 && magic[1] === 0x4b && (magic[2] === 3 || magic[2] === 5)) return await zip(name, file, size, maxExpandedBytes);
    return { name, kind: 'file', size, refused: [], close: () => file.close(), entries: [{ name, size, weight: size, ...(typeof from === 'string' ? { path: from } : {}), stream: () => bytesOf(file, size) }] };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* bytesOf(file: ByteFile, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size;) {
    const bytes = await readAt(file, at, Math.min(BLOCK, size - at));
    if (bytes.length === 0) return;
    at += bytes.length;
    yield bytes;
  }
}

async function folder(root: string): Promise<Container> {
  const entries: Entry[] = [];
  const refused: { name: string; reason: string }[] = [];
  async function walk(dir: string, depth: number): Promise<void> {
    for (const name of (await readdir(dir)).sort()) {
      const path = join(dir, name);
      // A link may lead out of the folder.
      const info = await lstat(path);
      if (info.isDirectory() && depth < DEEPEST) await walk(path, depth + 1);
      else if (info.isFile() && entries.length < MAX_ENTRIES) entries.push({ name: relative(root, path).replaceAll('\\', '/'), size: info.size, weight: info.size, path, stream: () => fileStream(path, info.size) });
      else refused.push({ name: relative(root, path), reason: info.isSymbolicLink() ? 'link' : 'not-read' });
    }
  }
  await walk(root, 0);
  if (entries.length === 0) throw new AppError('file-empty', `The folder ${basename(root)} holds no file.`, { hint: 'Choose the folder of the export.' });
  return { name: basename(root), kind: 'folder', size: entries.reduce((n, e) => n + e.size, 0), entries, refused, close: async () => undefined };
}

function lentFolder({ name, files }: LentFolder): Container {
  if (files.length === 0) throw new AppError('file-empty', `The folder ${name} holds no file.`, { hint: 'Choose the folder of the export.' });
  // Names are only told and compared: no file is ever made from them.
  const entries = [...files].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_ENTRIES).map((file): Entry => ({ name: file.name.replaceAll('\\', '/'), size: file.size, weight: file.size, stream: () => lentStream(file) }));
  return { name, kind: 'folder', size: entries.reduce((n, e) => n + e.size, 0), entries, refused: [], close: async () => undefined };
}

async function* lentStream(source: LentFile): AsyncGenerator<Uint8Array> {
  if (source.size === 0) return;
  const { file, size } = await openFile(source);
  yield* bytesOf(file, size);
}

async function* fileStream(path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return;
  const { file } = await openFile(path);
  try { yield* bytesOf(file, size); } finally { await file.close(); }
}

const broken = (name: string, cause: unknown) => isAppError(cause) ? cause : new AppError('file-truncated', `The archive ${name} is damaged or cut off: ${cause instanceof Error ? cause.message.slice(0, 120) : 'not readable'}.`, { hint: 'Export or copy it again.', cause });

async function openZip(name: string, file: ByteFile, size: number): Promise<ZipFile> {
  const { default: lib } = await import('yauzl');
  class Reader extends lib.RandomAccessReader {
    private readonly file: ByteFile;
    constructor(file: ByteFile) { super(); this.file = file; }
    override read(buffer: Buffer, offset: number, length: number, position: number, answer: (error: Error | null, bytesRead?: number) => void): void {
      readAt(this.file, position, length).then((bytes) => { buffer.set(bytes, offset); answer(null, bytes.length); }, (e: Error) => answer(e));
    }
    override _readStreamForRange(start: number, end: number): Readable {
      const file = this.file;
      return Readable.from((async function* () { for (let at = start; at < end;) { const bytes = await readAt(file, at, Math.min(BLOCK, end - at)); if (bytes.length === 0) return; at += bytes.length; yield bytes; } })());
    }
    override close(callback: (error?: Error) => void): void { callback(); }
  }
  return new Promise((resolve, reject) => lib.fromRandomAccessReader(new Reader(file), size, { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: true, strictFileNames: false }, (error, z) => (error ? reject(broken(name, error)) : resolve(z))));
}

async function zip(name: string, file: ByteFile, size: number, maxExpandedBytes: number): Promise<Container> {
  const archive = await openZip(name, file, size);
  const entries: Entry[] = [];
  const refused: { name: string; reason: string }[] = [];
  // Counted over all reads of all entries, so that entries which share their bytes gain nothing.
  let expanded = 0;
  await new Promise<void>((resolve, reject) => {
    archive.on('error', (e) => reject(/relative path|absolute path|invalid characters/.test(e.message) ? new AppError('format-unknown', `The archive ${name} has a file that would be put outside of it: «${e.message.slice(0, 100)}».`, { hint: 'Such an archive is not read; export it again.' }) : broken(name, e)));
    archive.on('end', resolve);
    archive.on('entry', (e) => {
      if (entries.length >= MAX_ENTRIES) { reject(new AppError('format-unknown', `The archive ${name} has more than ${MAX_ENTRIES} files.`, { hint: 'Choose a smaller part of the export.' })); return; }
      if (e.fileName.endsWith('/')) { /* a folder */ }
      else if ((e.generalPurposeBitFlag & 1) !== 0) refused.push({ name: e.fileName, reason: 'encrypted' });
      else if (((e.externalFileAttributes >>> 16) & 0o170000) === 0o120000) refused.push({ name: e.fileName, reason: 'link' });
      else if (e.uncompressedSize > maxExpandedBytes) refused.push({ name: e.fileName, reason: 'too-large' });
      else entries.push({ name: e.fileName, size: e.uncompressedSize, weight: e.compressedSize, stream: () => expand(e) });
      archive.readEntry();
    });
    archive.readEntry();
  });

  async function* expand(e: ZipEntry): AsyncGenerator<Uint8Array> {
    const stream = await new Promise<Readable>((resolve, reject) => archive.openReadStream(e, (error, s) => (error ? reject(broken(name, error)) : resolve(s))));
    let own = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        own += chunk.length;
        expanded += chunk.length;
        if (own > RATIO_FROM && own > e.compressedSize * MAX_RATIO) throw new AppError('format-unknown', `The file ${e.fileName} in ${name} expands to more than ${MAX_RATIO} times its size.`, { hint: 'Such an archive is not read; export it again.' });
        if (expanded > maxExpandedBytes) throw new AppError('format-unknown', `The archive ${name} expands to more than ${maxExpandedBytes} bytes.`, { hint: 'Choose a smaller part of the export.' });
        yield chunk;
      }
    } catch (error) {
      throw broken(`${name}, ${e.fileName}`, error);
    } finally {
      stream.destroy();
    }
  }
  return { name, kind: 'zip', size, entries, refused, close: () => file.close() };
}

/** The first bytes of an entry. */
export async function headOf(entry: Entry, bytes = 4096): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let got = 0;
  for await (const chunk of entry.stream()) {
    parts.push(chunk);
    got += chunk.length;
    if (got >= bytes) break;
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

/** All bytes of an entry that must be read as one. @throws AppError `format-unknown` above `most` */
export async function wholeOf(entry: Entry, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let got = 0;
  for await (const chunk of entry.stream()) {
    got += chunk.length;
    if (got > most) throw new AppError('format-unknown', `The file ${entry.name} has more than ${most} bytes.`, { hint: 'Choose a smaller part of the export.' });
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
