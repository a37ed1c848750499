import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsvBlock } from '../../electron/capture/import/csv-block.ts';
import { openOne } from '../open-one.ts';
import { writeSimulatedCsv } from '../../electron/app/simulated-csv.ts';
import { code, drain, file, importText, temporaryFolder } from './helpers.ts';
import { join } from 'node:path';

describe('headers and units', () => {
  it.each([
    ['t,x,y,z', ',', '0.01', 's', 10_000, 'm/s2'],
    ['t [ms],x [g],y [g],z [g]', ',', '10', 'ms', 10_000, 'g'],
    ['time(us);acc_x(m/s^2);acc_y(m/s^2);acc_z(m/s^2)', ';', '10000', 'us', 10_000, 'm/s2'],
    ['timestamp_ns\taccel x [g]\taccel y [g]\taccel z [g]', '\t', '10000000', 'ns', 10_000, 'g'],
    ['Timestamp,X,Y,Z', ',', '0.010', 's', 10_000, 'm/s2'],
  ])('%s', async (header, d, step, _unit, micros, unit) => {
    const row = (t: string) => [t, '1.5', '-2.25', '9.81'].join(d);
    const { t, values, channels } = await importText(`${header}\r\n${row('0')}\r\n${row(step)}\r\n`);
    expect(t).toEqual([0, micros]);
    expect(values).toEqual([[1.5, 1.5], [-2.25, -2.25], [9.81, 9.81]]);
    expect(channels).toEqual([{ name: 'acceleration', kind: 'acceleration', unit, components: ['x', 'y', 'z'], decimals: 2 }]);
  });

  it('finds the unit of an epoch by its digits', async () => {
    for (const [unit, first, second] of [['s', '1751371200.00', '1751371200.01'], ['ms', '1751371200000', '1751371200010'], ['us', '1751371200000000', '1751371200010000'], ['ns', '1751371200000000000', '1751371200010000000']]) {
      const { t } = await importText(`timestamp,x,y,z\n${first},1,2,3\n${second},1,2,3\n`);
      expect(t, unit).toEqual([1751371200000000, 1751371200010000]);
    }
  });

  it('reads milliseconds where whole steps of a fast sensor name no unit, and says so', async () => {
    const { t, report } = await importText('t,x,y,z\n0,1,2,3\n10,1,2,3\n20,1,2,3\n');
    expect(t).toEqual([0, 10_000, 20_000]);
    expect(report.notes.join(' ')).toContain('were read as ms');
  });

  it('reads ISO 8601 with zones, fractions and quotes', async () => {
    const { t } = await importText('"datetime","x","y","z"\n"2025-07-01T12:00:00.5+02:00","1","2","3"\n2025-07-01 10:00:00.75Z,1,2,3\n');
    expect(t).toEqual([Date.UTC(2025, 6, 1, 10) * 1000 + 500_000, Date.UTC(2025, 6, 1, 10) * 1000 + 750_000]);
  });

  it('puts other sensors into channels of their own, and empty fields are missing values', async () => {
    const { channels, values, report } = await importText('time [s],hr_bpm,x [g],y [g],z [g],comment\n0.0,61,0.1,0.2,1.0,a\n0.5,,0.1,0.2,1.0,b\n1.0,62,0.1,,1.0,\n');
    expect(channels.map((c) => [c.name, c.unit, c.decimals])).toEqual([['heart-rate', '/min', 0], ['acceleration', 'g', 1]]);
    expect(values[0]).toEqual([61, NaN, 62]);
    expect(values[2]).toEqual([0.2, 0.2, NaN]);
    expect(report.notes.join(' ')).toContain('comment');
  });

  it('takes the unit of an option where the header has none, and skips comments and blank lines', async () => {
    const { channels } = await importText('# made by somebody\n\nt,x,y,z\n0.00,0,0,1\n\n0.01,0,0,1\n', { unit: 'g' });
    expect(channels[0]!.unit).toBe('g');
  });
});

