import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '../../../shared/errors.ts';
import { parseCsvBlock } from './csv-block.ts';
import type { CsvPlan } from './csv-plan.ts';
import { readLineBlock } from './file-blocks.ts';

/** Parses the blocks of a file that it is asked for by number; see csv-blocks.ts. */
export type CsvWorkerData = { path: string; size: number; from: number; blockBytes: number; plan: CsvPlan };

const job = workerData as CsvWorkerData;
const file = await open(job.path, 'r');

parentPort!.on('message', (index: number) => {
  readLineBlock(file, job.size, job.from, index, job.blockBytes)
    .then((block) => {
      const parsed = block && parseCsvBlock(block.bytes, job.plan, block.atEnd);
      const buffers = parsed ? [parsed.t.buffer, ...parsed.columns.map((c) => c.buffer)] : [];
      parentPort!.postMessage({ index, parsed }, buffers as ArrayBuffer[]);
    })
    .catch((error: unknown) => {
      const { code, message, hint } = toAppError(error);
      parentPort!.postMessage({ index, error: { code, message, hint } });
    });
});
