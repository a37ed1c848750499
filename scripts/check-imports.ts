/**
 * Holds the imports of electron/ and shared/ against the direction of docs/architecture.md: a folder imports
 * only from those before it in the flow. oxlint has no rule that knows an order of folders, so this is ours.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Leaves may be used by all and use nothing of the flow. */
const LEAVES = ['merkle', 'db', 'wallet', 'fhir'];
/** Pure parts of the shells (window, tray, pages, CSP): entries and api/ use them, they know only shared/. */
const SHELL = 'shell';
/** The command line starts this entry for `phdex serve`. */
const HEADLESS = 'electron/headless.ts';
const FLOW = ['capture', 'recordings', 'quality', 'datasets', 'vault', 'storage', 'chain', 'anchors', 'market', 'consent', 'app'];
/** Entry points: may import `electron`, and the composition root. */
const ENTRIES = new Set(['electron/main.ts', 'electron/preload.ts', 'electron/headless.ts', 'electron/cli.ts', 'electron/launch.ts']);
const SHELL_ONLY = new Set(['electron/main.ts', 'electron/preload.ts']);

const API_TYPE = 'electron/api/router.ts';

export type Violation = { file: string; line: number; imported: string; why: string };

const importPattern = /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function importsOf(text: string): { specifier: string; line: number; typeOnly: boolean }[] {
  return [...text.matchAll(importPattern)].map((m) => ({ specifier: (m[1] ?? m[2] ?? m[3])!, line: text.slice(0, m.index).split('\n').length, typeOnly: /^\s*import\s+type\b/.test(m[0]) }));
}

/** Why `file` (a path from the root, `/` between) may not import `target` (likewise, or a package name); null when it may. */
export function whyForbidden(file: string, target: string, typeOnly = false): string | null {
  const parts = file.split('/');
  const targetParts = target.split('/');
  if (target === 'electron' || target === 'electron/main') return SHELL_ONLY.has(file) ? null : 'only main.ts and preload.ts may import electron: everything else runs in plain Node';
  if (parts[0] === 'shared') return targetParts[0] === 'electron' || targetParts[0] === 'renderer' ? 'shared/ knows neither side' : null;
  if (parts[0] === 'renderer') {
    // The type of the API is erased before anything runs: it is what makes the client typed.
    if (target === API_TYPE && typeOnly && file.startsWith('renderer/src/api/')) return null;
    return targetParts[0] === 'electron' ? 'the renderer reaches the main side only through its API' : null;
  }
  if (parts[0] !== 'electron') return null;
  if (targetParts[0] === 'renderer') return 'electron/ does not know the renderer';
  if (targetParts[0] !== 'electron') return null;
  const from = parts.length > 2 ? parts[1]! : '';
  const to = targetParts.length > 2 ? targetParts[1]! : '';
  if (ENTRIES.has(file)) return ['app', 'api', 'cli', SHELL].includes(to) || to === '' ? null : 'an entry point knows only app/, api/, cli/ and shell/';
  if (from === SHELL) return to === SHELL ? null : 'shell/ knows only shared/';
  if (to === SHELL) return from === 'api' || from === 'cli' ? null : 'only entry points, api/ and cli/ know shell/';
  if (from === to || LEAVES.includes(to)) return LEAVES.includes(from) && from !== to ? 'a leaf folder imports no other folder' : null;
  if (LEAVES.includes(from)) return 'a leaf folder imports no other folder';
  if (from === 'cli' && target === HEADLESS) return null;
  if (from === 'api' || from === 'cli') return to === 'app' ? null : `${from}/ translates: it knows only app/`;
  if (from === 'app') return to === 'api' || to === 'cli' ? 'app/ does not know its callers' : null;
  const a = FLOW.indexOf(from);
  const b = FLOW.indexOf(to);
  if (a < 0 || b < 0) return `electron/${a < 0 ? from : to}/ is not in the flow: add it to scripts/check-imports.ts and docs/architecture.md`;
  return b < a ? null : `${from}/ comes before ${to}/ in the flow`;
}

function* sources(dir: string): Generator<string> {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|tsx)$/.test(entry.name)) yield path;
  }
}

export function checkImports(root: string): Violation[] {
  const found: Violation[] = [];
  for (const top of ['electron', 'shared', 'renderer']) {
    for (const path of sources(join(root, top))) {
      const file = relative(root, path).split(sep).join('/');
      for (const { specifier, line, typeOnly } of importsOf(readFileSync(path, 'utf8'))) {
        const target = specifier.startsWith('.') ? relative(root, resolve(dirname(path), specifier)).split(sep).join('/') : specifier;
        const why = whyForbidden(file, target, typeOnly);
        if (why) found.push({ file, line, imported: specifier, why });
      }
    }
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkImports(fileURLToPath(new URL('..', import.meta.url)));
  for (const v of violations) console.error(`${v.file}:${v.line} imports ${v.imported}: ${v.why}`);
  if (violations.length > 0) process.exit(1);
}
