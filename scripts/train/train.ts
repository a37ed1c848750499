/** One job of training in a process of its own: `node train.cjs <job.json> <data folder> <wasm folder>`. */
import { readFileSync } from 'node:fs';
import { openBackend } from './backend.ts';
import { runActivity, runArtefact, type Job } from './jobs.ts';
import { readWisdm } from './wisdm.ts';

const [jobFile, data, wasm] = process.argv.slice(2) as [string, string, string];
const job = JSON.parse(readFileSync(jobFile, 'utf8')) as Job;
const started = Date.now();
const log = (line: string): void => { process.stdout.write(`${line}\n`); };
await openBackend(wasm);
const clips = readWisdm(data);
if (job.kind === 'activity') runActivity(job, clips, log); else runArtefact(job, clips, log);
log(`  ${job.name} done in ${Math.round((Date.now() - started) / 1000)} s`);
