/** The threads that score: made once, shared by all recordings, at rest between them, and no reason for the process to stay. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import type { Calibration, WindowSurvey } from './frame.ts';
import { readModel, type StoredModel } from './model-file.ts';
import type { ScoreAnswer, ScoreTask, ScoreWorkerData } from './score-worker.ts';
import type { Backend, Scores } from './scorer.ts';
import type { Axes } from './windows.ts';

/** Windows in one task: enough to be worth the message, few enough to keep all threads busy to the end. */
const TASK_WINDOWS = 256;

/** A thread's own heap in MiB; its samples lie in shared memory, its tensors in WASM's. */
const HEAP = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 192 };

type Waiting = { worker: Worker; resolve: (answer: ScoreAnswer) => void; reject: (error: Error) => void };

export class ScorePool {
  readonly model: StoredModel;
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended = false;

  constructor(model: StoredModel = readModel(), { threads = Math.max(1, Math.min(4, availableParallelism())), backend }: { threads?: number; backend?: Backend } = {}) {
    this.model = model;
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('./score-worker.ts', import.meta.url), { workerData: { model, backend } satisfies ScoreWorkerData, resourceLimits: HEAP });
      worker.on('message', (answer: ScoreAnswer) => {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        this.#rest(worker);
        if (answer.error === undefined) waiting?.resolve(answer); else waiting?.reject(failed(answer.error));
      });
      worker.on('error', (error) => this.#lose(worker, error.message));
      worker.on('exit', () => this.#lose(worker, 'the thread ended'));
      worker.unref();
      return worker;
    });
  }

  /** A pool that has lost a thread is not used again. */
  get broken(): boolean { return this.#ended; }

  async survey(axes: Axes, starts: Int32Array): Promise<WindowSurvey[]> {
    const parts = await this.#divide(starts, (part) => ({ kind: 'survey', axes, starts: part }));
    return parts.flatMap(({ answer }) => answer.surveys!);
  }

  async score(axes: Axes, starts: Int32Array, calibration: Calibration): Promise<Scores> {
    const parts = await this.#divide(starts, (part) => ({ kind: 'score', axes, starts: part, calibration }));
    const width = this.model.classes.length, activity = new Float32Array(starts.length * width), artefact = new Float32Array(starts.length);
    for (const { from, answer } of parts) { activity.set(answer.scores!.activity, from * width); artefact.set(answer.scores!.artefact, from); }
    return { activity, artefact };
  }

  async close(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#workers.map((w) => w.terminate()));
  }

  /** Each thread takes the next part when it has done one; which thread did what makes no difference to the numbers. */
  async #divide(starts: Int32Array, task: (part: Int32Array) => DistributiveOmit<ScoreTask, 'id'>): Promise<{ from: number; answer: ScoreAnswer }[]> {
    const done: { from: number; answer: ScoreAnswer }[] = [];
    let next = 0;
    await Promise.all(this.#workers.map(async (worker) => {
      while (next < starts.length) {
        const from = next;
        next += TASK_WINDOWS;
        done.push({ from, answer: await this.#ask(worker, task(starts.slice(from, next))) });
      }
    }));
    return done.sort((a, b) => a.from - b.from);
  }

  #ask(worker: Worker, task: DistributiveOmit<ScoreTask, 'id'>): Promise<ScoreAnswer> {
    if (this.#ended) return Promise.reject(failed('the thread ended'));
    const id = this.#next++;
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      worker.postMessage({ id, ...task } as ScoreTask);
    });
  }

  #rest(worker: Worker): void {
    for (const w of this.#waiting.values()) if (w.worker === worker) return;
    worker.unref();
  }

  #lose(worker: Worker, why: string): void {
    this.#ended = true;
    for (const [id, w] of this.#waiting) if (w.worker === worker) { this.#waiting.delete(id); w.reject(failed(why)); }
  }
}

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

function failed(why: string): AppError {
  return new AppError('internal', `The pattern model could not score the recording: ${why}.`, { hint: 'Try again; if it stays, install PHDex again.', retryable: true });
}
