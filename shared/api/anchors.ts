import { z } from 'zod';
import type { ReceiptVerdict } from '../domain/anchor-receipt.ts';
import type { Hex } from '../domain/chain.ts';
import { Id, RecordingId } from './common.ts';

/** `recording`, `entry`: of this profile; `access`: a line of the REST layer's trace; `file`: a digest that somebody else made. */
export const ANCHOR_KINDS = ['recording', 'entry', 'access', 'file'] as const;
export type AnchorKind = (typeof ANCHOR_KINDS)[number];

/** Digests as they are asked for and posted: SHA-256, 64 lower-case hexadecimal digits. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 lower-case hexadecimal digits (SHA-256)');
/** Of a posted digest: the client's name, a slash, the digest. */
export const AnchorRef = z.string().min(1).max(120);

export const AnchorIn = z.object({ recordings: z.array(RecordingId).max(10_000), entries: z.array(RecordingId).max(100_000) });
export type AnchorIn = z.infer<typeof AnchorIn>;
export const ReceiptOf = z.object({ kind: z.enum(ANCHOR_KINDS), ref: AnchorRef });
export const BatchesIn = z.object({ limit: z.number().int().min(1).max(200), offset: z.number().int().min(0) });
/** `blockHash`: as the reader knows it; without one, this profile's endpoint is asked. `digest`: of the file, hashed where it lies. */
export const VerifyReceiptIn = z.object({ receipt: z.string().max(600_000), digest: Digest, blockHash: z.string().regex(/^0x[0-9a-fA-F]{64}$/).nullable() });
export type VerifyReceiptIn = z.infer<typeof VerifyReceiptIn>;
export const BatchId = Id;
export const LeavesIn = BatchesIn.extend({ batch: Id });
export type LeavesIn = z.infer<typeof LeavesIn>;

export type AnchorBatchView = {
  id: number; root: Hex; account: Hex; count: number;
  /** `made`: its transaction is under way; `anchored`: receipts can be had. */
  state: 'made' | 'anchored';
  /** Of the account, as the chain says; null while its event has not come. */
  sequence: number | null;
  previous: Hex | null;
  /** Unix milliseconds. */
  madeAt: number; anchoredAt: number | null;
  tx: Hex | null; block: number | null; gas: number | null;
};
/** What a batch is of, at most 200. */
export type AnchorLeafView = { index: number; kind: AnchorKind; ref: string; /** The recording's title. */ title: string | null };
export type AnchorBatchDetail = AnchorBatchView & { leaves: AnchorLeafView[] };
/** `fresh`: recordings and entries that were never asked for, or changed since. */
export type AnchorState = { waiting: number; /** Unix milliseconds of the oldest that waits. */ since: number | null; fresh: { recordings: number; entries: number }; automatic: boolean; batches: number };
/** How far something is: asked for, its transaction under way, anchored. */
export type AnchorProgress = { state: 'waiting' | 'sent' | 'anchored'; batch: AnchorBatchView | null };
/** `file`: the text that the receipt is of; null where it lies with whoever posted its digest. */
export type ReceiptView = { kind: AnchorKind; ref: string; receipt: string; file: string | null; fileName: string; batch: AnchorBatchView };
export type { ReceiptVerdict };
