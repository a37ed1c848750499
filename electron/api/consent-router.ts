import { z } from 'zod';
import { Id } from '../../shared/api/common.ts';
import { ApproveIn, ConsentTraceQuery, GrantIn, HealthLinkIn, InviteIn, ReadConsentIn } from '../../shared/api/consent.ts';
import { ContestIn } from '../../shared/api/records.ts';
import { MatchFields, MatchIn } from '../../shared/api/studies.ts';
import { part, ready, router } from './trpc.ts';

const LinkId = z.string().min(1).max(64);

export const consentRouter = router({
  overview: ready.query(({ ctx }) => part(ctx.ready.consent).overview()),
  invitations: ready.query(({ ctx }) => part(ctx.ready.consent).invitations()),
  invite: ready.input(InviteIn).mutation(({ ctx, input }) => part(ctx.ready.consent).invite(input)),
  requests: ready.query(({ ctx }) => part(ctx.ready.consent).requests()),
  approve: ready.input(ApproveIn).mutation(({ ctx, input }) => part(ctx.ready.consent).approve(input)),
  reject: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.consent).reject(input)),
  grant: ready.input(GrantIn).mutation(({ ctx, input }) => part(ctx.ready.consent).grant(input)),
  grants: ready.query(({ ctx }) => part(ctx.ready.consent).grants()),
  revoke: ready.input(Id).mutation(({ ctx, input }) => part(ctx.ready.consent).revoke(input)),
  revokeAll: ready.mutation(({ ctx }) => part(ctx.ready.consent).revokeAll()),
  trace: ready.input(ConsentTraceQuery).query(({ ctx, input }) => part(ctx.ready.consent).trace(input)),
  receipt: ready.input(Id).query(({ ctx, input }) => part(ctx.ready.consent).receipt(input)),
  readConsent: ready.input(ReadConsentIn).query(({ ctx, input }) => part(ctx.ready.consent).readConsent(input.text)),
  setEmergencyReadable: ready.input(z.object({ datasetId: Id, readable: z.boolean() })).mutation(({ ctx, input }) => part(ctx.ready.consent).setEmergencyReadable(input.datasetId, input.readable)),
  emergencies: ready.query(({ ctx }) => part(ctx.ready.consent).emergencies()),
  contest: ready.input(ContestIn).mutation(({ ctx, input }) => part(ctx.ready.consent).contest(input)),
  exportAll: ready.input(z.object({ folder: z.string().max(4096).optional() })).mutation(({ ctx, input }) => part(ctx.ready.consent).exportAll(input.folder)),
  healthLinks: ready.query(({ ctx }) => part(ctx.ready.consent).healthLinks()),
  makeHealthLink: ready.input(HealthLinkIn).mutation(({ ctx, input }) => part(ctx.ready.consent).makeHealthLink(input)),
  revokeHealthLink: ready.input(LinkId).mutation(({ ctx, input }) => part(ctx.ready.consent).revokeHealthLink(input)),
  matchQuestion: ready.input(MatchFields).query(({ ctx, input }) => part(ctx.ready.consent).matchQuestion(input)),
  match: ready.input(MatchIn).mutation(({ ctx, input }) => part(ctx.ready.consent).match(input)),
});
