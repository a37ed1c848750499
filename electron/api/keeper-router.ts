import { z } from 'zod';
import { CoinsIn } from '../../shared/api/common.ts';
import { ReleaseIn } from '../../shared/api/keeper.ts';
import { ready, router } from './trpc.ts';

export const keeperRouter = router({
  overview: ready.query(({ ctx }) => ctx.ready.keeper.overview()),
  shares: ready.query(({ ctx }) => ctx.ready.keeper.shares()),
  releases: ready.input(z.object({ limit: z.number().int().min(1).max(1000).default(200) })).query(({ ctx, input }) => ctx.ready.keeper.releases(input.limit)),
  start: ready.input(z.object({ stake: CoinsIn.nullable() })).mutation(({ ctx, input }) => ctx.ready.keeper.start(input.stake)),
  stop: ready.mutation(({ ctx }) => ctx.ready.keeper.stop()),
  pause: ready.input(z.boolean()).mutation(({ ctx, input }) => ctx.ready.keeper.pause(input)),
  addStake: ready.input(CoinsIn).mutation(({ ctx, input }) => ctx.ready.keeper.addStake(input)),
  requestUnstake: ready.input(CoinsIn).mutation(({ ctx, input }) => ctx.ready.keeper.requestUnstake(input)),
  withdrawStake: ready.mutation(({ ctx }) => ctx.ready.keeper.withdrawStake()),
  withdrawEarnings: ready.mutation(({ ctx }) => ctx.ready.keeper.withdrawEarnings()),
  release: ready.input(ReleaseIn).mutation(({ ctx, input }) => ctx.ready.keeper.release(input.accessId, input.index)),
  checkHealth: ready.mutation(({ ctx }) => ctx.ready.keeper.checkHealth()),
});
