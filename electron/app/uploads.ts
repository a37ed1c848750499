import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** A file as the importers read it. */
export type UploadedFile = { name: string; size: number; read(offset: number, length: number): Promise<Uint8Array> };

/** Files that a page sent: their bytes rest encrypted under a key that only this process has, until they are used. */
export type Uploads = {
  put(name: string, body: AsyncIterable<Uint8Array>): Promise<{ upload: string; bytes: number }>;
  /** @throws AppError `file-not-found` */
  get(upload: string): UploadedFile;
  remove(upload: string): Promise<void>;
  stop(): Promise<void>;
};

const BLOCK = 16;

const PREFIX = 'phdex-upload-';
const gone = (cause?: unknown) => new AppError('file-not-found', 'The file that was sent is not here any more.', { hint: 'Choose it again.', cause });

/**
 * AES-256-CTR with a key a file: random access, and nothing left to read once the process has ended. What a process that
 * was killed has left in `parent` goes first.
 */
export function createUploads(parent: string): Uploads {
  sweep(parent);
  // Opened for each read: a folder of an export may be more files than a process may hold open.
  type Entry = { name: string; size: number; key: Buffer; path: string };
  const entries = new Map<string, Entry>();
  let dir: string | undefined;

  /** Counter of a file's n-th block: the key serves one file only, so it may begin at nought. */
  const counter = (block: number): Buffer => { const iv = Buffer.alloc(BLOCK); iv.writeBigUInt64BE(BigInt(block), 8); return iv; };

  async function remove(upload: string): Promise<void> {
    const entry = entries.get(upload);
    if (!entry) return;
    entries.delete(upload);
    entry.key.fill(0);
    await rm(entry.path, { force: true });
  }

  return {
    async put(name, body) {
      if (dir === undefined) {
        mkdirSync(parent, { recursive: true, mode: 0o700 });
        dir = mkdtempSync(join(parent, PREFIX));
      }
      const upload = randomBytes(16).toString('hex');
      const path = join(dir, upload);
      const key = randomBytes(32);
      const file = await open(path, 'wx+', 0o600);
      let size = 0;
      try {
        const cipher = createCipheriv('aes-256-ctr', key, counter(0));
        for await (const chunk of body) {
          const sealed = cipher.update(chunk);
          for (let at = 0; at < sealed.length;) at += (await file.write(sealed, at, sealed.length - at, size + at)).bytesWritten;
          size += sealed.length;
        }
        await file.close();
      } catch (error) {
        key.fill(0);
        await file.close().catch(() => undefined);
        await rm(path, { force: true });
        throw error;
      }
      entries.set(upload, { name: name.replace(/^.*[/\\]/, '').slice(0, 200) || 'file', size, key, path });
      return { upload, bytes: size };
    },
    get(upload) {
      const entry = entries.get(upload);
      if (!entry) throw gone();
      return {
        name: entry.name, size: entry.size,
        async read(offset, length) {
          const from = Math.max(0, Math.min(offset, entry.size));
          const to = Math.min(entry.size, from + length);
          const start = from - (from % BLOCK);
          const sealed = Buffer.allocUnsafe(to - start);
          let file: FileHandle;
          try { file = await open(entry.path, 'r'); } catch (cause) { throw gone(cause); }
          try {
            for (let at = 0; at < sealed.length;) {
              const { bytesRead } = await file.read(sealed, at, sealed.length - at, start + at);
              if (bytesRead === 0) throw new AppError('file-truncated', `${entry.name} was cut while it was read.`, { hint: 'Send it again.' });
              at += bytesRead;
            }
          } finally {
            await file.close();
          }
          // Removed meanwhile: the key is zeros.
          if (!entries.has(upload)) throw gone();
          return createDecipheriv('aes-256-ctr', entry.key, counter(start / BLOCK)).update(sealed).subarray(from - start);
        },
      };
    },
    remove,
    async stop() {
      await Promise.all([...entries.keys()].map(remove));
      if (dir === undefined) return;
      rmSync(dir, { recursive: true, force: true });
      try { rmdirSync(parent); } catch { /* another's are still in it */ }
    },
  };
}

function sweep(parent: string): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    // One that another process still has open keeps its bytes, or on Windows its name.
    if (name.startsWith(PREFIX)) try { rmSync(join(parent, name), { recursive: true, force: true }); } catch { /* in use */ }
  }
}
