import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AppEvent, AppState, Settings, Topic } from '../../shared/api/app.ts';
import { Settings as SettingsSchema } from '../../shared/api/app.ts';
import { Role, type RoleName } from '../../shared/domain/chain.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { createWallet, restoreWallet } from '../wallet/wallet.ts';
import { appConfig } from './app-config.ts';
import type { StartChild } from './child.ts';
import { createBackup, restoreBackup } from './backup.ts';
import { runDemoNetwork, type DemoNetwork, type DemoOptions } from './demo-network.ts';
import { errorView } from './error-view.ts';
import type { Host, ReadyApi } from './host-types.ts';
import { createJobs } from './jobs.ts';
import { keystorePath } from './open-parts.ts';
import { joinNetwork, networkPath } from './join-network.ts';
import { createProfile, profileDir, profileExists } from './profile.ts';
import { startSession, type Session } from './session.ts';
import { createUploads } from './uploads.ts';

/** The operating system's own way to keep a text for this user; Electron has one. */
export type SecretBox = { available(): boolean; seal(text: string): Uint8Array; open(sealed: Uint8Array): string };
export type HostOptions = {
  /** Name or folder. */
  profile: string;
  kind: 'electron' | 'headless';
  secretBox?: SecretBox;
  demo?: Partial<DemoOptions>;
  /** How a module of ours runs in a process of its own; Node's way when left out. */
  startChild?: StartChild;
  version?: string;
};

const TELL_MS = 100;
const JOBS_END_MS = 2000;

