import { combine, split } from 'shamir-secret-sharing';
import { AppError } from '../../shared/errors.ts';
import { SHARE_BYTES } from './release.ts';

export const MAX_SEATS = 32;

/** @throws AppError `threshold-invalid` unless 2 ≤ k ≤ n ≤ 32 */
export function checkThreshold(n: number, threshold: number): void {
  if (!Number.isInteger(threshold) || threshold < 2) throw new AppError('threshold-invalid', `A threshold of ${threshold} would let a single keeper rebuild the key.`, { hint: 'Choose a threshold of at least 2.' });
  if (!Number.isInteger(n) || n > MAX_SEATS) throw new AppError('threshold-invalid', `${n} keepers are more than the ${MAX_SEATS} that a dataset can have.`, { hint: `Choose up to ${MAX_SEATS} keepers.` });
  if (threshold > n) throw new AppError('threshold-invalid', `A threshold of ${threshold} cannot be met by ${n} keepers.`, { hint: 'Choose a threshold of at most the number of keepers.' });
}

/**
 * Shamir's secret sharing over GF(2^8) (Shamir 1979), by the audited shamir-secret-sharing.
 * @param key 32 bytes; stays the caller's
 * @returns n shares of 33 bytes: 32 and the x coordinate; the caller's to wipe
 */
export async function splitKey(key: Uint8Array, n: number, threshold: number): Promise<Uint8Array[]> {
  if (key.length !== 32) throw new RangeError(`splitKey: key has ${key.length} bytes, not 32`);
  checkThreshold(n, threshold);
  // The library takes nothing but a plain Uint8Array, and a caller's key is mostly a Buffer.
  const plain = Uint8Array.from(key);
  try {
    return await split(plain, n, threshold);
  } finally {
    plain.fill(0);
  }
}

/**
 * Rebuilds the key from the first `threshold` of the shares. That they fit together, their commitments or
 * `sharesAgree` tell; Shamir itself cannot.
 * @returns 32 bytes, the caller's to wipe
 * @throws AppError `threshold-invalid` · `shares-too-few` · `share-mismatch` for one of a wrong length, without a place, or there twice
 */
export async function combineShares(shares: readonly Uint8Array[], threshold: number): Promise<Uint8Array> {
  checkThreshold(MAX_SEATS, threshold);
  const bad = shares.findIndex((s) => s.length !== SHARE_BYTES);
  if (bad >= 0) throw new AppError('share-mismatch', `Share ${bad + 1} has ${shares[bad]!.length} bytes, not ${SHARE_BYTES}.`, { hint: 'It is no share of a dataset key.' });
  const places = shares.map((s) => s[SHARE_BYTES - 1]!);
  const odd = places.findIndex((x, i) => x === 0 || places.indexOf(x) !== i);
  if (odd >= 0) throw new AppError('share-mismatch', places[odd] === 0 ? `Share ${odd + 1} has no place on the polynomial.` : `Share ${odd + 1} has the same place as share ${places.indexOf(places[odd]!) + 1}.`, { hint: 'Every keeper has to hold a share of its own; leave this one out.' });
  if (shares.length < threshold) throw new AppError('shares-too-few', `${shares.length} ${shares.length === 1 ? 'share is' : 'shares are'} there; ${threshold} are needed.`, { hint: 'Wait for more keepers.', retryable: true });
  const used = shares.slice(0, threshold).map((s) => Uint8Array.from(s));
  try {
    return await combine(used);
  } finally {
    for (const share of used) share.fill(0);
  }
}

/** Logarithms of GF(2^8) modulo x^8+x^4+x^3+x+1, the field of the library (and of AES), generator 3. */
const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1) {
  EXP[i] = x;
  EXP[i + 255] = x;
  LOG[x] = i;
  x ^= (x << 1) ^ (x & 0x80 ? 0x11b : 0);
  x &= 0xff;
}
const multiply = (a: number, b: number) => (a && b ? EXP[LOG[a]! + LOG[b]!]! : 0);
const divide = (a: number, b: number) => (a ? EXP[LOG[a]! + 255 - LOG[b]!]! : 0);

/**
 * Whether all shares lie on one polynomial of degree below `threshold`, byte by byte: then, and only then, any
 * `threshold` of them rebuild the same key. Interpolating the others from the first k takes n steps where trying
 * all choices takes C(n, k).
 */
export function sharesAgree(shares: readonly Uint8Array[], threshold: number): boolean {
  const xs = shares.map((s) => s[SHARE_BYTES - 1]!);
  if (shares.length < threshold || shares.some((s) => s.length !== SHARE_BYTES) || new Set(xs).size !== xs.length || xs.includes(0)) return false;
  const base = shares.slice(0, threshold);
  for (let other = threshold; other < shares.length; other += 1) {
    const x = xs[other]!;
    const weights = base.map((_, i) => base.reduce((w, _share, j) => (i === j ? w : multiply(w, divide(x ^ xs[j]!, xs[i]! ^ xs[j]!))), 1));
    for (let byte = 0; byte < SHARE_BYTES - 1; byte += 1) {
      let y = 0;
      for (let i = 0; i < threshold; i += 1) y ^= multiply(weights[i]!, base[i]![byte]!);
      if (y !== shares[other]![byte]) return false;
    }
  }
  return true;
}
