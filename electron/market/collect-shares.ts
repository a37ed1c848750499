import type { AccessRow, DatasetRow, Hex, ReleaseRow, SeatRow } from '../../shared/domain/chain.ts';
import { commitmentOf, openReleasedShare } from '../vault/release.ts';
import type { GranteeKeys } from './grantee-keys.ts';
import type { MarketNetwork } from './ports.ts';

export type CollectedShare = { index: number; keeper: Hex; share: Uint8Array };
export type Collected = {
  /** Shares that match their commitment, by seat. The caller's to wipe. */
  honest: CollectedShare[];
  /** Releases whose share does not match its commitment: each can be disputed. */
  lies: ReleaseRow[];
};

/**
 * Opens every standing release of an access with its key and sorts honest from false by the commitments on chain.
 * Takes no decision: `open` and `certify` differ in how many they want.
 */
export function collectShares(
  access: AccessRow,
  dataset: DatasetRow,
  seats: readonly SeatRow[],
  releases: readonly ReleaseRow[],
  deps: { keys: GranteeKeys; network: MarketNetwork },
): Collected {
  const honest: CollectedShare[] = [];
  const lies: ReleaseRow[] = [];
  for (const release of releases) {
    if (release.status !== 'standing') continue;
    const seat = seats.find((s) => s.index === release.index);
    const context = { chainId: deps.network.chainId, market: deps.network.market, accessId: access.id, index: release.index };
    const share = deps.keys.withSecret(access.px, (secret) => openReleasedShare({ release, accessSecret: secret, context }));
    if (share && seat && commitmentOf(dataset.nonce, release.index, share) === seat.commitment) honest.push({ index: release.index, keeper: release.keeper, share });
    else {
      share?.fill(0);
      lies.push(release);
    }
  }
  return { honest, lies };
}

export function wipeShares(collected: Collected): void {
  for (const { share } of collected.honest) share.fill(0);
}
