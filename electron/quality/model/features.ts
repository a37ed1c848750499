/** What one window shows to the model: channels in its frame, and figures that say in numbers what a short network finds hard. */
import { cubeRoot, ln } from '../signals/exact-math.ts';
import { GRAVITY, RATE_HZ, WINDOW, unit, type Axes, type Vector } from './windows.ts';
import type { Frame } from './frame.ts';
import { select } from './select.ts';
import { autocorrelation, powerOfBoth, powerSpectra, strideOf } from './spectrum.ts';

/** Forearm, dial, side (g), |a| − 1, log of |Δa|, vertical − 1 and horizontal (g, by the window's own gravity). */
export const CHANNELS = 7;
const FFT = 512;
const LAGS = 40;
/** Edges of the bands of a spectrum in Hz. */
const EDGES = [0.15, 0.5, 0.8, 1.1, 1.4, 1.7, 2.0, 2.35, 2.8, 3.4, 4.4, 6, 8, 10];
const BANDS = EDGES.length - 1;
const SPECTRUM = BANDS + 3;
export const FEATURES = 4 * SPECTRUM + 6 + 8 + 6 + 5 + 4 + 4 + 3 + 1;

/** Place of the side's mean, which alone of the figures turns its sign with it; the side is the third channel. */
const SIDE_MEAN = 4 * SPECTRUM + 4;
const SIDE = 2;

/** In place: windows as the other hand, or a watch put on the other way round, would have shown them. */
export function mirror(signal: Float32Array, figures: Float32Array): void {
  for (let i = SIDE; i < signal.length; i += CHANNELS) signal[i] = -signal[i]!;
  for (let i = SIDE_MEAN; i < figures.length; i += FEATURES) figures[i] = -figures[i]!;
}

const powers = [0, 1].map(() => new Float64Array(FFT / 2 + 1)) as [Float64Array, Float64Array];
const correlation = new Float64Array(LAGS);
/** Strides of up to 2.5 s, in samples. */
const FURTHEST = 50;
const total = new Float64Array(FFT / 2 + 1);
const strides = new Float64Array(FURTHEST + 2);
/** Bins below 0.3 Hz are posture. */
const POSTURE = 8;
const centred = [0, 1].map(() => new Float64Array(WINDOW)) as [Float64Array, Float64Array];
const sorted = new Float64Array(WINDOW);
const channels: Float64Array[] = Array.from({ length: CHANNELS }, () => new Float64Array(WINDOW));

/**
 * Sensors differ in their own noise, which is most of what a hand at rest gives. Every figure is read above a floor
 * at the level of a noisy one (g, and g² in a band), so that a quiet sensor does not look like another posture.
 */
const FLOOR = 0.005;
const BAND_FLOOR = 3e-6;
const log = (v: number): number => ln(v + FLOOR);
/** A watch that reads to ±2 g and one that reads further are made alike. */
const LIMIT = 2 * GRAVITY;
const clip = (v: number): number => (v > LIMIT ? LIMIT : v < -LIMIT ? -LIMIT : v);

/** Powers of two signals about their means, into `powers`. */
function transformPair(a: Float64Array, b: Float64Array): void {
  let ma = 0, mb = 0;
  for (let i = 0; i < WINDOW; i++) { ma += a[i]!; mb += b[i]!; }
  ma /= WINDOW; mb /= WINDOW;
  const [ca, cb] = centred;
  for (let i = 0; i < WINDOW; i++) { ca[i] = a[i]! - ma; cb[i] = b[i]! - mb; }
  powerSpectra(ca, cb, FFT, powers[0], powers[1]);
}

/** Adds the powers of two more axes to that of the forearm in `total`, and finds the autocorrelation of the three. */
function transformSum(a: Float64Array, b: Float64Array): void {
  let ma = 0, mb = 0;
  for (let i = 0; i < WINDOW; i++) { ma += a[i]!; mb += b[i]!; }
  ma /= WINDOW; mb /= WINDOW;
  const [ca, cb] = centred;
  for (let i = 0; i < WINDOW; i++) { ca[i] = a[i]! - ma; cb[i] = b[i]! - mb; }
  powerOfBoth(ca, cb, FFT, powers[0]);
  for (let k = 0; k <= FFT / 2; k++) total[k] = k < POSTURE ? 0 : total[k]! + powers[0][k]!;
  autocorrelation(total, FFT, FURTHEST + 2, strides);
}

/** Log power in each band (g²), the frequency of the highest bin, its share, and the entropy of the shares. */
function spectrumFeatures(power: Float64Array, out: Float32Array, at: number): number {
  const bin = RATE_HZ / FFT;
  let total = 0, highest = 0, highestAt = 1;
  const from = Math.ceil(EDGES[0]! / bin);
  for (let k = from; k <= FFT / 2; k++) { total += power[k]!; if (power[k]! > highest) { highest = power[k]!; highestAt = k; } }
  let entropy = 0, k = from;
  for (let b = 0; b < BANDS; b++) {
    let sum = 0;
    for (; k <= FFT / 2 && k * bin < EDGES[b + 1]!; k++) sum += power[k]!;
    const level = sum / (WINDOW * FFT) + BAND_FLOOR, share = level / (total / (WINDOW * FFT) + BAND_FLOOR * BANDS);
    entropy -= share * ln(share);
    out[at++] = ln(level);
  }
  // The peak's share of all: its two neighbours belong to it, as the window of 10 s smears a tone over them.
  const peak = highest + power[highestAt - 1]! + (power[highestAt + 1] ?? 0);
  out[at++] = highestAt * bin; out[at++] = peak / (total + BAND_FLOOR * BANDS * WINDOW * FFT); out[at++] = entropy;
  return at;
}

