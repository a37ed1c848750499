import { z } from 'zod';
import type { Hex } from './chain.ts';

/** One form only, so that a receipt that says the same is the same text. */
const Word = z.string().regex(/^0x[0-9a-f]{64}$/, 'not 0x and 64 lower-case hexadecimal digits').transform((v) => v as Hex);
const Address = z.string().regex(/^0x[0-9a-f]{40}$/, 'not 0x and 40 lower-case hexadecimal digits').transform((v) => v as Hex);
const Bytes = (most: number) => z.string().max(2 + 2 * most).regex(/^0x([0-9a-f]{2})+$/, 'no lower-case hexadecimal bytes').transform((v) => v as Hex);
const Count = z.number().int().positive();
/** A node of a trie: sixteen hashes and a value at most. */
const Nodes = z.array(Bytes(2048)).min(1).max(64);

/**
 * A receipt in the manner of Chainpoint (Liang et al. 2017): that a file was there before a block, shown to anybody who has
 * the file, this text and that block's header. Every field takes part in the proof; what would take no part has no place
 * here, not even a name. Canonical JSON (RFC 8785). The steps of the proof: docs/protocol.md, Anchors.
 */
export const AnchorReceipt = z.strictObject({
  format: z.literal('phdex/anchor/v1'),
  /** SHA-256 of the file. */
  digest: Word,
  /** 32 random bytes beside the digest in the leaf: who sees other leaves of the batch cannot guess what they are of. */
  salt: Word,
  leaf: z.strictObject({ index: z.number().int().nonnegative(), /** Siblings from the leaf upwards (RFC 6962 §2.1.1). */ path: z.array(Word).max(53) }),
  /** The batch as the contract keeps it. */
  batch: z.strictObject({ root: Word, count: Count, /** Of the account, from 1. */ sequence: Count, /** When it was anchored, Unix seconds. */ time: Count, account: Address }),
  chain: z.strictObject({ id: Count, contract: Address, /** Storage slot of the batch. */ slot: Word }),
  /** EIP-1186 proofs against the state root of the block. */
  proof: z.strictObject({ account: Nodes, storage: Nodes }),
  block: z.strictObject({ number: z.number().int().nonnegative(), hash: Word, /** RLP. */ header: Bytes(4096) }),
});
export type AnchorReceipt = z.infer<typeof AnchorReceipt>;

/** The steps of a verification, in order; one that fails ends it. */
export const VERIFY_STEPS = ['form', 'file', 'leaf', 'slot', 'header', 'account', 'storage', 'block'] as const;
export type VerifyStep = (typeof VERIFY_STEPS)[number];
export type VerifyFinding = { step: VerifyStep; ok: boolean; /** A sentence. */ detail: string };
export type ReceiptVerdict = {
  /** Every step holds, the block among them. */
  holds: boolean;
  /** All that the receipt and the file can show holds, but nobody said which block is the chain's. */
  blockOpen: boolean;
  findings: VerifyFinding[];
  /** Unix seconds: of the batch where the contract is known to be the network's, else of the block; null where it does not come to that. */
  anchoredAt: number | null;
  block: { number: number; hash: Hex } | null;
};
