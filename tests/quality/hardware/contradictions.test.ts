import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHardwareCheck, ratesText } from '../../../electron/quality/hardware/contradictions.ts';
import { builtInList, createRegistry, entryHash } from '../../../electron/quality/hardware/registry.ts';
import { conversion } from '../../../electron/quality/hardware/units.ts';
import { canonicalReport } from '../../../electron/quality/report.ts';
import { scoreRecording } from '../../../electron/quality/score.ts';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Channel, Column, SampleBatch } from '../../../shared/domain/recording.ts';

const registry = createRegistry([builtInList()]);
const device = (id: string) => registry.get(id)!;
const acc = (unit: string, decimals: number | null): Channel => ({ name: 'acceleration', kind: 'acceleration', unit, components: ['x', 'y', 'z'], decimals });
const hr: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 };

/** A small generator with a seed: xorshift, so that a hand-worked case stays what it is. */
function random(seed: number): () => number {
  let s = seed >>> 0 || 1;
  return () => { s ^= s << 13; s >>>= 0; s ^= s >>> 17; s ^= s << 5; s >>>= 0; return s / 2 ** 32; };
}

type Table = { t: Float64Array; columns: Column[] };
/** Wrist acceleration in g on the grid of `step`, rounded to `decimals` of `unit`. */
function motion({ rows = 4000, hz = 50, step, decimals, unit = 'g', scale = 1, seed = 7, amplitude = 0.6 }: { rows?: number; hz?: number; step: number; decimals: number; unit?: string; scale?: number; seed?: number; amplitude?: number }): Table & { channel: Channel } {
  const rnd = random(seed);
  const columns = [0, 1, 2].map(() => new Int32Array(rows));
  const t = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    t[i] = Math.round((i * 1e6) / hz);
    for (let c = 0; c < 3; c++) {
      const g = (c === 2 ? 1 : 0) + amplitude * Math.sin(i / 17 + c) + 0.02 * (rnd() - 0.5);
      columns[c]![i] = Math.round(Math.round(g / step) * step * scale * 10 ** decimals);
    }
  }
  return { t, columns, channel: acc(unit, decimals) };
}
function check(id: string, channels: Channel[], { t, columns }: Table, cut = t.length): ReturnType<ReturnType<typeof createHardwareCheck>['finish']> {
  const it = createHardwareCheck(device(id), channels);
  for (let from = 0; from < t.length; from += cut) it.push(t.subarray(from, from + cut), columns.map((c) => c.subarray(from, from + cut)));
  return it.finish();
}
const codes = (found: ReturnType<typeof check>) => found.map((f) => f.code);

describe('what the device could have measured', () => {
  it.each([
    ['polar-h10', { step: 0.001, decimals: 3, hz: 200 }],
    ['polar-h10', { step: 0.001, decimals: 5, hz: 25, unit: 'm/s2', scale: 9.80665 }],
    ['empatica-e4', { step: 1 / 64, decimals: 6, hz: 32 }],
    ['empatica-e4', { step: 1 / 64, decimals: 3, hz: 32 }],
    ['pine64-pinetime', { step: 1 / 1024, decimals: 7, hz: 10 }],
    ['actigraph-gt3xplus', { step: 1 / 341, decimals: 3, hz: 30 }],
    ['actigraph-wgt3xbt', { step: 1 / 256, decimals: 3, hz: 100 }],
    ['axivity-ax', { step: 1 / 256, decimals: 6, hz: 100 }],
    ['espruino-bangle', { step: 1 / 8192, decimals: 6, hz: 12.5 }],
  ])('is not held against %s: %j', (id, options) => {
    const made = motion(options);
    expect(codes(check(id, [made.channel], made)).filter((c) => c !== 'hardware-maker')).toEqual([]);
  });

  it('is told in floats as well', () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32 });
    const floats = made.columns.map((c) => Float64Array.from(c, (v) => Math.fround(v / 1e6)));
    expect(check('empatica-e4', [acc('g', null)], { t: made.t, columns: floats })).toEqual([]);
  });

  it('passes over what no sensor stands for', () => {
    const t = Float64Array.from({ length: 50 }, (_, i) => i * 1e6);
    expect(check('empatica-e4', [{ ...hr, name: 'note', kind: 'other' }, { ...hr, name: 'sleep-stage', kind: 'sleep' }], { t, columns: [new Int32Array(50), new Int32Array(50)] })).toEqual([]);
  });
});

