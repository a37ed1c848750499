import { z } from 'zod';
import { BackupIn, CreateWalletIn, NetworkIn, RestoreBackupIn, RestoreWalletIn, Settings, UnlockIn, type AppEvent } from '../../shared/api/app.ts';
import { procedure, router } from './trpc.ts';

/** Longest queue of events of one page; a page that reads slower is told to begin again. */
const MAX_QUEUE = 1000;

export const appRouter = router({
  state: procedure.query(({ ctx }) => ctx.host.state()),
  jobs: procedure.query(({ ctx }) => ctx.host.jobs()),
  notices: procedure.query(({ ctx }) => ctx.host.notices()),
  settings: procedure.query(({ ctx }) => ctx.host.settings()),
  /** First what is, then what changes. */
  events: procedure.subscription(async function* ({ ctx, signal }): AsyncGenerator<AppEvent> {
    const queue: AppEvent[] = [];
    let wake: () => void = () => undefined;
    const stop = ctx.host.onEvent((event) => { queue.push(event); wake(); });
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    try {
      yield { type: 'state', state: ctx.host.state() };
      yield { type: 'jobs', jobs: ctx.host.jobs() };
      while (!signal?.aborted) {
        if (queue.length > MAX_QUEUE) {
          queue.length = 0;
          yield { type: 'state', state: ctx.host.state() };
          yield { type: 'jobs', jobs: ctx.host.jobs() };
        }
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => { wake = resolve; if (signal?.aborted) resolve(); });
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', onAbort);
    }
  }),
  createWallet: procedure.input(CreateWalletIn).mutation(({ ctx, input }) => ctx.host.createWallet(input)),
  restoreWallet: procedure.input(RestoreWalletIn).mutation(({ ctx, input }) => ctx.host.restoreWallet(input)),
  chooseNetwork: procedure.input(NetworkIn).mutation(({ ctx, input }) => ctx.host.chooseNetwork(input)),
  unlock: procedure.input(UnlockIn).mutation(({ ctx, input }) => ctx.host.unlock(input)),
  lock: procedure.mutation(({ ctx }) => ctx.host.lock()),
  forgetPassphrase: procedure.mutation(({ ctx }) => ctx.host.forgetPassphrase()),
  set: procedure.input(Settings.partial()).mutation(({ ctx, input }) => ctx.host.set(input)),
  cancelJob: procedure.input(z.string()).mutation(({ ctx, input }) => ctx.host.cancelJob(input)),
  retryJob: procedure.input(z.string()).mutation(({ ctx, input }) => ctx.host.retryJob(input)),
  dismissJob: procedure.input(z.string()).mutation(({ ctx, input }) => ctx.host.dismissJob(input)),
  readNotices: procedure.input(z.number().int()).mutation(({ ctx, input }) => ctx.host.readNotices(input)),
  backup: procedure.input(BackupIn).mutation(({ ctx, input }) => ctx.host.backup(input)),
  restoreBackup: procedure.input(RestoreBackupIn).mutation(({ ctx, input }) => ctx.host.restoreBackup(input)),
});
