import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The newest change of the files under the paths, in ms. */
export function newest(root: string, paths: readonly string[]): number {
  const one = (path: string): number => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return 0;
    return stat.isDirectory() ? readdirSync(path).reduce((most, name) => Math.max(most, one(join(path, name))), 0) : stat.mtimeMs;
  };
  return paths.reduce((most, path) => Math.max(most, one(join(root, path))), 0);
}

export const SOURCES = ['electron', 'shared', 'renderer', 'resources', 'electron.vite.config.ts', 'package.json'];

/** Why the app has to be built before it starts; null where out/ is as new as the sources. */
export function whyBuild(root: string): 'missing' | 'older' | null {
  const marks = ['out/renderer/index.html', 'out/electron/main.js'].map((path) => join(root, path));
  if (!marks.every((path) => existsSync(path))) return 'missing';
  return newest(root, SOURCES) > Math.min(...marks.map((path) => statSync(path).mtimeMs)) ? 'older' : null;
}
