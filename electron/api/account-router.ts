import { CollectIn, SendIn, TraceQuery } from '../../shared/api/account.ts';
import { ready, router } from './trpc.ts';

export const accountRouter = router({
  trace: ready.input(TraceQuery).query(({ ctx, input }) => ctx.ready.account.trace(input)),
  previewSend: ready.input(SendIn).query(({ ctx, input }) => ctx.ready.account.previewSend(input)),
  send: ready.input(SendIn).mutation(({ ctx, input }) => ctx.ready.account.send(input)),
  accounts: ready.query(({ ctx }) => ctx.ready.account.accounts()),
  collect: ready.input(CollectIn).mutation(({ ctx, input }) => ctx.ready.account.collect(input)),
  withdrawEarnings: ready.mutation(({ ctx }) => ctx.ready.account.withdrawEarnings()),
});
