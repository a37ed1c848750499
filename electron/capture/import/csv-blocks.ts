import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Column } from '../../../shared/domain/recording.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { blockCapacity, blockRows, blockRowsBytes, parseCsvBlock, type CsvBlock } from './csv-block.ts';
import type { CsvPlan } from './csv-plan.ts';
import type { CsvWorkerData } from './csv-worker.ts';
import { LONGEST_LINE, readLineBlock, type ByteFile } from './file-blocks.ts';

export type CsvBlocksInput = { path: string; file: ByteFile; size: number; from: number; plan: CsvPlan; blockBytes?: number; /** 0: on this thread. */ threads?: number; /** A block's rows are only there until the next block is asked for: what goes through once needs no copy. */ lend?: boolean; signal?: AbortSignal };

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

type Parsed = Omit<CsvBlock, 't' | 'columns'> & { turned: (Float64Array | null)[] };
type Answer = { index: number; slot: number; parsed?: Parsed | null; error?: { code: ErrorCode; message: string; hint?: string } };

/** Slots a thread: one is being parsed, one waits to be parsed, one to be taken. */
const SLOTS = 3;

async function* threadedBlocks({ path, size, from, plan, signal, lend }: CsvBlocksInput, blockBytes: number, threads: number): AsyncGenerator<CsvBlock> {
  const count = Math.ceil((size - from) / blockBytes);
  const capacity = blockCapacity(plan, blockBytes + LONGEST_LINE);
  // Shared memory that is used over and over: rows are copied out once, and nothing is left to the garbage collector.
  const slots = Array.from({ length: Math.min(threads, count) * SLOTS }, () => new SharedArrayBuffer(blockRowsBytes(plan, capacity)));
  const rows = slots.map((buffer) => blockRows(plan, capacity, buffer));
  const workers = Array.from({ length: Math.min(threads, count) }, () => new Worker(new URL('./csv-worker.ts', import.meta.url), { workerData: { path, size, from, blockBytes, plan, slots, capacity } satisfies CsvWorkerData }));
  const ready = new Map<number, Answer>();
  let failure: unknown;
  let wake: (() => void) | undefined;
  const wakeUp = () => { wake?.(); wake = undefined; };
  let asked = 0;
  const ask = (slot: number) => { if (asked < count) workers[slot % workers.length]!.postMessage({ index: asked++, slot }); };
  for (const worker of workers) {
    worker.on('message', (answer: Answer) => {
      if (answer.error) failure ??= new AppError(answer.error.code, answer.error.message, { hint: answer.error.hint });
      else ready.set(answer.index, answer);
      wakeUp();
    });
    worker.on('error', (error) => { failure ??= error; wakeUp(); });
  }
  signal?.addEventListener('abort', wakeUp);
  try {
    for (let slot = 0; slot < slots.length; slot++) ask(slot);
    for (let index = 0; index < count; index++) {
      let answer: Answer | undefined;
      while (!(answer = ready.get(index))) {
        if (failure) throw failure;
        if (signal?.aborted) throw cancelled();
        await new Promise<void>((resolve) => { wake = resolve; });
      }
      if (signal?.aborted) throw cancelled();
      ready.delete(index);
      const { parsed, slot } = answer;
      const taken = rows[slot]!;
      const own = <T extends Column>(column: T): T => (lend ? column.subarray(0, parsed!.rows) : column.slice(0, parsed!.rows)) as T;
      const block = parsed && { ...parsed, t: own(taken.t), columns: taken.columns.map((c, i) => parsed.turned[i] ?? own(c)) };
      if (!lend) ask(slot);
      if (block) yield block;
      if (lend) ask(slot);
    }
  } finally {
    signal?.removeEventListener('abort', wakeUp);
    await Promise.all(workers.map((w) => w.terminate()));
  }
}

const cancelled = () => new AppError('cancelled', 'The import was cancelled.', { hint: 'Nothing was kept.' });
