import { z } from 'zod';
import { DeviceId } from './hardware-identity.ts';
import { decodeFingerprint, MAX_FINGERPRINT_CHARS } from '../fingerprint.ts';
import { ChannelKind } from './recording.ts';

export const AgeBand = z.enum(['undisclosed', '18-29', '30-39', '40-49', '50-59', '60-69', '70+']);
export const Sex = z.enum(['undisclosed', 'female', 'male', 'other']);
export const HeightBand = z.enum(['undisclosed', '<150', '150-164', '165-179', '180-194', '195+']);
export const WeightBand = z.enum(['undisclosed', '<50', '50-64', '65-79', '80-94', '95-109', '110+']);

/** Demographics only as coarse groups. */
export const Demographics = z.object({ ageBand: AgeBand, sex: Sex, heightBandCm: HeightBand, weightBandKg: WeightBand });
export type Demographics = z.infer<typeof Demographics>;

/** Mean, standard deviation, least and greatest of one component, at the resolution of its sensor. */
export const LabelStatistics = z.object({ channel: z.string().max(32), component: z.string().max(16), mean: z.number(), sd: z.number().nonnegative(), min: z.number(), max: z.number() });
export type LabelStatistics = z.infer<typeof LabelStatistics>;

/** The public description of a dataset: everything that the world sees of it before it pays. */
export const Label = z.object({
  title: z.string().min(3).max(80),
  description: z.string().max(400),
  dataTypes: z.array(ChannelKind).min(1),
  channels: z.array(z.object({ name: z.string(), unit: z.string(), components: z.array(z.string()), rateHz: z.number() })),
  rows: z.number().int().positive(),
  durationSeconds: z.number().nonnegative(),
  /** Coarse month of the recording, `YYYY-MM`; times inside are relative to the start. Null where the source has no clock. */
  month: z.string().regex(/^\d{4}-\d{2}$/).nullable(),
  days: z.number().int().positive(),
  device: z.string().nullable(),
  /** The model in the signed list of validated hardware: what a validator holds the values against. A claim that they do not contradict, never proof. */
  model: DeviceId.optional(),
  /** Written down by the owner: no device is meant. */
  byHand: z.literal(true).optional(),
  simulated: z.boolean(),
  demographics: Demographics,
  quality: z.number().int().min(0).max(100),
  tags: z.array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,23}$/)).max(12),
  /** Only where the owner chose to publish them. */
  statistics: z.array(LabelStatistics).max(256).optional(),
  /** Of its movement, to find copies by: see shared/fingerprint.ts. Absent where there is too little of it. */
  fingerprint: z.string().max(MAX_FINGERPRINT_CHARS).refine((text) => decodeFingerprint(text) !== null, 'is no fingerprint').optional(),
});
export type Label = z.infer<typeof Label>;
