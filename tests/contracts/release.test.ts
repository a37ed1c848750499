import { secp256k1 } from '@noble/curves/secp256k1.js';
import { AbiCoder, concat, id, keccak256, toBeHex } from 'ethers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitmentOf, openReleasedShare, sealShareForAccess, SHARE_BYTES, type ReleaseContext } from '../../electron/vault/release.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const { Point } = secp256k1;
const context: ReleaseContext = { chainId: 31337, market: '0x00000000000000000000000000000000000000aa', accessId: 7, index: 2 };
const share = (seed: number) => Uint8Array.from({ length: SHARE_BYTES }, (_, i) => (seed * 31 + i * 7) & 255);
const keyOf = (secret: bigint) => {
  const { x, y } = Point.BASE.multiply(secret).toAffine();
  return { secret: Point.Fn.toBytes(secret), accessKey: { px: toBeHex(x, 32) as Hex, py: toBeHex(y, 32) as Hex } };
};
const posted = (sealed: { ex: Hex; ey: Hex; ctHead: Hex; ctTail: Hex }) => ({ ex: sealed.ex, ey: sealed.ey, ct: `${sealed.ctHead}${sealed.ctTail.slice(2)}` as Hex });
const secrets = fc.bigInt({ min: 1n, max: Point.Fn.ORDER - 1n });

describe('releases', () => {
  it('opens with the access secret to what was sealed', () => {
    fc.assert(fc.property(secrets, fc.uint8Array({ minLength: 33, maxLength: 33 }), (secret, bytes) => {
      const { accessKey, secret: p } = keyOf(secret);
      expect(openReleasedShare({ release: posted(sealShareForAccess({ share: bytes, accessKey, context })), accessSecret: p, context })).toEqual(bytes);
    }), { numRuns: 60 });
  });

  it('is the stream that the protocol says, computed anew with ethers', () => {
    const { accessKey, secret } = keyOf(12345n);
    const release = posted(sealShareForAccess({ share: share(1), accessKey, context }));
    const s = Point.fromAffine({ x: BigInt(release.ex), y: BigInt(release.ey) }).multiply(12345n).toAffine();
    const block = (j: number) => keccak256(AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'uint256', 'address', 'uint256', 'uint256', 'uint256', 'uint256', 'uint256'],
      [id('phdex/v1/release-stream'), context.chainId, context.market, context.accessId, context.index, s.x, s.y, j],
    ));
    const stream = Buffer.from(concat([block(0), block(1)]).slice(2), 'hex').subarray(0, 33);
    expect(Buffer.from(release.ct.slice(2), 'hex').map((byte, i) => byte ^ stream[i]!)).toEqual(Buffer.from(share(1)));
    expect(openReleasedShare({ release, accessSecret: secret, context })).toEqual(share(1));
  });

  it('opens to nothing like the share under another secret or in another place', () => {
    const { accessKey, secret } = keyOf(99n);
    const release = posted(sealShareForAccess({ share: share(2), accessKey, context }));
    const wrong = [
      openReleasedShare({ release, accessSecret: keyOf(100n).secret, context }),
      openReleasedShare({ release, accessSecret: secret, context: { ...context, chainId: 1 } }),
      openReleasedShare({ release, accessSecret: secret, context: { ...context, market: '0x00000000000000000000000000000000000000ab' } }),
      openReleasedShare({ release, accessSecret: secret, context: { ...context, accessId: 8 } }),
      openReleasedShare({ release, accessSecret: secret, context: { ...context, index: 3 } }),
    ];
    for (const opened of wrong) expect(opened).not.toEqual(share(2));
  });

  it('draws a fresh E each time', () => {
    const { accessKey } = keyOf(5n);
    const seen = new Set(Array.from({ length: 20 }, () => sealShareForAccess({ share: share(3), accessKey, context }).ex));
    expect(seen.size).toBe(20);
  });

  it('says that a point off the curve, at infinity or beyond the order cannot be opened', () => {
    const { accessKey, secret } = keyOf(6n);
    const good = posted(sealShareForAccess({ share: share(4), accessKey, context }));
    const points: [bigint, bigint][] = [
      [0n, 0n], [BigInt(good.ex), BigInt(good.ey) ^ 1n], [BigInt(good.ex) ^ 1n, BigInt(good.ey)],
      [Point.Fn.ORDER, 1n], [Point.Fp.ORDER, BigInt(good.ey)], [BigInt(good.ex), BigInt(good.ey) + Point.Fp.ORDER < 2n ** 256n ? BigInt(good.ey) + Point.Fp.ORDER : 0n],
    ];
    for (const [x, y] of points) {
      expect(openReleasedShare({ release: { ...good, ex: toBeHex(x, 32) as Hex, ey: toBeHex(y, 32) as Hex }, accessSecret: secret, context })).toBeUndefined();
    }
  });

  it('checks lengths and points before work, naming the argument', () => {
    const { accessKey, secret } = keyOf(6n);
    const good = posted(sealShareForAccess({ share: share(4), accessKey, context }));
    expect(() => sealShareForAccess({ share: new Uint8Array(32), accessKey, context })).toThrow('sealShareForAccess: the share has 32 bytes, not 33.');
    expect(() => sealShareForAccess({ share: share(1), accessKey: { px: accessKey.px, py: accessKey.px }, context })).toThrow('the access key is not a point of secp256k1');
    expect(() => openReleasedShare({ release: { ...good, ct: '0x00' }, accessSecret: secret, context })).toThrow('the ciphertext has 1 bytes, not 33.');
  });

  it('commits to nonce, index and share', () => {
    const nonce = keccak256('0x07') as Hex;
    expect(commitmentOf(nonce, 2, share(1))).toBe(keccak256(concat([nonce, '0x02', share(1)])));
    expect(() => commitmentOf('0x07', 2, share(1))).toThrow('commitmentOf: nonce has 1 bytes, not 32.');
    expect(() => commitmentOf(nonce, 32, share(1))).toThrow('commitmentOf: index 32 is not 0 to 31.');
  });
});
