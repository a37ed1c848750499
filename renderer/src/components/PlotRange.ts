import type { Span } from '../../../shared/api/common.ts';

/** The least that can be looked at: 10 ms, a few samples of the fastest sensors. */
const LEAST_US = 10_000;

/** Inside the recording, no shorter than the least, without changing the length where it fits. */
export function clampRange(range: Span, end: number): Span {
  const length = Math.min(end, Math.max(Math.min(LEAST_US, end), range.to - range.from));
  const from = Math.min(Math.max(0, range.from), end - length);
  return { from, to: from + length };
}

/** `factor` below 1 looks closer; `at` (0–1 of the range) stays where it is on screen. */
export function zoomRange(range: Span, factor: number, at: number, end: number): Span {
  const length = Math.max(Math.min(LEAST_US, end), (range.to - range.from) * factor);
  const fixed = range.from + (range.to - range.from) * at;
  return clampRange({ from: fixed - length * at, to: fixed + length * (1 - at) }, end);
}

/** `share` of what is visible, to the right where positive; infinite to the very end. */
export function panRange(range: Span, share: number, end: number): Span {
  const by = Number.isFinite(share) ? (range.to - range.from) * share : Math.sign(share) * end;
  return clampRange({ from: range.from + by, to: range.to + by }, end);
}

/** A span with room at its sides, so that one sees what is before and after. */
export const around = (span: Span, end: number): Span => {
  const room = Math.max((span.to - span.from) * 0.75, 500_000);
  return clampRange({ from: span.from - room, to: span.to + room }, end);
};

/** Sorted, without overlaps; what touches becomes one. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (!(span.to > span.from)) continue;
    const last = out.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else out.push({ from: span.from, to: span.to });
  }
  return out;
}

export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, s) => sum + s.to - s.from, 0);
