import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, stat, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeNewFile } from '../../recordings/new-file.ts';

/** Why a part is there, in words for its person. */
export type PartAbout = { title: string; about: string; /** Where the data came from (GDPR 15(1)(g)). */ source: string };
export type IndexedFile = { path: string; bytes: number; sha256: string };
export type IndexedPart = PartAbout & { files: IndexedFile[]; entries: number };

/** The folder of an export while it is written: JSON, lines and files, each below it and readable by its owner alone. */
export function exportFolder(root: string) {
  const parts: IndexedPart[] = [];
  const reach = async (path: string): Promise<string> => { const full = join(root, path); await mkdir(dirname(full), { recursive: true, mode: 0o700 }); return full; };

  async function withFile(path: string, write: (file: FileHandle, take: (text: string) => Promise<void>) => Promise<void>): Promise<IndexedFile> {
    const hash: Hash = createHash('sha256');
    let bytes = 0;
    await writeNewFile(await reach(path), (file) => write(file, async (text) => { const b = Buffer.from(text, 'utf8'); hash.update(b); bytes += b.length; await file.writeFile(b); }));
    return { path, bytes, sha256: hash.digest('hex') };
  }

  return {
    root, parts,
    reach,
    add(about: PartAbout, files: IndexedFile[], entries: number): void { parts.push({ ...about, files, entries }); },
    json: (path: string, value: unknown): Promise<IndexedFile> => withFile(path, (_f, take) => take(`${JSON.stringify(value, null, 2)}\n`)),
    text: (path: string, text: string): Promise<IndexedFile> => withFile(path, (_f, take) => take(text)),
    /** A line of JSON for each row: a history may be longer than memory. */
    async lines(path: string, rows: Iterable<unknown>, signal: AbortSignal): Promise<{ file: IndexedFile; count: number }> {
      let count = 0;
      const file = await withFile(path, async (_f, take) => {
        let block = '';
        for (const row of rows) {
          block += `${JSON.stringify(row)}\n`;
          count++;
          if (block.length > 1 << 16) { signal.throwIfAborted(); await take(block); block = ''; }
        }
        await take(block);
      });
      return { file, count };
    },
    /** Files that others wrote below `path`. */
    async written(path: string): Promise<IndexedFile[]> {
      const full = join(root, path);
      if ((await stat(full)).isFile()) return [{ path, bytes: (await stat(full)).size, sha256: await digest(full) }];
      const out: IndexedFile[] = [];
      for (const name of (await readdir(full)).sort()) out.push(...await this.written(`${path}/${name}`));
      return out;
    },
  };
}
export type ExportFolder = ReturnType<typeof exportFolder>;

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
