import canonicalize from 'canonicalize';
import type { Hex } from '../../shared/domain/chain.ts';
import { Manifest } from '../../shared/domain/manifest.ts';
import { AppError } from '../../shared/errors.ts';
import { createMerkleBuilder, leafHash } from '../merkle/tree.ts';
import { sha256 } from './sha256.ts';
import { sealedLength } from './stream.ts';

export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

const invalid = (sentence: string, cause?: unknown) => new AppError('manifest-invalid', sentence, { hint: 'Do not trust this dataset; its owner has to publish it again.', cause });

/** Canonical JSON (RFC 8785). */
export const canonicalText = (value: unknown): string => canonicalize(value)!;
/** The same as bytes, in UTF-8. */
export const canonicalBytes = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalText(value));

/** SHA-256 of the manifest's bytes: the contentHash on chain. */
export const manifestHash = (bytes: Uint8Array): Hex => sha256(bytes);

/** Merkle root over the segments' roots, in their order: the recordRoot on chain. */
export function datasetRecordRoot(segments: readonly { recordRoot: string }[]): Hex {
  const builder = createMerkleBuilder();
  for (const { recordRoot } of segments) builder.append(leafHash(Buffer.from(recordRoot.slice(2), 'hex')));
  return `0x${Buffer.from(builder.root()).toString('hex')}`;
}

/** What the schema cannot say: the parts have to fit each other. */
function checkConsistency(m: Manifest): void {
  const n = m.commitments.length;
  if (m.threshold > n) throw invalid(`The manifest wants ${m.threshold} of ${n} keepers.`);
  if (m.envelopes.length !== n || m.envelopes.some((e, i) => e.index !== i)) throw invalid(`The manifest has ${m.envelopes.length} envelopes for ${n} seats, or not in their order.`);
  const keepers = m.envelopes.map((e) => BigInt(e.keeper));
  if (keepers.some((k, i) => i > 0 && k <= keepers[i - 1]!)) throw invalid('The keepers of the manifest are not in ascending order, or one is named twice.');
  if (sha256(canonicalBytes(m.quality)) !== m.qualityHash) throw invalid('The quality report of the manifest is not the one that its hash names.');
  if (datasetRecordRoot(m.segments) !== m.recordRoot) throw invalid('The segments of the manifest do not give its record root.');
  if (new Set(m.segments.map((s) => s.name)).size !== m.segments.length) throw invalid('A segment is named twice in the manifest.');
  for (const s of m.segments) if (!s.name.startsWith(`${s.channel}/`) || !m.channels.some((c) => c.name === s.channel)) throw invalid(`Segment ${s.name} belongs to no channel of the manifest.`);
  for (const s of m.segments) if (Number(s.name.split('/day-')[1]) !== s.day) throw invalid(`Segment ${s.name} says that it is of day ${s.day}.`);
  for (const s of m.segments) if (s.sealedBytes !== sealedLength(s.plainBytes)) throw invalid(`Segment ${s.name} cannot have ${s.sealedBytes} sealed bytes of ${s.plainBytes}.`);
}

/**
 * Makes the bytes of a manifest, by the same checks as a reader's: what we write, everybody can read.
 * @throws AppError `manifest-invalid` naming what does not fit
 */
export function writeManifest(manifest: Manifest): Uint8Array {
  const bytes = canonicalBytes(manifest);
  parseManifest(bytes);
  return bytes;
}

/**
 * Reads a stranger's manifest: size, JSON, schema without unknown fields, canonical form, and whether the parts fit.
 * @throws AppError `manifest-invalid` naming the field
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw invalid(`The manifest has ${bytes.length} bytes; ${MAX_MANIFEST_BYTES} are the most.`);
  let json: unknown;
  try { json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch (cause) { throw invalid('The manifest is no JSON in UTF-8.', cause); }
  const parsed = Manifest.strict().safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw invalid(`The manifest is not of format phdex/v1: ${issue.path.join('.') || 'top level'}: ${issue.message}.`, parsed.error);
  }
  // The stripped and re-serialised form must be the same bytes: nothing unknown hides below, nothing reads two ways.
  if (!Buffer.from(canonicalBytes(parsed.data)).equals(bytes)) throw invalid('The manifest is not in its canonical form, or holds fields that the format does not know.');
  checkConsistency(parsed.data);
  return parsed.data;
}
