import { z } from 'zod';
import { DeviceId } from './hardware-identity.ts';
import { QualityReport, QualitySpan } from './quality-report.ts';

/**
 * The first kind of report, as manifests on the network and profiles from before the second hold it. Nothing makes it any
 * more; it is read and shown.
 */
export const QualityReportV1 = z.object({
  version: z.literal(1),
  rules: z.string(),
  model: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  hardware: z.object({ device: DeviceId, entry: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  score: z.number().int().min(0).max(100),
  parts: z.array(z.object({ name: z.enum(['coverage', 'regularity', 'signal', 'pattern', 'hardware']), score: z.number().nullable(), weight: z.number() })),
  reasons: z.array(z.object({
    code: z.string(), channel: z.string().nullable(), cost: z.number(), sentence: z.string(),
    spans: z.array(QualitySpan).max(100), spanCount: z.number().int(),
  })),
  rows: z.number().int(),
  durationSeconds: z.number(),
  rateHz: z.number(),
});
export type QualityReportV1 = z.infer<typeof QualityReportV1>;

/** A report of any kind that this app can read. */
export const AnyReport = z.discriminatedUnion('version', [QualityReportV1, QualityReport]);
export type AnyReport = z.infer<typeof AnyReport>;
