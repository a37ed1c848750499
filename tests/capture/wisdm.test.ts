import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOne } from '../open-one.ts';
import { sharedData } from '../shared-data.ts';
import { code, drain, file } from './helpers.ts';

const data = sharedData();
const lines = (letter: string, n: number, seed = 0) => Array.from({ length: n }, (_, i) => `1600,${letter},${(i + seed) / 8},-0.5916671,9.${i};\n`).join('');
const read = async (text: string, options = {}) => drain(await openOne(file(text, undefined), options));

describe('WISDM lines', () => {
  it('give stretches with annotations, pauses between them, and no subject', async () => {
    const path = file(lines('A', 5) + lines('D', 4, 100));
    const source = await openOne(path);
    const { t, values, annotations } = await drain(source);
    expect(source.draft.source.kind).toBe('wisdm');
    expect(t).toEqual([0, 50_000, 100_000, 150_000, 200_000, 60_250_000, 60_300_000, 60_350_000, 60_400_000]);
    expect(values[1]!.every((v) => v === -0.5916671)).toBe(true);
    expect(annotations).toEqual([{ from: 0, to: 250_000, label: 'walking' }, { from: 60_250_000, to: 60_450_000, label: 'sitting' }]);
    expect(JSON.stringify({ ...source.draft, annotations })).not.toContain('1600');
  });

  it('a stretch that repeats an earlier one exactly is left out; one that differs in a digit is kept', async () => {
    const twice = await read(lines('A', 50) + lines('B', 50, 7) + lines('A', 50));
    expect(twice.t).toHaveLength(100);
    expect(twice.report.skipped).toEqual([{ reason: 'repeated', count: 50, firstLine: 101 }]);
    const other = await read(lines('A', 50) + lines('B', 50, 7) + lines('A', 50).replace('9.49;', '9.48;'));
    expect(other.t).toHaveLength(150);
  });

  it.each([
    ['a malformed line', `${lines('A', 3)}1600,A,1.0,zz,3;\n${lines('A', 2)}`, 'row-malformed', /^Line 4 /],
    ['a value that is not finite', `${lines('A', 3)}1600,A,1.0,NaN,3;\n`, 'value-not-finite', /^Line 4 /],
    ['a last line that was cut', `${lines('A', 3)}1600,A,1.0,2.`, 'file-truncated', /within line 4/],
    ['a last number that was cut', `${lines('A', 3)}1600,A,1.0,2.0,3.1`, 'file-truncated', /within line 4/],
    ['a single sample', lines('A', 1), 'too-few-samples', /single sample/],
    ['a second person', lines('A', 3) + lines('A', 3).replaceAll('1600', '1601'), 'format-unknown', /^Line 4 begins the rows of another person/],
  ])('%s', async (_name, text, expected, sentence) => {
    const error = await code(read(text, { format: 'wisdm' }));
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(sentence);
  });

  it.skipIf(!data)('every value of the real files comes out as it stands; the repeated half of 1629 does not', async () => {
    for (const id of [1600, 1616, 1629, 1637]) {
      const path = join(data!, 'wisdm-watch', `data_${id}_accel_watch.txt`);
      const expected = readFileSync(path, 'utf8').trim().split('\n').slice(0, id === 1616 ? 12_000 : 14_400).map((l) => l.replace(';', '').split(',').slice(2).map(Number));
      const { t, values, annotations, report } = await drain(await openOne(path));
      expect(t).toHaveLength(expected.length);
      for (const axis of [0, 1, 2]) expect(values[axis]).toEqual(expected.map((r) => r[axis]));
      expect(annotations.map((a) => a.label)).toEqual(id === 1616 ? ['walking', 'stairs', 'sitting', 'standing', 'kicking'] : ['walking', 'jogging', 'stairs', 'sitting', 'standing', 'kicking']);
      expect(report.rowsSkipped).toBe(id === 1629 ? 14_400 : 0);
    }
  });
});