describe('values', () => {
  it('are never changed: what does not fit the decimals of the start becomes Float64', async () => {
    const late = Array.from({ length: 40_000 }, (_, i) => `${(i / 100).toFixed(2)},${i === 39_000 ? '1.2345678901' : '1.25'},2,3`).join('\n');
    const source = await openOne(file(`t,x,y,z\n${late}\n`), { blockBytes: 65_536 });
    // The probe saw two decimals unless it met the odd row; either way the value comes out as it stands.
    const { values, channels } = await drain(source);
    expect(values[0]![39_000]).toBe(1.2345678901);
    expect(values[0]!.filter((v) => v === 1.25)).toHaveLength(39_999);
    expect(channels[0]!.decimals).toBeNull();
  });

  it('any decimal text is read as the nearest double, through integers where they fit (property)', async () => {
    const decimal = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 6 })).map(([n, d]) => (n / 10 ** d).toFixed(d));
    const wild = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(decimal, decimal, fc.oneof({ weight: 8, arbitrary: decimal }, { weight: 1, arbitrary: wild })), { minLength: 2, maxLength: 40 }), fc.integer({ min: 20, max: 4000 }), async (rows, blockBytes) => {
      const text = `t,x,y,z\n${rows.map((r, i) => `${(i / 50).toFixed(2)},${r.join(',')}`).join('\n')}\n`;
      const { t, values } = await importText(text, { blockBytes });
      expect(t).toEqual(rows.map((_, i) => i * 20_000));
      for (const axis of [0, 1, 2] as const) values[axis]!.forEach((v, i) => expect(v === Number(rows[i]![axis]) || (v === 0 && Number(rows[i]![axis]) === 0)).toBe(true));
    }), { numRuns: 60 });
  });

  it('chunk boundaries anywhere give the same rows (property)', async () => {
    const path = join(temporaryFolder(), 'sim.csv');
    await writeSimulatedCsv(path, { rows: 120, seed: 3 });
    const whole = await drain(await openOne(path, { blockBytes: 1 << 20 }));
    for (const blockBytes of [1, 2, 3, 7, 26, 27, 28, 29, 64, 1000, 4095]) {
      const cut = await drain(await openOne(path, { blockBytes }));
      expect(cut.t).toEqual(whole.t);
      expect(cut.values).toEqual(whole.values);
    }
    const threads = await drain(await openOne(path, { blockBytes: 1000, threads: 2 }));
    expect([threads.t, threads.values]).toEqual([whole.t, whole.values]);
    // Lent rows are there until the next batch is asked for, and no longer than that is promised.
    const lent = await openOne(path, { blockBytes: 1000, threads: 2, lend: true });
    const t: number[] = [];
    for await (const batch of lent.batches) t.push(...batch.t);
    expect(t).toEqual(whole.t);
  });

  it('the parser never throws and never makes up rows, whatever the bytes (property)', () => {
    const plan = { delimiter: 44, roles: [-1, 0, 1], timeUnit: 's' as const, decimals: [2, -1] };
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.stringMatching(/^[0-9.,\-+eE\n\r" a]{0,200}$/).map((s) => new Uint8Array(Buffer.from(s)))), (bytes) => {
      const block = parseCsvBlock(bytes, plan, true);
      const lines = Buffer.from(bytes).toString('latin1').split('\n');
      expect(block.rows + block.skippedLines.length).toBe(block.lines);
      expect(block.lines).toBe(lines.at(-1) === '' ? lines.length - 1 : lines.length);
      expect(block.t.every((t) => Number.isFinite(t))).toBe(true);
    }), { numRuns: 500 });
  });
});

