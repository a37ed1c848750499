import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { HPKE_OVERHEAD, hpkeOpen, hpkeSeal } from '../../vault/hpke.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { readCanonical } from '../canonical.ts';
import { contextBytes, type RightContext } from '../context.ts';
import { Hex32 } from '../fields.ts';

const INFO = new TextEncoder().encode('phdex/v1/emergency-reason');
const VERSION = 1;
const SEALED_KEY_BYTES = 32 + HPKE_OVERHEAD;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAX_READERS = 4;
/** As the contract has it. */
export const MAX_REASON_BYTES = 2048;

/** Salted, so that its hash on chain does not tell a reason that can be guessed. */
const Reason = z.strictObject({ v: z.literal(1), text: z.string().min(1).max(400), salt: Hex32 });


/** The context of the two parties ‖ dataset(u256 BE) ‖ hash of the reason. */
function aadOf(context: RightContext, datasetId: number, hash: Hex): Buffer {
  return Buffer.concat([contextBytes(context), Buffer.from(datasetId.toString(16).padStart(64, '0'), 'hex'), Buffer.from(hash.slice(2), 'hex')]);
}

/**
 * Seals why data is opened without asking, to all who may read it: the owner, the registrar, the institution itself.
 * version 1(u8) ‖ readers(u8) ‖ HPKE(key) each(80) ‖ nonce(12) ‖ AES-256-GCM(canonical JSON) ‖ tag(16)
 * @param readers X25519 keys, 32 bytes each; one that is no key is left out: an emergency does not wait for it
 * @throws AppError `invalid-argument` where it is too long for the chain
 */
export async function sealReason(text: string, readers: readonly Uint8Array[], context: RightContext, datasetId: number): Promise<{ sealed: Uint8Array; hash: Hex }> {
  const plain = canonicalBytes(Reason.parse({ v: 1, text, salt: `0x${randomBytes(32).toString('hex')}` }));
  const hash = sha256(plain);
  const aad = aadOf(context, datasetId, hash);
  const key = randomBytes(32);
  try {
    const keys: Uint8Array[] = [];
    for (const reader of readers.slice(0, MAX_READERS)) await hpkeSeal(key, reader, { info: INFO, aad }).then((sealed) => keys.push(sealed), () => undefined);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(aad);
    const sealed = Buffer.concat([Buffer.from([VERSION, keys.length]), ...keys, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    if (sealed.length > MAX_REASON_BYTES) throw new AppError('invalid-argument', 'The reason is too long for the chain.', { hint: 'Say it in fewer words.' });
    return { sealed, hash };
  } finally {
    key.fill(0);
  }
}

/**
 * @param hash as it stands on chain
 * @throws AppError `envelope-unreadable` not sealed to this key, or for another emergency · `manifest-invalid`
 */
export async function openReason(sealed: Uint8Array, privateKey: Uint8Array, context: RightContext, datasetId: number, hash: Hex): Promise<string> {
  const fail = (why: string, cause?: unknown) => new AppError('manifest-invalid', `The reason cannot be read: ${why}.`, { hint: 'Contest the access; the registrar can ask the institution.', cause });
  const readers = sealed[1] ?? 0;
  const body = 2 + readers * SEALED_KEY_BYTES;
  if (sealed[0] !== VERSION || readers > MAX_READERS || sealed.length < body + NONCE_BYTES + TAG_BYTES) throw fail('it is not of the format');
  const aad = aadOf(context, datasetId, hash);
  for (let i = 0; i < readers; i += 1) {
    const key = await hpkeOpen(sealed.subarray(2 + i * SEALED_KEY_BYTES, 2 + (i + 1) * SEALED_KEY_BYTES), privateKey, { info: INFO, aad }).catch(() => undefined);
    if (!key) continue;
    let plain: Buffer;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(body, body + NONCE_BYTES));
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      plain = Buffer.concat([decipher.update(sealed.subarray(body + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw fail('it was changed', cause);
    } finally { key.fill(0); }
    if (sha256(plain) !== hash) throw fail('it is not the one that was hashed on chain');
    return readCanonical(plain, Reason, MAX_REASON_BYTES, fail).text;
  }
  throw new AppError('envelope-unreadable', 'The reason was not sealed to you.', { hint: 'Contest the access; the registrar can ask the institution.' });
}
