import { createJobs } from '../../electron/app/jobs.ts';
import { createOwnerApi } from '../../electron/app/owner-api.ts';
import { createPresence } from '../../electron/app/presence.ts';
import type { Backstage } from '../../electron/app/backstage.ts';
import type { ShareIn } from '../../shared/api/owner.ts';
import type { Job, Topic } from '../../shared/api/app.ts';
import { AppError } from '../../shared/errors.ts';
import { PHD, type Person, type World } from '../market/world.ts';

export type OwnerSide = Awaited<ReturnType<typeof openOwner>>;

/** The owner's side of a profile of the small world, as the host would make it. */
export async function openOwner(world: World, who: Pick<Person, 'dir'>, options: { patienceMs?: number; uploads?: Backstage['uploads'] } = {}) {
  const parts = await world.parts(who);
  const jobs = createJobs();
  const presence = createPresence({ reads: parts.chainNow.reads, blobs: parts.blobsNow.store });
  const changed: Topic[] = [];
  const b = {
    parts, chain: parts.chainNow, blobs: parts.blobsNow, jobs, presence, uploads: options.uploads ?? ({ get() { throw new AppError('file-not-found', 'There is no such upload.'); } } as unknown as Backstage['uploads']),
    settings: () => { throw new Error('not for these tests'); }, set: () => undefined, changed: (...topics: Topic[]) => { changed.push(...topics); }, notify: () => undefined,
  } satisfies Backstage;
  const api = createOwnerApi(b, options);
  return {
    b, api, parts, jobs, changed,
    /** Waits for a job that has to end well. */
    async done(started: { jobId: string } | Promise<{ jobId: string }>): Promise<Job & { result: NonNullable<Job['result']> }> {
      const job = await jobs.ended((await started).jobId);
      if (job.state !== 'done') throw new Error(`the job ${job.state}: ${job.error?.message}`);
      return job as Job & { result: NonNullable<Job['result']> };
    },
    async stop() { await jobs.stop(); await api.close(); await parts.stop(); },
  };
}

export const share = (recordingId: string, change: Partial<ShareIn> = {}): ShareIn => ({
  recordingId, title: 'Wrist acceleration', description: 'A walk.', tags: ['wrist'], exclude: [], price: (100n * PHD).toString(), keepersBps: 1000, validatorBps: 200, keepers: 3, threshold: 2, statistics: false,
  demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, ...change,
});