describe('bad input is refused by name, with the line and what to do', () => {
  const good = Array.from({ length: 10 }, (_, i) => `0.0${i},1,2,3`).join('\n');
  const cases: [name: string, text: string, code: string, sentence: RegExp][] = [
    ['a row with a letter', `t,x,y,z\n${good}\n0.10,1,b,3\n0.11,1,2,3\n`, 'row-malformed', /^Line 12 is not a row of 4 fields that can be read: «#\.##,#,b,#»\.$/],
    ['a row with too few fields', `t,x,y,z\n${good}\n0.10,1,2\n0.11,1,2,3\n`, 'row-malformed', /Line 12/],
    ['a row with too many fields', `t,x,y,z\n${good}\n0.10,1,2,3,4\n0.11,1,2,3\n`, 'row-malformed', /Line 12/],
    ['a row without a time', `t,x,y,z\n${good}\n,1,2,3\n`, 'row-malformed', /Line 12/],
    ['NaN', `t,x,y,z\n${good}\n0.10,NaN,2,3\n`, 'value-not-finite', /^Line 12 holds a value that is not a finite number/],
    ['an infinity', `t,x,y,z\n${good}\n0.10,1,-inf,3\n0.11,1,2,3\n`, 'value-not-finite', /Line 12/],
    ['a number beyond doubles', `t,x,y,z\n${good}\n0.10,1,1e999,3\n0.11,1,2,3\n`, 'value-not-finite', /Line 12/],
    ['a clock that goes back', `t,x,y,z\n${good}\n0.05,1,2,3\n`, 'clock-backwards', /^The clock goes back on line 12, by 0\.040000 s\.$/],
    ['a last line that was cut', `t,x,y,z\n${good}\n0.10,1,2`, 'file-truncated', /^The file ends within line 12: «#\.##,#,#»\.$/],
    ['a last number that was cut', `t,x,y,z\n${good}\n0.10,1,2,3.`, 'file-truncated', /line 12/],
    ['an empty file', '', 'file-empty', /is empty/],
    ['blank lines only', '\n\n \n', 'file-empty', /holds no line/],
    ['a header alone', 't,x,y,z\n', 'too-few-samples', /has a header and no sample/],
    ['a single sample', 't,x,y,z\n0.0,1,2,3\n', 'too-few-samples', /has a single sample/],
    ['no header', '0.0,1,2,3\n0.1,1,2,3\n', 'format-unknown', /neither a CSV header nor a WISDM line/],
    ['no time', 'a,x,y,z\n1,1,2,3\n', 'format-unknown', /names no time column/],
    ['no channel', 't,foo\n0,1\n', 'format-unknown', /names no channel/],
    ['a unit that is not known', 't,x [furlong],y,z\n0,1,2,3\n', 'format-unknown', /«furlong»/],
    ['bytes that are no text', '\u0000\u0001\u0002', 'format-unknown', /is not text/],
    ['times that are no times', 't,x,y,z\nsoon,1,2,3\n', 'format-unknown', /neither a number nor a time/],
  ];
  it.each(cases)('%s', async (_name, text, expected, sentence) => {
    const error = await code(importText(text));
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(sentence);
    expect(error.hint).toBeTruthy();
  });

  it('the wrong line is named across blocks and threads', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${(i / 100).toFixed(2)},1.5,2.5,3.5`);
    lines[4321] = '43.21,1.5,oops,3.5';
    for (const options of [{ blockBytes: 777 }, { blockBytes: 4096, threads: 2 }]) {
      const error = await code(importText(`t,x,y,z\n${lines.join('\n')}\n`, options));
      expect(error.message).toMatch(/^Line 4323 /);
    }
  });

  it('a file that is not there', async () => {
    const error = await code(openOne('/nonexistent/x.csv'));
    expect([error.code, error.message]).toEqual(['file-not-found', 'The file /nonexistent/x.csv cannot be opened.']);
  });

  it('a rate that changes for good, but not jitter, gaps or dropouts', async () => {
    const at = (ts: number[]) => `t,x,y,z\n${ts.map((t) => `${t.toFixed(4)},1,2,3`).join('\n')}\n`;
    const mixed = [...Array.from({ length: 500 }, (_, i) => i / 100), ...Array.from({ length: 500 }, (_, i) => 5 + i / 50)];
    const error = await code(importText(at(mixed), { blockBytes: 1000 }));
    expect(error.code).toBe('rate-mixed');
    expect(error.message).toMatch(/^The sampling rate changes near line \d+, from about 100 Hz to about 50 Hz\.$/);
    expect(Math.abs(Number(/line (\d+)/.exec(error.message)![1]) - 502)).toBeLessThan(120);
    const uneven = Array.from({ length: 2000 }, (_, i) => i / 100 + (i > 700 ? 30 : 0) + (i % 7) * 0.0004).filter((_, i) => i % 9 !== 0);
    expect((await importText(at(uneven))).t).toHaveLength(uneven.length);
  });

  it('--skip-malformed leaves such rows out, counts them and keeps the rest', async () => {
    const { t, report } = await importText(`t,x,y,z\n${good}\n0.10,1,b,3\n0.11,inf,2,3\n0.02,1,2,3\n0.12,1,2,3\n0.13,1`, { skipBad: true });
    expect(t).toHaveLength(11);
    expect(report).toMatchObject({ rowsRead: 11, rowsSkipped: 4 });
    expect(report.skipped).toEqual([
      { reason: 'row-malformed', count: 1, firstLine: 12 }, { reason: 'value-not-finite', count: 1, firstLine: 13 },
      { reason: 'file-truncated', count: 1, firstLine: 16 }, { reason: 'clock-backwards', count: 1, firstLine: 14 },
    ]);
  });

  it('can be cancelled', async () => {
    const path = join(temporaryFolder(), 'sim.csv');
    await writeSimulatedCsv(path, { rows: 20_000, seed: 1 });
    for (const threads of [0, 2]) {
      const control = new AbortController();
      const source = await openOne(path, { signal: control.signal, blockBytes: 8192, threads });
      const error = await code((async () => { for await (const _ of source.batches) control.abort(); })());
      expect(error.code).toBe('cancelled');
    }
  });
});
