import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { anvilBinary } from '../../electron/chain/anvil.ts';
import { whyForbidden } from '../../scripts/check-imports.ts';
import { ensureBuilt, root } from './built.ts';

const at = (path: string) => join(root, path);
// Read and checked by what packages it.
const builder = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'));
const config = builder('js-yaml').load(readFileSync(at('electron-builder.yml'), 'utf8'));
const pkg = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** Every file below, but for what no package holds. */
function walk(dir: string): string[] {
  return readdirSync(at(dir), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? walk(`${dir}/${e.name}`) : [`${dir}/${e.name}`]));
}

beforeAll(() => ensureBuilt(), 300_000);

describe('electron-builder.yml', () => {
  it('is a configuration that electron-builder takes', async () => {
    const { validateConfiguration } = builder('./out/util/config/config.js');
    const { DebugLogger } = builder('builder-util');
    await validateConfiguration(structuredClone(config), new DebugLogger(false));
  });
  it('packages for every system that the app is for, with links of its scheme', () => {
    expect([config.linux.target, config.mac.target, config.win.target]).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']]);
    expect(config.protocols).toEqual([{ name: 'PHDex link', schemes: ['phdex'] }]);
    expect(config.linux.mimeTypes).toContain('x-scheme-handler/phdex');
  });
  it('burns every fuse that would let another program borrow the app', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false, enableCookieEncryption: true, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true, onlyLoadAppFromAsar: true, grantFileProtocolExtraPrivileges: false,
    });
  });
  it('names files that are there', () => {
    const named = new Set<string>();
    const collect = (value: unknown, key = ''): void => {
      if (typeof value === 'string' && /^(icon|from|buildResources|background|license|entitlements)$/.test(key)) named.add(value);
      else if (Array.isArray(value)) for (const v of value) collect(v, key);
      else if (value && typeof value === 'object') for (const [k, v] of Object.entries(value)) collect(v, k);
    };
    collect(config);
    for (const pattern of config.files.filter((f: string) => !f.startsWith('!'))) named.add(pattern.replace(/\/\*\*$/, ''));
    expect([...named].filter((path) => !existsSync(at(path)))).toEqual([]);
    expect(named.size).toBeGreaterThanOrEqual(6);
  });
  it('unpacks patterns that match something, and every native file that the app loads', () => {
    const files = [...walk('out'), ...['@foundry-rs', 'better-sqlite3', '@duckdb', 'node-datachannel', '@node-datachannel'].filter((d) => existsSync(at(`node_modules/${d}`))).flatMap((d) => walk(`node_modules/${d}`))];
    const toRegExp = (glob: string) => new RegExp(`^${glob.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\{([^}]+)\}/g, (_m, list: string) => `(?:${list.replaceAll(',', '|')})`).replace(/\*\*\/|\*\*|\*/g, (m) => (m === '**/' ? '(?:.*/)?' : m === '**' ? '.*' : '[^/]*'))}$`);
    const patterns: { glob: string; regexp: RegExp }[] = config.asarUnpack.map((glob: string) => ({ glob, regexp: toRegExp(glob) }));
    // The trained model and wasm come with later features; the rule for them is there already.
    const later = new Set(['**/*.wasm', 'out/resources/models/**']);
    expect(patterns.filter((p) => !later.has(p.glob) && !files.some((f) => p.regexp.test(f))).map((p) => p.glob)).toEqual([]);
    const native = files.filter((f) => /\.(node|so|dylib|dll)(\.\d+)*$|\/bin\/anvil(\.exe)?$/.test(f));
    expect(native.some((f) => f.endsWith('/bin/anvil'))).toBe(true);
    expect(native.some((f) => f.includes('better'))).toBe(true);
    expect(native.filter((f) => !patterns.some((p) => p.regexp.test(f)))).toEqual([]);
    expect(patterns.some((p) => p.regexp.test(anvilBinary().replace(/^.*?(?=node_modules\/)/, '')))).toBe(true);
  });
  it('leaves no package out that the main process imports', () => {
    const left = config.files.filter((f: string) => f.startsWith('!') && f.includes('node_modules/{')).flatMap((f: string) => /\{([^}]+)\}/.exec(f)![1]!.split(',')) as string[];
    const imported = new Set(walk('out/electron').filter((f) => /\.c?js$/.test(f)).flatMap((f) => [...readFileSync(at(f), 'utf8').matchAll(/^(?:import|export)\b[^"']*["']([^"'.][^"']*)["'];?$|\bimport\(["']([^"'.][^"']*)["']\)/gm)].map((m) => (m[1] ?? m[2])!)).filter((s) => !s.startsWith('node:') && s !== 'electron'));
    const names = [...imported].map((s) => s.split('/').slice(0, s.startsWith('@') ? 2 : 1).join('/'));
    expect(names.filter((name) => left.some((l) => name === l || name.startsWith(`${l}/`)))).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !(name in pkg.dependencies))).toEqual([]);
  });
});

