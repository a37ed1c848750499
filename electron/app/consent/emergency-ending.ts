import type { AccessRow, Hex } from '../../../shared/domain/chain.ts';
import { toAppError } from '../../../shared/errors.ts';
import { endingOf } from '../../consent/emergency/ending.ts';
import type { ConsentReads } from '../../db/queries/consent-reads.ts';
import type { Backstage } from '../backstage.ts';

/** The institution is first: the owner's account, which may be a fresh one, sends only if nobody else did. */
const OWNER_WAITS_S = 120;
const RETRY_MS = 60_000;
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Ends the emergency accesses of this profile's accounts when their time has come: nobody else has to, and until
 * somebody does they hold the stakes of their keepers. @returns the way to stop
 */
export function watchEndings(b: Backstage, reads: ConsentReads, now: () => number = Date.now): () => void {
  const { chain, parts } = b;
  let timer: NodeJS.Timeout | undefined;
  let challengeWindow: Promise<number> | undefined;
  const busy = new Set<number>();
  const tried = new Map<number, number>();
  let stopped = false;

  const window = () => (challengeWindow ??= chain.read('market', 'parameters', []).then(([p]) => Number((p as { challengeWindow: bigint }).challengeWindow)).catch((error: unknown) => { challengeWindow = undefined; throw error; }));

  async function end(access: AccessRow, as: Hex, method: 'settle' | 'refund'): Promise<void> {
    const index = parts.accounts.indexOf(as);
    if (index === undefined) return;
    await chain.as(index).send({ key: `${method}:${access.id}`, contract: 'market', method, args: [access.id] });
    b.changed('records', 'consent', 'history');
  }

  async function look(): Promise<void> {
    clearTimeout(timer);
    const mine = [
      ...reads.emergenciesBy(parts.address).map((e) => ({ ...e, as: e.institution, patience: 0 })),
      ...reads.emergenciesOf(parts.accounts.mine()).map((e) => ({ ...e, as: e.owner, patience: OWNER_WAITS_S })),
    ];
    let next = LONGEST_MS;
    for (const { accessId, as, patience } of mine) {
      const access = chain.reads.access(accessId);
      if (access?.status !== 'open' || busy.has(accessId)) continue;
      const ending = endingOf(access, chain.reads.releases(accessId), chain.reads.dataset(access.datasetId)!.threshold, await window());
      if (!ending || stopped) continue;
      const at = Math.max((ending.from + patience) * 1000, (tried.get(accessId) ?? -Infinity) + RETRY_MS);
      if (at > now()) { next = Math.min(next, at - now()); continue; }
      busy.add(accessId);
      tried.set(accessId, now());
      // Refused where another was quicker, or the chain's clock is behind: it is looked at again.
      void end(access, as, ending.method).catch(toAppError).finally(() => { busy.delete(accessId); if (!stopped) soon(RETRY_MS); });
    }
    if (!stopped && next < LONGEST_MS) soon(next);
  }
  function soon(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => { look().catch(() => { if (!stopped) soon(RETRY_MS); }); }, ms);
    timer.unref();
  }
  const forget = chain.indexer.onChange(() => soon(300));
  soon(0);
  return () => { stopped = true; forget(); clearTimeout(timer); };
}
