import type { LiveSamples } from '../../../shared/api/capture.ts';

type Rows = Pick<LiveSamples, 't' | 'columns'>;

/** At most `most` rows; where there are more, of each slot one row of least and one of greatest values. */
export function thin({ t, columns }: Rows, most: number): Rows {
  if (t.length <= most) return { t, columns };
  const slots = most >> 1;
  const out: Rows = { t: [], columns: columns.map(() => []) };
  for (let s = 0; s < slots; s++) {
    const a = Math.floor((s * t.length) / slots);
    const b = Math.floor(((s + 1) * t.length) / slots);
    out.t.push(t[a]!, t[b - 1]!);
    columns.forEach((column, c) => {
      const seen = column.slice(a, b).filter((v) => v !== null);
      out.columns[c]!.push(seen.length > 0 ? Math.min(...seen) : null, seen.length > 0 ? Math.max(...seen) : null);
    });
  }
  return out;
}
