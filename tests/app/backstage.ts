import { DEFAULT_SETTINGS } from '../../electron/app/app-config.ts';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import type { Backstage } from '../../electron/app/backstage.ts';
import { createPresence } from '../../electron/app/presence.ts';
import { watchTopics } from '../../electron/app/topics.ts';
import type { Uploads } from '../../electron/app/uploads.ts';
import { Settings, type Job, type NoticeKind, type Topic } from '../../shared/api/app.ts';
import type { Person, World } from '../market/world.ts';

export type Told = { kind: NoticeKind; params: Record<string, string | number>; link: string | null };
export type Stage = Backstage & { notices: Told[]; topics: Topic[]; stop(): Promise<void>; done(started: { jobId: string } | Promise<{ jobId: string }>): Promise<Job> };

const noUploads: Uploads = {
  put: () => Promise.reject(new Error('no uploads here')), get: () => { throw new Error('no uploads here'); }, remove: () => Promise.resolve(), stop: () => Promise.resolve(),
};

/** What the features are made of, over a real profile, chain and store; what they tell is written down. */
export async function backstageOf(world: World, who: Person, change: Partial<Settings> = {}): Promise<Stage> {
  const parts = await world.parts(who);
  const jobs: Jobs = createJobs();
  let settings: Settings = { ...DEFAULT_SETTINGS, quotaMb: 1000, homeRole: 'customer', ...change };
  const notices: Told[] = [];
  const topics: Topic[] = [];
  const changed = (...more: Topic[]) => { topics.push(...more); };
  const unwatch = watchTopics({ db: parts.db, chain: parts.chainNow, me: parts.address, mine: () => parts.accounts.mine(), changed });
  return {
    parts, chain: parts.chainNow, blobs: parts.blobsNow, jobs, presence: createPresence({ reads: parts.chainNow.reads, blobs: parts.blobsNow.store }), uploads: noUploads,
    settings: () => settings, set: (more) => { settings = Settings.parse({ ...settings, ...more }); }, changed,
    notify: (kind, params, link) => { notices.push({ kind, params, link }); },
    notices, topics,
    done: async (started) => jobs.ended((await started).jobId),
    async stop() { await jobs.stop(); unwatch(); await parts.stop(); },
  };
}
