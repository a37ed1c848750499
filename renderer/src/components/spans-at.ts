import type { Span } from '../../../shared/api/common.ts';

/**
 * Index of the stretch that holds a time, or of the nearest within `near`; null where there is none.
 * @param spans in order and apart
 */
export function nearestSpan(spans: readonly Span[], time: number, near: number): number | null {
  let [low, high] = [0, spans.length];
  // The first that begins later.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.from <= time) low = middle + 1;
    else high = middle;
  }
  const before = spans[low - 1];
  if (before && time < before.to) return low - 1;
  const after = spans[low];
  const [since, until] = [before ? time - before.to : Infinity, after ? after.from - time : Infinity];
  if (Math.min(since, until) > near) return null;
  return since <= until ? low - 1 : low;
}
