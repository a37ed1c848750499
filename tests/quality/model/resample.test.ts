import { describe, expect, it } from 'vitest';
import { Resampler } from '../../../electron/quality/model/resample.ts';
import { rowsOf, type Rows } from './wrists.ts';

/** Everything that comes out, by the number of its instant. */
function resampled(rows: Rows, batch = rows.t.length): { x: Map<number, number>; present: Map<number, number> } {
  const x = new Map<number, number>(), present = new Map<number, number>();
  const resampler = new Resampler((first, ax, _y, _z, there, length) => { for (let i = 0; i < length; i++) { x.set(first + i, ax[i]!); present.set(first + i, there[i]!); } });
  for (let i = 0; i < rows.t.length; i += batch) resampler.push(rows.t.subarray(i, i + batch), rows.x.subarray(i, i + batch), rows.y.subarray(i, i + batch), rows.z.subarray(i, i + batch));
  resampler.finish();
  return { x, present };
}
const line = (s: number) => [3 * s, 1, 9.8] as const;

describe('any rate becomes 20 Hz', () => {
  it('keeps rows that are at 20 Hz as they are', () => {
    const rows = rowsOf(5, 20, (s) => [Math.sin(7 * s), 1, 2]);
    const { x } = resampled(rows);
    expect(x.size).toBe(100);
    for (let i = 0; i < 100; i++) expect(x.get(i)).toBe(Math.fround(rows.x[i]!));
  });

  it.each([5, 12.5, 25, 31.25, 50, 100, 200])('reads a straight line from %d Hz where it is', (hertz) => {
    const { x, present } = resampled(rowsOf(10, hertz, line));
    // Above 20 Hz a sample is the mean of the rows nearest to it, which may lie up to half a row to one side.
    for (let i = 10; i < 190; i++) { expect(Math.abs(x.get(i)! - 3 * (i / 20))).toBeLessThanOrEqual(hertz <= 20 ? 1e-4 : 1.5 / hertz + 1e-4); expect(present.get(i)).toBe(1); }
  });

  it('gives the same however the rows come in batches', () => {
    const rows = rowsOf(7, 33, (s) => [Math.sin(9 * s), 0, 0]);
    expect(resampled(rows, 1).x).toEqual(resampled(rows).x);
    expect(resampled(rows, 13).x).toEqual(resampled(rows).x);
  });

  it('marks what lies in a gap as missing, and skips a long break', () => {
    const a = rowsOf(10, 20, line), t = Float64Array.from(a.t, (v, i) => (i < 100 ? v : v + 2_000_000));
    const { present } = resampled({ ...a, t });
    expect([...Array(39).keys()].map((k) => present.get(101 + k)).filter((p) => p === 1)).toEqual([]);
    const far = resampled({ ...a, t: Float64Array.from(a.t, (v, i) => (i < 100 ? v : v + 3_600_000_000)) });
    expect(far.x.size).toBeLessThan(700);
    expect(far.present.get((3600 + 5) * 20)).toBe(1);
  });

  it('begins late where the first row does', () => {
    const a = rowsOf(4, 20, line), { x } = resampled({ ...a, t: a.t.map((v) => v + 1e15) });
    expect(x.size).toBeLessThan(300);
  });

  it('leaves out rows that run back in time', () => {
    const a = rowsOf(4, 20, line), t = a.t.slice();
    t[40] = 0; t[41] = t[39]!;
    const { x } = resampled({ ...a, t });
    for (let i = 0; i < 80; i++) expect(x.get(i)).toBeCloseTo(3 * (i / 20), 4);
  });
});
