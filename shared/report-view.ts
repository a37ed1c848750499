import { PART_NAMES, type ChannelFacts, type QualityLabels, type QualityPart, type QualityPartName, type QualityReason } from './domain/quality-report.ts';
import type { AnyReport, QualityReportV1 } from './domain/quality-v1.ts';
import { summarise, type ReportSummary } from './verdict.ts';

export type { AnyReport } from './domain/quality-v1.ts';

/** One shape for reports of every kind: what an older one does not know is null or empty. */
export type ReportView = {
  version: AnyReport['version'];
  rules: { name: string; sha256: string | null };
  model: { name: string; sha256: string } | null;
  hardware: { device: string; entry: string } | null;
  score: number;
  /** All six, in their order; a part that the report does not judge has no score and no weight. */
  parts: QualityPart[];
  reasons: QualityReason[];
  labels: QualityLabels | null;
  channels: ChannelFacts[];
  rows: number; durationSeconds: number; rateHz: number;
};

/** Where the first kind of report, which did not say so, took the points from. */
const PART_OF: Record<string, QualityPartName> = { gap: 'coverage', missing: 'coverage', 'too-short': 'coverage', duplicate: 'regularity', jitter: 'regularity', 'rate-drift': 'regularity' };
const SIGNAL = new Set(['out-of-range', 'flat', 'clipped', 'implausible']);
/** A channel without any value cost the signal; values that are missing here and there have spans and cost coverage. */
const partOf = ({ code, spanCount }: QualityReportV1['reasons'][number]): QualityPartName => (code === 'missing' && spanCount === 0 ? 'signal' : PART_OF[code] ?? (SIGNAL.has(code) ? 'signal' : 'hardware'));

export function viewOf(report: AnyReport): ReportView {
  const { score, rows, durationSeconds, rateHz, model } = report;
  const named = new Map(report.parts.map((part): [QualityPartName, QualityPart] => [part.name, part]));
  const parts = PART_NAMES.map((name) => named.get(name) ?? { name, score: null, weight: 0 });
  const base = { score, rows, durationSeconds, rateHz, model, parts, hardware: report.hardware ?? null };
  return report.version === 1
    ? { ...base, version: 1, rules: { name: report.rules, sha256: null }, reasons: report.reasons.map((r) => ({ ...r, part: partOf(r) })), labels: null, channels: [] }
    : { ...base, version: 2, rules: report.rules, reasons: report.reasons, labels: report.labels, channels: report.channels };
}

/** What a verdict needs of a report; null where it is of a kind that says too little for one. */
export const summaryOf = (report: AnyReport): ReportSummary | null => (report.version === 1 ? null : summarise(report));
