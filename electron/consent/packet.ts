import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { Category, Operations, Scope } from '../../shared/domain/consent.ts';
import { SegmentName } from '../../shared/domain/manifest.ts';
import { Purpose } from '../../shared/domain/purpose.ts';
import { AppError } from '../../shared/errors.ts';
import { hpkeOpen, hpkeSeal, HPKE_OVERHEAD } from '../vault/hpke.ts';
import { canonicalBytes } from '../vault/manifest.ts';
import { sha256 } from '../vault/sha256.ts';
import { readCanonical } from './canonical.ts';
import { packetContext, type RightContext } from './context.ts';
import { Addresses, Hex32 } from './fields.ts';
import { MAX_NAMES, scopeTree } from './scope.ts';

const INFO = new TextEncoder().encode('phdex/v1/packet');
/** Sealed; what travels is in base64, and a message has 4 MiB. */
export const MAX_PACKET_BYTES = 3_000_000;

/** Keys of segments of one directory, for one grantee. */
export const Packet = z.strictObject({
  v: z.literal(1), /** 0: the one that was approved; from 1 on in the order they were made. */ seq: z.number().int().min(0).max(2 ** 32 - 1),
  /** Of a continuous share; 0 for what is given once. */
  epoch: z.number().int().nonnegative(),
  /** The directory; null where a right has none yet. `kind` says by which file it is described. */
  directory: z.strictObject({
    kind: z.enum(['dataset', 'share']), cid: z.string().regex(/^[a-z0-9]{20,100}$/), /** SHA-256 of manifest.json or share.json. */ manifestSha256: Hex32, nonce: Hex32,
    /** Microseconds since the Unix epoch of the directory's time zero; null: relative times only. Stands nowhere but here. */
    origin: z.number().nullable(),
    title: z.string().max(80),
  }).nullable(),
  segments: z.array(z.strictObject({ name: SegmentName, /** The segment's own key; the owner keeps the one it comes from. */ key: Hex32, /** Of the sealed blob. */ sha256: Hex32 })).max(MAX_NAMES),
  /** In packet 0: what was given, in words and as the leaves of the root on chain. */
  given: z.strictObject({ salt: Hex32, names: z.array(z.string().min(1).max(120)).max(MAX_NAMES), scope: Scope, category: Category, operations: Operations, purpose: Purpose, /** X25519 of the owner, for what a grantee appends. */ key: Hex32 }).nullable(),
  /** Where the owner answers. */
  addresses: Addresses,
});
export type Packet = z.output<typeof Packet>;

/** SHA-256 of the sealed bytes; of packet 0 it stands on chain (`envelope`). */
export const packetHash = (sealed: Uint8Array): Hex => sha256(sealed);

/** `append`: what a grantee adds, sealed to the owner: a packet in the other direction, which opens as none of the first kind. */
export type Direction = 'give' | 'append';
const INFOS: Record<Direction, Uint8Array> = { give: INFO, append: new TextEncoder().encode('phdex/v1/append') };

/** @returns enc ‖ ciphertext @throws AppError `invalid-argument` where it is too long or the reader's key is none */
export async function sealPacket(packet: Packet, readerKey: Uint8Array, context: RightContext, scopeRoot: Hex, direction: Direction = 'give'): Promise<Uint8Array> {
  const plain = canonicalBytes(Packet.parse(packet));
  try {
    if (plain.length > MAX_PACKET_BYTES - HPKE_OVERHEAD) throw new AppError('invalid-argument', 'The keys of so many segments do not fit into one packet.', { hint: 'Share fewer days or channels at once.' });
    return await hpkeSeal(plain, readerKey, { info: INFOS[direction], aad: packetContext(context, scopeRoot, packet.seq) });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid-argument', 'The encryption key of the other side is not usable.', { hint: 'They have to ask again, with a key of theirs.', cause });
  } finally {
    plain.fill(0);
  }
}

/**
 * Opens a packet with its reader's key and holds it to its place: its number, and in packet 0 its scope to the root on chain.
 * @throws AppError `envelope-unreadable` for another key, chain, contract, owner, grantee, right, number or direction · `manifest-invalid`
 */
export async function openPacket(sealed: Uint8Array, privateKey: Uint8Array, context: RightContext, scopeRoot: Hex, seq: number, direction: Direction = 'give'): Promise<Packet> {
  let plain: Uint8Array;
  try {
    plain = await hpkeOpen(sealed, privateKey, { info: INFOS[direction], aad: packetContext(context, scopeRoot, seq) });
  } catch (cause) {
    throw new AppError('envelope-unreadable', 'The keys that came with this right cannot be opened.', { hint: 'They were sealed to another key or for another right; ask for it again.', cause });
  }
  const fail = (why: string, cause?: unknown) => new AppError('manifest-invalid', `The keys that came with this right cannot be used: ${why}.`, { hint: 'Ask for it again.', cause });
  try {
    const packet = readCanonical(plain, Packet, MAX_PACKET_BYTES, fail);
    if (packet.seq !== seq) throw fail('they are another packet');
    if ((seq === 0 && direction === 'give') !== (packet.given !== null)) throw fail('what they open is not said, or said twice');
    if (packet.given && scopeTree(packet.given.salt, packet.given.names).root !== scopeRoot) throw fail('their scope is not the one on chain');
    if (!packet.directory && packet.segments.length > 0) throw fail('they name segments of nothing');
    return packet;
  } finally {
    plain.fill(0);
  }
}
