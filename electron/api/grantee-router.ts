import { z } from 'zod';
import { Id } from '../../shared/api/common.ts';
import { AppendIn, HeldExportIn, RequestIn } from '../../shared/api/consent.ts';
import { part, ready, router } from './trpc.ts';

const PlotIn = z.object({ rightId: Id, segment: z.string().min(1).max(64), range: z.object({ from: z.number().nonnegative(), to: z.number().positive(), pixels: z.number().int().min(16).max(4096) }) });

export const granteeRouter = router({
  held: ready.query(({ ctx }) => part(ctx.ready.grantee).held()),
  request: ready.input(RequestIn).mutation(({ ctx, input }) => part(ctx.ready.grantee).request(input)),
  withdrawRequest: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.grantee).withdrawRequest(input)),
  handBack: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.grantee).handBack(input)),
  open: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.grantee).open(input)),
  exportAs: ready.input(HeldExportIn).mutation(({ ctx, input }) => part(ctx.ready.grantee).exportAs(input)),
  plot: ready.input(PlotIn).query(({ ctx, input }) => part(ctx.ready.grantee).plot(input.rightId, input.segment, input.range)),
  append: ready.input(AppendIn).mutation(({ ctx, input }) => part(ctx.ready.grantee).append(input)),
});
