import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { AppError, toAppError } from '../../../shared/errors.ts';

/** Below the person's documents, unless PHDEX_DOCUMENTS says where those are. */
export const defaultExportDir = (env: NodeJS.ProcessEnv = process.env): string => join(env.PHDEX_DOCUMENTS ?? join(homedir(), 'Documents'), 'PHDex');

/** A title as part of a file name: nothing in it is a path, a device of Windows or a hidden file. */
export const fileSafe = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).toLowerCase() || 'dataset';

async function bytesOf(path: string): Promise<number> {
  const it = await stat(path);
  if (!it.isDirectory()) return it.size;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesOf(join(path, name));
  return sum;
}

/**
 * Lets `write` write to a temporary name beside the wanted one, which it gets when everything is there. A failure, a full
 * disk or a cancellation leaves nothing. A name that is taken gets a number.
 */
export async function writeExport(dir: string, name: { stem: string; extension: string }, write: (path: string) => Promise<void>): Promise<{ path: string; bytes: number }> {
  if (!isAbsolute(dir)) throw new AppError('invalid-argument', `«${dir}» is no full path of a folder.`, { hint: 'Choose a folder with its whole path.' });
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw new AppError('invalid-argument', `The folder ${dir} cannot be made or used.`, { hint: 'Choose another folder.', cause });
  }
  const temporary = join(dir, `.${randomBytes(6).toString('hex')}.phdex-export`);
  try {
    await write(temporary);
    for (let n = 1; ; n += 1) {
      const path = join(dir, `${name.stem}${n === 1 ? '' : `-${n}`}${name.extension}`);
      if (existsSync(path)) continue;
      await rename(temporary, path);
      return { path, bytes: await bytesOf(path) };
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw new AppError('invalid-argument', `The folder ${dir} cannot be written to.`, { hint: 'Choose another folder.', cause });
    throw toAppError(cause);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
