import { z } from 'zod';
import type { Hex } from '../domain/chain.ts';
import type { ErrorView, Wei, Coins } from './common.ts';
import { CoinsIn } from './common.ts';
import type { KeeperReputation } from './owner.ts';

export type KeeperOverview = {
  registered: boolean; running: boolean; paused: boolean; autoRelease: boolean;
  stake: Wei; minStake: Wei; unstake: { amount: Wei; availableAt: number } | null; unstakeDelaySeconds: number; balanceNative: Wei;
  quotaBytes: number; storedBytes: number;
  earnings: Coins; earnedTotal: Coins;
  reputation: KeeperReputation;
  missed: { count: number; cost: Wei };
  pending: PendingRelease[];
};
export type PendingRelease = { accessId: number; datasetId: number; title: string | null; index: number; kind: string; grantee: Hex; deadline: number; state: 'due' | 'standby' | 'waiting-for-blocks' | 'failed'; error: ErrorView | null };
export type KeptShare = {
  datasetId: number; title: string | null; index: number; status: 'named' | 'accepted' | 'resigned' | 'destroyed'; datasetStatus: string;
  /** null: not checked since the start. */
  envelope: 'readable' | 'unreadable' | 'missing' | null; blob: 'pinned' | 'reachable' | 'unreachable' | null; checkedAt: number | null;
  bytes: number | null; releases: number; earned: Coins; refusal: ErrorView | null;
};
export type ReleaseView = { accessId: number; datasetId: number; title: string | null; index: number; kind: string; at: number; status: 'standing' | 'disputed' | 'missed'; fee: Coins | null; cost: Wei | null };
export const StakeIn = z.object({ amount: CoinsIn });
export const ReleaseIn = z.object({ accessId: z.number().int(), index: z.number().int().min(0).max(31) });
