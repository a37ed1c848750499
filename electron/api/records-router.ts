import { Id } from '../../shared/api/common.ts';
import { EmergencyIn, IssueIn } from '../../shared/api/records.ts';
import { part, ready, router } from './trpc.ts';

export const recordsRouter = router({
  records: ready.query(({ ctx }) => part(ctx.ready.records).records()),
  accept: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.records).accept(input)),
  content: ready.input(Id).query(({ ctx, input }) => part(ctx.ready.records).content(input)),
  issue: ready.input(IssueIn).mutation(({ ctx, input }) => part(ctx.ready.records).issue(input)),
  issued: ready.query(({ ctx }) => part(ctx.ready.records).issued()),
  emergency: ready.input(EmergencyIn).mutation(({ ctx, input }) => part(ctx.ready.records).emergency(input)),
  emergencyReadable: ready.query(({ ctx }) => part(ctx.ready.records).emergencyReadable()),
  opened: ready.query(({ ctx }) => part(ctx.ready.records).opened()),
});
