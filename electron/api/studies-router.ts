import { Id } from '../../shared/api/common.ts';
import { EligibleIn, EnrolIn, EntryIn, OpenStudyIn, PlaceIn, StrikeIn } from '../../shared/api/studies.ts';
import { part, ready, router } from './trpc.ts';

export const studiesRouter = router({
  calls: ready.query(({ ctx }) => part(ctx.ready.studies).calls()),
  enrol: ready.input(EnrolIn).mutation(({ ctx, input }) => part(ctx.ready.studies).enrol(input)),
  leave: ready.input(EntryIn).mutation(({ ctx, input }) => part(ctx.ready.studies).leave(input)),
  approvePlace: ready.input(PlaceIn).mutation(({ ctx, input }) => part(ctx.ready.studies).approvePlace(input)),
  refusePlace: ready.input(PlaceIn).mutation(({ ctx, input }) => part(ctx.ready.studies).refusePlace(input)),
  eligible: ready.input(EligibleIn).query(({ ctx, input }) => part(ctx.ready.studies).eligible(input)),
  open: ready.input(OpenStudyIn).mutation(({ ctx, input }) => part(ctx.ready.studies).open(input)),
  mine: ready.query(({ ctx }) => part(ctx.ready.studies).mine()),
  entries: ready.input(Id).query(({ ctx, input }) => part(ctx.ready.studies).entries(input)),
  strike: ready.input(StrikeIn).mutation(({ ctx, input }) => part(ctx.ready.studies).strike(input)),
  accept: ready.input(EntryIn).mutation(({ ctx, input }) => part(ctx.ready.studies).accept(input)),
  finish: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.studies).finish(input)),
});
