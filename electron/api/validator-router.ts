import { z } from 'zod';
import { Id } from '../../shared/api/common.ts';
import { DecideIn } from '../../shared/api/validator.ts';
import { ready, router } from './trpc.ts';

export const validatorRouter = router({
  queue: ready.query(({ ctx }) => ctx.ready.validator.queue()),
  decided: ready.query(({ ctx }) => ctx.ready.validator.decided()),
  check: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.validator.check(input)),
  checked: ready.input(Id).query(({ ctx, input }) => ctx.ready.validator.checked(input)),
  decide: ready.input(DecideIn).mutation(({ ctx, input }) => ctx.ready.validator.decide(input)),
  automatic: ready.input(z.boolean()).mutation(({ ctx, input }) => ctx.ready.validator.automatic(input)),
});
