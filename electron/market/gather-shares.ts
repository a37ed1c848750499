import type { AccessRow, ReleaseRow } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { proveFalseShare } from '../vault/dispute-proof.ts';
import { seatProof } from '../vault/seat-tree.ts';
import { collectShares, wipeShares, type Collected } from './collect-shares.ts';
import type { GranteeKeys } from './grantee-keys.ts';
import type { ChainChanges, Clock, MarketNetwork, MarketReads, Sent, Submitter } from './ports.ts';
import { waitFor } from './wait-for.ts';

export type GatherDeps = { reads: MarketReads; submit: Submitter; changes: ChainChanges; clock: Clock; keys: GranteeKeys; network: MarketNetwork };
export type GatherEvent = { type: 'share'; have: number; want: number } | { type: 'disputed'; index: number; keeper: string; gas: bigint; held: boolean };

function countBits(bits: number): number {
  let n = 0;
  for (let rest = bits >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) n += 1;
  return n;
}

/** Posts the proof that one release is false. The keeper is slashed and its release taken out of the count. */
export async function disputeRelease(access: AccessRow, release: ReleaseRow, deps: GatherDeps, signal?: AbortSignal): Promise<Sent> {
  const dataset = deps.reads.dataset(access.datasetId)!;
  const seats = deps.reads.seats(access.datasetId);
  const seat = seats.find((s) => s.index === release.index)!;
  const context = { chainId: deps.network.chainId, market: deps.network.market, accessId: access.id, index: release.index };
  const proof = deps.keys.withSecret(access.px, (secret) =>
    proveFalseShare({
      release, accessSecret: secret, context, nonce: dataset.nonce, keeper: seat.keeper, commitment: seat.commitment,
      seatProof: seatProof(dataset.nonce, seats.map((s) => ({ keeper: s.keeper, commitment: s.commitment })), release.index),
    }),
  );
  return deps.submit.send({ key: `dispute:${access.id}:${release.index}`, contract: 'market', method: 'dispute', args: [access.id, proof] }, { signal });
}

/**
 * Waits until at least `want` honest shares of an access are there, disputing each false one as it is seen.
 * For `all` (a validator asks every seat that was taken when the access opened) it settles for
 * the threshold after `patienceMs`, and at once when every seat has answered, be it with a lie that was disputed.
 * @returns the shares, the caller's to wipe
 * @throws AppError `access-expired` when the deadline passes with fewer than the threshold
 */
export async function gatherShares(
  accessId: number,
  want: number | 'all',
  deps: GatherDeps,
  options: { patienceMs?: number; signal?: AbortSignal; onEvent?: (event: GatherEvent) => void } = {},
): Promise<Collected['honest']> {
  const { reads, clock } = deps;
  const disputed = new Map<number, Promise<void>>();
  const began = clock.now();
  let shown = -1;
  const honest = await waitFor(deps.changes, () => {
    const access = reads.access(accessId);
    const dataset = access && reads.dataset(access.datasetId);
    if (!access || !dataset) return undefined;
    const collected = collectShares(access, dataset, reads.seats(dataset.id), reads.releases(accessId), deps);
    if (access.status === 'open') {
      for (const lie of collected.lies) {
        if (disputed.has(lie.index)) continue;
        disputed.set(lie.index, disputeRelease(access, lie, deps, options.signal).then(
          (sent) => options.onEvent?.({ type: 'disputed', index: lie.index, keeper: lie.keeper, gas: sent.gasUsed, held: true }),
          // A dispute that fails costs the customer nothing but gas: the honest shares are what it came for.
          () => options.onEvent?.({ type: 'disputed', index: lie.index, keeper: lie.keeper, gas: 0n, held: false }),
        ));
      }
    }
    const have = collected.honest.length;
    const disputedNow = reads.releases(accessId).filter((r) => r.status === 'disputed').length;
    const enough = want === 'all' ? Math.max(dataset.threshold, countBits(access.seatedBits) - disputedNow) : want;
    if (have !== shown) options.onEvent?.({ type: 'share', have: (shown = have), want: enough });
    const patient = options.patienceMs === undefined || clock.now() - began < options.patienceMs;
    if (have >= enough || (!patient && have >= dataset.threshold)) return collected.honest;
    wipeShares(collected);
    if (access.status === 'refunded' || access.status === 'closed') throw new AppError('access-expired', `Access ${accessId} was ${access.status} before enough keepers released their share.`, { hint: 'The price is back on the account that paid it.' });
    if (access.challengeEnd === null && Math.floor(clock.now() / 1000) > access.deadline && have < dataset.threshold) {
      throw new AppError('access-expired', `Only ${have} of ${dataset.threshold} shares of access ${accessId} came before its deadline.`, { hint: `Take the price back with \`phdex buy --refund ${accessId}\`.`, details: { accessId, have, threshold: dataset.threshold } });
    }
    return undefined;
  }, { what: `${want} shares of access ${accessId}`, timeoutMs: 2 ** 31 - 1, signal: options.signal, everyMs: 500 });
  await Promise.all(disputed.values());
  return honest;
}