describe('range', () => {
  it('names the rows beyond it with their spans, worked by hand', () => {
    const made = motion({ step: 0.001, decimals: 3, hz: 50, rows: 100 });
    // 8 g, a hundredth of it and a step: 8.081 + rounding. Rows 10 to 12 and row 40 are beyond, row 60 is just within.
    for (const i of [10, 11, 12]) made.columns[0]![i] = 8100;
    made.columns[2]![40] = -9000;
    made.columns[1]![60] = 8081;
    const [found, ...more] = check('polar-h10', [made.channel], made);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'hardware-range', channel: 'acceleration', cost: 40 + 1000 * (4 / 100) });
    expect(found!.sentence).toBe('4 rows of acceleration lie beyond ±8 g, which is all that the Polar H10 can give.');
    expect(found!.spans!.longest()).toEqual([{ from: 200_000, to: 260_000 }, { from: 800_000, to: 820_000 }]);
  });

  it('holds in the recording\'s own unit', () => {
    const made = motion({ step: 0.001, decimals: 5, hz: 50, rows: 100, unit: 'm/s2', scale: 9.80665 });
    made.columns[0]![99] = Math.round(8.2 * 9.80665 * 1e5);
    expect(check('polar-h10', [made.channel], made)).toMatchObject([{ code: 'hardware-range', sentence: expect.stringContaining('1 row of acceleration lies beyond ±8 g') }]);
    // And is not held at all in one that nobody knows.
    expect(check('polar-h10', [{ ...made.channel, unit: 'counts' }], made)).toEqual([]);
  });

  it('a missing value is none', () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32, rows: 200 });
    made.columns[1]![7] = MISSING_INT32;
    const floats = made.columns.map((c) => Float64Array.from(c, (v) => (v === MISSING_INT32 ? NaN : v / 1e6)));
    expect(check('empatica-e4', [made.channel], made)).toEqual([]);
    expect(check('empatica-e4', [acc('g', null)], { t: made.t, columns: floats })).toEqual([]);
  });
});

describe('rate', () => {
  it('that the device cannot give is named where it is, worked by hand', () => {
    const made = motion({ step: 0.001, decimals: 3, hz: 60, rows: 60 * 90 });
    const [found] = check('polar-h10', [made.channel], made);
    expect(found).toMatchObject({ code: 'hardware-rate', cost: 80, sentence: 'acceleration comes at 60 Hz; the Polar H10 gives 25, 50, 100 or 200 Hz.' });
    expect(found!.spans!.count).toBe(3);
  });

  it('is measured over half a minute: only what is off costs', () => {
    const [right, wrong] = [motion({ step: 1 / 64, decimals: 6, hz: 32, rows: 32 * 60 }), motion({ step: 1 / 64, decimals: 6, hz: 40, rows: 40 * 60, seed: 9 })];
    const t = Float64Array.from([...right.t, ...wrong.t.map((x) => x + 60e6)]);
    const [found] = check('empatica-e4', [right.channel], { t, columns: right.columns.map((c, i) => Int32Array.from([...c, ...wrong.columns[i]!])) });
    expect(found).toMatchObject({ code: 'hardware-rate', cost: 20 + 60 * 0.5 });
    expect(found!.spans!.longest()[0]!.from).toBe(60e6);
  });

  it('neither a gap nor jitter nor a lost row makes another', () => {
    const made = motion({ step: 0.001, decimals: 3, hz: 100, rows: 12_000 });
    const rnd = random(3);
    const t = made.t.map((x, i) => Math.round(x + (rnd() - 0.5) * 4000 + (i > 5000 ? 90e6 : 0)));
    const keep = [...t.keys()].filter((i) => i % 37 !== 0);
    expect(check('polar-h10', [made.channel], { t: Float64Array.from(keep, (i) => t[i]!), columns: made.columns.map((c) => Int32Array.from(keep, (i) => c[i]!)) })).toEqual([]);
  });

  it('of values that come as they change may be lower but not higher', () => {
    const every = (seconds: number, rows = 400) => ({ t: Float64Array.from({ length: rows }, (_, i) => i * seconds * 1e6), columns: [Int32Array.from({ length: rows }, (_, i) => 60 + (i % 5))] });
    for (const seconds of [0.25, 1, 5, 300]) expect(codes(check('polar-h10', [hr], every(seconds)))).toEqual([]);
    expect(check('polar-h10', [hr], every(0.02, 4000))).toMatchObject([{ code: 'hardware-rate', sentence: 'heart-rate comes at 50 Hz; the Polar H10 gives at most 4 Hz.' }]);
    // A burst after a pause is a radio's, not a sensor's.
    const bursts = Float64Array.from({ length: 400 }, (_, i) => Math.floor(i / 5) * 5e6 + (i % 5) * 1000);
    expect(codes(check('polar-h10', [hr], { t: bursts, columns: [Int32Array.from({ length: 400 }, (_, i) => 60 + (i % 5))] }))).toEqual([]);
  });

  it('is said in words', () => {
    expect([ratesText({ rates: null }), ratesText({ rates: { kind: 'fixed', hz: [52], tolerance: 0.05 } }), ratesText({ rates: { kind: 'most', hz: 10 } })]).toEqual(['any rate', '52 Hz', 'at most 10 Hz']);
  });
});

