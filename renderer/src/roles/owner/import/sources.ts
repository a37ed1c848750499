/** What the person gave: a file, or a folder as its files with their paths in it. */
export type ImportSource = { kind: 'file'; name: string; bytes: number; file: File } | { kind: 'folder'; name: string; bytes: number; files: { file: File; path: string }[] };

/** What systems put beside files and nobody exported. */
const NOISE = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;

const ofFile = (file: File): ImportSource => ({ kind: 'file', name: file.name, bytes: file.size, file });
function ofFolder(name: string, files: { file: File; path: string }[]): ImportSource {
  const told = files.filter(({ path }) => !NOISE.test(path));
  return { kind: 'folder', name, bytes: told.reduce((sum, { file }) => sum + file.size, 0), files: told };
}

/** Of a file chooser: each file by itself, or the folder that was chosen as one. */
export function sourcesOfFiles(files: readonly File[]): ImportSource[] {
  const folders = new Map<string, { file: File; path: string }[]>();
  const single: ImportSource[] = [];
  for (const file of files) {
    const [top, ...rest] = file.webkitRelativePath.split('/');
    if (!top || rest.length === 0) { single.push(ofFile(file)); continue; }
    const list = folders.get(top) ?? [];
    list.push({ file, path: rest.join('/') });
    folders.set(top, list);
  }
  return [...single, ...[...folders].map(([name, list]) => ofFolder(name, list))];
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
async function* entriesOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  // A hundred at a time, until none are left.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    yield* some;
  }
}
async function* filesIn(folder: FileSystemDirectoryEntry, path: string): AsyncGenerator<{ file: File; path: string }> {
  for await (const entry of entriesOf(folder)) {
    const at = `${path}${entry.name}`;
    if (entry.isDirectory) yield* filesIn(entry as FileSystemDirectoryEntry, `${at}/`);
    else yield { file: await fileOf(entry as FileSystemFileEntry), path: at };
  }
}

/** Of a drop. The list is empty once the event is over: its entries are taken before anything is waited for. */
export async function sourcesOfDrop(data: DataTransfer): Promise<ImportSource[]> {
  const entries = [...data.items].filter((item) => item.kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const sources: ImportSource[] = [];
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) {
      const files: { file: File; path: string }[] = [];
      for await (const it of filesIn(entry as FileSystemDirectoryEntry, '')) files.push(it);
      sources.push(ofFolder(entry.name, files));
    } else if (file) sources.push(ofFile(file));
  }
  return sources;
}

/** The folder that was chosen, on the app's machine. @param within where the file lies in it, with `/` on every system */
export function folderPath(filePath: string, within: string): string {
  const depth = within.split('/').length;
  return filePath.split(/[\\/]/).slice(0, -depth).join(filePath.includes('\\') ? '\\' : '/');
}
