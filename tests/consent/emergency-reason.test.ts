import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endingOf } from '../../electron/consent/emergency/ending.ts';
import { openReason, sealReason } from '../../electron/consent/emergency/reason.ts';
import { x25519PublicKey } from '../../electron/wallet/wallet.ts';
import type { AccessRow, Hex, ReleaseRow } from '../../shared/domain/chain.ts';
import { isAppError } from '../../shared/errors.ts';

const [owner, registrar, stranger] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const context = { chainId: 31337, consent: `0x${'aa'.repeat(20)}` as Hex, owner: `0x${'bb'.repeat(20)}` as Hex, grantee: `0x${'cc'.repeat(20)}` as Hex };
const codeOf = async (work: Promise<unknown>) => { try { await work; return 'opened'; } catch (error) { if (isAppError(error)) return error.code; throw error; } };

it('owner and registrar read it; nobody else, and not of another emergency', async () => {
  const text = 'Unconscious, heart rate of the last hours needed';
  const { sealed, hash } = await sealReason(text, [x25519PublicKey(owner), x25519PublicKey(registrar)], context, 7);
  for (const key of [owner, registrar]) expect(await openReason(sealed, key, context, 7, hash)).toBe(text);
  expect(Buffer.from(sealed).includes('Unconscious')).toBe(false);
  expect(await codeOf(openReason(sealed, stranger, context, 7, hash))).toBe('envelope-unreadable');
  expect(await codeOf(openReason(sealed, owner, context, 8, hash))).toBe('envelope-unreadable');
  expect(await codeOf(openReason(sealed, owner, { ...context, chainId: 1 }, 7, hash))).toBe('envelope-unreadable');
  expect(await codeOf(openReason(sealed, owner, context, 7, `0x${'00'.repeat(32)}`))).toBe('envelope-unreadable');
});

it('the same reason twice has another hash, and a key that is none is left out', async () => {
  const [a, b] = [await sealReason('The same words', [x25519PublicKey(owner)], context, 7), await sealReason('The same words', [new Uint8Array(32), x25519PublicKey(owner)], context, 7)];
  expect(a.hash).not.toBe(b.hash);
  expect(await openReason(b.sealed, owner, context, 7, b.hash)).toBe('The same words');
});

it('any changed byte, and any other bytes, are refused by name', async () => {
  const { sealed, hash } = await sealReason('A reason that is long enough', [x25519PublicKey(owner)], context, 7);
  await fc.assert(fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
    const bytes = Buffer.from(sealed);
    bytes[at]! ^= by;
    expect(['envelope-unreadable', 'manifest-invalid']).toContain(await codeOf(openReason(bytes, owner, context, 7, hash)));
  }), { numRuns: 60 });
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => { expect(['envelope-unreadable', 'manifest-invalid']).toContain(await codeOf(openReason(bytes, owner, context, 7, hash))); }), { numRuns: 60 });
});

it('fits on chain with 400 characters of any alphabet, or says that it does not', async () => {
  const keys = [owner, registrar, stranger].map(x25519PublicKey);
  for (const letter of ['a', 'ß', '心']) expect((await sealReason(letter.repeat(400), keys, context, 7)).sealed.length).toBeLessThanOrEqual(2048);
  expect(await codeOf(sealReason('\u0001'.repeat(400), keys, context, 7))).toBe('invalid-argument');
});

it('an access ends closed where enough shares stand, else refunded, each at its second', () => {
  const access = { status: 'open', deadline: 1000 } as AccessRow;
  const releases = (...statuses: ('standing' | 'disputed')[]) => statuses.map((status) => ({ status }) as ReleaseRow);
  expect(endingOf(access, releases('standing', 'standing'), 2, 20)).toEqual({ method: 'settle', from: 1021 });
  expect(endingOf(access, releases('standing', 'disputed'), 2, 20)).toEqual({ method: 'refund', from: 1001 });
  expect(endingOf({ ...access, status: 'closed' }, releases('standing', 'standing'), 2, 20)).toBeNull();
});
