import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { hexOf } from './hex.ts';
import { commitmentOf, contextWords, openReleasedShare, usablePoint, word, wordHex, type ReleaseContext } from './release.ts';

/** Domain of the challenge; contracts/src/libraries/DisputeVerifier.sol hashes the same words. */
const DISPUTE_DOMAIN = keccak_256(utf8ToBytes('phdex/v1/dispute'));

const { Point } = secp256k1;
const { Fn, Fp } = Point;
type Affine = { x: bigint; y: bigint };

/** `IMarket.DisputeProof`, as ethers takes it: 32-byte hex for every number. */
export type DisputeProof = {
  index: number; keeper: Hex; commitment: Hex; nonce: Hex; seatProof: Hex[];
  px: Hex; py: Hex;
  share: { ex: Hex; ey: Hex; ctHead: Hex; ctTail: Hex };
  sx: Hex; sy: Hex; c: Hex; z: Hex; a1: Hex; ux: Hex; uy: Hex; vx: Hex; vy: Hex; slopeInverse: Hex;
};

export type FalseShare = {
  /** E and the 33 bytes of ciphertext, as ShareReleased shows them. */
  release: { ex: Hex; ey: Hex; ct: Hex };
  /** p, 32 bytes; stays the caller's, to wipe. */
  accessSecret: Uint8Array;
  context: ReleaseContext;
  nonce: Hex; keeper: Hex; commitment: Hex;
  /** `seatProof` of the seat, from seat-tree.ts. */
  seatProof: Hex[];
};

/** The fields of a DisputeProof that show log_G P = log_E S. */
export type SharedPointProof = Pick<DisputeProof, 'sx' | 'sy' | 'c' | 'z' | 'a1' | 'ux' | 'uy' | 'vx' | 'vy' | 'slopeInverse'>;

/**
 * Makes the proof with which a grantee shows that a released share is false. Reveals S of this release, and of p nothing.
 * A release whose E is not a usable point is false by itself: the fields from `sx` on are then zero.
 * @throws AppError `proof-invalid` when the share matches its commitment: such a dispute would be refused on chain
 * @throws RangeError when a length is wrong
 */
export function proveFalseShare(input: FalseShare): DisputeProof {
  const { release, context } = input;
  const share = openReleasedShare(input);
  const honest = share !== undefined && commitmentOf(input.nonce, context.index, share) === input.commitment.toLowerCase();
  share?.fill(0);
  if (honest) {
    throw new AppError('proof-invalid', `The share of seat ${context.index} for access ${context.accessId} matches its commitment, so there is nothing to dispute.`, { hint: 'Use the share.' });
  }
  const accessPoint = Point.BASE.multiply(Fn.fromBytes(input.accessSecret)).toAffine();
  return {
    index: context.index, keeper: input.keeper, commitment: input.commitment, nonce: input.nonce, seatProof: input.seatProof,
    px: wordHex(accessPoint.x), py: wordHex(accessPoint.y),
    share: { ex: release.ex, ey: release.ey, ctHead: `0x${release.ct.slice(2, 66)}`, ctTail: `0x${release.ct.slice(66)}` },
    ...(share === undefined ? NOTHING_TO_PROVE : proveSharedPoint({ ephemeral: { x: release.ex, y: release.ey }, accessSecret: input.accessSecret, context })),
  };
}

const ZERO = wordHex(0n);
const NOTHING_TO_PROVE: SharedPointProof = { sx: ZERO, sy: ZERO, c: ZERO, z: ZERO, a1: `0x${'00'.repeat(20)}`, ux: ZERO, uy: ZERO, vx: ZERO, vy: ZERO, slopeInverse: ZERO };

/**
 * Chaum–Pedersen proof (CRYPTO '92) that log_G P = log_E S for S = p·E, non-interactive by the strong Fiat–Shamir
 * transform (Bernhard, Pereira, Warinschi 2012): A1 = w·G, A2 = w·E, c = H(context, P, E, S, address(A1), A2) mod n,
 * z = w + c·p mod n. Carries U = z·E, V = c·S and the inverse of ux − vx, so that the contract can check every
 * product by ecrecover and A2 = U − V by one multiplication.
 * @throws RangeError when E is not a usable point
 */
export function proveSharedPoint(input: { ephemeral: { x: Hex; y: Hex }; accessSecret: Uint8Array; context: ReleaseContext }): SharedPointProof {
  const p = Fn.fromBytes(input.accessSecret);
  const e = usablePoint(input.ephemeral.x, input.ephemeral.y);
  if (!e) throw new RangeError('proveSharedPoint: E is not a usable point of secp256k1.');
  const accessPoint = Point.BASE.multiply(p).toAffine();
  const sharedPoint = e.multiply(p);
  const shared = sharedPoint.toAffine();
  const statement = concatBytes(...contextWords(input.context), ...coordinates(accessPoint), ...coordinates(e.toAffine()), ...coordinates(shared));
  // Drawn again where a scalar is zero or U and V share an x coordinate: never seen, but cheap to rule out.
  for (;;) {
    const w = hedgedScalar(input.accessSecret, statement);
    if (w === 0n) continue;
    const a1 = addressOf(Point.BASE.multiply(w).toAffine());
    const a2 = e.multiply(w).toAffine();
    const c = Fn.create(BigInt(hexOf(keccak_256(concatBytes(DISPUTE_DOMAIN, statement, word(a1), ...coordinates(a2))))));
    const z = Fn.create(w + c * p);
    if (c === 0n || z === 0n) continue;
    const u = e.multiply(z).toAffine();
    const v = sharedPoint.multiplyUnsafe(c).toAffine();
    if (u.x === v.x) continue;
    return {
      sx: wordHex(shared.x), sy: wordHex(shared.y), c: wordHex(c), z: wordHex(z), a1,
      ux: wordHex(u.x), uy: wordHex(u.y), vx: wordHex(v.x), vy: wordHex(v.y), slopeInverse: wordHex(Fp.inv(Fp.create(u.x - v.x))),
    };
  }
}

/** Random, but mixed with the secret and the statement: a weak random source must not give p away (compare BIP-340, aux_rand). */
function hedgedScalar(secret: Uint8Array, statement: Uint8Array): bigint {
  const seed = concatBytes(randomBytes(32), secret, statement);
  const wide = concatBytes(keccak_256(concatBytes(seed, Uint8Array.of(0))), keccak_256(concatBytes(seed, Uint8Array.of(1))));
  const scalar = Fn.create(BigInt(hexOf(wide)));
  seed.fill(0);
  wide.fill(0);
  return scalar;
}

/** Last 20 bytes of keccak256(x ‖ y), lower case: what ecrecover returns for the point. */
export function addressOf(point: Affine): Hex {
  return hexOf(keccak_256(concatBytes(...coordinates(point))).subarray(12));
}

const coordinates = (point: Affine): [Uint8Array, Uint8Array] => [word(point.x), word(point.y)];
