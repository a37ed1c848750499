import { z } from 'zod';
import { Movement, QualityPartName, SpanLabel } from './quality-report.ts';
import { ChannelKind } from './recording.ts';

/** A label or a movement that a buyer wants or does not want. */
export const Shown = z.union([SpanLabel, Movement]);
export type Shown = z.infer<typeof Shown>;

const Hours = z.number().nonnegative().max(1e6);

/**
 * What somebody needs of a recording: turns the same report into a verdict for that buyer. Everything is optional; what is
 * not named is not asked for. Kept with saved searches and studies, and readable by a person.
 */
export const Specification = z.object({
  version: z.literal(1),
  /** Channels that must be there, each once a kind. */
  channels: z.array(z.object({
    kind: ChannelKind,
    /** Values a second, at least. */
    minRateHz: z.number().positive().max(1e5).optional(),
    /** Hours with values, at least. */
    minHours: Hours.optional(),
    /** Smallest step between values, at most, in the channel's unit: how fine the sensor is. */
    maxStep: z.number().positive().optional(),
  }).strict()).max(10).optional(),
  /** Hours from the first row to the last. */
  minHours: Hours.optional(),
  maxHours: Hours.optional(),
  /** Shown for at least so many hours: `{ show: 'sleep', minHours: 6 }`. */
  wanted: z.array(z.object({ show: Shown, minHours: Hours }).strict()).max(16).optional(),
  /** Shown for at most this share of the labelled time: `{ show: 'not-worn', maxShare: 0.1 }`. 0: not at all. */
  unwanted: z.array(z.object({ show: Shown, maxShare: z.number().min(0).max(1) }).strict()).max(16).optional(),
  /** Points, at least; a part that says nothing does not pass. */
  minScore: z.number().int().min(0).max(100).optional(),
  minParts: z.partialRecord(QualityPartName, z.number().min(0).max(100)).optional(),
  /** Findings that rule a recording out whatever they cost: `clipped`, `unit`, `noise`. */
  without: z.array(z.string().regex(/^[a-z][a-z-]{0,31}$/)).max(32).optional(),
}).strict();
export type Specification = z.infer<typeof Specification>;
