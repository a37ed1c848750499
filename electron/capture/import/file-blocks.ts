import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

export type LineBlock = { bytes: Uint8Array; atEnd: boolean };

/** What the importers need of a file. */
export type ByteFile = { read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>; close(): Promise<void> };
/** A file that is held elsewhere, such as one that a page sent. */
export type LentFile = { name: string; size: number; read(offset: number, length: number): Promise<Uint8Array> };
/** A folder whose files are held elsewhere, with their paths in it as their names. */
export type LentFolder = { name: string; files: LentFile[] };
/** A file or a folder by its path, or one that is held elsewhere. */
export type ImportFile = string | LentFile | LentFolder;
export const nameOf = (from: ImportFile): string => (typeof from === 'string' ? basename(from) : from.name);

const lent = (source: LentFile): ByteFile => ({
  async read(into, offset, length, position) {
    const bytes = await source.read(position, length);
    into.set(bytes, offset);
    return { bytesRead: bytes.length };
  },
  close: async () => undefined,
});

/** Opens a file for reading. @throws AppError `file-not-found`, `file-empty` */
export async function openFile(from: string | LentFile): Promise<{ file: ByteFile; size: number }> {
  if (typeof from !== 'string') {
    if (from.size === 0) throw new AppError('file-empty', `The file ${from.name} is empty.`, { hint: 'Export the recording again.' });
    return { file: lent(from), size: from.size };
  }
  const path = from;
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw new AppError('file-not-found', `The file ${path} cannot be opened.`, { hint: 'Check the name and that you may read it.', cause });
  }
  const { size } = await file.stat();
  if (size === 0) {
    await file.close();
    throw new AppError('file-empty', `The file ${path} is empty.`, { hint: 'Export the recording again.' });
  }
  return { file, size };
}

/** Reads exactly `length` bytes at `position`, fewer only at the end of the file. */
export async function readAt(file: ByteFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(bytes, got, length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return bytes.subarray(0, got);
}

export const LONGEST_LINE = 65536;

/**
 * The whole lines that begin in block `index` of a file whose rows start at `from`: independent of all other blocks,
 * so that threads can share a file by their numbers.
 * @returns null past the end
 */
export async function readLineBlock(file: ByteFile, size: number, from: number, index: number, blockBytes: number): Promise<LineBlock | null> {
  const begin = from + index * blockBytes;
  if (begin >= size) return null;
  const stop = Math.min(size, begin + blockBytes);
  // One byte before tells whether a line begins at `begin`; the surplus holds the end of the last line that begins before `stop`.
  const lead = index === 0 ? 0 : 1;
  const bytes = await readAt(file, begin - lead, stop - begin + lead + (stop < size ? LONGEST_LINE : 0));
  let first = 0;
  if (lead === 1) {
    first = bytes.indexOf(10) + 1;
    if (first === 0 || first > stop - begin + lead) return { bytes: new Uint8Array(0), atEnd: stop >= size };
  }
  const lastStart = stop - begin + lead;
  if (stop >= size) return { bytes: bytes.subarray(first), atEnd: true };
  const end = bytes.indexOf(10, lastStart - 1);
  if (end < 0 && begin - lead + bytes.length < size) throw new AppError('row-malformed', `A line near byte ${stop} is longer than ${LONGEST_LINE} bytes.`, { hint: 'This is not a file of samples; check the export.' });
  return { bytes: bytes.subarray(first, end < 0 ? bytes.length : end + 1), atEnd: end < 0 || begin - lead + end + 1 >= size };
}
