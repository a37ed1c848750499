import type { AccessRow, ReleaseRow } from '../../../shared/domain/chain.ts';

/**
 * How an emergency access that is open ends, and from when: closed where enough shares stand, refunded (nothing was paid)
 * where they do not. An access without a price stays open until somebody says so, and an open one holds keepers' stakes.
 * @param challengeWindow seconds, of the market @returns Unix seconds from which `method` is accepted; null for one that has ended
 */
export function endingOf(access: AccessRow, releases: readonly ReleaseRow[], threshold: number, challengeWindow: number): { method: 'settle' | 'refund'; from: number } | null {
  if (access.status !== 'open') return null;
  const enough = releases.filter((r) => r.status === 'standing').length >= threshold;
  return enough ? { method: 'settle', from: access.deadline + challengeWindow + 1 } : { method: 'refund', from: access.deadline + 1 };
}
