import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEnvelope, sealEnvelope, type EnvelopeSeat } from '../../electron/vault/envelope.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { noise, x25519Pair } from './fixture.ts';

const { privateKey, publicKey } = x25519Pair();
const share = noise(33, 'share');
const seat: EnvelopeSeat = { nonce: `0x${'ab'.repeat(32)}`, index: 3, keeper: `0x${'1f'.repeat(20)}` };
const unreadable = { code: 'envelope-unreadable' };

describe('envelope', () => {
  it('gives the share to its keeper, and looks different each time', async () => {
    const [a, b] = [await sealEnvelope(share, publicKey, seat), await sealEnvelope(share, publicKey, seat)];
    expect(a.enc).toMatch(/^0x[0-9a-f]{64}$/);
    expect(a.ciphertext).toMatch(/^0x[0-9a-f]{98}$/); // 33 bytes and a tag of 16
    expect(a).not.toEqual(b);
    for (const envelope of [a, b]) expect(Buffer.from(await openEnvelope(envelope, privateKey, seat)).equals(share)).toBe(true);
    expect(Buffer.from(await openEnvelope(a, privateKey, { ...seat, keeper: seat.keeper.toUpperCase().replace('0X', '0x') as Hex })).equals(share)).toBe(true);
  });

  it('opens in no other seat, dataset or hand', async () => {
    const envelope = await sealEnvelope(share, publicKey, seat);
    await expect(openEnvelope(envelope, privateKey, { ...seat, index: 2 })).rejects.toMatchObject(unreadable);
    await expect(openEnvelope(envelope, privateKey, { ...seat, nonce: `0x${'ac'.repeat(32)}` })).rejects.toMatchObject(unreadable);
    await expect(openEnvelope(envelope, privateKey, { ...seat, keeper: `0x${'1e'.repeat(20)}` })).rejects.toMatchObject(unreadable);
    await expect(openEnvelope(envelope, x25519Pair().privateKey, seat)).rejects.toMatchObject(unreadable);
    const message = await openEnvelope(envelope, x25519Pair().privateKey, seat).catch((e: Error) => e.message);
    expect(message).toBe('The envelope in seat 3 cannot be opened with this keeper\'s key.');
  });

  it('does not open after any change', async () => {
    const envelope = await sealEnvelope(share, publicKey, seat);
    await fc.assert(fc.asyncProperty(fc.constantFrom('enc' as const, 'ciphertext' as const), fc.nat(), fc.integer({ min: 0, max: 7 }), async (part, at, bit) => {
      const bytes = Buffer.from(envelope[part].slice(2), 'hex');
      // RFC 7748 ignores the highest bit of an X25519 point, but RFC 9180 binds `enc` as it is written.
      bytes[at % bytes.length]! ^= 1 << bit;
      await expect(openEnvelope({ ...envelope, [part]: `0x${bytes.toString('hex')}` }, privateKey, seat)).rejects.toMatchObject(unreadable);
    }), { numRuns: 120 });
    for (const broken of [{ enc: '0x' as Hex }, { ciphertext: '0x' as Hex }, { ciphertext: envelope.ciphertext.slice(0, -2) as Hex }, { enc: `0x${'00'.repeat(32)}` as Hex }]) {
      await expect(openEnvelope({ ...envelope, ...broken }, privateKey, seat)).rejects.toMatchObject(unreadable);
    }
  });

  it('refuses a keeper’s key that is none, and a seat that is none', async () => {
    for (const bad of [publicKey.subarray(1), new Uint8Array(32), new Uint8Array(33)]) await expect(sealEnvelope(share, bad, seat)).rejects.toMatchObject(unreadable);
    for (const bad of [{ index: 32 }, { index: -1 }, { index: 1.5 }, { nonce: '0xab' as Hex }, { keeper: '0x1f' as Hex }]) await expect(sealEnvelope(share, publicKey, { ...seat, ...bad })).rejects.toThrow(RangeError);
  });

  it('leaves share and key to their owner', async () => {
    const [s, p] = [Uint8Array.from(share), Uint8Array.from(privateKey)];
    const opened = await openEnvelope(await sealEnvelope(s, publicKey, seat), p, seat);
    opened.fill(0);
    expect([Buffer.from(s).equals(share), Buffer.from(p).equals(privateKey)]).toEqual([true, true]);
  });
});
