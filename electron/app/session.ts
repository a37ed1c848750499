import type { AppState, Job, Notice, Settings, Topic } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { Db } from '../db/open-database.ts';
import { createAccountApi } from './account-api.ts';
import type { DemoNetwork } from './demo-network.ts';
import type { Backstage, ReadyApi } from './host-types.ts';
import type { Jobs } from './jobs.ts';
import { createKeeperApi } from './keeper-api.ts';
import { createMarketApi } from './market-api.ts';
import { openParts } from './node.ts';
import { createNotices, watchNotices, type Notices } from './notices.ts';
import { createOwnerApi } from './owner-api.ts';
import { createPresence } from './presence.ts';
import { watchTopics } from './topics.ts';
import type { Uploads } from './uploads.ts';
import { createValidatorApi } from './validator-api.ts';

export type SessionOptions = {
  dir: string; passphrase: string; network: string; jobs: Jobs; uploads: Uploads; demo: DemoNetwork | null;
  settings(): Settings; set(settings: Partial<Settings>): void; changed(...topics: Topic[]): void; told(): void;
  /** Unix milliseconds: what happened before is no news. */
  since: number;
  onNotice(notice: Notice): void;
};
export type Session = {
  api: ReadyApi; db: Db; notices: Notices;
  facts(): { address: Hex; roles: number } & Pick<AppState, 'network' | 'sync' | 'balance' | 'keeper' | 'validator'>;
  /** Whether there is something that only this machine has and no backup of late. */
  backupDue(lastAt: number | null): boolean;
  jobEnded(job: Job, watched: boolean): void;
  stop(): Promise<void>;
};

const BACKUP_DAYS = 30;

/** An unlocked profile on its network: everything that the roles need, from the opening of its lock to the last stop. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const { parts, stop: stopParts } = await openParts({ dir: options.dir, passphrase: async () => options.passphrase, network: () => options.network });
  const undo: (() => unknown)[] = [stopParts];
  const stop = async () => { for (const step of undo.splice(0).reverse()) await step(); };
  try {
    const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
    const { db, address } = parts;
    await options.demo?.welcome(address);
    const presence = createPresence({ reads: chain.reads, blobs: blobs.store });
    const notices = createNotices(db, options.onNotice);
    const backstage: Backstage = {
      parts, chain, blobs, jobs: options.jobs, presence, uploads: options.uploads, settings: options.settings, set: options.set,
      changed: options.changed, notify: (kind, params, link) => { notices.add(kind, params, link); },
    };
    const [owner, market, keeper, validator, account] = [createOwnerApi(backstage), createMarketApi(backstage), createKeeperApi(backstage), createValidatorApi(backstage), createAccountApi(backstage)];
    for (const api of [owner, market, keeper, validator]) undo.push(() => api.close());

    let native = '0';
    let offline = false;
    const askNative = () => chain.nativeBalance(address).then((wei) => { native = wei.toString(); options.told(); }, () => undefined);
    let asking: NodeJS.Timeout | undefined;
    undo.push(() => clearTimeout(asking));
    undo.push(chain.indexer.onChange(() => { options.told(); asking ??= setTimeout(() => { asking = undefined; void askNative(); }, 500); }));
    undo.push(chain.indexer.onState(({ reachable }) => { offline = !reachable; options.told(); }));
    undo.push(watchTopics({ db, chain, me: address, changed: options.changed }));
    undo.push(watchNotices({ db, chain, me: address, since: options.since, notices }));
    await askNative();

    // What a crash or a closed window interrupted goes on by itself.
    for (const publication of await owner.publications()) if (publication.jobId === null) await owner.resume(publication.id);
    if (options.settings().keepOnStart) void keeper.start(null).catch(() => undefined);
    const accredited = () => ((chain.reads.participant(address)?.roles ?? 0) & Role.validator) !== 0;
    if (options.settings().autoCertify && accredited()) void validator.automatic(true).catch(() => undefined);

    const tellJob = (job: Job) => {
      const link = job.subject.datasetId !== undefined && (job.kind === 'publish' || job.kind === 'erase' || job.kind === 'stop') ? `/owner/datasets/${job.subject.datasetId}` : job.subject.accessId !== undefined ? `/purchases/${job.subject.accessId}` : null;
      notices.add(job.state === 'failed' ? 'job-failed' : 'job-done', { kind: job.kind, title: job.title, error: job.error?.message ?? '' }, link);
    };
    return {
      api: { owner, market, keeper, validator, account }, db, notices,
      facts() {
        const me = chain.reads.participant(address);
        const head = chain.reads.head();
        return {
          address, roles: me?.roles ?? 0,
          network: { name: chain.network.name, chainId: chain.network.chainId, local: chain.network.local, allowSimulated: chain.network.allowSimulated, rpcUrl: chain.network.rpcUrl },
          sync: { head, tip: head, state: offline ? 'offline' : 'live' },
          balance: { phd: chain.reads.balanceOf(address).toString(), native, earnings: (me?.earnings ?? 0n).toString(), stake: (me?.stake ?? 0n).toString(), compensation: (me?.compensation ?? 0n).toString() },
          keeper: keeper.state(), validator: { accredited: accredited(), automatic: validator.isAutomatic() },
        };
      },
      backupDue: (lastAt) => (lastAt === null ? db.prepare('SELECT EXISTS (SELECT 1 FROM recordings) OR EXISTS (SELECT 1 FROM kept_shares) OR EXISTS (SELECT 1 FROM dataset_keys) OR EXISTS (SELECT 1 FROM access_keys)').pluck().get() === 1 : Date.now() - lastAt > BACKUP_DAYS * 86_400_000),
      jobEnded(job, watched) {
        if (job.state === 'failed' || (job.state === 'done' && !watched)) tellJob(job);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
