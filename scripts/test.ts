/**
 * Everything that `npm test` means: lint, types, contracts, unit and end-to-end tests.
 * The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };
let passed = 0;
let failed = 0;

function run(command: string, args: string[], cwd = root): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    const take = (chunk: Buffer) => { output += chunk.toString(); process.stdout.write(chunk); };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A step that passes or fails as one. */
async function step(name: string, command: string, args: string[]): Promise<void> {
  console.log(`\n── ${name}`);
  const { code } = await run(command, args);
  if (code === 0) passed += 1;
  else { failed += 1; console.log(`${name} failed.`); }
}

async function forge(): Promise<void> {
  console.log('\n── contracts (forge)');
  const { code, output } = await run('forge', ['test']);
  const total = /(\d+) tests passed, (\d+) failed/.exec(stripVTControlCharacters(output).split('Ran ').at(-1) ?? '');
  passed += Number(total?.[1] ?? 0);
  failed += Number(total?.[2] ?? 0);
  if (code !== 0 && !Number(total?.[2] ?? 0)) failed += 1;
  if (!total && code === 0) { failed += 1; console.log('forge ran no test.'); }
}

async function vitest(): Promise<void> {
  console.log('\n── unit and end to end (vitest)');
  const dir = await mkdtemp(join(tmpdir(), 'phdex-test-'));
  try {
    const file = join(dir, 'results.json');
    const { code } = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...process.argv.slice(2)]);
    const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as { numPassedTests?: number; numFailedTests?: number };
    passed += results.numPassedTests ?? 0;
    failed += results.numFailedTests ?? 0;
    if (code !== 0 && !results.numFailedTests) failed += 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

await step('lint', 'npm', ['run', '--silent', 'lint']);
await step('types', 'npm', ['run', '--silent', 'typecheck']);
await step('contract artefacts are those of the sources', 'npm', ['run', '--silent', 'contracts', '--', '--check']);
await forge();
await vitest();
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
