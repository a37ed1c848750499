import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { ErrorView } from '../../shared/api/common.ts';
import { AppError } from '../../shared/errors.ts';
import { errorView } from '../app/error-view.ts';
import type { Host } from '../app/host-types.ts';

export type Context = { host: Host };

/** What zod refuses is told like every other error. */
function viewOf(error: unknown): ErrorView {
  if (!(error instanceof ZodError)) return errorView(error);
  const issue = error.issues[0];
  return { code: 'invalid-argument', message: `${issue?.path.join('.') || 'The input'}: ${issue?.message ?? 'not valid'}`, hint: null, retryable: false };
}

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const view = viewOf(error.code === 'BAD_REQUEST' || error.code === 'INTERNAL_SERVER_ERROR' ? (error.cause ?? error) : new AppError('invalid-argument', error.message));
    return { message: view.message, code: shape.code, data: { code: shape.data.code, path: shape.data.path, error: view } };
  },
});

/** A part of the app that only networks with its contracts have. @throws AppError `chain-wrong` */
export function part<T>(it: T | undefined): T {
  if (it === undefined) throw new AppError('chain-wrong', 'This network was made before there was sharing by consent.', { hint: 'Join a network that has its contracts; the demo network on this machine is made anew with a new profile.' });
  return it;
}

export const router = t.router;
export const procedure = t.procedure;
export const mergeRouters = t.mergeRouters;

/** For what needs an unlocked profile: `ctx.ready` is there. */
export const ready = t.procedure.use(({ ctx, next }) => {
  let services;
  try { services = ctx.host.ready(); } catch (cause) { throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }); }
  return next({ ctx: { ready: services } });
});
