/**
 * `npm run train`: fits the pattern model and writes `resources/models/phdex-wrist`. With `--evaluate` it first judges the same recipe on
 * people that it leaves out and writes what it found to `metrics.json`; without, the numbers there stay those of the last evaluation.
 * `--threads N` (2), `--keep FOLDER` (where the pieces lie; a run that was broken off goes on there), `--quick` (a few minutes, for trying the script; the model goes to the folder given with `--out`).
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleForNode } from './bundle.ts';
import { KINDS } from './artefacts.ts';
import { randomOf } from './random.ts';
import { OTHER_DEVICE, readWisdm, wisdmFolder } from './wisdm.ts';
import type { Job } from './jobs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({ options: { evaluate: { type: 'boolean', default: false }, threads: { type: 'string', default: '2' }, quick: { type: 'boolean', default: false }, out: { type: 'string' }, keep: { type: 'string' } } });
const data = wisdmFolder(root);
if (data === null) { console.error('../shared/data/wisdm-watch is not there: without it there is nothing to train on.'); process.exit(1); }
const out = options.out ?? join(root, 'resources/models/phdex-wrist');
const work = options.keep ?? mkdtempSync(join(tmpdir(), 'phdex-train-'));
mkdirSync(work, { recursive: true });
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
const lines: string[] = [];
const started = Date.now();
const log = (line: string): void => { lines.push(line); console.log(line); };

async function bundle(entry: string): Promise<string> {
  const file = join(work, entry.replace(/\.ts$/, '.mjs'));
  await bundleForNode(new URL(`./${entry}`, import.meta.url), file, root);
  return file;
}

function run(script: string, args: string[], name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => { for (const line of chunk.toString().split('\n').filter(Boolean)) log(`${name}: ${line.trim()}`); });
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}`))));
  });
}

const clips = readWisdm(data);
const people = randomOf(77).shuffle([...new Set(clips.map((c) => c.person))].filter((p) => p !== OTHER_DEVICE));
const group = (g: number): number[] => people.filter((_, i) => i % 4 === g).sort((a, b) => a - b);
const groups = (...gs: number[]): number[] => gs.flatMap(group);
const seeds = options.quick ? [1] : [1, 2, 3];
const epochs = options.quick ? 2 : undefined, each = options.quick ? 60 : 2600;
const jobs: Job[] = [];
const file = (name: string): string => join(work, `${name}.json`);
if (options.evaluate) {
  // Choices were made on groups 0 and 1; these people were for the end. The person with the other device is never trained on here.
  for (const seed of seeds) {
    for (const test of [2, 3]) {
      jobs.push({ kind: 'activity', name: `evaluate-activity-${test}-${seed}`, seed: 100 * seed + test, train: groups(...[0, 1, 2, 3].filter((g) => g !== test)), test: group(test), epochs, weights: file(`weights-${test}-${seed}`), predictions: file(`evaluate-activity-${test}-${seed}`) });
    }
    jobs.push({ kind: 'artefact', name: `evaluate-artefact-${seed}`, seed: 100 * seed, train: groups(0, 1), threshold: group(seed % 2 === 1 ? 3 : 2), test: group(seed % 2 === 1 ? 2 : 3), leaveOut: KINDS.filter((_, k) => k % seeds.length === seed - 1), each, scores: file(`evaluate-artefact-${seed}`) });
  }
}
jobs.push({ kind: 'activity', name: 'activity', seed: 1001, train: [...groups(0, 1, 2, 3), OTHER_DEVICE], test: [], epochs, weights: file('activity') });
// The threshold comes from people whom the artefact network has not seen.
jobs.push({ kind: 'artefact', name: 'artefact', seed: 1000, train: [...groups(0, 2, 3), OTHER_DEVICE], threshold: group(1), test: [], leaveOut: [], each, weights: file('artefact'), scores: file('artefact-threshold') });
// What ships is fitted first, its judgement after it.
jobs.sort((a, b) => Number(a.name.startsWith('evaluate')) - Number(b.name.startsWith('evaluate')));
const script = await bundle('train.ts'), finish = await bundle('finish.ts');
/** With a folder of one's own a run that was broken off goes on with the jobs that it had not ended. */
const ended = (j: Job): boolean => [j.weights, j.kind === 'activity' ? j.predictions : j.scores].every((path) => path === undefined || existsSync(path));
const queue = jobs.filter((j) => !ended(j));
await Promise.all(Array.from({ length: Math.max(1, Number(options.threads)) }, async () => {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const path = join(work, `job-${job.name}.json`);
    writeFileSync(path, JSON.stringify(job));
    await run(script, [path, data, wasm], job.name);
  }
}));
lines.sort();
await run(finish, [work, out, wasm, String(seeds.length), options.evaluate ? 'evaluate' : 'train'], 'finish');
log(`${jobs.length} jobs in ${Math.round((Date.now() - started) / 1000)} s`);
writeFileSync(join(out, 'training-log.txt'), `${lines.join('\n')}\n`);
if (options.keep === undefined) rmSync(work, { recursive: true });
