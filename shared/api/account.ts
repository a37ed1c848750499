import { z } from 'zod';
import type { Hex } from '../domain/chain.ts';
import { AddressIn, CoinsIn, Id, type Coins, type GasCost } from './common.ts';

/** One line of the trace: who did what, to which data, when and why. */
export type TraceRow = {
  block: number; logIndex: number; at: number; tx: Hex; event: string;
  datasetId: number | null; datasetTitle: string | null; accessId: number | null; accessKind: string | null;
  actor: Hex | null; subject: Hex | null; amount: Coins | null;
  /** Whether the actor is this account. */
  mine: boolean;
  purpose: string | null;
};
export const TraceQuery = z.object({ datasetId: Id.optional(), events: z.array(z.string().max(40)).max(40).optional(), limit: z.number().int().min(1).max(500).default(100), offset: z.number().int().nonnegative().default(0) });
export type TraceQuery = z.infer<typeof TraceQuery>;
/** A fresh account and what it has earned: coins that it holds, and sales that were credited to it. */
export type FreshAccountView = { address: Hex; kind: 'dataset' | 'relationship' | 'study'; label: string | null; createdAt: number; phd: Coins; earnings: Coins; datasetIds: number[] };
/** Moves what fresh accounts have earned to the own one. Each then is linked to it on the chain, for good. */
export const CollectIn = z.object({ addresses: z.array(AddressIn).min(1).max(500) });
export const SendIn = z.object({ to: AddressIn, amount: CoinsIn });
export type SendPreview = { balanceAfter: Coins; gas: GasCost };
export type Earning = { at: number; amount: Coins; datasetId: number | null; accessId: number | null; kind: 'sale' | 'keeping' | 'validation' | 'reward' };
