import { z } from 'zod';
import type { Label } from '../domain/label.ts';
import type { Hex } from '../domain/chain.ts';
import type { AnyReport } from '../report-view.ts';
import { Id, type Coins, type GasCost } from './common.ts';

export type QueueRow = {
  datasetId: number; title: string | null; label: Label | null; owner: Hex; publishedAt: number; acceptedSeats: number; seats: number; threshold: number; claimedScore: number | null;
  /** `waiting` for keepers, `ready`, `checking` now, `checked` and undecided, `deciding`. */
  state: 'waiting' | 'ready' | 'checking' | 'checked' | 'deciding';
};
export type DecidedRow = { datasetId: number; title: string | null; certified: boolean; score: number; at: number; tx: Hex; fee: Coins | null; reasons: string[] };
export type CheckView = {
  datasetId: number; accessId: number; findings: { name: string; ok: boolean; detail: string }[]; claimed: AnyReport | null; found: AnyReport | null;
  score: number; recommend: 'certify' | 'reject'; checkedAt: number; gas: GasCost;
};
export const DecideIn = z.object({ datasetId: Id, certify: z.boolean(), reasons: z.array(z.string().trim().min(1).max(300)).max(20) });
export type DecideIn = z.infer<typeof DecideIn>;
