import { randomBytes } from 'node:crypto';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { collectBytes, once } from '../../vault/collect-bytes.ts';
import { hpkeSeal } from '../../vault/hpke.ts';
import { sha256 } from '../../vault/sha256.ts';
import { sealStream } from '../../vault/stream.ts';
import { documentDigest, MAX_CONTENT_BYTES, MediaType, RecordHead, writeDocument } from './document.ts';
import { contentAad, keyAad, KEY_INFO, type RecordParties } from './record-context.ts';
import { signRecord } from './record-signature.ts';

export type IssueRequest = {
  title: string; mediaType: string; content: Uint8Array;
  category: number; /** 0: none. */ corrects: number;
  parties: RecordParties;
  /** X25519 of the patient's account, 32 bytes. */
  patientKey: Uint8Array;
  /** Signs as the issuer. */
  signer: Parameters<typeof signRecord>[2];
};
/** What goes on chain, and the ciphertext that goes to IPFS. */
export type SealedRecord = { digest: Hex; contentHash: Hex; sealedKey: Uint8Array; sealed: Uint8Array };

/**
 * Seals a record to one patient: under a fresh key, which only the patient's key opens. Its signature is sealed with the
 * key, for it would link content and people for everybody.
 * sealedKey = HPKE(key(32) ‖ signature(65)), 145 bytes
 * @throws AppError `invalid-argument` for what cannot be a record
 */
export async function sealRecord(request: IssueRequest): Promise<SealedRecord> {
  const { parties, content, category, corrects } = request;
  if (content.length === 0) throw new AppError('file-empty', 'A record without content says nothing.', { hint: 'Choose another file, or write something.' });
  if (content.length > MAX_CONTENT_BYTES) throw new AppError('invalid-argument', `A record has at most ${MAX_CONTENT_BYTES / 2 ** 20} MiB.`, { hint: 'Issue it in parts, or share the rest as data.' });
  if (!MediaType.safeParse(request.mediaType).success) throw new AppError('invalid-argument', `«${request.mediaType}» is no media type.`, { hint: 'Write it as text/plain or application/pdf.' });
  const head = RecordHead.safeParse({ v: 1, title: request.title.trim(), mediaType: request.mediaType, bytes: content.length, salt: `0x${randomBytes(32).toString('hex')}` });
  if (!head.success) throw new AppError('invalid-argument', 'A record’s title has 1 to 120 characters on one line.', { hint: 'Choose another title.' });
  const document = writeDocument({ head: head.data, content });
  const key = randomBytes(32);
  try {
    const sealed = await collectBytes(sealStream({ key, aad: contentAad(parties), source: once(document) }));
    const hashes = { digest: documentDigest(document), contentHash: sha256(sealed) };
    const signature = await signRecord({ patient: parties.patient, category, corrects, ...hashes }, parties, request.signer);
    const secret = Buffer.concat([key, signature]);
    try {
      return { ...hashes, sealed, sealedKey: await hpkeSeal(secret, request.patientKey, { info: KEY_INFO, aad: keyAad(parties, hashes) }) };
    } catch (cause) {
      throw new AppError('invalid-argument', 'The patient’s encryption key is not usable.', { hint: 'Ask for another invitation.', cause });
    } finally { secret.fill(0); }
  } finally {
    key.fill(0);
    document.fill(0);
  }
}
