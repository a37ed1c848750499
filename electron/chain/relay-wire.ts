import { z } from 'zod';
import { SignedForward } from './forward-request.ts';

/** What goes over HTTP between a relayer and who asks it; the relayer's side is app/relay/. */
const Work = z.strictObject({ challenge: z.string().regex(/^[0-9a-f]{32}$/), nonce: z.string().regex(/^[0-9a-z]{1,40}$/) });

export const ForwardIn = z.strictObject({ request: SignedForward, work: Work });
export type ForwardIn = z.infer<typeof ForwardIn>;
export const FundIn = z.strictObject({ address: z.string().regex(/^0x[0-9a-f]{40}$/), work: Work });
export type FundIn = z.infer<typeof FundIn>;

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
/** `hash` of the transaction that carries it. */
export const SentOut = z.object({ hash });

/** Why a relayer does not do what it is asked. */
export const REFUSALS = ['malformed', 'too-large', 'too-fast', 'work-missing', 'signature-wrong', 'not-relayed', 'expired', 'nonce-wrong', 'reverts', 'limit', 'busy', 'poor', 'failed'] as const;
export type Refusal = (typeof REFUSALS)[number];
export const RefusedOut = z.object({ refused: z.enum(REFUSALS) });

export const StatusOut = z.object({
  service: z.literal('phdex-relay'), version: z.literal(1), chainId: z.number().int(), forwarder: z.string().nullable(),
  challenge: Work.shape.challenge,
  /** Zero bits that a forward and a gift cost. */
  work: z.object({ forward: z.number().int().min(0).max(28), fund: z.number().int().min(0).max(28) }),
  /** What each gift is, in wei: the same for everybody at a time. */
  unit: z.string().regex(/^\d{1,30}$/),
});
export type StatusOut = z.infer<typeof StatusOut>;
