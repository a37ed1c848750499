import { z } from 'zod';
import { DeviceId } from './hardware-identity.ts';

/** A stretch of the recording that cost points, in microseconds from its start, `to` exclusive. */
export const QualitySpan = z.object({ from: z.number(), to: z.number() });
export type QualitySpan = z.infer<typeof QualitySpan>;

export const QualityReason = z.object({
  /** `gap`, `rate-drift`, `jitter`, `duplicate`, `out-of-range`, `flat`, `clipped`, `implausible`, `missing`, `too-short`. */
  code: z.string(),
  channel: z.string().nullable(),
  /** Points that it cost, 0–100, two decimals. */
  cost: z.number(),
  sentence: z.string(),
  /** At most 100, the longest first; `spanCount` tells how many there were. */
  spans: z.array(QualitySpan).max(100),
  spanCount: z.number().int(),
});
export type QualityReason = z.infer<typeof QualityReason>;

export const QualityPart = z.object({ name: z.enum(['coverage', 'regularity', 'signal', 'pattern', 'hardware']), score: z.number().nullable(), weight: z.number() });
export type QualityPart = z.infer<typeof QualityPart>;

/**
 * The verdict on a recording, 0–100 with its reasons. Deterministic: the same rows give the same bytes of
 * canonical JSON (RFC 8785) on any machine, so its SHA-256 can stand on chain.
 */
export const QualityReport = z.object({
  version: z.literal(1),
  /** Version of the rules; changes whenever the same rows may score differently. */
  rules: z.string(),
  /** Version and hash of the trained model; null until there is one. */
  model: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  /**
   * What the recording is said to be of, and the SHA-256 of the entry of the signed list that its values were held
   * against; absent where no device is known or none is meant.
   */
  hardware: z.object({ device: DeviceId, entry: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  score: z.number().int().min(0).max(100),
  parts: z.array(QualityPart),
  reasons: z.array(QualityReason),
  rows: z.number().int(),
  durationSeconds: z.number(),
  rateHz: z.number(),
});
export type QualityReport = z.infer<typeof QualityReport>;