describe('step', () => {
  it('finer than the sensor\'s gives a spoofed name away', () => {
    // A simulator's thousandths of m/s² under the name of an E4, whose step is 0.15 m/s².
    const made = motion({ step: 0.0001, decimals: 3, hz: 32, unit: 'm/s2', scale: 9.80665 });
    const [found] = check('empatica-e4', [made.channel], made);
    expect(found).toMatchObject({ code: 'hardware-step', channel: 'acceleration' });
    expect(found!.cost).toBeGreaterThan(75);
    expect(found!.sentence).toMatch(/rows of acceleration hold values between the steps of 0\.0156 g in which the Empatica E4 measures\.$/);
    expect(found!.spans!.count).toBeGreaterThan(0);
  });

  it('coarser than the sensor\'s does too', () => {
    const made = motion({ step: 0.05, decimals: 3, hz: 50, rows: 6000 });
    expect(check('polar-h10', [made.channel], made)).toMatchObject([{ code: 'hardware-step', cost: 40, sentence: 'acceleration never changes by less than 50 of the steps in which the Polar H10 measures: it was measured more coarsely.' }]);
  });

  it('is not judged where fewer digits are kept than it has', () => {
    const made = motion({ step: 0.01, decimals: 2, hz: 50, rows: 6000 });
    expect(check('polar-h10', [made.channel], made)).toEqual([]);
  });

  it('a stray value in a hundred is let pass', () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32, rows: 1000 });
    for (let i = 0; i < 10; i++) made.columns[0]![i * 90] = made.columns[0]![i * 90]! + 5000;
    expect(check('empatica-e4', [made.channel], made)).toEqual([]);
    made.columns[1]![999] = made.columns[1]![999]! + 5000;
    expect(codes(check('empatica-e4', [made.channel], made))).toEqual(['hardware-step']);
  });

  it('of whole beats a minute is not of decimals', () => {
    const t = Float64Array.from({ length: 300 }, (_, i) => i * 1e6);
    expect(codes(check('polar-h10', [{ ...hr, decimals: 2 }], { t, columns: [Int32Array.from({ length: 300 }, (_, i) => 6000 + ((i * 37) % 100))] }))).toEqual(['hardware-step']);
  });
});

describe('sensor', () => {
  it('that the device lacks costs all', () => {
    const t = Float64Array.from({ length: 50 }, (_, i) => i * 1e6);
    expect(check('lg-g-watch', [hr], { t, columns: [new Int32Array(50)] })).toMatchObject([{ code: 'hardware-sensor', cost: 100, sentence: 'The LG G Watch has no sensor for heart-rate.', channel: 'heart-rate' }]);
  });
  it('has no more axes than it has', () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32, rows: 100 });
    expect(codes(check('empatica-e4', [{ ...made.channel, components: ['x', 'y', 'z', 'w'] }], { t: made.t, columns: [...made.columns, made.columns[0]!] }))).toEqual(['hardware-sensor']);
  });
});