/**
 * The app behind its pages: one profile from the first welcome to the unlocked state, and everything that a page may ask.
 * What a page must know is pushed; `state()` is the whole of it at any moment.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const dir = profileDir(options.profile);
  const config = appConfig(dir);
  const box = options.secretBox?.available() ? options.secretBox : undefined;
  const jobs = createJobs();
  // Beside the profile: a restore replaces the whole of it while its upload is read.
  const uploads = createUploads(`${dir}.uploads`);
  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent) => { for (const listener of listeners) listener(event); };
  let session: Session | null = null;
  let demo: DemoNetwork | null = null;
  let phase: AppState['phase'] = 'welcome';
  let failure: AppState['failure'] = null;
  let demoState: AppState['demo'] = { state: 'off', done: 0, total: 0, error: null };
  let firstSync: AppState['sync'] = null;
  const stopping = new AbortController();
  /** Locking, unlocking and choosing happen one after the other. */
  let turn: Promise<unknown> = Promise.resolve();

  const hasWallet = () => existsSync(keystorePath(dir));
  const resting = (): AppState['phase'] => (hasWallet() && config.get().network !== null ? 'locked' : 'welcome');
  phase = resting();

  function state(): AppState {
    const s = session?.facts() ?? null;
    const { network, passphrase, backupAt } = config.get();
    return {
      phase, hasWallet: hasWallet(), version: options.version ?? '0.1.0', host: options.kind,
      address: s?.address ?? null, roles: s ? rolesOf(s.roles) : [], network: s?.network ?? null, sync: s?.sync ?? firstSync, balance: s?.balance ?? null,
      keeper: s?.keeper ?? { running: false, paused: false, shares: 0, pending: 0 },
      validator: s?.validator ?? { accredited: false, automatic: false },
      passphrase: { canRemember: box !== undefined, remembered: passphrase !== null },
      backup: { lastAt: backupAt, due: session?.backupDue() ?? false },
      demo: network === 'demo' ? demoState : { state: 'off', done: 0, total: 0, error: null },
      unread: session?.notices.unread() ?? 0,
      failure,
    };
  }

  let tellTimer: NodeJS.Timeout | undefined;
  let told = '';
  const tell = () => {
    clearTimeout(tellTimer);
    tellTimer = undefined;
    const now = state();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    emit({ type: 'state', state: now });
  };
  const tellSoon = () => { tellTimer ??= setTimeout(tell, TELL_MS); };
  const changed = (...topics: Topic[]) => { emit({ type: 'changed', topics }); tellSoon(); };
  jobs.onChange((event) => {
    emit(event);
    if (event.type === 'job' && event.job.endedAt !== null) session?.jobEnded(event.job, listeners.size > 0);
    tellSoon();
  });

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  /** The demo network where this profile is of it; it comes up once the passphrase has turned out right. */
  async function networkOf(): Promise<{ file: string; demo: DemoNetwork | null }> {
    if (config.get().network !== 'demo') return { file: networkPath(dir), demo: null };
    demo ??= await runDemoNetwork({ dir: join(dir, 'demo'), startChild: options.startChild, ...options.demo, onState: (s) => { demoState = s; tellSoon(); } });
    return { file: demo.networkFile, demo };
  }

  async function start(passphrase: string): Promise<void> {
    if (session) return;
    try {
      session = await startSession({
        // Not before: the page that asks for the passphrase would be gone, and with it the word that it was wrong.
        onUnlocked: () => { phase = 'starting'; failure = null; tell(); },
        dir, passphrase, network: networkOf, jobs, uploads, signal: stopping.signal, backupAt: () => config.get().backupAt,
        onSync: (at) => { firstSync = { ...at, state: 'catching-up' }; tellSoon(); },
        onLost: (error) => { void inTurn(async () => { await rest(); phase = 'failed'; failure = errorView(error); tell(); }); },
        settings: () => config.get().settings, set: (s) => { set(s); }, changed, told: tellSoon, since: config.get().since,
        onNotice: (notice) => { emit({ type: 'notice', notice }); tellSoon(); },
      });
      phase = 'ready';
    } catch (cause) {
      const error = toAppError(cause);
      await demo?.stop();
      demo = null;
      // A wrong passphrase is no failure of the app: it is asked for again.
      if (stopping.signal.aborted || error.code === 'passphrase-wrong' || error.code === 'passphrase-missing') phase = 'locked';
      else { phase = 'failed'; failure = errorView(error); }
      throw error;
    } finally { firstSync = null; tell(); }
  }

  /** Jobs belong to the session that began them: none may go on, be run again or be read once it has ended. */
  async function endJobs(): Promise<void> {
    const running = jobs.list().filter((j) => j.state === 'running');
    for (const { id, cancellable } of running) if (cancellable) jobs.cancel(id);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([Promise.all(running.map((j) => jobs.ended(j.id))), new Promise((resolve) => { timer = setTimeout(resolve, JOBS_END_MS); })]);
    clearTimeout(timer);
    for (const { id, state: now } of jobs.list()) if (now !== 'running') jobs.dismiss(id);
  }

  async function rest(): Promise<void> {
    await endJobs();
    await session?.stop();
    session = null;
    await demo?.stop();
    demo = null;
    demoState = { state: 'off', done: 0, total: 0, error: null };
  }

  /** Kept between the making of the wallet and the choice of the network, so that it is not asked for twice. */
  let fresh: string | null = null;
  function remember(passphrase: string, on: boolean): void {
    if (on && !box) throw new AppError('invalid-argument', 'This system has no place to keep the passphrase.', { hint: 'Type it at each start.' });
    if (on) config.set({ passphrase: Buffer.from(box!.seal(passphrase)).toString('base64') });
  }
  async function newWallet<T>(passphrase: string, keep: boolean, make: () => Promise<T>): Promise<T> {
    if (hasWallet()) throw new AppError('profile-exists', 'This profile has a wallet already.', { hint: 'Unlock it, or start the app with another profile.' });
    const forget = profileExists(dir) ? () => undefined : createProfile(dir);
    try {
      const made = await make();
      remember(passphrase, keep);
      fresh = passphrase;
      return made;
    } catch (error) { forget(); throw error; } finally { tell(); }
  }

  function set(settings: Partial<Settings>): Settings {
    const next = config.set({ settings: SettingsSchema.parse({ ...config.get().settings, ...settings }) }).settings;
    changed('settings');
    return next;
  }

  const host: Host = {
    state, jobs: () => jobs.list(), notices: () => session?.notices.list() ?? [], settings: () => config.get().settings,
    onEvent(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
    ready(): ReadyApi {
      if (!session || phase !== 'ready') throw new AppError('locked', phase === 'starting' ? 'The app is still starting.' : 'The wallet is locked.', { hint: phase === 'starting' ? 'Wait a moment.' : 'Unlock it with its passphrase.', retryable: phase === 'starting' });
      return session.api;
    },
    createWallet: ({ passphrase, remember: keep }) => inTurn(() => newWallet(passphrase, keep, () => createWallet(keystorePath(dir), passphrase))),
    restoreWallet: ({ mnemonic, passphrase, remember: keep }) => inTurn(() => newWallet(passphrase, keep, () => restoreWallet(keystorePath(dir), mnemonic, passphrase))),
    chooseNetwork: (input) => inTurn(async () => {
      if (session) throw new AppError('invalid-argument', 'A profile stays with the network that it was made for.', { hint: 'Start the app with another profile for another network.' });
      if (!hasWallet()) throw new AppError('profile-missing', 'There is no wallet yet.', { hint: 'Make or restore one first.' });
      if (input.kind === 'rpc') await joinNetwork(dir, input);
      config.set({ network: input.kind, since: Date.now() });
      phase = resting();
      const passphrase = fresh;
      fresh = null;
      if (passphrase !== null) await start(passphrase);
      else tell();
    }),
    unlock: ({ passphrase, remember: keep }) => inTurn(async () => {
      if (!hasWallet()) throw new AppError('profile-missing', 'There is no wallet yet.', { hint: 'Make or restore one first.' });
      if (config.get().network === null) throw new AppError('invalid-argument', 'No network was chosen yet.', { hint: 'Choose one first.' });
      await start(passphrase);
      remember(passphrase, keep);
      tell();
    }),
    lock: () => inTurn(async () => {
      if (jobs.list().some((j) => j.state === 'running' && !j.cancellable)) throw new AppError('invalid-argument', 'Something is being sent to the chain.', { hint: 'Wait until it has ended, then lock.', retryable: true });
      await rest();
      phase = resting();
      tell();
    }),
    async forgetPassphrase() { config.set({ passphrase: null }); tell(); },
    set,
    cancelJob: (id) => jobs.cancel(id), retryJob: (id) => jobs.retry(id), dismissJob: (id) => jobs.dismiss(id),
    readNotices(upTo) { session?.notices.readUpTo(upTo); tell(); },
    backup: (input) => createBackup({ dir, jobs, input, chain: (signal) => demo?.snapshot(signal) ?? null, done: () => { config.set({ backupAt: Date.now() }); tellSoon(); } }),
    restoreBackup: (input) => inTurn(async () => {
      if (hasWallet()) throw new AppError('profile-exists', 'This profile has a wallet already.', { hint: 'Restore a backup into a fresh profile.' });
      await restoreBackup({ dir, input, uploads });
      failure = null;
      // The files are others now: what was read of them at the start no longer holds.
      config.set(appConfig(dir).get());
      phase = resting();
      tell();
      // The backup's passphrase is often the wallet's as well; where it is not, the wallet's is asked for.
      await start(input.passphrase).then(() => remember(input.passphrase, input.remember)).catch(() => undefined);
      tell();
    }),
    go: (path) => emit({ type: 'go', path }),
    upload: (name, body) => uploads.put(name, body),
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort(new AppError('cancelled', 'The app is closing.'));
      await jobs.stop();
      await turn;
      await rest();
      await uploads.stop();
      clearTimeout(tellTimer);
    },
  };

  const sealed = config.get().passphrase;
  if (phase === 'locked' && sealed !== null && box) {
    let passphrase: string | null = null;
    try { passphrase = box.open(Buffer.from(sealed, 'base64')); } catch { config.set({ passphrase: null }); }
    if (passphrase !== null) void inTurn(() => start(passphrase)).catch(() => undefined);
  }
  return host;
}

const rolesOf = (bits: number): RoleName[] => (Object.keys(Role) as RoleName[]).filter((name) => (bits & Role[name]) !== 0);
