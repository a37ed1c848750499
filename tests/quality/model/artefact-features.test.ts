import { describe, expect, it } from 'vitest';
import { ARTEFACT_FEATURES, describeArtefacts } from '../../../electron/quality/model/artefact-features.ts';
import { CHANNELS, FEATURES, describeWindow, mirror } from '../../../electron/quality/model/features.ts';
import { UNKNOWN_FRAME } from '../../../electron/quality/model/frame.ts';
import { WINDOW, type Axes } from '../../../electron/quality/model/windows.ts';
import { rest, rowsOf, walk } from './wrists.ts';

const axesOf = (at: (s: number) => readonly [number, number, number]): Axes => { const { x, y, z } = rowsOf(30, 20, at); return { x: Float32Array.from(x), y: Float32Array.from(y), z: Float32Array.from(z) }; };
function figures(axes: Axes): Float32Array {
  const out = new Float32Array(ARTEFACT_FEATURES).fill(NaN);
  describeArtefacts(axes, WINDOW, 0, 3 * WINDOW, out, 0);
  return out;
}

describe('figures about artefacts', () => {
  it.each([['a walk', walk()], ['a hand at rest', rest()], ['nothing', () => [0, 0, 0] as const], ['one value', () => [3, -40, 160] as const]])('are all there and finite for %s', (_, at) => {
    const out = figures(axesOf(at as (s: number) => readonly [number, number, number]));
    expect([...out].filter((v) => !Number.isFinite(v))).toEqual([]);
  });

  it('do not care which axis is which', () => {
    const a = axesOf(walk()), same = figures(a), swapped = figures({ x: a.z, y: a.x, z: a.y });
    swapped.forEach((v, i) => expect(v).toBeCloseTo(same[i]!, 3));
  });

  it('see a copy of eight seconds that lies a window away, and none in a walk', () => {
    const a = axesOf(walk()), copied: Axes = { x: a.x.slice(), y: a.y.slice(), z: a.z.slice() };
    for (const c of [copied.x, copied.y, copied.z]) c.copyWithin(WINDOW + 20, 10, 170);
    // The place of the exact repetition among the figures: it is the share of movement that is repeated.
    const at = 48 + 10 + 9 + 7 + 3;
    expect(figures(a)[at]).toBeLessThan(0.1);
    expect(figures(copied)[at]).toBeGreaterThan(0.6);
  });
});

it('the channels of a window are the same for the left and the right wrist up to the side', () => {
  const a = axesOf(walk()), mirrored: Axes = { x: a.x.map((v) => -v), y: a.y, z: a.z };
  const show = (axes: Axes): [Float32Array, Float32Array] => {
    const signal = new Float32Array(WINDOW * CHANNELS), out = new Float32Array(FEATURES);
    const mean = [axes.x, axes.y, axes.z].map((c) => c.slice(WINDOW, 2 * WINDOW).reduce((s, v) => s + v, 0) / WINDOW) as [number, number, number];
    describeWindow(axes, WINDOW, UNKNOWN_FRAME, mean, signal, 0, out, 0);
    return [signal, out];
  };
  const [signal, out] = show(a), [signal2, out2] = show(mirrored);
  for (let i = 0; i < WINDOW; i++) {
    for (const c of [0, 1, 3, 4, 5, 6]) expect(signal2[i * CHANNELS + c]).toBeCloseTo(signal[i * CHANNELS + c]!, 4);
    expect(Math.abs(signal2[i * CHANNELS + 2]!)).toBeCloseTo(Math.abs(signal[i * CHANNELS + 2]!), 4);
  }
  expect([...out2].filter((v, i) => Math.abs(v - out[i]!) > 1e-3).length).toBeLessThanOrEqual(3);
  // And `mirror` is that very change.
  mirror(signal2, out2);
  for (let i = 0; i < signal.length; i++) expect(signal2[i]).toBeCloseTo(signal[i]!, 4);
  for (let i = 0; i < FEATURES; i++) expect(out2[i]).toBeCloseTo(out[i]!, 3);
});
