import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '../../../shared/errors.ts';
import { blockRows, parseCsvBlock } from './csv-block.ts';
import type { CsvPlan } from './csv-plan.ts';
import { readLineBlock } from './file-blocks.ts';

/** Parses the blocks of a file that it is asked for by number, into the slot that it is told; see csv-blocks.ts. */
export type CsvWorkerData = { path: string; size: number; from: number; blockBytes: number; plan: CsvPlan; slots: SharedArrayBuffer[]; capacity: number };

const job = workerData as CsvWorkerData;
const file = await open(job.path, 'r');
const slots = job.slots.map((buffer) => blockRows(job.plan, job.capacity, buffer));

parentPort!.on('message', ({ index, slot }: { index: number; slot: number }) => {
  readLineBlock(file, job.size, job.from, index, job.blockBytes)
    .then((block) => {
      if (!block) { parentPort!.postMessage({ index, slot, parsed: null }); return; }
      const { t: _t, columns, ...facts } = parseCsvBlock(block.bytes, job.plan, block.atEnd, slots[slot]);
      // Columns that turned into Float64 on the way are not in the slot: they go by themselves.
      const turned = columns.map((c, i) => (job.plan.decimals[i]! >= 0 && c instanceof Float64Array ? c.slice() : null));
      parentPort!.postMessage({ index, slot, parsed: { ...facts, turned } }, turned.flatMap((c) => (c ? [c.buffer] : [])));
    })
    .catch((error: unknown) => {
      const { code, message, hint } = toAppError(error);
      parentPort!.postMessage({ index, slot, error: { code, message, hint } });
    });
});
