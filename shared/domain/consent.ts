import { z } from 'zod';
import type { Hex } from './chain.ts';

/** Categories of a person's data, in the order of contracts/src/libraries/Permissions.sol. */
export const CATEGORIES = ['health', 'history', 'insurance'] as const;
export const Category = z.enum(CATEGORIES);
export type Category = z.infer<typeof Category>;

/** Operations as bits, as in Permissions.sol. */
export const Operation = { read: 1, append: 2, issue: 4, emergency: 8 } as const;
export const Operations = z.enum(['read', 'append', 'read-append']);
export type Operations = z.infer<typeof Operations>;

/** `pending` … `handed-back` are the chain's; `expired`, `ended` (everything taken back) and `suspended` follow from time, epoch and the grantee's roles. */
export type RightStatus = 'pending' | 'approved' | 'rejected' | 'withdrawn' | 'revoked' | 'handed-back' | 'expired' | 'ended' | 'suspended';

/** Which part of a person's data. Days count from the start of the UTC day, `YYYY-MM-DD`, both inclusive; null: all. */
export const Scope = z.object({
  /** Channel names; empty: all of the category. */
  channels: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)).max(64),
  days: z.object({ from: z.iso.date(), to: z.iso.date() }).nullable(),
  /** Segments that are yet to be made as well. */
  live: z.boolean(),
});
export type Scope = z.infer<typeof Scope>;

/** A right as the event cache has it. Times are Unix seconds. */
export type RightRow = {
  id: number; owner: Hex; grantee: Hex; category: number; operations: number; status: 'pending' | 'approved' | 'rejected' | 'withdrawn' | 'revoked' | 'handed-back';
  /** While pending: the seconds asked for. */
  expiry: number; epoch: number; scopeRoot: Hex; /** As it was asked for; null for a grant without a request. */ askedRoot: Hex | null; purpose: Hex;
  /** X25519 key of the asker; null for a grant without a request. */ encryptionKey: Hex | null; /** Sealed to the owner. */ details: Hex | null; /** SHA-256 of the sealed first packet. */ envelope: Hex | null;
  requestedAt: number | null; decidedAt: number | null; endedAt: number | null; tx: Hex; block: number;
};
/** Liang et al.'s tuple as the chain has it. */
export type UseRow = { rightId: number; owner: Hex; grantee: Hex; operation: number; recordHash: Hex; place: Hex; at: number; tx: Hex; block: number; logIndex: number };
export type RecordRow = {
  id: number; issuer: Hex; patient: Hex; category: number; digest: Hex; contentHash: Hex; cid: string; sealedKey: Hex; corrects: number;
  storedHash: Hex | null; issuedAt: number; storedAt: number | null; tx: Hex; block: number;
};
export type EmergencyRow = { accessId: number; datasetId: number; institution: Hex; owner: Hex; reasonHash: Hex; reason: Hex; at: number; contestedAt: number | null; contestHash: Hex | null; tx: Hex; block: number };
