/**
 * The newest page of a list, asked for again, over the rows that were loaded before it. Where the two do not touch, something
 * lies between them that nobody loaded: then only the newest page counts.
 */
export function mergePages<T>(newest: readonly T[], before: readonly T[], idOf: (row: T) => number): T[] {
  const known = new Set(newest.map(idOf));
  const rest = before.filter((row) => !known.has(idOf(row)));
  return before.length === 0 || rest.length < before.length ? [...newest, ...rest] : [...newest];
}
