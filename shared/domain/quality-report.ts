import { z } from 'zod';
import { DeviceId } from './hardware-identity.ts';
import { ChannelKind } from './recording.ts';

/** A stretch of the recording, in microseconds from its start, `to` exclusive. */
export const QualitySpan = z.object({ from: z.number(), to: z.number() });
export type QualitySpan = z.infer<typeof QualitySpan>;

export const PART_NAMES = ['coverage', 'regularity', 'signal', 'wear', 'pattern', 'hardware'] as const;
export const QualityPartName = z.enum(PART_NAMES);
export type QualityPartName = z.infer<typeof QualityPartName>;

export const QualityReason = z.object({
  /** The part that it costs. */
  part: QualityPartName,
  /**
   * coverage: `gap`, `missing`, `too-short` · regularity: `duplicate`, `jitter`, `rate-drift` · signal: `out-of-range`, `flat`,
   * `clipped`, `implausible`, `noise`, `quantised`, `calibration`, `unusable`, `unit` · wear: `not-worn` · pattern: `artefact`, `unjudged` ·
   * hardware: as electron/quality/hardware names them.
   */
  code: z.string(),
  channel: z.string().nullable(),
  /** Points of the whole score that it cost, 0–100, two decimals. */
  cost: z.number(),
  sentence: z.string(),
  /** At most 100, the longest first; `spanCount` tells how many there were. Empty where it is no matter of a time. */
  spans: z.array(QualitySpan).max(100),
  spanCount: z.number().int(),
});
export type QualityReason = z.infer<typeof QualityReason>;

/** `score` 0–100, two decimals, null where nothing can be said; `weight` among the parts that count (coverage has none: it multiplies). */
export const QualityPart = z.object({ name: QualityPartName, score: z.number().nullable(), weight: z.number() });
export type QualityPart = z.infer<typeof QualityPart>;

/** What a person who wears the sensor does, or why it cannot be said. */
export const LABEL_NAMES = ['activity', 'rest', 'sleep', 'not-worn', 'artefact'] as const;
export const SpanLabel = z.enum(LABEL_NAMES);
export type SpanLabel = z.infer<typeof SpanLabel>;

export const MOVEMENT_NAMES = ['walk', 'jog', 'stairs', 'sit', 'stand', 'vigorous'] as const;
export const Movement = z.enum(MOVEMENT_NAMES);
export type Movement = z.infer<typeof Movement>;

export const LabelledSpan = z.object({
  from: z.number(), to: z.number(), label: SpanLabel,
  /** Sum of the label's probability over the windows that show it, over the number of all: two decimals, from rules, or from the model where `movement` is given. */
  p: z.number().min(0).max(1),
  /** The most probable movement, where the model said one. */
  movement: Movement.optional(),
});
export type LabelledSpan = z.infer<typeof LabelledSpan>;

export const MAX_LABELLED_SPANS = 1000;

/** Labels over time. Stretches without samples have none. */
export const QualityLabels = z.object({
  /** Seconds with each label, counted in windows of ten seconds before spans were joined. */
  seconds: z.record(SpanLabel, z.number()),
  /** Seconds of each movement, where a model said it. */
  movements: z.partialRecord(Movement, z.number()),
  /** Ascending, apart. Where there would be more than 1,000, each stands for what most of a longer time shows. */
  spans: z.array(LabelledSpan).max(MAX_LABELLED_SPANS),
});
export type QualityLabels = z.infer<typeof QualityLabels>;

/** What was measured of one channel, with no verdict. */
export const ChannelFacts = z.object({
  name: z.string(),
  kind: ChannelKind,
  /** Values a second over the time in which it has values, four digits. */
  rateHz: z.number(),
  /** Seconds in which it has values, two decimals. */
  seconds: z.number(),
  /** Smallest step between stored values, in the channel's unit; null for channels that are not stored as decimals. */
  step: z.number().nullable(),
  /** Autocalibration to gravity (van Hees 2014), mg: mean error at rest before and after; null where it cannot be said. */
  calibration: z.object({ before: z.number(), after: z.number().nullable() }).nullable(),
});
export type ChannelFacts = z.infer<typeof ChannelFacts>;

const Versioned = z.object({ name: z.string().max(64), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * The verdict on a recording, 0–100 with its parts and reasons. Deterministic: the same rows give the same bytes of
 * canonical JSON (RFC 8785) on any machine, so its SHA-256 can stand on chain. At most a few hundred kilobytes, however long the recording.
 *
 * score = coverage × weighted mean of the other parts: about the share of the time in which everything is as it should be.
 */
export const QualityReport = z.object({
  version: z.literal(2),
  /** The rules and the hash of their parameters; either changes whenever the same rows may score differently. */
  rules: Versioned,
  /** The trained model and the hash of its weights; null where there is none, or none for such channels. */
  model: Versioned.nullable(),
  /**
   * What the recording is said to be of, and the SHA-256 of the entry of the signed list that its values were held
   * against; absent where no device is known or none is meant.
   */
  hardware: z.object({ device: DeviceId, entry: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  score: z.number().int().min(0).max(100),
  parts: z.array(QualityPart),
  reasons: z.array(QualityReason).max(400),
  /** Null without acceleration. */
  labels: QualityLabels.nullable(),
  channels: z.array(ChannelFacts),
  rows: z.number().int(),
  durationSeconds: z.number(),
  rateHz: z.number(),
});
export type QualityReport = z.infer<typeof QualityReport>;
