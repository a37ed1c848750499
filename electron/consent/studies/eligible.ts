import { createHash } from 'node:crypto';
import type { Eligible } from '../../../shared/api/studies.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';

/** Fewer owners than that are never told apart from none. */
export const K = 10;
/** Counts are told in steps, rounded down. */
const STEP = 5;
/** Different questions that a profile may have answered in a day. */
const QUESTIONS_A_DAY = 100;
const DAY_MS = 86_400_000;

export type Answered = { question: string; /** Those that the answer counted. */ owners: readonly string[]; answer: Eligible; at: number };
export type AnswerRows = { list(): Answered[]; insert(row: Answered): void };

const steps = (n: number) => Math.floor(n / STEP) * STEP;
const apart = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let both = 0;
  for (const owner of a) if (b.has(owner)) both += 1;
  return a.size + b.size - 2 * both;
};

/**
 * How many owners a study could find, as a count that says nothing of any one of them:
 * - below k it says only that; else the count rounded down to steps of 5, without noise;
 * - a question whose owners differ from those of an answered one by fewer than k has that one's answer, also across k, so
 *   that two questions, or one question on two days, never show what a few people make of a difference. Such an answer may be
 *   above the count by less than k: it is the count of the question that was answered;
 * - new answers are counted by the day, since enough independent sums can be solved for their parts.
 * The nearest answered question decides, the earlier one of two. See docs/decisions.md.
 * @param owners accounts with a dataset that meets the question; each dataset has its own
 * @param datasets how many public listings were looked at, which anybody can count
 */
export function answerEligible(question: unknown, owners: ReadonlySet<string>, datasets: number, rows: AnswerRows, now: number, k: number = K): Eligible {
  const known = rows.list();
  let nearest: { it: Answered; far: number } | null = null;
  for (const it of known) {
    const far = apart(owners, new Set(it.owners));
    if (far < k && (nearest === null || far < nearest.far || (far === nearest.far && it.at < nearest.it.at))) nearest = { it, far };
  }
  if (nearest) return { ...nearest.it.answer, datasets };
  const few = owners.size < k;
  // Of nobody there is nothing to keep.
  if (owners.size === 0) return { atLeast: 0, below: true, k, datasets };
  if (known.filter((it) => it.at > now - DAY_MS).length >= QUESTIONS_A_DAY) {
    throw new AppError('quota-exceeded', `${QUESTIONS_A_DAY} different counts were asked for today; more would tell of single owners.`, { hint: 'Ask again tomorrow, or open the study: owners find it by themselves.', retryable: true });
  }
  const answer: Eligible = few ? { atLeast: 0, below: true, k, datasets } : { atLeast: steps(owners.size), below: false, k, datasets };
  rows.insert({ question: createHash('sha256').update(canonicalBytes(question)).digest('hex'), owners: [...owners], answer, at: now });
  return answer;
}