describe('the build', () => {
  it('holds the entries, the workers and children, and the files beside them', () => {
    expect(pkg.main).toBe('out/electron/main.js');
    expect(readFileSync(at(pkg.bin.phdex), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(config.linux.executableName).not.toBe('phdex');
    for (const path of ['main.js', 'headless.js', 'cli.js', 'preload.cjs', 'capture/import/csv-worker.js', 'datasets/group-worker.js', 'chain/anvil-watchdog.js']) expect(existsSync(at(`out/electron/${path}`)), path).toBe(true);
    for (const path of ['electron/db/migrations', 'resources/contracts', 'resources/networks.json', 'resources/icons']) {
      expect(existsSync(at(`out/${path}`)), path).toBe(true);
      if (statSync(at(path)).isDirectory()) expect(readdirSync(at(`out/${path}`)).sort()).toEqual(readdirSync(at(path)).sort());
    }
    // Every file that built code names by a URL of its own is there, and none of them ends in .ts.
    const urls = walk('out/electron').filter((f) => f.endsWith('.js')).flatMap((f) => [...readFileSync(at(f), 'utf8').matchAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g)].map((m) => ({ file: f, path: join(at(f), '..', m[1]!) })));
    expect(urls.length).toBeGreaterThan(4);
    expect(urls.filter((u) => u.path.endsWith('.ts') || (!u.file.endsWith('headless.js') && !existsSync(u.path)))).toEqual([]);
  });
  it('has a preload that is CommonJS and knows nothing but Electron', () => {
    const text = readFileSync(at('out/electron/preload.cjs'), 'utf8');
    expect([...text.matchAll(/require\(["']([^"']+)["']\)/g)].map((m) => m[1])).toEqual(['electron']);
    expect([...text.matchAll(/exposeInMainWorld\("(\w+)"/g)].map((m) => m[1])).toEqual(['phdex']);
    expect(text).not.toMatch(/^\s*import\s/m);
  });
  it('has a page without inline script or style, in parts', () => {
    const page = readFileSync(at('out/renderer/index.html'), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:/i);
    expect(readdirSync(at('out/renderer/assets')).filter((f) => f.endsWith('.js')).length).toBeGreaterThan(3);
    expect(walk('out/renderer').filter((f) => /\.(ts|tsx|map)$/.test(f))).toEqual([]);
  });
  it('imports electron in main.js and the preload only', () => {
    expect(walk('out').filter((f) => /\.c?js$/.test(f) && /(?:from|require\()\s*["']electron["']/.test(readFileSync(at(f), 'utf8')))).toEqual(['out/electron/main.js', 'out/electron/preload.cjs']);
    expect(whyForbidden('electron/shell/tray.ts', 'electron')).toContain('only main.ts and preload.ts');
    expect(whyForbidden('electron/shell/tray.ts', 'electron/app/host.ts')).toBe('shell/ knows only shared/');
    expect(whyForbidden('electron/app/host.ts', 'electron/shell/tray.ts')).not.toBeNull();
    expect(whyForbidden('electron/main.ts', 'electron/shell/tray.ts')).toBeNull();
  });
});
