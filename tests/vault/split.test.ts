import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkThreshold, combineShares, sharesAgree, splitKey } from '../../electron/vault/split.ts';
import { noise } from './fixture.ts';

// A second implementation, from the definition: GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 by shift and add, no tables.
function times(a: number, b: number): number {
  let product = 0;
  for (; b > 0; b >>= 1, a = (a << 1) ^ (a & 0x80 ? 0x11b : 0)) if (b & 1) product ^= a;
  return product;
}
const inverse = (a: number) => { for (let b = 1; b < 256; b += 1) if (times(a, b) === 1) return b; throw new Error('no inverse of zero'); };
/** Lagrange interpolation at zero. */
function secondCombine(shares: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, byte) => shares.reduce((sum, share, i) => {
    const weight = shares.reduce((w, other, j) => (i === j ? w : times(w, times(other[32]!, inverse(other[32]! ^ share[32]!)))), 1);
    return sum ^ times(share[byte]!, weight);
  }, 0));
}
function secondSplit(key: Uint8Array, xs: readonly number[], threshold: number): Uint8Array[] {
  const coefficients = Array.from(key, (byte) => [byte, ...randomBytes(threshold - 1)]);
  return xs.map((x) => Uint8Array.from([...coefficients.map((c) => c.reduceRight((y, coefficient) => times(y, x) ^ coefficient, 0)), x]));
}
function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
const sizes = fc.integer({ min: 2, max: 7 }).chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 2, max: n }) }));
const key = noise(32, 'dataset key');
const hex = (b: Uint8Array) => Buffer.from(b).toString('hex');