const softened: Axes = { x: new Float32Array(WINDOW), y: new Float32Array(WINDOW), z: new Float32Array(WINDOW) };
/** Training draws its windows between the samples, which takes this much of each to its neighbours on the mean. */
const SOFTNESS = 0.14;

/** The window at sample `start` as sharp as those that training saw; it begins at sample 0 of what is returned, which the next call overwrites. */
export function soften(axes: Axes, start: number): Axes {
  for (const c of ['x', 'y', 'z'] as const) {
    const from = axes[c], to = softened[c], last = WINDOW - 1;
    to[0] = from[start]!; to[last] = from[start + last]!;
    for (let i = 1; i < last; i++) to[i] = from[start + i]! * (1 - 2 * SOFTNESS) + SOFTNESS * (from[start + i - 1]! + from[start + i + 1]!);
  }
  return softened;
}

type Deviation = { mean: number; sd: number; jerk: number };
function deviation(signal: Float64Array): Deviation {
  let mean = 0, square = 0, jerk = 0;
  for (let i = 0; i < WINDOW; i++) {
    mean += signal[i]!; square += signal[i]! * signal[i]!;
    if (i > 0) jerk += Math.abs(signal[i]! - signal[i - 1]!);
  }
  mean /= WINDOW;
  return { mean, sd: Math.sqrt(Math.max(0, square / WINDOW - mean * mean)), jerk: jerk / (WINDOW - 1) };
}

function correlationOf(a: Float64Array, b: Float64Array, am: number, bm: number, asd: number, bsd: number): number {
  let sum = 0;
  for (let i = 0; i < WINDOW; i++) sum += (a[i]! - am) * (b[i]! - bm);
  return sum / (WINDOW * (asd * bsd + FLOOR * FLOOR));
}

/** The part of a window that is the same however the watch lies; the next window overwrites it. */
const own = [0, 1, 2].map(() => new Float64Array(WINDOW)) as [Float64Array, Float64Array, Float64Array];
const upright = new Float32Array(2 * SPECTRUM);
const sizes = new Float32Array(8);

/** What `hearWindow` leaves in this module's arrays, until the next; `share` of it is above a sensor's own noise. */
export type Heard = { size: Deviation; vertical: Deviation; horizontal: Deviation; share: number };

/** Reads the window that starts at sample `start`, m/s², for `describeHeard`; `scale` is that of its frames. */
export function hearWindow({ x, y, z }: Axes, start: number, scale: number): Heard {
  const [, , , size, change, vertical, horizontal] = channels as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const [ownX, ownY, ownZ] = own;
  let mx = 0, my = 0, mz = 0;
  for (let i = 0; i < WINDOW; i++) { mx += clip(x[start + i]!); my += clip(y[start + i]!); mz += clip(z[start + i]!); }
  const up = unit([mx, my, mz]);
  let px = 0, py = 0, pz = 0;
  const g = GRAVITY * scale;
  for (let i = 0; i < WINDOW; i++) {
    const ax = clip(x[start + i]!) / g, ay = clip(y[start + i]!) / g, az = clip(z[start + i]!) / g;
    ownX[i] = ax; ownY[i] = ay; ownZ[i] = az;
    const square = ax * ax + ay * ay + az * az;
    size[i] = Math.sqrt(square) - 1;
    const v = up[0] * ax + up[1] * ay + up[2] * az;
    vertical[i] = v - 1;
    horizontal[i] = Math.sqrt(Math.max(0, square - v * v));
    const dx = ax - px, dy = ay - py, dz = az - pz;
    change[i] = i === 0 ? 0 : ln(Math.sqrt(dx * dx + dy * dy + dz * dz) + 0.02) / 2 + 1.5;
    px = ax; py = ay; pz = az;
  }
  change[0] = change[1]!;

  transformPair(vertical, size);
  spectrumFeatures(powers[1], upright, spectrumFeatures(powers[0], upright, 0));
  autocorrelation(powers[1], FFT, LAGS, correlation);
  const cm = deviation(size);
  sorted.set(size);
  let third = 0, fourth = 0;
  for (let i = 0; i < WINDOW; i++) { const u = (size[i]! - cm.mean) / (cm.sd + FLOOR); third += u * u * u; fourth += u * u * u * u; }
  sizes[0] = cm.mean; sizes[1] = log(cm.sd); sizes[2] = cubeRoot(third / WINDOW); sizes[3] = ln(fourth / WINDOW + 0.1);
  let from = 0, at = 4;
  for (const q of [0.05, 0.25, 0.75, 0.95]) { const place = Math.floor(q * (WINDOW - 1)); sizes[at++] = select(sorted, place, from); from = place; }
  const share = (cm.sd * cm.sd) / (cm.sd * cm.sd + FLOOR * FLOOR);
  for (let lag = 0; lag < LAGS; lag++) correlation[lag] = correlation[lag]! * share;
  return { size: cm, vertical: deviation(vertical), horizontal: deviation(horizontal), share };
}

