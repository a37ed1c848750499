import { z } from 'zod';
import { Label } from './label.ts';
import { Channel } from './recording.ts';
import { AnyReport } from './quality-v1.ts';

const Hex32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const HexBytes = z.string().regex(/^0x([0-9a-f]{2})*$/);
export const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

/** `acceleration/day-000`: the smallest part that can be shared. Its blob is the file of that name with `/` → `.` plus `.phdx`. */
export const SegmentName = z.string().regex(/^[a-z][a-z0-9-]{0,31}\/day-\d{3,5}$/);

export const ManifestSegment = z.object({
  name: SegmentName,
  channel: z.string(),
  day: z.number().int().nonnegative(),
  rows: z.number().int().positive(),
  /** Bytes of Parquet and of the sealed blob. */
  plainBytes: z.number().int().positive(),
  sealedBytes: z.number().int().positive(),
  /** SHA-256 of the sealed blob. */
  sha256: Hex32,
  /** Merkle root of this segment's records and how many there are. */
  recordRoot: Hex32,
  records: z.number().int().positive(),
});
export type ManifestSegment = z.infer<typeof ManifestSegment>;

/** The share of one seat, sealed to its keeper with HPKE (RFC 9180). */
export const ManifestEnvelope = z.object({ index: z.number().int().min(0).max(31), keeper: Address, enc: HexBytes, ciphertext: HexBytes });
export type ManifestEnvelope = z.infer<typeof ManifestEnvelope>;

/**
 * Describes a sealed dataset. Written as canonical JSON (RFC 8785) to `manifest.json` beside the blobs;
 * its SHA-256 is the dataset's contentHash on chain. Holds nothing that names a person.
 */
export const Manifest = z.object({
  format: z.literal('phdex/v1'),
  nonce: Hex32,
  cipher: z.object({ aead: z.literal('AES-256-GCM'), construction: z.literal('STREAM'), chunkBytes: z.literal(1048576), kdf: z.literal('HKDF-SHA256') }),
  label: Label,
  channels: z.array(Channel).min(1),
  /** Of any kind that was ever made: a validator certifies only what it finds the same. */
  quality: AnyReport,
  /** SHA-256 of the canonical JSON of `quality`. */
  qualityHash: Hex32,
  segments: z.array(ManifestSegment).min(1).max(10000),
  /** Merkle root over the segments' record roots, in the order of `segments`. */
  recordRoot: Hex32,
  threshold: z.number().int().min(2).max(32),
  commitments: z.array(Hex32).min(2).max(32),
  envelopes: z.array(ManifestEnvelope).min(2).max(32),
  /** libp2p multiaddrs where the blobs can be had when the manifest was made; none of a fresh account. Keepers' are in the registry. */
  providers: z.array(z.string().max(200)).max(16),
  /** X25519 key of the account that listed it: a request for access can be sealed to it. */
  contact: Hex32.optional(),
});
export type Manifest = z.infer<typeof Manifest>;
