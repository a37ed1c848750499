import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { NONCE_PLACEHOLDER } from './electron/shell/csp.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = join(root, 'out');
/** Whatever is not a file of ours stays in node_modules: native modules, wasm and workers of packages find themselves there. */
const external = /^(?![./\0]|[A-Za-z]:[\\/])/;
/** Files that code finds relative to itself, at the same place in out/. */
const BESIDE = ['electron/db/migrations', 'resources/contracts', 'resources/networks.json', 'resources/devices.json', 'resources/devices.json.sig', 'resources/fhir', 'resources/models', 'resources/icons'];

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? sources(join(dir, e.name)) : e.name.endsWith('.ts') ? [join(dir, e.name)] : []));
}

/** What runs by itself: the entries, and every file that another one names as `new URL('./x.ts', import.meta.url)`. */
function entries(): Record<string, string> {
  const found = new Set(['main', 'headless', 'cli'].map((name) => join(root, 'electron', `${name}.ts`)).filter((path) => existsSync(path)));
  for (const file of sources(join(root, 'electron'))) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/new URL\(\s*'(\.[^']*\.ts)'\s*,\s*import\.meta\.url\s*\)/g)) found.add(join(dirname(file), name!));
  }
  return Object.fromEntries([...found].map((path) => [relative(root, path).replaceAll('\\', '/').replace(/\.ts$/, ''), path]));
}

/** Workers and children are started by the URL of their file, which ends in .js once it is built. */
const childUrls: Plugin = {
  name: 'phdex-child-urls',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('.ts') && code.includes('import.meta.url') ? { code: code.replace(/(new URL\(\s*'\.[^']*)\.ts('\s*,\s*import\.meta\.url\s*\))/g, '$1.js$2'), map: null } : null),
};

const filesBeside: Plugin = {
  name: 'phdex-files-beside',
  writeBundle() {
    for (const path of BESIDE.filter((p) => existsSync(join(root, p)))) {
      mkdirSync(dirname(join(out, path)), { recursive: true });
      cpSync(join(root, path), join(out, path), { recursive: true });
    }
  },
};

export default defineConfig({
  main: {
    plugins: [childUrls, filesBeside],
    build: {
      outDir: 'out',
      // The pages and the preload lie in out/ as well; scripts/build.ts empties it first.
      emptyOutDir: false,
      externalizeDeps: false,
      minify: false,
      sourcemap: false,
      rolldownOptions: {
        input: entries(),
        external: [external],
        output: { format: 'es', preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/electron',
      emptyOutDir: false,
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: join(root, 'electron/preload.ts') },
        // A sandboxed preload is CommonJS, whatever package.json says.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    base: '/',
    plugins: [react()],
    // The nonce of each answer takes the place of this (electron/shell/pages.ts).
    html: { cspNonce: NONCE_PLACEHOLDER },
    build: {
      outDir: join(out, 'renderer'),
      emptyOutDir: true,
      minify: true,
      // Nothing is put into the page or the script itself: the CSP would refuse it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
});
