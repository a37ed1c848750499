import { describe, expect, it } from 'vitest';
import { fuse, basSqi, pSqi, readBasSqi, readKSqi, readPSqi } from '../../../electron/quality/signals/band-sqi.ts';
import { beatsByHeight, beatsBySlope, bSqi } from '../../../electron/quality/signals/beats.ts';
import { actigraphCounts, coleKripke, coleKripkeIndex } from '../../../electron/quality/signals/cole-kripke.ts';
import { kSqi, sSqi } from '../../../electron/quality/signals/moments.ts';
import { orphanidou } from '../../../electron/quality/signals/orphanidou.ts';
import { acar, kamath, karlsson, malik, outsideRange, rejected } from '../../../electron/quality/signals/rr-plausibility.ts';
import { sadeh, sadehIndex } from '../../../electron/quality/signals/sadeh.ts';
import { fftOf, transform } from '../../../electron/quality/signals/fft.ts';
import { webster } from '../../../electron/quality/signals/webster.ts';

const of = (rr: number[], flags: Uint8Array) => rr.filter((_, i) => flags[i] === 1);

describe('epochs of a minute', () => {
  it('Cole–Kripke: one minute of ten among zeros', () => {
    const a = Array<number>(12).fill(0); a[5] = 10;
    expect([...coleKripkeIndex(a)].slice(3, 10).map((d) => Number(d.toFixed(2)))).toEqual([0.67, 0.74, 2.3, 0.76, 0.58, 0.54, 1.06]);
    expect([...coleKripke(a)].slice(3, 10)).toEqual([1, 1, 0, 1, 1, 1, 0]);
    expect([...actigraphCounts([50, 40_000])]).toEqual([0.5, 300]);
  });
  it('Webster: wake reaches into the sleep behind it, and short sleep between long wake is wake', () => {
    const seq = (...runs: [number, number][]) => runs.flatMap(([v, n]) => Array<number>(n).fill(v));
    const sleep = (list: number[]) => [...webster(list)].reduce((a, b) => a + b, 0);
    expect(sleep(seq([0, 3], [1, 30]))).toBe(30);
    expect(sleep(seq([0, 4], [1, 30]))).toBe(29);
    expect(sleep(seq([0, 10], [1, 30]))).toBe(27);
    expect(sleep(seq([0, 15], [1, 30]))).toBe(26);
    expect(sleep(seq([0, 10], [1, 6], [0, 10]))).toBe(0);
    expect(sleep(seq([0, 10], [1, 7], [0, 10]))).toBe(4);
    expect(sleep(seq([0, 20], [1, 10], [0, 20]))).toBe(0);
    expect(sleep(seq([0, 20], [1, 11], [0, 20]))).toBe(7);
  });
  it('Sadeh: the reference\'s three values', () => {
    expect(sadehIndex(Array<number>(21).fill(0))[10]).toBe(7.601);
    expect(sadehIndex(Array<number>(21).fill(60))[10]).toBeCloseTo(-11.069, 3);
    const one = Array<number>(21).fill(0); one[10] = 100;
    expect(sadehIndex(one)[10]).toBeCloseTo(1.479, 3);
    expect(sadeh(Array<number>(21).fill(30), { threshold: -4, cap: 300 })[10]).toBe(1);
    expect(sadeh(one)[10]).toBe(1);
  });
});

describe('beat intervals', () => {
  const rr = [800, 810, 500, 1100, 805, 790, 1000, 800];
  it('each filter rejects what the reference says', () => {
    expect(of(rr, malik(rr))).toEqual([500, 805, 1000]);
    expect(of(rr, kamath(rr))).toEqual([500, 805]);
    expect(of(rr, karlsson(rr))).toEqual([810, 500, 1100, 1000]);
    expect(of([299, 300, 2000, 2001], outsideRange([299, 300, 2000, 2001]))).toEqual([299, 2001]);
    // Of the eight, 805 by Malik and Kamath, 1000 by Malik and Karlsson, 500 by three.
    expect(of(rr, rejected(rr))).toEqual([500, 805, 1000]);
    expect(of([2500, 800, 810], rejected([2500, 800, 810]))).toContain(2500);
    const steady = [...Array<number>(9).fill(800), 960, 959, 655, 641];
    // After 959 the mean of nine is 817.7 and 80 % of it 654.1; after 655 they are 801.6 and 641.2.
    expect(of(steady, acar(steady))).toEqual([960, 641]);
  });
});

