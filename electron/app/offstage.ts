import type { Job } from '../../shared/api/app.ts';
import { AppError } from '../../shared/errors.ts';
import { DEFAULT_SETTINGS } from './app-config.ts';
import type { Backstage } from './backstage.ts';
import { createJobs } from './jobs.ts';
import type { NodeParts } from './open-parts.ts';
import { createPresence } from './presence.ts';
import { createUploads } from './uploads.ts';

/** What the app's features are made of, for a process without pages: the command line. */
export async function openOffstage(parts: NodeParts): Promise<Backstage & { /** The result of a job. @throws AppError of what went wrong */ done(started: { jobId: string }, signal?: AbortSignal): Promise<Record<string, unknown>>; close(): Promise<void> }> {
  const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
  const jobs = createJobs();
  const uploads = createUploads(parts.profile.path('work', 'uploads'));
  return {
    parts, chain, blobs, jobs, presence: createPresence({ reads: chain.reads, blobs: blobs.store }), uploads,
    settings: () => DEFAULT_SETTINGS, set: () => undefined, changed: () => undefined, notify: () => undefined,
    async done({ jobId }, signal) {
      const cancel = () => jobs.cancel(jobId);
      signal?.addEventListener('abort', cancel, { once: true });
      const job: Job = await jobs.ended(jobId).finally(() => signal?.removeEventListener('abort', cancel));
      if (job.state === 'cancelled') throw new AppError('cancelled', 'Stopped.');
      if (job.error) throw new AppError(job.error.code, job.error.message, { hint: job.error.hint ?? undefined, retryable: job.error.retryable });
      return job.result ?? {};
    },
    async close() { await jobs.stop(); await uploads.stop(); },
  };
}
