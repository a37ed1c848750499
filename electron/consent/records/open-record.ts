import type { RecordRow } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { collectBytes, once } from '../../vault/collect-bytes.ts';
import { hpkeOpen } from '../../vault/hpke.ts';
import { sha256 } from '../../vault/sha256.ts';
import { openStream } from '../../vault/stream.ts';
import { documentDigest, readDocument, type RecordDocument } from './document.ts';
import { contentAad, keyAad, KEY_INFO } from './record-context.ts';
import { checkSignature, SIGNATURE_BYTES, type RecordsContract } from './record-signature.ts';

type Patient = { withEncryptionKey<T>(use: (privateKey: Uint8Array) => Promise<T>): Promise<T> };

/**
 * Opens what an institution issued, and believes nothing of it: the ciphertext's hash, the signature, every chunk, and
 * the digest of what comes out are held to the record on chain.
 * @throws AppError `hash-mismatch` · `envelope-unreadable` sealed to another key or for another record · `proof-invalid` not signed
 * by its issuer · `seal-key-wrong`, `seal-tampered`, `seal-truncated` · `manifest-invalid`
 */
export async function openRecord(row: RecordRow, sealed: Uint8Array, contract: RecordsContract, patient: Patient): Promise<RecordDocument> {
  const parties = { ...contract, issuer: row.issuer, patient: row.patient };
  if (sha256(sealed) !== row.contentHash) throw new AppError('hash-mismatch', 'The content of the record is not what its issuer signed on chain.', { hint: 'Fetch it again; if it stays so, ask whoever issued it to issue it again.' });
  let secret: Uint8Array;
  try {
    secret = await patient.withEncryptionKey((key) => hpkeOpen(Buffer.from(row.sealedKey.slice(2), 'hex'), key, { info: KEY_INFO, aad: keyAad(parties, row) }));
  } catch (cause) {
    throw new AppError('envelope-unreadable', 'The record’s key cannot be opened: it was sealed to another person, or for another record.', { hint: 'Ask whoever issued it to issue it again, with your invitation.', cause });
  }
  try {
    if (secret.length !== 32 + SIGNATURE_BYTES) throw new AppError('manifest-invalid', 'The record’s sealed key does not have the form of one.', { hint: 'Ask whoever issued it to issue it again.' });
    checkSignature(row, secret.subarray(32), row.issuer, contract);
    const document = await collectBytes(openStream({ key: secret.subarray(0, 32), aad: contentAad(parties), source: once(sealed) }));
    if (documentDigest(document) !== row.digest) throw new AppError('hash-mismatch', 'What the record holds is not what its digest on chain names.', { hint: 'Do not rely on it; ask whoever issued it.' });
    return readDocument(document);
  } finally {
    secret.fill(0);
  }
}
