/**
 * Completes package-lock.json after a dependency changed: `npm install --package-lock-only && npm run complete-lock`.
 * A registry that does not carry the binaries of every platform makes npm leave them out of the lock, and then `npm ci`
 * refuses it everywhere; and npm forgets that better-sqlite3 ships its binaries (`gypfile: false`) and calls node-gyp,
 * which fails where there is no Python. Both belong into the lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Entry = { version?: string; dev?: boolean; optional?: boolean; os?: string[]; cpu?: string[]; libc?: string[]; gypfile?: boolean; optionalDependencies?: Record<string, string>; peerDependencies?: Record<string, string> };
export type Lock = { packages: Record<string, Entry> };

const OS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony'];
const CPU: Record<string, string> = { amd64: 'x64', x64: 'x64', arm64: 'arm64', ia32: 'ia32', arm: 'arm', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x', loong64: 'loong64' };

/** What is missing from a lock, as entries to add. */
export function missingEntries(lock: Lock): [path: string, entry: Entry][] {
  const missing: [string, Entry][] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`] || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) continue;
      const words = name.split(/[-/]/);
      const os = words.filter((w) => OS.includes(w));
      const cpu = words.flatMap((w) => CPU[w] ?? []);
      const libc = os[0] === 'linux' ? (name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : []) : [];
      missing.push([`node_modules/${name}`, {
        version, ...(entry.dev ? { dev: true } : {}), optional: true, ...(cpu.length > 0 ? { cpu } : {}), ...(os.length > 0 ? { os } : {}), ...(libc.length > 0 ? { libc } : {}),
      }]);
    }
  }
  return missing;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  for (const [path, entry] of missingEntries(lock)) lock.packages[path] = entry;
  lock.packages['node_modules/better-sqlite3']!.gypfile = false;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
