import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { bytesOf, hexOf } from './hex.ts';
import { ENC_BYTES, hpkeOpen, hpkeSeal } from './hpke.ts';

const INFO = new TextEncoder().encode('phdex/v1/envelope');

export type Envelope = { enc: Hex; ciphertext: Hex };
/** What an envelope is for: bound as associated data, so that it opens in its seat and in no other. */
export type EnvelopeSeat = { nonce: Hex; index: number; keeper: Hex };

/** nonce(32) ‖ index(1) ‖ keeper address(20) */
const aadOf = ({ nonce, index, keeper }: EnvelopeSeat): Uint8Array => new Uint8Array(Buffer.concat([bytesOf(nonce), Uint8Array.of(index), bytesOf(keeper)]));

/**
 * Seals a share to its keeper: HPKE base mode (RFC 9180 §5.1.1) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM.
 * @param share stays the caller's, to wipe
 * @param keeperKey the keeper's X25519 public key, 32 bytes
 * @throws AppError `envelope-unreadable` when the keeper's key is not one
 */
export async function sealEnvelope(share: Uint8Array, keeperKey: Uint8Array, seat: EnvelopeSeat): Promise<Envelope> {
  checkSeat(seat);
  try {
    const sealed = await hpkeSeal(share, keeperKey, { info: INFO, aad: aadOf(seat) });
    return { enc: hexOf(sealed.subarray(0, ENC_BYTES)), ciphertext: hexOf(sealed.subarray(ENC_BYTES)) };
  } catch (cause) {
    throw new AppError('envelope-unreadable', `The encryption key of keeper ${seat.keeper} in seat ${seat.index} is not a usable X25519 key.`, { hint: 'Choose another keeper.', cause });
  }
}

/**
 * Opens the envelope of one seat.
 * @param privateKey X25519, 32 bytes; stays the caller's
 * @returns the share, the caller's to wipe
 * @throws AppError `envelope-unreadable` for another key, seat, dataset or a changed byte
 */
export async function openEnvelope(envelope: Envelope, privateKey: Uint8Array, seat: EnvelopeSeat): Promise<Uint8Array> {
  checkSeat(seat);
  try {
    const enc = bytesOf(envelope.enc);
    if (enc.length !== ENC_BYTES) throw new RangeError(`enc has ${enc.length} bytes`);
    return await hpkeOpen(Buffer.concat([enc, bytesOf(envelope.ciphertext)]), privateKey, { info: INFO, aad: aadOf(seat) });
  } catch (cause) {
    throw new AppError('envelope-unreadable', `The envelope in seat ${seat.index} cannot be opened with this keeper's key.`, { hint: 'It was sealed to another key, or changed. The seat should not be taken.', cause });
  }
}

/** Of fixed lengths, so that the parts of the associated data cannot run into each other. */
function checkSeat({ nonce, index, keeper }: EnvelopeSeat): void {
  if (!/^0x[0-9a-f]{64}$/i.test(nonce)) throw new RangeError('envelope: nonce has to be 32 bytes of hex.');
  if (!Number.isInteger(index) || index < 0 || index > 31) throw new RangeError(`envelope: index ${index} is not 0 to 31.`);
  if (!/^0x[0-9a-f]{40}$/i.test(keeper)) throw new RangeError('envelope: keeper has to be 20 bytes of hex.');
}
