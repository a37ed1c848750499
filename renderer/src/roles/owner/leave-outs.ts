import { create } from 'zustand';
import type { Span } from '../../../../shared/api/common.ts';
import type { Annotation } from '../../../../shared/domain/recording.ts';
import type { Shown } from '../../../../shared/domain/specification.ts';
import type { AnyReport } from '../../../../shared/report-view.ts';
import { leaveOutByLabel } from '../../../../shared/spans-by-label.ts';
import { mergeSpans } from '../../components/PlotRange.ts';

/** «Everything but sleep» is without sleep; «sleep only» is only sleep. */
export type ShownChoice = { mode: 'without' | 'only'; what: Shown[] };
/** What a person wants to keep to themselves of one recording: whole activities by name, what the report shows, stretches by hand. */
export type LeaveOut = { labels: string[]; shown: ShownChoice | null; spans: Span[] };

const NONE: LeaveOut = { labels: [], shown: null, spans: [] };

/** Kept until the recording is shared or forgotten; nothing is left out anywhere before that. */
export const leaveOutStore = create<{ of: Record<string, LeaveOut> }>(() => ({ of: {} }));

const put = (id: string, change: (it: LeaveOut) => LeaveOut) => leaveOutStore.setState(({ of }) => ({ of: { ...of, [id]: change(of[id] ?? NONE) } }));

export const leaveOutSpan = (id: string, span: Span): void => put(id, (it) => ({ ...it, spans: mergeSpans([...it.spans, span]) }));
export const keepSpan = (id: string, span: Span): void => put(id, (it) => ({ ...it, spans: it.spans.filter((s) => s.from !== span.from || s.to !== span.to) }));
export const toggleLabel = (id: string, label: string): void => put(id, (it) => ({ ...it, labels: it.labels.includes(label) ? it.labels.filter((l) => l !== label) : [...it.labels, label] }));
export const chooseShown = (id: string, shown: ShownChoice | null): void => put(id, (it) => ({ ...it, shown }));
export const clearLeaveOut = (id: string): void => leaveOutStore.setState(({ of }) => ({ of: Object.fromEntries(Object.entries(of).filter(([key]) => key !== id)) }));

export const useLeaveOut = (id: string): LeaveOut => leaveOutStore((s) => s.of[id] ?? NONE);

/** Everything that is left out as spans, without overlaps. */
export function leftOutSpans(leaveOut: LeaveOut, { annotations, report }: { annotations: readonly Annotation[]; report: AnyReport | null }): Span[] {
  const named = annotations.filter((a) => leaveOut.labels.includes(a.label));
  return mergeSpans([...leaveOut.spans, ...named.map(({ from, to }) => ({ from, to })), ...shownSpans(leaveOut.shown, report)]);
}

/** A choice of nothing leaves nothing out: «only» without a label yet is not «nothing at all». */
function shownSpans(choice: ShownChoice | null, report: AnyReport | null): Span[] {
  if (!choice || choice.what.length === 0 || report?.version !== 2 || !report.labels) return [];
  return leaveOutByLabel(report, choice.mode === 'only' ? { only: choice.what } : { without: choice.what });
}

export type Activity = { label: string; seconds: number; count: number };

export function activitiesOf(annotations: readonly Annotation[]): Activity[] {
  const by = new Map<string, Activity>();
  for (const a of annotations) {
    const one = by.get(a.label) ?? { label: a.label, seconds: 0, count: 0 };
    one.seconds += (a.to - a.from) / 1e6;
    one.count++;
    by.set(a.label, one);
  }
  return [...by.values()].sort((a, b) => b.seconds - a.seconds);
}
