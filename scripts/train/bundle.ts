/** Training runs as a bundle: core's build for Node has no gradients, and its ES modules are none that Node can load (`backend.ts`). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = "import { createRequire as createRequireHere } from 'node:module'; import { fileURLToPath as toPathHere } from 'node:url'; const require = createRequireHere(import.meta.url); const __filename = toPathHere(import.meta.url); const __dirname = toPathHere(new URL('.', import.meta.url));";

/** One `.mjs` of an entry and all that it imports; packages come from the project at `root`. */
export async function bundleForNode(entry: URL, outfile: string, root: string): Promise<void> {
  await build({ entryPoints: [fileURLToPath(entry)], bundle: true, platform: 'node', mainFields: ['module', 'main'], format: 'esm', outfile, logLevel: 'error', nodePaths: [join(root, 'node_modules')], banner: { js: HERE } });
}
