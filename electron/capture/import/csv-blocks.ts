import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { parseCsvBlock, type CsvBlock } from './csv-block.ts';
import type { CsvPlan } from './csv-plan.ts';
import type { CsvWorkerData } from './csv-worker.ts';
import { readLineBlock } from './file-blocks.ts';

export type CsvBlocksInput = { path: string; file: FileHandle; size: number; from: number; plan: CsvPlan; blockBytes?: number; /** 0: on this thread. */ threads?: number; signal?: AbortSignal };

/** Below this a second thread costs more than it brings. */
const WORTH_THREADS = 16 << 20;
const MAX_THREADS = 4;

/** The parsed blocks of a file in their order. Memory stays bounded: a few blocks are on their way at a time. */
export async function* csvBlocks(input: CsvBlocksInput): AsyncGenerator<CsvBlock> {
  const { file, size, from, plan, signal } = input;
  const blockBytes = input.blockBytes ?? 1 << 20;
  const threads = input.threads ?? (size - from >= WORTH_THREADS ? Math.min(MAX_THREADS, availableParallelism()) : 0);
  if (threads > 0) {
    yield* threadedBlocks(input, blockBytes, threads);
    return;
  }
  for (let index = 0; ; index++) {
    if (signal?.aborted) throw cancelled();
    const block = await readLineBlock(file, size, from, index, blockBytes);
    if (!block) return;
    yield parseCsvBlock(block.bytes, plan, block.atEnd);
  }
}

type Answer = { index: number; parsed?: CsvBlock | null; error?: { code: ErrorCode; message: string; hint?: string } };

async function* threadedBlocks({ path, size, from, plan, signal }: CsvBlocksInput, blockBytes: number, threads: number): AsyncGenerator<CsvBlock> {
  const count = Math.ceil((size - from) / blockBytes);
  const workers = Array.from({ length: Math.min(threads, count) }, () => new Worker(new URL('./csv-worker.ts', import.meta.url), { workerData: { path, size, from, blockBytes, plan } satisfies CsvWorkerData }));
  const ready = new Map<number, CsvBlock | null>();
  let failure: unknown;
  let wake: (() => void) | undefined;
  const wakeUp = () => { wake?.(); wake = undefined; };
  let asked = 0;
  const ask = (worker: Worker) => { if (asked < count) worker.postMessage(asked++); };
  for (const worker of workers) {
    worker.on('message', (answer: Answer) => {
      if (answer.error) failure ??= new AppError(answer.error.code, answer.error.message, { hint: answer.error.hint });
      else ready.set(answer.index, answer.parsed ?? null);
      wakeUp();
    });
    worker.on('error', (error) => { failure ??= error; wakeUp(); });
  }
  try {
    // Three blocks a thread under way: none waits for the other, and no more than that is held.
    for (let i = 0; i < 3; i++) for (const worker of workers) ask(worker);
    for (let index = 0; index < count; index++) {
      while (!ready.has(index)) {
        if (failure) throw failure;
        if (signal?.aborted) throw cancelled();
        await new Promise<void>((resolve) => { wake = resolve; });
      }
      const block = ready.get(index);
      ready.delete(index);
      ask(workers[index % workers.length]!);
      if (block) yield block;
    }
  } finally {
    await Promise.all(workers.map((w) => w.terminate()));
  }
}

const cancelled = () => new AppError('cancelled', 'The import was cancelled.', { hint: 'Nothing was kept.' });
