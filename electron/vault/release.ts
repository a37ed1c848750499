import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '../../shared/domain/chain.ts';

/** Bytes of a share as `shamir-secret-sharing` makes it of a 32-byte key: 32 and the x coordinate. */
export const SHARE_BYTES = 33;

/** Domain of the key stream; contracts/src/libraries/DisputeVerifier.sol hashes the same words. */
const STREAM_DOMAIN = keccak_256(utf8ToBytes('phdex/v1/release-stream'));

const { Point } = secp256k1;
const N = Point.Fn.ORDER;
const P = Point.Fp.ORDER;

/** What a release is for. It enters the key stream, so that no stream serves twice. */
export type ReleaseContext = { chainId: number | bigint; market: Hex; accessId: number | bigint; /** Seat. */ index: number };

/** Affine coordinates of a point, 32 bytes each. */
export type PointHex = { x: Hex; y: Hex };

/** A release as the market takes it: E = e·G and ct = share ⊕ stream, cut into 32 bytes and one. */
export type SealedShare = { ex: Hex; ey: Hex; ctHead: Hex; ctTail: Hex };

/** Bytes of `value`, big-endian, left-padded to a 32-byte word of the Ethereum ABI. */
export function word(value: bigint | number | Hex): Uint8Array {
  const digits = typeof value === 'string' ? value.slice(2) : value.toString(16);
  if (digits.length > 64) throw new RangeError(`word: ${digits.length / 2} bytes do not fit into 32.`);
  return hexToBytes(digits.padStart(64, '0'));
}

export const wordHex = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/**
 * A point that the market can work with: on secp256k1 (SEC 2 §2.4.1), coordinates reduced, 0 < x < n.
 * The same rule as `Secp256k1.isUsable` in the contracts.
 * @returns undefined for any other pair
 */
export function usablePoint(x: Hex, y: Hex): InstanceType<typeof Point> | undefined {
  const [px, py] = [BigInt(x), BigInt(y)];
  if (px === 0n || px >= N || py >= P) return undefined;
  try {
    const point = Point.fromAffine({ x: px, y: py });
    point.assertValidity();
    return point;
  } catch {
    return undefined;
  }
}

/** keccak256(nonce ‖ uint8 index ‖ share), as it stands on chain. */
export function commitmentOf(nonce: Hex, index: number, share: Uint8Array): Hex {
  const salt = hexToBytes(nonce.slice(2));
  if (salt.length !== 32) throw new RangeError(`commitmentOf: nonce has ${salt.length} bytes, not 32.`);
  if (!Number.isInteger(index) || index < 0 || index > 31) throw new RangeError(`commitmentOf: index ${index} is not 0 to 31.`);
  checkShare('commitmentOf', share);
  return `0x${bytesToHex(keccak_256(concatBytes(salt, Uint8Array.of(index), share)))}`;
}

/**
 * Re-seals a share to the key of an access: ECIES with the XOR cipher (SEC 1 §5.1) over a Keccak-256 stream;
 * see docs/protocol.md, Release. There is no tag: integrity comes from the commitment on chain.
 * @param share 33 bytes; stays the caller's, to wipe
 * @param accessKey P as AccessOpened shows it
 * @throws RangeError when a length is wrong or P is not a usable point
 */
export function sealShareForAccess(input: { share: Uint8Array; accessKey: { px: Hex; py: Hex }; context: ReleaseContext }): SealedShare {
  checkShare('sealShareForAccess', input.share);
  const accessPoint = usablePoint(input.accessKey.px, input.accessKey.py);
  if (!accessPoint) throw new RangeError('sealShareForAccess: the access key is not a point of secp256k1.');
  // A point whose x coordinate exceeds n cannot be disputed with; of random ones, one in 2^128 does. Drawn again.
  for (;;) {
    const secret = secp256k1.utils.randomSecretKey();
    const e = Point.Fn.fromBytes(secret);
    secret.fill(0);
    const ephemeral = Point.BASE.multiply(e).toAffine();
    const shared = accessPoint.multiply(e).toAffine();
    if (ephemeral.x >= N || shared.x >= N) continue;
    const ct = xorStream(input.share, shared, input.context);
    return { ex: wordHex(ephemeral.x), ey: wordHex(ephemeral.y), ctHead: `0x${bytesToHex(ct.subarray(0, 32))}`, ctTail: `0x${bytesToHex(ct.subarray(32))}` };
  }
}

/**
 * Decrypts a release with the secret of its access. Whether the share is the right one, the commitment tells.
 * @param release E and the 33 bytes of ciphertext, as ShareReleased shows them
 * @param accessSecret p, 32 bytes; stays the caller's, to wipe
 * @returns 33 bytes, the caller's to wipe; undefined where E is not a usable point: such a release is false by itself
 * @throws RangeError when a length is wrong
 */
export function openReleasedShare(input: { release: { ex: Hex; ey: Hex; ct: Hex }; accessSecret: Uint8Array; context: ReleaseContext }): Uint8Array | undefined {
  const ephemeral = usablePoint(input.release.ex, input.release.ey);
  if (!ephemeral) return undefined;
  const ct = hexToBytes(input.release.ct.slice(2));
  if (ct.length !== SHARE_BYTES) throw new RangeError(`openReleasedShare: the ciphertext has ${ct.length} bytes, not ${SHARE_BYTES}.`);
  const shared = ephemeral.multiply(Point.Fn.fromBytes(input.accessSecret)).toAffine();
  return xorStream(ct, shared, input.context);
}

/** XOR with the first 33 bytes of blocks keccak256(abi.encode(domain, chainId, market, accessId, index, Sx, Sy, counter)). */
function xorStream(bytes: Uint8Array, shared: { x: bigint; y: bigint }, context: ReleaseContext): Uint8Array {
  const seed = concatBytes(STREAM_DOMAIN, ...contextWords(context), word(shared.x), word(shared.y));
  const stream = concatBytes(keccak_256(concatBytes(seed, word(0))), keccak_256(concatBytes(seed, word(1))));
  const out = Uint8Array.from(bytes, (byte, i) => byte ^ stream[i]!);
  seed.fill(0);
  stream.fill(0);
  return out;
}

/** chainId, market, accessId, index: the words that both the stream and the dispute's challenge begin with. */
export function contextWords(context: ReleaseContext): Uint8Array[] {
  return [word(context.chainId), word(context.market), word(context.accessId), word(context.index)];
}

function checkShare(who: string, share: Uint8Array): void {
  if (share.length !== SHARE_BYTES) throw new RangeError(`${who}: the share has ${share.length} bytes, not ${SHARE_BYTES}.`);
}
