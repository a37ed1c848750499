import type { Span } from '../../../../shared/api/common.ts';
import { LABEL_NAMES, type QualityLabels, type SpanLabel } from '../../../../shared/domain/quality-report.ts';
import { complement } from '../../../../shared/spans-by-label.ts';

/** What would be shared: its length, in how many stretches, and what these show; seconds. */
export type Remains = { seconds: number; stretches: number; byLabel: { label: SpanLabel; seconds: number }[] };

/** @param cuts in order and apart, microseconds from the start */
export function remains(durationSeconds: number, labels: Pick<QualityLabels, 'spans'> | null, cuts: readonly Span[]): Remains {
  const kept = complement(cuts, Math.round(durationSeconds * 1e6));
  const of = new Map<SpanLabel, number>();
  let at = 0;
  for (const span of labels?.spans ?? []) {
    while (at < kept.length && kept[at]!.to <= span.from) at++;
    for (let i = at; i < kept.length && kept[i]!.from < span.to; i++) {
      const shared = Math.min(kept[i]!.to, span.to) - Math.max(kept[i]!.from, span.from);
      of.set(span.label, (of.get(span.label) ?? 0) + shared / 1e6);
    }
  }
  return { seconds: kept.reduce((sum, s) => sum + s.to - s.from, 0) / 1e6, stretches: kept.length, byLabel: LABEL_NAMES.flatMap((label) => { const seconds = of.get(label) ?? 0; return seconds > 0 ? [{ label, seconds }] : []; }) };
}