describe('in the report', () => {
  async function* cut({ t, columns }: Table, size: number): AsyncGenerator<SampleBatch> { for (let i = 0; i < t.length; i += size) yield { t: t.subarray(i, i + size), columns: columns.map((c) => c.subarray(i, i + size)) }; }
  const score = (id: string | null, made: Table & { channel: Channel }, size = 1000) => scoreRecording({ channels: [made.channel], simulated: false, device: id === null ? null : device(id) }, cut(made, size));
  const hardware = (report: Awaited<ReturnType<typeof score>>) => report.parts.find((p) => p.name === 'hardware')!;

  it('the part counts with a device and not without one', async () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32 });
    const [without, withOne] = [await score(null, made), await score('empatica-e4', made)];
    expect(hardware(without)).toEqual({ name: 'hardware', score: null, weight: 0 });
    expect(without).not.toHaveProperty('hardware');
    expect(hardware(withOne)).toMatchObject({ score: 100 });
    expect(hardware(withOne).weight).toBeGreaterThan(0);
    expect(withOne.hardware).toEqual({ device: 'empatica-e4', entry: entryHash(device('empatica-e4')) });
  });

  it('a spoofed name is not enough: it scores below the same values under no name or their own', async () => {
    const made = motion({ step: 1 / 64, decimals: 6, hz: 32 });
    const [own, spoofed] = [await score('empatica-e4', made), await score('actigraph-wgt3xbt', made)];
    expect(hardware(spoofed).score!).toBeLessThan(50);
    expect(spoofed.score).toBeLessThan(own.score);
    const reason = spoofed.reasons.find((r) => r.code === 'hardware-rate')!;
    expect(reason).toMatchObject({ channel: 'acceleration', sentence: expect.stringContaining('ActiGraph wGT3X-BT') });
    expect(reason.spanCount).toBeGreaterThan(0);
  });

  it('a family of which the model is not told costs a little and says so', async () => {
    const made = motion({ step: 1 / 8192, decimals: 6, hz: 12.5 });
    expect((await score('espruino-bangle', made)).reasons.find((r) => r.code === 'hardware-maker')).toMatchObject({ channel: null, sentence: expect.stringContaining('Only the maker Espruino is known') });
  });

  it('is the same to the byte whatever the batches, for the owner\'s rows and the validator\'s', async () => {
    const ids = registry.entries.filter((e) => e.channels.some((c) => c.kind === 'acceleration')).map((e) => e.id);
    await fc.assert(fc.asyncProperty(fc.constantFrom(...ids), fc.integer({ min: 1, max: 700 }), fc.record({ hz: fc.constantFrom(10, 20, 32, 50, 100, 130), step: fc.constantFrom(1 / 64, 1 / 256, 1 / 341, 0.001, 0.05), decimals: fc.constantFrom(2, 3, 6), seed: fc.nat(1000), rows: fc.integer({ min: 20, max: 900 }), amplitude: fc.constantFrom(0.5, 3, 12) }), async (id, size, options) => {
      const made = motion(options);
      const [whole, parts] = [await score(id, made, made.t.length), await score(id, made, size)];
      expect(canonicalReport(parts)).toBe(canonicalReport(whole));
      const part = hardware(whole).score!;
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThanOrEqual(100);
      // Nothing is lost of the part without a sentence.
      if (part < 100) expect(whole.reasons.some((r) => r.code.startsWith('hardware-'))).toBe(true);
    }), { numRuns: 150 });
  });
});

it('units come back as they were', () => {
  fc.assert(fc.property(fc.constantFrom(['acceleration', 'g', 'm/s2'], ['acceleration', 'mg', 'g'], ['gyroscope', 'deg/s', 'rad/s'], ['temperature', '[degF]', 'Cel'], ['temperature', 'K', '[degF]'], ['ecg', 'mV', 'uV'], ['rr-interval', 's', 'ms']) as fc.Arbitrary<['ecg', string, string]>, fc.double({ min: -1e4, max: 1e4, noNaN: true }), ([kind, a, b], x) => {
    const [there, back] = [conversion(kind, a, b)!, conversion(kind, b, a)!];
    expect((x * there.factor + there.offset) * back.factor + back.offset).toBeCloseTo(x, 6);
  }));
  expect(conversion('temperature', '[degF]', 'Cel')!.factor * 98.6 + conversion('temperature', '[degF]', 'Cel')!.offset).toBeCloseTo(37, 10);
  expect(conversion('acceleration', 'm/s2', 'g')!.factor * 9.80665).toBeCloseTo(1, 12);
  expect(conversion('heart-rate', '/min', 'Hz')).toBeNull();
});
