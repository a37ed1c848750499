import { randomUUID } from 'node:crypto';
import type { Job, JobKind } from '../../shared/api/app.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { errorView } from './error-view.ts';

export type JobControl = { id: string; signal: AbortSignal; /** Where it is; `total` null while unknown. */ progress(step: string, done: number, total: number | null): void; /** Learned on the way: the id of what it made. */ subject(more: Job['subject']): void };
export type JobRequest = {
  kind: JobKind; title: string; subject?: Job['subject'];
  /** What was sent cannot be taken back. */
  cancellable?: boolean;
  run(control: JobControl): Promise<Job['result'] | void>;
};
export type Jobs = {
  start(request: JobRequest): { jobId: string };
  list(): Job[];
  /** Resolves when it has ended, however it did. */
  ended(id: string): Promise<Job>;
  cancel(id: string): void;
  retry(id: string): { jobId: string };
  dismiss(id: string): void;
  onChange(listener: (event: { type: 'job'; job: Job } | { type: 'job-dismissed'; id: string }) => void): () => void;
  stop(): Promise<void>;
};

/** How often the progress of one job is told. */
const TELL_MS = 100;
const KEEP_ENDED = 50;

/** Long operations by name: progress, time left, cancellation, retry. What must outlive a crash is kept by whoever runs it. */
export function createJobs(now: () => number = Date.now): Jobs {
  type Entry = { job: Job; request: JobRequest; abort: AbortController; done: Promise<Job>; toldAt: number; stepAt: number; timer?: NodeJS.Timeout };
  const entries = new Map<string, Entry>();
  const listeners = new Set<Parameters<Jobs['onChange']>[0]>();
  let stopped = false;
  const find = (id: string) => {
    const entry = entries.get(id);
    if (!entry) throw new AppError('job-unknown', 'That job is not known any more.', { hint: 'It ended some time ago.' });
    return entry;
  };
  const tell = (entry: Entry) => { clearTimeout(entry.timer); entry.timer = undefined; entry.toldAt = now(); for (const listener of listeners) listener({ type: 'job', job: { ...entry.job } }); };
  const tellSoon = (entry: Entry) => {
    if (entry.timer) return;
    const wait = entry.toldAt + TELL_MS - now();
    if (wait <= 0) tell(entry); else entry.timer = setTimeout(() => tell(entry), wait);
  };

  function start(request: JobRequest): { jobId: string } {
    if (stopped) throw new AppError('cancelled', 'The app is closing.');
    const abort = new AbortController();
    const at = now();
    const job: Job = { id: randomUUID(), kind: request.kind, title: request.title, step: null, done: 0, total: null, startedAt: at, endedAt: null, secondsLeft: null, state: 'running', cancellable: request.cancellable ?? true, retryable: false, error: null, result: null, subject: { ...request.subject } };
    const entry: Entry = { job, request, abort, toldAt: 0, stepAt: at, done: Promise.resolve(job) };
    entries.set(job.id, entry);
    const control: JobControl = {
      id: job.id, signal: abort.signal,
      progress(step, done, total) {
        if (step !== job.step) { entry.stepAt = now(); job.secondsLeft = null; }
        Object.assign(job, { step, done, total });
        const spent = (now() - entry.stepAt) / 1000;
        if (total && done > 0 && spent > 1) job.secondsLeft = Math.max(0, Math.round((spent / done) * (total - done)));
        tellSoon(entry);
      },
      subject(more) { Object.assign(job.subject, more); tellSoon(entry); },
    };
    entry.done = (async () => {
      try {
        const result = await request.run(control);
        Object.assign(job, { state: 'done', result: result ?? null });
      } catch (cause) {
        const error = toAppError(cause);
        const cancelled = abort.signal.aborted || error.code === 'cancelled';
        Object.assign(job, { state: cancelled ? 'cancelled' : 'failed', error: cancelled ? null : errorView(error), retryable: true });
      }
      Object.assign(job, { endedAt: now(), secondsLeft: null, cancellable: false });
      tell(entry);
      forgetOld();
      return job;
    })();
    tell(entry);
    return { jobId: job.id };
  }

  function forgetOld(): void {
    const ended = [...entries.values()].filter((e) => e.job.endedAt !== null);
    for (const entry of ended.slice(0, Math.max(0, ended.length - KEEP_ENDED))) dismiss(entry.job.id);
  }
  function dismiss(id: string): void {
    const entry = find(id);
    if (entry.job.state === 'running') throw new AppError('invalid-argument', 'A running job cannot be dismissed.', { hint: 'Cancel it first.' });
    entries.delete(id);
    for (const listener of listeners) listener({ type: 'job-dismissed', id });
  }

  return {
    start,
    list: () => [...entries.values()].map((e) => ({ ...e.job })),
    ended: (id) => find(id).done,
    cancel(id) {
      const entry = find(id);
      if (entry.job.state !== 'running') return;
      if (!entry.job.cancellable) throw new AppError('invalid-argument', 'That job cannot be cancelled any more.', { hint: 'What was sent to the chain cannot be taken back.' });
      entry.abort.abort(new AppError('cancelled', 'Cancelled.'));
    },
    retry(id) {
      const entry = find(id);
      if (!entry.job.retryable) throw new AppError('invalid-argument', 'That job cannot be run again.');
      entry.job.retryable = false;
      dismiss(id);
      return start(entry.request);
    },
    dismiss,
    onChange(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
    async stop() {
      stopped = true;
      for (const entry of entries.values()) { if (entry.job.state === 'running') entry.abort.abort(new AppError('cancelled', 'The app is closing.')); }
      await Promise.allSettled([...entries.values()].map((e) => e.done));
      for (const entry of entries.values()) clearTimeout(entry.timer);
    },
  };
}