/**
 * Writes the channels of the window that was heard last (WINDOW × CHANNELS, time first) and its FEATURES.
 * `gravity` is the mean over the window and its neighbours, from which the sign of the forearm is taken; m/s².
 */
export function describeHeard({ size: cm, vertical: cv, horizontal: ch, share: heard }: Heard, frame: Frame, gravity: Vector, signal: Float32Array, signalAt: number, out: Float32Array, outAt: number): void {
  const [forearm, dial, side, , , vertical, horizontal] = channels as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const { forearm: f, dial: d, side: s } = frame, [ownX, ownY, ownZ] = own;
  // Gravity along the forearm is made positive: left and right, and a watch put on the other way round, become one.
  const turn = f[0] * gravity[0] + f[1] * gravity[1] + f[2] * gravity[2] < 0 ? -1 : 1;
  for (let i = 0; i < WINDOW; i++) {
    const ax = ownX[i]!, ay = ownY[i]!, az = ownZ[i]!;
    forearm[i] = turn * (f[0] * ax + f[1] * ay + f[2] * az);
    dial[i] = d[0] * ax + d[1] * ay + d[2] * az;
    side[i] = turn * (s[0] * ax + s[1] * ay + s[2] * az);
  }
  for (let i = 0; i < WINDOW; i++) for (let c = 0; c < CHANNELS; c++) signal[signalAt + i * CHANNELS + c] = channels[c]![i]!;

  let at = outAt;
  transformPair(forearm, horizontal);
  at = spectrumFeatures(powers[0], out, at);
  at = spectrumFeatures(powers[1], out, at);
  total.set(powers[0]);
  out.set(upright, at); at += upright.length;
  const cf = deviation(forearm), cd = deviation(dial), cs = deviation(side);
  for (const c of [cf, cd, cs]) { out[at++] = c.mean; out[at++] = log(c.sd); } // 6
  out.set(sizes, at); at += sizes.length; // 8
  for (const c of [cf, cd, cs, cm, cv, ch]) out[at++] = log(c.jerk); // 6
  // Steps and strides: where the magnitude repeats, and how well.
  let step = 0, stepAt = 0, stride = 0, strideAt = 0;
  for (let lag = 5; lag < 18; lag++) if (correlation[lag]! > step) { step = correlation[lag]!; stepAt = lag; }
  for (let lag = 16; lag < 38; lag++) if (correlation[lag]! > stride) { stride = correlation[lag]!; strideAt = lag; }
  out[at++] = step; out[at++] = stepAt / 10; out[at++] = stride; out[at++] = strideAt / 20; out[at++] = stride - step; // 5
  // What repeats in all three axes together, however they lie: strides of walking are alike, those of stairs less, kicks are not.
  transformSum(dial, side);
  const repeated = strideOf(strides, WINDOW, 6, FURTHEST), half = repeated.samples >> 1;
  const around = (lag: number): number => (lag < 3 ? 0 : strides[lag]! * (WINDOW / (WINDOW - lag)));
  let low = 1;
  for (let lag = 3; lag < FURTHEST; lag++) low = Math.min(low, around(lag));
  out[at++] = heard * repeated.repeats; out[at++] = heard * repeated.samples / 20; out[at++] = heard * around(half); out[at++] = heard * low; // 4
  out[at++] = correlationOf(forearm, dial, cf.mean, cd.mean, cf.sd, cd.sd);
  out[at++] = Math.abs(correlationOf(forearm, side, cf.mean, cs.mean, cf.sd, cs.sd));
  out[at++] = Math.abs(correlationOf(dial, side, cd.mean, cs.mean, cd.sd, cs.sd));
  out[at++] = correlationOf(vertical, horizontal, cv.mean, ch.mean, cv.sd, ch.sd); // 4
  // How far the posture wanders: the spread of the means of single seconds.
  for (const c of [forearm, dial, side]) {
    let sum = 0, square = 0;
    for (let k = 0; k < WINDOW; k += RATE_HZ) {
      let m = 0;
      for (let i = k; i < k + RATE_HZ; i++) m += c[i]!;
      m /= RATE_HZ; sum += m; square += m * m;
    }
    const n = WINDOW / RATE_HZ;
    out[at++] = log(Math.sqrt(Math.max(0, square / n - (sum / n) * (sum / n))));
  } // 3
  out[at++] = frame.certainty; // 1
}

/** Both at once, for a window that is shown in one frame. Starts at sample `start`; m/s². */
export function describeWindow(axes: Axes, start: number, frame: Frame, gravity: Vector, signal: Float32Array, signalAt: number, out: Float32Array, outAt: number): void {
  describeHeard(hearWindow(axes, start, frame.scale), frame, gravity, signal, signalAt, out, outAt);
}
