import type { QualitySpan } from '../../shared/domain/quality-report.ts';

const KEPT = 100;

/** Gathers stretches of time, keeps the hundred longest, and counts them all. Independent of how rows came in batches. */
export function createSpans(): { add(from: number, to: number): void; readonly count: number; readonly length: number; longest(): QualitySpan[] } {
  let spans: QualitySpan[] = [];
  let count = 0;
  let length = 0;
  let shortest = -1;
  const order = (a: QualitySpan, b: QualitySpan) => b.to - b.from - (a.to - a.from) || a.from - b.from;
  const trim = () => { spans.sort(order); spans = spans.slice(0, KEPT); };
  return {
    add(from, to) {
      count++;
      length += to - from;
      // Later and no longer than the hundredth: it would be cut off anyway.
      if (to - from <= shortest) return;
      spans.push({ from, to });
      if (spans.length < 4 * KEPT) return;
      trim();
      shortest = spans.at(-1)!.to - spans.at(-1)!.from;
    },
    get count() { return count; },
    get length() { return length; },
    longest() { trim(); return spans; },
  };
}
export type Spans = ReturnType<typeof createSpans>;
