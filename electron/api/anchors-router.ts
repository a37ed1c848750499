import { AnchorIn, BatchesIn, BatchId, LeavesIn, ReceiptOf, VerifyReceiptIn } from '../../shared/api/anchors.ts';
import { part, ready, router } from './trpc.ts';

export const anchorsRouter = router({
  state: ready.query(({ ctx }) => part(ctx.ready.anchors).state()),
  anchor: ready.input(AnchorIn).mutation(({ ctx, input }) => part(ctx.ready.anchors).anchor(input)),
  anchorAll: ready.mutation(({ ctx }) => part(ctx.ready.anchors).anchorAll()),
  cost: ready.query(({ ctx }) => part(ctx.ready.anchors).cost()),
  batches: ready.input(BatchesIn).query(({ ctx, input }) => part(ctx.ready.anchors).batches(input)),
  batch: ready.input(BatchId).query(({ ctx, input }) => part(ctx.ready.anchors).batch(input)),
  leaves: ready.input(LeavesIn).query(({ ctx, input }) => part(ctx.ready.anchors).leaves(input)),
  find: ready.input(ReceiptOf).query(({ ctx, input }) => part(ctx.ready.anchors).find(input)),
  receipt: ready.input(ReceiptOf).query(({ ctx, input }) => part(ctx.ready.anchors).receipt(input)),
  verify: ready.input(VerifyReceiptIn).mutation(({ ctx, input }) => part(ctx.ready.anchors).verify(input)),
});
