import { describe, expect, it } from 'vitest';
import { atan, cubeRoot, elevation, exp, ln, turn } from '../../../electron/quality/signals/exact-math.ts';

describe('functions of + − × ÷ √ alone', () => {
  it('agree with the engine\'s to its last digits', () => {
    for (let i = 1; i < 4000; i++) {
      const x = i * i * 1.37e-4;
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(Math.log(x))));
      expect(Math.abs(atan(x) - Math.atan(x))).toBeLessThan(2e-15);
      expect(atan(-x)).toBe(-atan(x));
      expect(Math.abs(cubeRoot(x) / Math.cbrt(x) - 1)).toBeLessThan(2e-15);
      expect(Math.abs(exp(i / 6 - 333) / Math.exp(i / 6 - 333) - 1)).toBeLessThan(1e-15);
      const [c, s] = turn(i, 4001);
      expect(Math.abs(c - Math.cos((2 * Math.PI * i) / 4001))).toBeLessThan(2e-15);
      expect(Math.abs(s - Math.sin((2 * Math.PI * i) / 4001))).toBeLessThan(2e-15);
    }
    expect([ln(1), ln(0), ln(Infinity), ln(-1), ln(5e-324)]).toEqual([0, -Infinity, Infinity, NaN, expect.closeTo(-744.4400719213812, 9)]);
  });
  it('keep to the ends of what a number holds', () => {
    expect([exp(0), exp(-Infinity), exp(-746), exp(710), exp(NaN), cubeRoot(0), cubeRoot(-Infinity)]).toEqual([1, 0, 0, Infinity, NaN, 0, -Infinity]);
    expect(exp(709.7) / Math.exp(709.7)).toBeCloseTo(1, 12);
    expect(exp(-740) / Math.exp(-740)).toBeCloseTo(1, 2);
    expect(cubeRoot(-27)).toBeCloseTo(-3, 14);
  });
  it('are exact where a turn is a quarter', () => {
    expect([0, 1, 2, 3].map((k) => turn(k, 4).map((v) => v + 0))).toEqual([[1, 0], [0, 1], [-1, 0], [0, -1]]);
  });
  it('give the angle above the horizontal', () => {
    expect([elevation(1, 0), elevation(-1, 0), elevation(0, 0), elevation(0, 1)]).toEqual([90, -90, 0, 0]);
    expect(elevation(1, 1)).toBeCloseTo(45, 12);
  });
});
