import { describe, expect, it } from 'vitest';
import { openOne } from '../open-one.ts';
import { code, drain, file, importText } from './helpers.ts';

describe('a file without times', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i / 1000},1,2\n`).join('');

  it('is read at the rate that is named, wherever its blocks begin', async () => {
    const source = await openOne(file(`x,y,z\n${rows}`), { rateHz: 50, blockBytes: 4096 });
    expect(source.draft).toMatchObject({ nominalRateHz: 50, source: { times: 'nominal' } });
    const { t, values, report } = await drain(source);
    expect(t).toEqual(Array.from({ length: 20_000 }, (_, i) => i * 20_000));
    expect(values[0]!.slice(0, 3)).toEqual([0, 0.001, 0.002]);
    expect(report.notes.join()).toContain('50 Hz was assumed');
  });

  it('is refused without one, and a rate changes nothing where there are times', async () => {
    expect(await code(importText('x,y,z\n1,2,3\n4,5,6\n'))).toMatchObject({ code: 'format-unknown' });
    expect((await importText('t [s],x,y,z\n0,1,2,3\n1,4,5,6\n', { rateHz: 50 })).t).toEqual([0, 1e6]);
  });
});

describe('a WISDM file of several people', () => {
  const line = (who: number, letter: string, i: number) => `${who},${letter},${i / 8},-0.5,9.${i};\n`;
  const text = [...Array(4).keys()].map((i) => line(1600, 'A', i)).join('') + [...Array(3).keys()].map((i) => line(1601, 'A', i + 20)).join('') + [...Array(2).keys()].map((i) => line(1600, 'A', i + 50)).join('');

  it('gives the rows of the one that is named, with a pause where the others were', async () => {
    const { t, report, annotations } = await drain(await openOne(file(text), { subject: '1600' }));
    expect(t).toEqual([0, 50_000, 100_000, 150_000, 60_200_000, 60_250_000]);
    expect(annotations).toHaveLength(2);
    expect(report.notes.join()).toContain('3 rows of other people');
    expect((await drain(await openOne(file(text), { subject: '1601', rateHz: 10 }))).t).toEqual([0, 100_000, 200_000]);
    expect(await code(importText(text, { subject: '7' }))).toMatchObject({ code: 'too-few-samples' });
  });
});
