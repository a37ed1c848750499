import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessMapping } from '../../../electron/capture/import/index.ts';
import { openOne } from '../../open-one.ts';
import { elementsOf } from '../../../electron/capture/import/json.ts';
import { zoneClock } from '../../../electron/capture/import/zones.ts';
import { isAppError } from '../../../shared/errors.ts';
import { code, drain } from '../helpers.ts';
import { held, readAll } from './fixtures.ts';

const guess = (text: string) => guessMapping(Buffer.from(text));
const utc = (text: string) => Date.parse(text) * 1000;

describe('a mapping that is guessed and confirmed', () => {
  it('reads German numbers with date and time apart', async () => {
    const text = 'Export\nDatum;Uhrzeit;Puls;Gewicht (kg)\n31.12.2023;23:59:59;61;70,5\n13.01.2024;00:00:01;62;70,6\n';
    const { mapping, doubts, columns } = guess(text);
    expect(mapping).toMatchObject({ delimiter: ';', decimal: ',', skipLines: 2, time: { columns: [0, 1], format: 'dmy' } });
    expect(columns[3]).toEqual({ index: 3, name: 'Gewicht (kg)', values: ['70,5', '70,6'] });
    expect(doubts.some((d) => d.includes('Gewicht'))).toBe(true);
    const pulse = mapping.channels.find((c) => c.columns[0] === 2)!;
    const confirmed = { ...mapping, channels: [{ ...pulse, name: 'heart-rate', kind: 'heart-rate' as const, unit: '/min' }, { name: 'weight', kind: 'other' as const, unit: 'kg', components: ['value'], decimals: null, columns: [3] }] };
    const { recordings } = await readAll(held(text), { mapping: confirmed, zone: 'Europe/Berlin' });
    expect(recordings[0]!.values).toEqual([[61, 62], [70.5, 70.6]]);
    expect(recordings[0]!.t).toEqual([utc('2023-12-31T22:59:59Z'), utc('2024-01-12T23:00:01Z')]);
  });

  it('takes three columns without names for an acceleration, and asks for the rate', async () => {
    const text = '0.01,-0.02,0.98\n0.01,-0.02,0.99\n0.02,-0.02,1.01\n';
    const { mapping, doubts } = guess(text);
    expect(mapping.time).toBeNull();
    expect(mapping.channels[0]).toMatchObject({ kind: 'acceleration', unit: 'g', columns: [0, 1, 2] });
    expect(doubts.join(' ')).toMatch(/rows there are in a second/);
    expect((await code(readAll(held(text), { mapping }))).code).toBe('invalid-argument');
    const source = await openOne(held(text), { mapping: { ...mapping, rateHz: 50 } });
    expect((await drain(source)).t).toEqual([0, 20_000, 40_000]);
  });

  it('tells epochs by their digits and says when day and month are not sure', () => {
    expect(guess('1700000000123,61\n1700000001123,62\n').mapping.time!.format).toBe('ms');
    expect(guess('when,hr\n01/02/2024 10:00:00,61\n01/02/2024 10:00:01,62\n')).toMatchObject({ mapping: { time: { format: 'mdy' } }, doubts: [expect.stringMatching(/Day and month/)] });
    expect(guess('when,hr\n2024-05-01 10:00:00,61\n2024-05-01 10:00:01,62\n').mapping).toMatchObject({ time: { format: 'iso' }, channels: [{ kind: 'heart-rate', columns: [1] }] });
  });

  it('refuses a mapping that does not fit, before reading', async () => {
    const { mapping } = guess('t,hr\n1,61\n2,62\n');
    expect((await code(readAll(held('t,hr\n1,61\n2,62\n'), { mapping: { ...mapping, channels: [] } }))).code).toBe('invalid-argument');
    expect((await code(readAll(held('t,hr\n1,61\n2,62\n'), { mapping: { ...mapping, time: { columns: [900], format: 's' } } }))).code).toBe('too-few-samples');
  });

  it('guesses or refuses, whatever the text', () => {
    const piece = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(',', ';', '\t', '\n', '"', '1', '2.5', '-3', '2024-01-01', '31.12.2024', '10:00:00', 'hr', 'time', 'x', 'NaN', '1e999', '\0'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 200 }), (parts) => {
      try { expect(guess(parts.join('')).mapping.channels.length).toBeGreaterThan(0); } catch (error) { if (!isAppError(error)) throw error; }
    }), { numRuns: 500 });
  });
});

describe('zones', () => {
  it('reads the hour that is there twice by the clock going back, and the one that is left out from before', () => {
    const berlin = zoneClock('Europe/Berlin');
    const local = (text: string) => berlin.toUtc(utc(`${text}Z`));
    expect([local('2024-10-27T02:30:00'), local('2024-10-27T02:59:00'), local('2024-10-27T02:01:00'), local('2024-10-27T03:00:00')]).toEqual(['2024-10-27T00:30:00Z', '2024-10-27T00:59:00Z', '2024-10-27T01:01:00Z', '2024-10-27T02:00:00Z'].map(utc));
    expect(local('2024-03-31T02:30:00')).toBe(utc('2024-03-31T01:30:00Z'));
    const howe = zoneClock('Australia/Lord_Howe');
    expect(howe.toUtc(utc('2024-01-01T00:00:00Z'))).toBe(utc('2023-12-31T13:00:00Z'));
    expect(howe.toUtc(utc('2024-07-01T00:00:00Z'))).toBe(utc('2024-06-30T13:30:00Z'));
  });
  it('is the inverse of the zone, but for repeated hours', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Sao_Paulo'];
    fc.assert(fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 2_000_000_000 }), (zone, seconds) => {
      const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(seconds * 1000).map((p) => [p.type, Number(p.value)]));
      const local = Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour'], parts['minute'], parts['second']) * 1000;
      const back = zoneClock(zone).toUtc(local);
      expect([0, -3600e6, -1800e6]).toContain(back - seconds * 1e6);
    }), { numRuns: 300 });
  });
  it('refuses a name that is none', async () => { expect((await code(readAll(held('x'), { zone: 'Mars/Base' }))).code).toBe('invalid-argument'); });
});

describe('JSON in pieces', () => {
  const all = async (text: string, size: number) => {
    const bytes = Buffer.from(text);
    const out: unknown[] = [];
    for await (const e of elementsOf((async function* () { for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size); })(), 'x')) out.push(e.key === null ? e.value : [e.key, e.value]);
    return out;
  };
  it('gives the elements of lists at the top and under keys, wherever the pieces end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }), fc.dictionary(fc.string(), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }), { noNullPrototype: true }), fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 1), async (list, object, size, indent) => {
      const same = (v: unknown) => JSON.parse(JSON.stringify(v)) as unknown;
      expect(await all(JSON.stringify(list, null, indent), size)).toEqual(same(list));
      expect(await all(JSON.stringify(object, null, indent), size)).toEqual(same(Object.entries(object).flatMap(([k, v]) => v.map((x) => [k, x]))));
    }), { numRuns: 300 });
  });
  it('refuses what is deep, long, or cut', async () => {
    expect((await code(all('[' + '['.repeat(100_000), 999))).code).toBe('row-malformed');
    expect((await code(all(`["${'a'.repeat(6 << 20)}"]`, 65536))).code).toBe('row-malformed');
    expect((await code(all('[1,2', 2))).code).toBe('file-truncated');
    for (const bad of ['[1}', '{"a"}', '[1] 2', '{1:2}', 'x', '{"a":1,}', '[1 2]']) expect((await code(all(bad, 3))).code, bad).toBe('row-malformed');
  });
});
