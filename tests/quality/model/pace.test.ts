import { describe, expect, it } from 'vitest';
import { calibrationOf, surveyWindow } from '../../../electron/quality/model/frame.ts';
import { atPace, paceOf, type Stride } from '../../../electron/quality/model/pace.ts';
import { autocorrelation, powerSpectrum, strideOf } from '../../../electron/quality/model/spectrum.ts';
import { WINDOW, type Axes } from '../../../electron/quality/model/windows.ts';
import { rest, rowsOf, walk, type Rows } from './wrists.ts';

const axesOf = ({ x, y, z }: Rows): Axes => ({ x: Float32Array.from(x), y: Float32Array.from(y), z: Float32Array.from(z) });
const surveysOf = (axes: Axes) => Array.from({ length: Math.floor(axes.x.length / WINDOW) }, (_, i) => surveyWindow(axes, i * WINDOW));
const strides = (...samples: number[]): Stride[] => samples.map((s) => ({ samples: s, repeats: 0.7 }));

describe('the pace of a recording', () => {
  it('is its own where people walk, run and climb as they do', () => {
    expect(paceOf([])).toBe(1);
    expect(paceOf(strides(21, 22, 15, 14, 25, 28))).toBe(1);
    // Somebody who walks slowly: 1.4 s a stride.
    expect(paceOf(strides(28, 28, 29, 28))).toBe(1);
  });
  it('is that of 50 Hz where walking and running take two and a half times as long', () => {
    expect(paceOf(strides(53, 53, 37, 37, 58))).toBe(2.5);
  });
  it('is not doubted for two windows, for what hardly repeats, or where others walk as people do', () => {
    expect(paceOf(strides(53, 53))).toBe(1);
    expect(paceOf(strides(53, 37, 53, 37).map((s) => ({ ...s, repeats: 0.3 })))).toBe(1);
    // Rowing, and a walk to the boat.
    expect(paceOf([...strides(...Array<number>(20).fill(55)), ...strides(21, 21, 22, 21)])).toBe(1);
  });
  it('is found in the samples, however the watch is turned', () => {
    // Sampled at 50 Hz and read as if at 20.
    const slow = axesOf(rowsOf(48, 50, walk(3))), turned: Axes = { x: slow.y.map((v) => -v), y: slow.z, z: slow.x };
    expect(calibrationOf(surveysOf(slow)).pace).toBe(2.5);
    expect(calibrationOf(surveysOf(turned)).pace).toBe(2.5);
    expect(calibrationOf(surveysOf(axesOf(rowsOf(120, 20, walk(3))))).pace).toBe(1);
    expect(calibrationOf(surveysOf(axesOf(rowsOf(120, 20, rest())))).pace).toBe(1);
  });
});

describe('a window at another pace', () => {
  const line: Axes = { x: Float32Array.from({ length: 3 * WINDOW }, (_, i) => i), y: new Float32Array(3 * WINDOW).fill(2), z: new Float32Array(3 * WINDOW).fill(-3) };
  it('holds the means of so many samples about the same middle', () => {
    const { x, y, z } = atPace(line, WINDOW, 2.5);
    // The first begins 250 samples before the middle at 300, and is the mean of 50, 51 and half of 52.
    expect(x[0]).toBeCloseTo((50 + 51 + 52 / 2) / 2.5, 4);
    expect(x[100]).toBeCloseTo((300 + 301 + 302 / 2) / 2.5, 4);
    expect([y[0], y[199], z[100]]).toEqual([2, 2, -3]);
  });
  it('runs back where nothing was recorded', () => {
    const begun: Axes = { x: line.x.slice().fill(NaN, 0, WINDOW), y: line.y, z: line.z }, { x } = atPace(begun, WINDOW, 2);
    expect([...x].every((v) => v >= WINDOW)).toBe(true);
    expect(x[49]).toBeCloseTo(200 + 1.5, 4);
  });
});

it('a stride is the first of the lags at which movement is most like itself', () => {
  const wave = Float64Array.from({ length: WINDOW }, (_, i) => Math.sin((2 * Math.PI * i) / 22) + 0.5 * Math.sin((4 * Math.PI * i) / 22 + 1)), power = new Float64Array(257), c = new Float64Array(102);
  powerSpectrum(wave, 512, power); autocorrelation(power, 512, 102, c);
  const { samples, repeats } = strideOf(c, WINDOW, 6, 100);
  expect(samples).toBe(22);
  expect(repeats).toBeGreaterThan(0.9);
});