describe('Shamir', () => {
  it('any k shares rebuild the key, here and by a second implementation', async () => {
    await fc.assert(fc.asyncProperty(sizes, fc.uint8Array({ minLength: 32, maxLength: 32 }), async ({ n, k }, secret) => {
      const shares = await splitKey(secret, n, k);
      expect(shares.every((s) => s.length === 33)).toBe(true);
      for (const some of subsets(shares, k)) {
        expect(hex(await combineShares(some, k))).toBe(hex(secret));
        expect(hex(secondCombine(some))).toBe(hex(secret));
      }
      expect(hex(await combineShares(shares.toReversed(), k))).toBe(hex(secret));
    }), { numRuns: 25 });
  });

  it('rebuilds what the second implementation split', async () => {
    await fc.assert(fc.asyncProperty(sizes, fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 7, maxLength: 7 }), async ({ n, k }, xs) => {
      const shares = secondSplit(key, xs.slice(0, n), k);
      expect(hex(await combineShares(shares, k))).toBe(hex(key));
      expect(sharesAgree(shares, k)).toBe(true);
    }), { numRuns: 25 });
  });

  it('splits up to 32, takes a Buffer, and leaves the key as it is', async () => {
    const shares = await splitKey(Buffer.from(key), 32, 32);
    expect(new Set(shares.map((s) => s[32])).size).toBe(32);
    expect(hex(await combineShares(shares.map((s) => Buffer.from(s)), 32))).toBe(hex(key));
    expect(hex(key)).toBe(hex(noise(32, 'dataset key')));
  });

  it('k - 1 shares say nothing: every key is as likely', async () => {
    const [share] = await splitKey(key, 3, 2);
    const free = share![32] === 1 ? 2 : 1;
    // For any second value of a byte there is a polynomial, so all 256 secrets come up.
    const seen = new Set(Array.from({ length: 256 }, (_, y) => secondCombine([share!, Uint8Array.from([...new Uint8Array(32).fill(y), free])])[0]));
    expect(seen.size).toBe(256);
  });

  it('a wrong share gives another key, which is why shares are held against commitments', async () => {
    const [a, b] = await splitKey(key, 3, 2);
    b![7]! ^= 1;
    expect(hex(await combineShares([a!, b!], 2))).not.toBe(hex(key));
  });

  it('shares agree exactly when all choices of k rebuild the same key', async () => {
    await fc.assert(fc.asyncProperty(sizes, fc.array(fc.record({ share: fc.nat(6), byte: fc.nat(32), by: fc.integer({ min: 0, max: 255 }) }), { maxLength: 2 }), async ({ n, k }, changes) => {
      const shares = await splitKey(key, n, k);
      for (const { share, byte, by } of changes) shares[share % n]![byte]! ^= by;
      const xs = shares.map((s) => s[32]);
      const usable = new Set(xs).size === n && !xs.includes(0);
      const rebuilt = usable ? new Set(subsets(shares, k).map((some) => hex(secondCombine(some)))) : new Set();
      // Of exactly k shares there is one choice only: any k points lie on one polynomial.
      expect(sharesAgree(shares, k)).toBe(rebuilt.size === 1);
    }), { numRuns: 60 });
  });

  it('shares of a polynomial of too high a degree do not agree', async () => {
    expect(sharesAgree(await splitKey(key, 5, 4), 3)).toBe(false);
    expect(sharesAgree(await splitKey(key, 5, 3), 4)).toBe(true);
    expect(sharesAgree(await splitKey(key, 5, 3), 3)).toBe(true);
  });

  it('shares that are too few, doubled, misplaced or of a wrong length never agree', async () => {
    const shares = await splitKey(key, 4, 3);
    expect(sharesAgree(shares.slice(0, 2), 3)).toBe(false);
    expect(sharesAgree([...shares, shares[0]!], 3)).toBe(false);
    expect(sharesAgree([...shares.slice(1), new Uint8Array(33)], 3)).toBe(false);
    expect(sharesAgree([...shares, new Uint8Array(32)], 3)).toBe(false);
    expect(sharesAgree([], 2)).toBe(false);
  });

  it('checks a hundred shares’ worth of choices at once', async () => {
    // C(32, 16) is 601,080,390: only interpolation answers this.
    const shares = await splitKey(key, 32, 16);
    expect(sharesAgree(shares, 16)).toBe(true);
    shares[31]![0]! ^= 1;
    expect(sharesAgree(shares, 16)).toBe(false);
  });

  it('refuses by name', async () => {
    const shares = await splitKey(key, 5, 3);
    await expect(combineShares(shares.slice(0, 2), 3)).rejects.toMatchObject({ code: 'shares-too-few', message: '2 shares are there; 3 are needed.', retryable: true });
    await expect(combineShares([shares[0]!], 3)).rejects.toMatchObject({ code: 'shares-too-few', message: '1 share is there; 3 are needed.' });
    await expect(combineShares([shares[0]!, shares[1]!, shares[0]!], 3)).rejects.toMatchObject({ code: 'share-mismatch', message: 'Share 3 has the same place as share 1.' });
    await expect(combineShares([shares[0]!, shares[1]!, new Uint8Array(33)], 3)).rejects.toMatchObject({ code: 'share-mismatch', message: 'Share 3 has no place on the polynomial.' });
    await expect(combineShares([shares[0]!, shares[1]!.subarray(1), shares[2]!], 3)).rejects.toMatchObject({ code: 'share-mismatch', message: 'Share 2 has 32 bytes, not 33.' });
    await expect(combineShares(shares, 1)).rejects.toMatchObject({ code: 'threshold-invalid' });
    await expect(splitKey(key.subarray(1), 3, 2)).rejects.toThrow('splitKey: key has 31 bytes, not 32');
  });

  it.each([[5, 1], [5, 0], [5, -1], [5, 2.5], [5, Number.NaN], [5, 6], [1, 2], [33, 2], [2.5, 2]])('refuses %d keepers with a threshold of %d', async (n, k) => {
    expect(() => checkThreshold(n, k)).toThrow(expect.objectContaining({ code: 'threshold-invalid' }));
    await expect(splitKey(key, n, k)).rejects.toMatchObject({ code: 'threshold-invalid' });
  });

  it('does not give the key away by the share’s own bytes', async () => {
    const digest = createHash('sha256').update(key).digest();
    for (const share of await splitKey(key, 5, 2)) {
      expect(hex(share)).not.toContain(hex(key).slice(0, 16));
      expect(hex(share)).not.toContain(digest.toString('hex').slice(0, 16));
    }
  });
});
