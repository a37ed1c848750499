/** A line of a trace is named by where it stands on the chain; what the chain does not know stands at block 0, and is named by its time. */
export type Line = { at: number; block: number; logIndex: number; what?: string | null };

export const traceKey = (row: Line): string => (row.block === 0 ? `${row.at}:${row.what ?? ''}` : `${row.block}:${row.logIndex}`);
const newestFirst = (a: Line, b: Line): number => b.at - a.at || b.block - a.block || b.logIndex - a.logIndex;

/**
 * The newest page, asked for again, over the rows that were loaded before. Where the two do not touch, something lies
 * between them that nobody loaded: then only the newest page counts.
 */
export function mergeTrace<T extends Line>(newest: readonly T[], before: readonly T[]): T[] {
  if (newest.length === 0) return [];
  const known = new Set(newest.map(traceKey));
  const last = newest.at(-1)!;
  const older = before.filter((row) => newestFirst(last, row) < 0 && !known.has(traceKey(row)));
  const touches = before.length === 0 || before.some((row) => known.has(traceKey(row)));
  return touches ? [...newest, ...older] : [...newest];
}

/** A page of older rows behind those that are there. */
export function appendTrace<T extends Line>(rows: readonly T[], page: readonly T[]): T[] {
  const known = new Set(rows.map(traceKey));
  return [...rows, ...page.filter((row) => !known.has(traceKey(row)))];
}
