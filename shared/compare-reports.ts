import type { AnyReport } from './report-view.ts';

/** One value of two reports. `path` as in `parts.coverage.score`; null where a report has no such value. */
export type ComparedField = { path: string; claimed: string | null; found: string | null; agree: boolean };

/** What names an entry of a list, so that one more or one fewer does not make all that follow differ. */
const NAMED: Record<string, (entry: Record<string, unknown>) => string> = {
  parts: (part) => String(part.name),
  channels: (channel) => String(channel.name),
  reasons: ({ part, code, channel }) => [part, code, channel].filter((word) => typeof word === 'string').join('/'),
};

/** Lists of stretches can be long; they agree as a whole or not, and are told by their number. */
const WHOLE = new Set(['spans']);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same JSON, whatever the order of its keys: what came from a manifest has them sorted. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((entry, i) => same(entry, b[i]));
  if (isObject(a) && isObject(b)) return Object.keys({ ...a, ...b }).every((key) => same(a[key], b[key]));
  return a === b;
}

const told = (value: unknown): string | null => (value === undefined || value === null ? null : Array.isArray(value) ? `${value.length}` : isObject(value) ? JSON.stringify(value) : String(value));

function byName(key: string, list: unknown): Record<string, unknown> | null {
  const nameOf = NAMED[key];
  if (!nameOf || !Array.isArray(list)) return null;
  const named: Record<string, unknown> = {};
  for (const entry of list as Record<string, unknown>[]) {
    let name = nameOf(entry);
    for (let again = 2; name in named; again++) name = `${nameOf(entry)}/${again}`;
    named[name] = entry;
  }
  return named;
}

function walk(path: string, key: string, claimed: unknown, found: unknown, fields: ComparedField[]): void {
  const [a, b] = [byName(key, claimed) ?? claimed, byName(key, found) ?? found];
  const deeper = !WHOLE.has(key) && (isObject(a) || isObject(b)) && (isObject(a) || a === undefined || a === null) && (isObject(b) || b === undefined || b === null);
  if (!deeper) {
    fields.push({ path, claimed: told(a), found: told(b), agree: same(a, b) });
    return;
  }
  const [x, y] = [a, b] as (Record<string, unknown> | null | undefined)[];
  const keys = Object.keys({ ...x, ...y });
  for (const next of keys) walk(path === '' ? next : `${path}.${next}`, next, x?.[next], y?.[next], fields);
  // An empty list or object against none at all.
  if (keys.length === 0 && path !== '') fields.push({ path, claimed: told(a), found: told(b), agree: same(a, b) });
}

/**
 * Two reports of the same rows value by value. Everything agrees exactly where their canonical JSON is the same but for the
 * order of entries that have names; that order is held too, as the field `order`.
 */
export function compareReports(claimed: AnyReport, found: AnyReport): ComparedField[] {
  const fields: ComparedField[] = [];
  walk('', '', claimed, found, fields);
  if (fields.every((f) => f.agree) && !same(claimed, found)) fields.push({ path: 'order', claimed: null, found: null, agree: false });
  return fields;
}

/** Where they differ, and nothing where they agree to the byte. */
export const differences = (claimed: AnyReport, found: AnyReport): ComparedField[] => compareReports(claimed, found).filter((f) => !f.agree);
