import { z } from 'zod';
import { ChannelKind } from './recording.ts';

const Word = z.string().trim().min(1).max(40);

/**
 * What an institution offers, as it says so itself: public, signed by its account. Lists that are left out say nothing,
 * and count as unknown, not as «none».
 */
export const InstitutionProfile = z.object({
  v: z.literal(1),
  name: z.string().min(2).max(80),
  /** Needs that it treats, as short words: `cardiology`, `sleep`. */
  treats: z.array(Word).min(1).max(60),
  regions: z.array(Word).max(40).optional(),
  /** Codes of ISO 639. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/)).max(40).optional(),
  /** Kinds of recordings that it works with. */
  reads: z.array(ChannelKind).max(20).optional(),
  /** Unix seconds; older news of the same account yields to newer. */
  issuedAt: z.number().int().positive(),
}).strict();
export type InstitutionProfile = z.infer<typeof InstitutionProfile>;

/** All that a matching service learns of a patient. No name, no account, no time, no values. */
export const MatchQuestion = z.object({
  v: z.literal(1),
  needs: z.array(Word).min(1).max(12),
  region: Word.nullable(),
  languages: z.array(z.string().max(8)).max(8),
  /** Kinds of the recordings that were chosen, each once. */
  recordings: z.array(ChannelKind).max(20),
}).strict();
export type MatchQuestion = z.infer<typeof MatchQuestion>;
