import { afterEach, describe, expect, it, vi } from 'vitest';
import { createJobs, type JobControl, type Jobs } from '../../electron/app/jobs.ts';
import { AppError } from '../../shared/errors.ts';

let jobs: Jobs;
afterEach(() => jobs.stop());
const forever = ({ signal }: JobControl) => new Promise<void>((_resolve, reject) => { signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }); });
const job = (id: string) => jobs.list().find((j) => j.id === id)!;

describe('jobs', () => {
  it('tell where they are, no more often than ten times a second, and how they ended', async () => {
    jobs = createJobs();
    const told: number[] = [];
    jobs.onChange((e) => { if (e.type === 'job' && e.job.step === 'count') told.push(e.job.done); });
    const { jobId } = jobs.start({
      kind: 'import', title: 'run.csv',
      async run({ progress, subject }) {
        for (let i = 1; i <= 1000; i++) { progress('count', i, 1000); if (i % 250 === 0) await new Promise((r) => { setTimeout(r, 60); }); }
        subject({ recordingId: '00112233445566aa' });
        return { rows: 1000 };
      },
    });
    expect(job(jobId)).toMatchObject({ state: 'running', title: 'run.csv', cancellable: true, retryable: false });
    const end = await jobs.ended(jobId);
    expect(end).toMatchObject({ state: 'done', done: 1000, total: 1000, result: { rows: 1000 }, subject: { recordingId: '00112233445566aa' }, cancellable: false, error: null });
    expect(end.endedAt).toBeGreaterThanOrEqual(end.startedAt);
    expect(told.length).toBeLessThan(12);
    expect(told.at(-1)).toBe(1000);
  });

  it('know the time that is left from the pace of the step', () => {
    let clock = 0;
    jobs = createJobs(() => clock);
    let control!: JobControl;
    const { jobId } = jobs.start({ kind: 'export', title: 'x', run: (c) => { control = c; return forever(c); } });
    control.progress('write', 0, 100);
    clock = 10_000;
    control.progress('write', 25, 100);
    expect(job(jobId).secondsLeft).toBe(30);
    control.progress('sync', 0, null);
    expect(job(jobId).secondsLeft).toBeNull();
  });

  it('are cancelled, unless what they sent cannot be taken back', async () => {
    jobs = createJobs();
    const { jobId } = jobs.start({ kind: 'score', title: 'x', run: forever });
    jobs.cancel(jobId);
    expect(await jobs.ended(jobId)).toMatchObject({ state: 'cancelled', error: null, retryable: true });
    const fixed = jobs.start({ kind: 'buy', title: 'y', cancellable: false, run: forever });
    expect(() => jobs.cancel(fixed.jobId)).toThrow(/cannot be cancelled/);
    expect(job(fixed.jobId).state).toBe('running');
    jobs.cancel(jobId);
  });

  it('that fail say why, without a stack, and can be run again once', async () => {
    jobs = createJobs();
    const run = vi.fn(async () => { if (run.mock.calls.length === 1) throw new AppError('disk-full', 'The disk is full.', { hint: 'Free some.', retryable: true }); return { ok: true }; });
    const first = jobs.start({ kind: 'open', title: 'x', run });
    const failed = await jobs.ended(first.jobId);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'disk-full', message: 'The disk is full.', hint: 'Free some.' }, retryable: true });
    expect(JSON.stringify(failed)).not.toContain('.ts:');
    const second = jobs.retry(first.jobId);
    expect(() => jobs.retry(first.jobId)).toThrow(expect.objectContaining({ code: 'job-unknown' }) as Error);
    expect(await jobs.ended(second.jobId)).toMatchObject({ state: 'done', result: { ok: true } });
  });

  it('hide what went wrong inside', async () => {
    jobs = createJobs();
    const { jobId } = jobs.start({ kind: 'open', title: 'x', run: () => Promise.reject(new TypeError('secret of /home/me is undefined')) });
    expect((await jobs.ended(jobId)).error).toMatchObject({ code: 'internal', message: 'Something went wrong inside the app.' });
  });

  it('are dismissed when they have ended, and the oldest go by themselves', async () => {
    jobs = createJobs();
    const running = jobs.start({ kind: 'open', title: 'x', run: forever });
    expect(() => jobs.dismiss(running.jobId)).toThrow(/running/);
    const gone: string[] = [];
    jobs.onChange((e) => { if (e.type === 'job-dismissed') gone.push(e.id); });
    const ended = Array.from({ length: 60 }, () => jobs.start({ kind: 'score', title: 'n', run: () => Promise.resolve() }));
    await Promise.all(ended.map((j) => jobs.ended(j.jobId).catch(() => undefined)));
    expect(jobs.list()).toHaveLength(51);
    expect(gone).toEqual(ended.slice(0, 10).map((j) => j.jobId));
    jobs.dismiss(ended.at(-1)!.jobId);
    expect(gone.at(-1)).toBe(ended.at(-1)!.jobId);
    expect(() => jobs.dismiss(ended.at(-1)!.jobId)).toThrow(expect.objectContaining({ code: 'job-unknown' }) as Error);
  });

  it('end when the app does, and none begins after that', async () => {
    jobs = createJobs();
    const { jobId } = jobs.start({ kind: 'buy', title: 'x', cancellable: false, run: forever });
    await jobs.stop();
    expect(job(jobId).state).toBe('cancelled');
    expect(() => jobs.start({ kind: 'buy', title: 'y', run: forever })).toThrow(/closing/);
  });
});
