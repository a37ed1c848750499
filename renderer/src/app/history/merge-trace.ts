import type { TraceRow } from '../../../../shared/api/account.ts';

export const traceKey = (row: TraceRow): string => `${row.block}:${row.logIndex}`;
const newestFirst = (a: TraceRow, b: TraceRow): number => b.block - a.block || b.logIndex - a.logIndex;

/**
 * The newest page, asked for again, over the rows that were loaded before. Where the two do not touch, something lies
 * between them that nobody loaded: then only the newest page counts.
 */
export function mergeTrace(newest: readonly TraceRow[], before: readonly TraceRow[]): TraceRow[] {
  if (newest.length === 0) return [];
  const known = new Set(newest.map(traceKey));
  const last = newest.at(-1)!;
  const older = before.filter((row) => newestFirst(last, row) < 0 && !known.has(traceKey(row)));
  const touches = before.length === 0 || before.some((row) => known.has(traceKey(row)));
  return touches ? [...newest, ...older] : [...newest];
}

/** A page of older rows behind those that are there. */
export function appendTrace(rows: readonly TraceRow[], page: readonly TraceRow[]): TraceRow[] {
  const known = new Set(rows.map(traceKey));
  return [...rows, ...page.filter((row) => !known.has(traceKey(row)))];
}
