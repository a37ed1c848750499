import { describe, expect, it } from 'vitest';
import { classProbabilities } from '../../../electron/quality/model/probability.ts';
import { select } from '../../../electron/quality/model/select.ts';
import { autocorrelation, powerOfBoth, powerSpectra, powerSpectrum } from '../../../electron/quality/model/spectrum.ts';
import { chance } from './wrists.ts';

const c = chance(4);
const noise = (n: number): Float64Array => Float64Array.from({ length: n }, () => c());

/** Power at bin k by the definition. */
function powerAt(signal: Float64Array, size: number, k: number): number {
  let re = 0, im = 0;
  signal.forEach((v, i) => { re += v * Math.cos((2 * Math.PI * k * i) / size); im -= v * Math.sin((2 * Math.PI * k * i) / size); });
  return re * re + im * im;
}

describe('spectra', () => {
  const a = noise(200), b = noise(200), size = 512;
  it('are what the definition says, one by one, in pairs and added up', () => {
    const one = new Float64Array(257), pa = new Float64Array(257), pb = new Float64Array(257), both = new Float64Array(257);
    powerSpectrum(a, size, one); powerSpectra(a, b, size, pa, pb); powerOfBoth(a, b, size, both);
    for (const k of [0, 1, 17, 100, 255, 256]) {
      expect(one[k]).toBeCloseTo(powerAt(a, size, k), 8);
      expect(pa[k]).toBeCloseTo(powerAt(a, size, k), 8);
      expect(pb[k]).toBeCloseTo(powerAt(b, size, k), 8);
      expect(both[k]).toBeCloseTo(powerAt(a, size, k) + powerAt(b, size, k), 8);
    }
  });
  it('give the autocorrelation', () => {
    const power = new Float64Array(257), out = new Float64Array(30);
    powerSpectrum(a, size, power); autocorrelation(power, size, 30, out);
    const at = (lag: number): number => { let s = 0; for (let i = 0; i + lag < 200; i++) s += a[i]! * a[i + lag]!; return s; };
    for (const lag of [0, 1, 7, 29]) expect(out[lag]).toBeCloseTo(at(lag) / at(0), 8);
  });
});

it('select finds what sorting would, whatever repeats', () => {
  for (let round = 0; round < 200; round++) {
    const values = Float64Array.from({ length: 1 + Math.floor((c() + 0.5) * 60) }, () => Math.round(c() * 12) + 0), sorted = values.slice().sort();
    for (const k of [0, values.length >> 1, values.length - 1]) expect(select(values.slice(), k)).toBe(sorted[k]);
  }
});

describe('probabilities of a window', () => {
  const logits = Float32Array.from([2, 0, 0, 2, 3, 0]);
  it('come from it alone', () => {
    const p = classProbabilities(logits, 2, [0, 1, 2], 1, 1);
    expect(p[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(p[2]).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
  });
  it('or from it and its neighbours, whole at the ends, and not across a gap', () => {
    const p = classProbabilities(logits, 2, [0, 1, 2], 3, 1);
    const [l0, l1, l2] = [-Math.log(1 + Math.exp(-2)), -Math.log(1 + Math.exp(2)), -Math.log(1 + Math.exp(-3))], [m0, m1, m2] = [-Math.log(1 + Math.exp(2)), -Math.log(1 + Math.exp(-2)), -Math.log(1 + Math.exp(3))];
    const first = (l0! + l1! + l2!) / 3, second = (m0! + m1! + m2!) / 3, expected = 1 / (1 + Math.exp(second - first));
    for (const i of [0, 1, 2]) expect(p[2 * i]).toBeCloseTo(expected, 6);
    const apart = classProbabilities(logits, 2, [0, 5, 9], 3, 1);
    expect(apart[2]).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
  });
  it('are drawn together by a temperature above one', () => {
    expect(classProbabilities(logits, 2, [0, 1, 2], 1, 2)[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });
});
