import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Hex } from '../../../shared/domain/chain.ts';
import { MatchQuestion } from '../../../shared/domain/matching.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { scopeLeaf } from '../scope.ts';
import { rankInstitutions, type Offer, type Ranked } from './rank.ts';

/**
 * Answers a question with ranked institutions. One that runs on this machine learns nothing that leaves it; one that
 * somebody else runs is an account on the chain, and gets a right to exactly the fields of the question.
 */
export type MatchService = {
  /** To whom the fields go; null: they stay here. */
  account: Hex | null;
  rank(question: MatchQuestion, permit: MatchPermit | null, signal?: AbortSignal): Promise<Ranked[]>;
};
/** The right by which a service may read a question, so that it can look it up before it reads. */
export type MatchPermit = { rightId: number; owner: Hex; salt: Hex };

const HexAddress = z.string().regex(/^0x[0-9a-f]{40}$/).transform((a) => a as Hex);
/** What goes over the wire: the question and the right to it, nothing of the machine or the wallet. */
export const MatchRequest = z.object({ question: MatchQuestion, right: z.object({ rightId: z.number().int().positive(), owner: HexAddress, salt: z.string().regex(/^0x[0-9a-f]{64}$/) }).strict() }).strict();
export const MatchAnswer = z.object({
  v: z.literal(1),
  ranked: z.array(z.object({
    account: HexAddress, score: z.number().min(0).max(100), reasons: z.array(z.object({ words: z.string().max(200), points: z.number().min(-100).max(100) }).strict()).max(20), unknown: z.array(z.string().max(40)).max(20),
  }).strict()).max(200),
}).strict();
const MAX_ANSWER_BYTES = 512 * 1024;
const TIMEOUT_MS = 15_000;

/** The leaf of the right's scope: of these fields and these values, salted. */
export const questionLeaf = (question: MatchQuestion, salt: Hex): Hex => scopeLeaf(salt, `match/${hash('sha256', canonicalBytes(MatchQuestion.parse(question)), 'hex')}`);

/** Ranks here, over public profiles. */
export const localMatcher = (offers: () => Promise<Offer[]>): MatchService => ({ account: null, rank: async (question) => rankInstitutions(question, await offers()) });

/** JSON over HTTP: POST of a `MatchRequest`, answered by a `MatchAnswer`. Only https, or this machine. */
export function httpMatcher(url: string, account: Hex): MatchService {
  const at = new URL(url);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(at.hostname);
  if (at.protocol !== 'https:' && !(at.protocol === 'http:' && loopback)) throw new AppError('invalid-argument', 'A matching service is asked over https only.', { hint: 'Ask whoever runs it for its https address.' });
  const silent = (cause?: unknown) => new AppError('storage-unreachable', 'The matching service does not answer as one does.', { hint: 'Try again later, or rank on this machine.', retryable: true, cause });
  return {
    account,
    async rank(question, permit, signal) {
      if (permit === null) throw new AppError('access-unknown', 'A matching service needs a right to the fields that it is sent.', { hint: 'Grant it first.' });
      const body = Buffer.from(canonicalBytes({ question: MatchQuestion.parse(question), right: permit }));
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      let text = '';
      try {
        // No cookie, no referrer, no redirect to somebody else.
        const response = await fetch(at, { method: 'POST', body, headers: { 'content-type': 'application/json' }, redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
        if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
        let length = 0;
        const decoder = new TextDecoder('utf-8', { fatal: true });
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          length += chunk.length;
          if (length > MAX_ANSWER_BYTES) throw new Error('too long');
          text += decoder.decode(chunk, { stream: true });
        }
      } catch (cause) { signal?.throwIfAborted(); throw silent(cause); }
      let json: unknown;
      try { json = JSON.parse(text); } catch (cause) { throw silent(cause); }
      const parsed = MatchAnswer.safeParse(json);
      if (!parsed.success) throw silent(parsed.error);
      return parsed.data.ranked;
    },
  };
}

