import { randomBytes } from 'node:crypto';
import { keccak256 } from 'ethers';
import { CID } from 'multiformats/cid';
import * as Digest from 'multiformats/hashes/digest';
import { z } from 'zod';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { hpkeOpen, hpkeSeal } from '../../vault/hpke.ts';
import { canonicalBytes } from '../../vault/manifest.ts';

const INFO = new TextEncoder().encode('phdex/v1/strike');
/** Of a sealed reason: its words take at most 400 characters. */
export const MAX_REASON_BYTES = 4096;
export const REASON_FILE = 'reason.bin';
const DAG_PB = 0x70;
const SHA2_256 = 0x12;

/** Why an entry was struck. The salt keeps the hash from being tried where the reason could not be sealed to its owner. */
export const StrikeReason = z.object({ v: z.literal(1), callId: z.number().int().positive(), index: z.number().int().nonnegative(), words: z.string().min(3).max(400), salt: z.string().regex(/^0x[0-9a-f]{32}$/) }).strict();
export type StrikeReason = z.infer<typeof StrikeReason>;
export type ReasonContext = { chainId: number; studies: Hex };

const aad = ({ chainId, studies }: ReasonContext, callId: number, index: number) => canonicalBytes({ chainId, studies: studies.toLowerCase(), callId, index });

export const strikeReason = (callId: number, index: number, words: string): StrikeReason => ({ v: 1, callId, index, words, salt: `0x${randomBytes(16).toString('hex')}` });
/** keccak256 of its canonical JSON: `reasonHash` where nobody could be found to seal it to. */
export const reasonHash = (reason: StrikeReason): Hex => keccak256(canonicalBytes(StrikeReason.parse(reason))) as Hex;

/** HPKE to the owner's key. @throws for a key that is none */
export const sealReason = (reason: StrikeReason, ownerKey: Uint8Array, context: ReasonContext): Promise<Uint8Array> => hpkeSeal(canonicalBytes(StrikeReason.parse(reason)), ownerKey, { info: INFO, aad: aad(context, reason.callId, reason.index) });

/** @throws AppError `envelope-unreadable` where it is not for this key and entry, or not of the format */
export async function openReason(sealed: Uint8Array, privateKey: Uint8Array, context: ReasonContext, callId: number, index: number): Promise<StrikeReason> {
  try {
    const reason = StrikeReason.parse(JSON.parse(Buffer.from(await hpkeOpen(sealed, privateKey, { info: INFO, aad: aad(context, callId, index) })).toString('utf8')));
    if (reason.callId !== callId || reason.index !== index) throw new Error('of another entry');
    return reason;
  } catch (cause) {
    throw new AppError('envelope-unreadable', 'The reason cannot be opened: it was sealed to another key, or for another entry.', { hint: 'Ask the researcher for it.', cause });
  }
}

/**
 * What stands on chain names where the sealed reason lies: the SHA-256 of the root block of a directory (CIDv1, dag-pb)
 * that holds it. So it can be fetched from the researcher by the hash alone, and is what was meant.
 */
export function hashOfDirectory(cid: string): Hex {
  const { version, code, multihash } = CID.parse(cid);
  if (version !== 1 || code !== DAG_PB || multihash.code !== SHA2_256) throw new RangeError('reason: the directory has another kind of CID.');
  return `0x${Buffer.from(multihash.digest).toString('hex')}`;
}
export const directoryOf = (hash: Hex): string => CID.createV1(DAG_PB, Digest.create(SHA2_256, Buffer.from(hash.slice(2), 'hex'))).toString();
