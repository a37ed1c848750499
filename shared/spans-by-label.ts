import type { QualityReport, QualitySpan } from './domain/quality-report.ts';
import type { Shown } from './domain/specification.ts';

/**
 * Spans that show any of what is named, in order and apart.
 * @param least spans of which this is less probable are not among them
 */
export function spansShowing(labels: QualityReport['labels'], what: readonly Shown[], least = 0): QualitySpan[] {
  const spans: QualitySpan[] = [];
  for (const span of labels?.spans ?? []) {
    if (span.p < least || !(what.includes(span.label) || (span.movement !== undefined && what.includes(span.movement)))) continue;
    const last = spans.at(-1);
    if (last && last.to >= span.from) last.to = span.to;
    else spans.push({ from: span.from, to: span.to });
  }
  return spans;
}

/** What remains of [0, end) without the spans. @param spans in order and apart */
export function complement(spans: readonly QualitySpan[], end: number): QualitySpan[] {
  const rest: QualitySpan[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    if (from > at) rest.push({ from: at, to: Math.min(from, end) });
    at = Math.max(at, to);
    if (at >= end) break;
  }
  if (at < end) rest.push({ from: at, to: end });
  return rest;
}

/**
 * What the owner leaves out to share «everything but sleep» (`{ without: ['sleep'] }`) or «sleep only» (`{ only: ['sleep'] }`).
 * With `only`, time without a label is left out too. In microseconds from the start, as the wizard's own parts are; `end` is
 * just beyond the last row, so that it goes with what it belongs to.
 */
export function leaveOutByLabel(report: Pick<QualityReport, 'labels' | 'durationSeconds'>, choice: { only: readonly Shown[] } | { without: readonly Shown[] }): QualitySpan[] {
  const end = Math.round(report.durationSeconds * 1e6) + 1;
  const clip = (spans: QualitySpan[]) => spans.map(({ from, to }) => ({ from, to: Math.min(to, end) })).filter(({ from, to }) => to > from);
  return 'only' in choice ? complement(spansShowing(report.labels, choice.only), end) : clip(spansShowing(report.labels, choice.without));
}
