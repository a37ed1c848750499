import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Column } from '../../shared/domain/recording.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { EncodedGroup, EncodeJob, VerifiedGroups, VerifyJob } from './group-work.ts';

export type RowMemory = { t: Float64Array; values: Column[] };
type Answer = { done?: unknown; back?: RowMemory; error?: { code: ErrorCode; sentence: string; hint?: string } };
type Waiting = { resolve(answer: Answer): void; reject(error: unknown): void };

/** Whether a second thread can help at all. */
export const hasThreads = (): boolean => availableParallelism() > 1;

/** The thread ends after so long without work, so that an app that is left open does not carry it. */
const IDLE_MS = 10_000;

let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting: Waiting[] = [];

/**
 * Starts the one thread for row groups of this process, so that it is there when the first job comes: its start takes
 * longer than most jobs. It never keeps the process alive.
 */
export function warmGroupThread(): void {
  if (worker || !hasThreads()) return;
  const made = new Worker(new URL('./group-worker.ts', import.meta.url));
  made.unref();
  const fail = (error: unknown) => {
    if (worker !== made) return;
    worker = undefined;
    for (const w of waiting.splice(0)) w.reject(error);
  };
  made.on('message', (answer: Answer) => {
    waiting.shift()?.resolve(answer);
    if (waiting.length === 0) rest(made);
  });
  made.on('error', fail);
  made.on('exit', () => { fail(new AppError('internal', 'The thread for row groups ended.', { retryable: true })); });
  worker = made;
  waiting = [];
  rest(made);
}

function rest(made: Worker): void {
  made.unref();
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (worker === made) worker = undefined;
    void made.terminate();
  }, IDLE_MS).unref();
}

async function run(message: { encode: EncodeJob } | { verify: VerifyJob }, transfer: ArrayBuffer[]): Promise<Answer> {
  warmGroupThread();
  clearTimeout(idle);
  const thread = worker!;
  thread.ref();
  const answer = await new Promise<Answer>((resolve, reject) => {
    waiting.push({ resolve, reject });
    thread.postMessage(message, transfer);
  });
  if (answer.error) throw new AppError(answer.error.code, answer.error.sentence, { hint: answer.error.hint });
  return answer;
}

/** `encodeGroup` on the other thread. Takes the job's rows: their memory is gone here and comes back with the result. */
export async function encodeElsewhere(job: EncodeJob): Promise<EncodedGroup & { back: RowMemory }> {
  const { done, back } = await run({ encode: job }, [job.t.buffer, ...job.values.map((v) => v.buffer)] as ArrayBuffer[]);
  return { ...(done as EncodedGroup), back: back! };
}

/** `verifyGroups` on the other thread, on a copy of the Parquet. */
export async function verifyElsewhere(job: VerifyJob): Promise<VerifiedGroups> {
  return (await run({ verify: job }, [])).done as VerifiedGroups;
}