/** A train of sharp complexes on a small wave. */
const ecg = (rateHz: number, beat = 0.8, seconds = 10) => Array.from({ length: rateHz * seconds }, (_, i) => { const t = i / rateHz; const p = ((t + 0.4) % beat) - 0.4; return Math.exp(-((p / 0.012) ** 2)) + 0.12 * Math.exp(-(((p - 0.25) / 0.05) ** 2)); });
const pulse = (rateHz: number, beat = 0.8, seconds = 10) => Array.from({ length: rateHz * seconds }, (_, i) => { const p = ((i / rateHz) % beat) / beat; return Math.exp(-(((p - 0.3) / 0.12) ** 2)) + 0.3 * Math.exp(-(((p - 0.6) / 0.15) ** 2)); });

describe('ECG and PPG indices', () => {
  it('moments by hand: two values have a kurtosis of one, one of four has a skew of 2/√3', () => {
    expect(kSqi([1, -1, 1, -1])).toBe(1);
    expect(sSqi([0, 0, 0, 1])).toBeCloseTo(2 / Math.sqrt(3), 12);
    expect(kSqi([3, 3])).toBeNaN();
    expect(readKSqi(kSqi(ecg(130)))).toBe('good');
    expect(sSqi(pulse(50))).toBeGreaterThan(0);
  });
  it('transforms four points by hand', () => {
    const fft = fftOf(4), { re, im, reversed } = fft;
    reversed.forEach((from, i) => { re[i] = from + 1; im[i] = 0; });
    transform(fft);
    expect([...re].map((v) => v + 0)).toEqual([10, -2, -2, -2]);
    expect([...im].map((v) => v + 0)).toEqual([0, 2, 0, -2]);
    expect(() => fftOf(6)).toThrow(RangeError);
  });
  it('tell where the power lies', () => {
    const wave = (hz: number) => Array.from({ length: 1300 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 130));
    expect(pSqi(wave(10), 130)).toBeGreaterThan(0.99);
    expect(pSqi(wave(25), 130)).toBeLessThan(0.01);
    expect(basSqi(wave(10), 130)).toBeGreaterThan(0.99);
    expect(basSqi(wave(0.4), 130)).toBeLessThan(0.05);
    expect([readPSqi(0.6, 80), readPSqi(0.45, 80), readPSqi(0.85, 80), readPSqi(0.45, 140), readPSqi(0.2, 140)]).toEqual(['good', 'suspicious', 'bad', 'good', 'bad']);
    expect([0.95, 0.9, 0.89].map(readBasSqi)).toEqual(['good', 'suspicious', 'bad']);
    expect([fuse(['bad', 'bad', 'good']), fuse(['good', 'good', 'suspicious']), fuse(['bad', 'suspicious', 'suspicious']), fuse(['good', 'good', 'bad'])]).toEqual(['unacceptable', 'excellent', 'unacceptable', 'barely-acceptable']);
  });
  it('two detectors agree on a clean trace and not on noise', () => {
    const clean = ecg(130);
    const [a, b] = [beatsBySlope(clean, 130), beatsByHeight(clean, 130)];
    expect(a.length).toBeGreaterThanOrEqual(12);
    expect(bSqi(a, b, 130)).toBeGreaterThan(0.95);
    let s = 9;
    const noise = clean.map(() => (s = (s * 48271) % 2147483647) / 2147483647 - 0.5);
    expect(bSqi(beatsBySlope(noise, 130), beatsByHeight(noise, 130), 130)).toBeLessThan(0.9);
    expect(bSqi([10, 200], [15, 300], 130)).toBe(0.5);
    expect(bSqi([], [], 130)).toBe(0);
  });
  it('Orphanidou: a pulse passes, and each of its limits refuses', () => {
    const clean = ecg(130);
    const beats = beatsBySlope(clean, 130);
    expect(orphanidou(clean, beats, 130, 'ecg')).toMatchObject({ ok: true });
    const ppg = pulse(50);
    expect(orphanidou(ppg, beatsByHeight(ppg, 50), 50, 'ppg').ok).toBe(true);
    expect(orphanidou(clean, [0, 20], 130, 'ecg').why).toBe('too-few-beats');
    expect(orphanidou(clean, beats.filter((_, i) => i % 2 === 0), 130, 'ecg').why).toBe('rate');
    expect(orphanidou(clean, [0, 60, 120, 180, 590, 650, 710, 770, 830, 890], 130, 'ecg').why).toBe('pause');
    expect(orphanidou(clean, [...beats.slice(0, 4), ...beats.slice(6)], 130, 'ecg').why).toBe('ratio');
    let s = 4;
    const noise = clean.map(() => (s = (s * 48271) % 2147483647) / 2147483647);
    expect(orphanidou(noise, beats, 130, 'ecg').why).toBe('shape');
  });
});
