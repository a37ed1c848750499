import { z } from 'zod';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { readCanonical } from '../canonical.ts';
import { Hex32 } from '../fields.ts';

/** Most bytes of a record's content: a letter, an image, a lab's PDF. */
export const MAX_CONTENT_BYTES = 16 * 1024 * 1024;
const MAX_HEAD_BYTES = 1024;

export const MediaType = z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,60}$/);

/** `record.json`: what the content is. The salt keeps the digest on chain from telling a content that can be guessed. */
export const RecordHead = z.strictObject({
  v: z.literal(1), title: z.string().regex(/^[^\p{Cc}]{1,120}$/u), mediaType: MediaType,
  bytes: z.number().int().min(1).max(MAX_CONTENT_BYTES), salt: Hex32,
});
export type RecordHead = z.output<typeof RecordHead>;
export type RecordDocument = { head: RecordHead; content: Uint8Array };

/** length of record.json(u32 BE) ‖ record.json (canonical) ‖ content */
export function writeDocument({ head, content }: RecordDocument): Uint8Array {
  const json = canonicalBytes(RecordHead.parse(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, content]);
}

/** @throws AppError `manifest-invalid` saying what is not of the format */
export function readDocument(bytes: Uint8Array): RecordDocument {
  const fail = (why: string, cause?: unknown) => new AppError('manifest-invalid', `The record cannot be read: ${why}.`, { hint: 'Ask whoever issued it to issue it again.', cause });
  const length = bytes.length < 4 ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE();
  if (length === 0 || length > MAX_HEAD_BYTES || bytes.length < 4 + length) throw fail('it is too short for its own description');
  const head = readCanonical(bytes.subarray(4, 4 + length), RecordHead, MAX_HEAD_BYTES, fail);
  const content = bytes.subarray(4 + length);
  if (content.length !== head.bytes) throw fail(`it has ${content.length} bytes where its description names ${head.bytes}`);
  return { head, content };
}

/** The salted SHA-256 that stands on chain: of the whole document, whose description has the salt. */
export const documentDigest = (document: Uint8Array): Hex => sha256(document);
