import { hkdfSync } from 'node:crypto';

/**
 * Key of one segment: HKDF-SHA256 (RFC 5869 §2.2, §2.3), so that a scoped grant hands out segment keys and never K.
 * @param datasetKey K, 32 bytes; stays the caller's, to wipe
 * @param nonce the dataset's nonce, 32 bytes, used as salt
 * @returns 32 bytes, the caller's to wipe
 * @throws RangeError when a length is wrong, naming the argument
 */
export function segmentKey(datasetKey: Uint8Array, nonce: Uint8Array, segment: string): Uint8Array {
  if (datasetKey.length !== 32) throw new RangeError(`segmentKey: datasetKey has ${datasetKey.length} bytes, not 32`);
  if (nonce.length !== 32) throw new RangeError(`segmentKey: nonce has ${nonce.length} bytes, not 32`);
  return new Uint8Array(hkdfSync('sha256', datasetKey, nonce, `phdex/v1/segment/${segment}`, 32));
}

/** Associated data of a segment's blob, nonce ‖ name: it opens as this segment of this dataset and as nothing else. */
export const segmentAad = (nonce: Uint8Array, segment: string): Uint8Array => Buffer.concat([nonce, Buffer.from(segment)]);
