import type { AppState, Job, Notice, Settings, Topic } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { Role } from '../../shared/domain/chain.ts';
import { toAppError, type AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { consentReads } from '../db/queries/consent-reads.ts';
import { createAccountApi } from './account-api.ts';
import { createAnchorsApi } from './anchors/anchors-api.ts';
import { createCaptureApi } from './capture/capture-api.ts';
import type { Chain } from './chain-service.ts';
import { createConsent } from './consent/consent-api.ts';
import { createEmergencies } from './consent/emergencies.ts';
import { createRecords } from './consent/records.ts';
import { createRecordsApi } from './consent/records-api.ts';
import { createStudiesApi } from './consent/studies/studies-api.ts';
import type { DemoNetwork } from './demo-network.ts';
import { createDevicesApi } from './devices-api.ts';
import type { Backstage } from './backstage.ts';
import type { ReadyApi } from './host-types.ts';
import type { Jobs } from './jobs.ts';
import { createKeeperApi } from './keeper-api.ts';
import { createMarketApi } from './market-api.ts';
import { openParts } from './open-parts.ts';
import { createNotices, watchNotices, type Notices } from './notices.ts';
import { createOwnerApi } from './owner-api.ts';
import { createPresence } from './presence.ts';
import { restAccess } from './rest/tokens.ts';
import { mendPublications, repin } from './repin.ts';
import { watchTopics } from './topics.ts';
import type { Uploads } from './uploads.ts';
import { createValidatorApi } from './validator-api.ts';

export type SessionOptions = {
  /** The passphrase was right; the rest comes up. */
  onUnlocked(): void;
  dir: string; passphrase: string; jobs: Jobs; uploads: Uploads; signal: AbortSignal;
  /** Called once the passphrase has opened the wallet: where the network is, and the demo where it is that one. */
  network(): Promise<{ file: string; demo: DemoNetwork | null }>;
  settings(): Settings; set(settings: Partial<Settings>): void; changed(...topics: Topic[]): void; told(): void;
  /** Unix milliseconds: what happened before is no news. */
  since: number;
  /** Unix milliseconds of the last one. */
  backupAt(): number | null;
  onNotice(notice: Notice): void;
  /** While the cache catches up for the first time. */
  onSync(at: { head: number; tip: number }): void;
  /** The chain has become another: nothing that is shown holds any more. */
  onLost(error: AppError): void;
};
export type Session = {
  api: ReadyApi; db: Db; notices: Notices;
  facts(): { address: Hex; roles: number } & Pick<AppState, 'network' | 'sync' | 'balance' | 'keeper' | 'validator'>;
  /** Whether there is something that only this machine has and no backup of late. */
  backupDue(): boolean;
  jobEnded(job: Job, watched: boolean): void;
  stop(): Promise<void>;
};

const BACKUP_DAYS = 30;
const REMIND_DAYS = 7;
/** Blocks that may lie between the cache and the chain without a word: they come in a moment. */
const BEHIND = 5;
const AGAIN_MS = 15_000;

/** Does something while the endpoint answers, and again after a while where that failed for a reason that passes. */
function onceReachable(chain: Pick<Chain, 'sync' | 'onReachable'>, signal: AbortSignal, work: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let done = false;
  const tryIt = (): void => {
    clearTimeout(timer);
    if (running || done || signal.aborted || !chain.sync().reachable) return;
    running = true;
    work().then(() => { done = true; }, (error: unknown) => {
      if (signal.aborted || !toAppError(error).retryable) done = true;
      else { timer = setTimeout(tryIt, AGAIN_MS); timer.unref(); }
    }).finally(() => { running = false; });
  };
  const forget = chain.onReachable(tryIt);
  tryIt();
  return () => { forget(); clearTimeout(timer); };
}

/** An unlocked profile on its network: everything that the roles need, from the opening of its lock to the last stop. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const { signal } = options;
  let file = '';
  const { parts, stop: stopParts } = await openParts({ dir: options.dir, passphrase: async () => options.passphrase, network: () => file, chain: { offline: true, onProgress: options.onSync, mayLink: () => options.settings().linkAccounts } }, signal);
  options.onUnlocked();
  const undo: (() => unknown)[] = [stopParts];
  const stop = async () => { for (const step of undo.splice(0).reverse()) await step(); };
  try {
    const network = await options.network();
    file = network.file;
    const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
    const { db, address } = parts;
    await network.demo?.welcome(address);
    signal.throwIfAborted();
    const presence = createPresence({ reads: chain.reads, blobs: blobs.store });
    const notices = createNotices(db, options.onNotice, parts.wallet);
    const consent = consentReads(db);
    const backstage: Backstage = {
      parts, chain, blobs, jobs: options.jobs, presence, uploads: options.uploads, settings: options.settings, set: options.set,
      changed: options.changed, notify: (kind, params, link) => { notices.add(kind, params, link); },
    };
    const [owner, market, keeper, validator, account] = [createOwnerApi(backstage), createMarketApi(backstage), createKeeperApi(backstage), createValidatorApi(backstage), createAccountApi(backstage)];
    const capture = createCaptureApi(backstage, owner);
    const devices = createDevicesApi(backstage, owner);
    const anchors = createAnchorsApi(backstage);
    const [records, emergencies] = [createRecords(backstage), createEmergencies(backstage)];
    const recordsApi = createRecordsApi(backstage, { records, emergencies });
    undo.push(() => recordsApi.close());
    // Networks that were made before there was sharing by consent have none.
    const sharing = chain.network.contracts.consent === undefined ? undefined : await createConsent(backstage, { records, emergencies, cutMs: () => options.settings().liveSeconds * 1000 });
    if (sharing) owner.endsGrants((what, signal, onStep) => sharing.erasing.end(what, signal, onStep));
    if (sharing) undo.push(() => sharing.close());
    for (const api of [owner, market, keeper, validator, capture, devices, anchors]) undo.push(() => api.close());
    // Networks that were made before there were studies have none.
    const studies = chain.network.contracts.studies === undefined ? undefined : createStudiesApi(backstage);
    if (studies) undo.push(() => studies.close());

    let native = '0';
    const askNative = () => chain.nativeBalance(address).then((wei) => { native = wei.toString(); options.told(); }, () => undefined);
    let asking: NodeJS.Timeout | undefined;
    undo.push(() => clearTimeout(asking));
    undo.push(chain.indexer.onChange(() => { options.told(); asking ??= setTimeout(() => { asking = undefined; void askNative(); }, 500); }));
    undo.push(chain.onReachable((reachable) => { options.told(); if (reachable) void askNative(); }));
    undo.push(chain.indexer.onState(({ error }) => { if (error) options.onLost(error); else options.told(); }));
    undo.push(watchTopics({ db, chain, me: address, mine: () => parts.accounts.mine(), changed: options.changed }));
    undo.push(watchNotices({ db, chain, me: address, mine: () => parts.accounts.mine(), registrar: () => consent.isRegistrar(address), since: options.since, notices, byHand: () => !options.settings().autoRelease }));
    if (chain.sync().reachable) await askNative();

    const accredited = () => ((chain.reads.participant(address)?.roles ?? 0) & Role.validator) !== 0;
    const stopping = new AbortController();
    undo.push(() => stopping.abort());
    // What a crash or a closed window interrupted goes on by itself, as soon as there is a chain to go on with.
    undo.push(onceReachable(chain, stopping.signal, async () => {
      await mendPublications(parts, blobs.store);
      for (const publication of await owner.publications()) if (publication.jobId === null) await owner.resume(publication.id);
    }));
    if (sharing) undo.push(onceReachable(chain, stopping.signal, () => sharing.resume()));
    undo.push(onceReachable(chain, stopping.signal, () => records.resume()));
    undo.push(onceReachable(chain, stopping.signal, async () => { if (options.settings().keepOnStart) await keeper.start(null); }));
    undo.push(onceReachable(chain, stopping.signal, async () => { if (options.settings().autoCertify && accredited()) await validator.automatic(true); }));
    undo.push(onceReachable(chain, stopping.signal, async () => { await repin({ reads: chain.reads, store: blobs.store, me: address, mine: () => parts.accounts.mine(), quotaBytes: () => options.settings().quotaMb * 1e6 }, stopping.signal); }));
    const anything = db.prepare('SELECT EXISTS (SELECT 1 FROM recordings) OR EXISTS (SELECT 1 FROM kept_shares) OR EXISTS (SELECT 1 FROM dataset_keys) OR EXISTS (SELECT 1 FROM access_keys) OR EXISTS (SELECT 1 FROM stored_records)').pluck();
    const newest = db.prepare('SELECT max(coalesce((SELECT max(created_at) FROM recordings), 0), coalesce((SELECT max(created_at) FROM outbox), 0), coalesce((SELECT max(updated_at) FROM publications), 0), coalesce((SELECT max(at) FROM stored_records), 0))').pluck();
    const backupDue = (): boolean => { const at = options.backupAt(); return at === null ? anything.get() === 1 : Date.now() - at > BACKUP_DAYS * 86_400_000 && (newest.get() as number) > at; };
    const remind = () => { if (backupDue() && notices.latest('backup-due') < Date.now() - REMIND_DAYS * 86_400_000) notices.add('backup-due', {}, '/settings'); };
    const reminder = setInterval(remind, 3_600_000);
    undo.push(() => clearInterval(reminder));

    const tellJob = (job: Job) => {
      const link = job.subject.datasetId !== undefined && (job.kind === 'publish' || job.kind === 'erase' || job.kind === 'stop') ? `/owner/datasets/${job.subject.datasetId}` : job.subject.accessId !== undefined ? `/purchases/${job.subject.accessId}` : null;
      notices.add(job.state === 'failed' ? 'job-failed' : 'job-done', { kind: job.kind, title: job.title, error: job.error?.message ?? '' }, link);
    };
    return {
      api: { owner, capture, devices, market, keeper, validator, account, anchors, rest: restAccess(db), records: recordsApi, studies, ...sharing?.api, healthLinks: sharing?.healthLinks }, db, notices,
      facts() {
        const me = chain.reads.participant(address);
        const { head, tip, reachable } = chain.sync();
        return {
          address, roles: me?.roles ?? 0,
          network: { name: chain.network.name, chainId: chain.network.chainId, local: chain.network.local, allowSimulated: chain.network.allowSimulated, rpcUrl: chain.network.rpcUrl },
          sync: { head, tip, state: !reachable ? 'offline' : tip - head > BEHIND ? 'catching-up' : 'live' },
          balance: { phd: chain.reads.balanceOf(address).toString(), native, earnings: (me?.earnings ?? 0n).toString(), stake: (me?.stake ?? 0n).toString(), compensation: (me?.compensation ?? 0n).toString() },
          keeper: keeper.state(), validator: { accredited: accredited(), automatic: validator.isAutomatic() },
        };
      },
      backupDue,
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
