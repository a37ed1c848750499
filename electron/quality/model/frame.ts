/**
 * The frame in which a window is shown to the model. Watches disagree about which axis lies along the forearm and which way
 * it points, and one person wears it left, another right, so the axes are found in the recording itself: while a person walks, the arm hangs, and
 * gravity lies along the forearm. Known up to its sign only, since left and right differ by it.
 */
import { GRAVITY, RATE_HZ, WINDOW, cross, dot, norm, unit, type Axes, type Vector } from './windows.ts';
import { paceOf, type Stride } from './pace.ts';
import { autocorrelation, powerOfBoth, powerSpectrum, strideOf } from './spectrum.ts';

/** What the survey of one window finds: its mean (m/s²), how surely it is gait, 0–1, whether the hand was still, and what repeats in all axes together. */
export type WindowSurvey = { mean: Vector; gait: number; still: boolean; stride: Stride };

/** Along the forearm, across the dial, and along it. Orthonormal. `certainty` 0 where no gait was found to take it from, up to 1. */
export type Frame = { forearm: Vector; dial: Vector; side: Vector; certainty: number; /** What the watch reads for gravity, in g. */ scale: number };

/** Windows of certain gait, or more of uncertain, that a frame is taken from. */
const LEAST = 0.6;
const LIMIT = 2 * GRAVITY;
const FFT = 512;
const power = new Float64Array(FFT / 2 + 1);
const correlation = new Float64Array(40);
const magnitude = new Float64Array(WINDOW);
const total = new Float64Array(FFT / 2 + 1);
const moved = [0, 1, 2].map(() => new Float64Array(WINDOW)) as [Float64Array, Float64Array, Float64Array];
/** Longest stride that is looked for, in samples; a watch that says 20 Hz and gives 60 has such. */
const FURTHEST = 100;
const far = new Float64Array(FURTHEST + 2);
/** Bins below 0.3 Hz are posture. */
const POSTURE = 8;
const NO_STRIDE: Stride = { samples: 0, repeats: 0 };

/** Looks for gait in the window that starts at sample `start`: steps of 0.3–0.85 s that repeat, of a size that legs make. */
export function surveyWindow({ x, y, z }: Axes, start: number): WindowSurvey {
  let mx = 0, my = 0, mz = 0, m = 0;
  for (let i = 0; i < WINDOW; i++) {
    const a = x[start + i]!, b = y[start + i]!, c = z[start + i]!;
    mx += a; my += b; mz += c;
    const r = Math.sqrt(a * a + b * b + c * c);
    magnitude[i] = r; m += r;
  }
  m /= WINDOW;
  let variance = 0;
  for (let i = 0; i < WINDOW; i++) { magnitude[i] = magnitude[i]! - m; variance += magnitude[i]! * magnitude[i]!; }
  const sd = Math.sqrt(variance / WINDOW);
  const mean: Vector = [mx / WINDOW, my / WINDOW, mz / WINDOW];
  // Too still for steps. When it is so violent that a person must be running, the elbow is bent and gravity lies elsewhere: that counts for little.
  if (sd < 1) return { mean, gait: 0, still: sd < 0.3, stride: NO_STRIDE };
  const calm = sd < 4 ? 1 : Math.max(0.3, 1 - (sd - 4) / 3);
  powerSpectrum(magnitude, FFT, power);
  autocorrelation(power, FFT, 40, correlation);
  let peak = 0;
  for (let lag = Math.round(0.3 * RATE_HZ); lag <= Math.round(1.3 * RATE_HZ); lag++) {
    const c = correlation[lag]! * (WINDOW / (WINDOW - lag));
    if (c > correlation[lag - 1]! && c >= correlation[lag + 1]! && c > peak) peak = c;
  }
  // A watch with an unsteady clock blurs the repetition of steps; movement alone counts for a little.
  return { mean, stride: strideIn({ x, y, z }, start, mean), gait: calm * (0.15 + 0.85 * Math.min(1, Math.max(0, (peak - 0.35) / 0.35))), still: false };
}

/** What repeats in the movement of all axes together, however the watch is turned. */
function strideIn({ x, y, z }: Axes, start: number, mean: Vector): Stride {
  [x, y, z].forEach((a, c) => { for (let i = 0; i < WINDOW; i++) moved[c]![i] = Math.max(-LIMIT, Math.min(LIMIT, a[start + i]!)) - mean[c]!; });
  powerOfBoth(moved[0], moved[1], FFT, total);
  powerSpectrum(moved[2], FFT, power);
  for (let k = 0; k <= FFT / 2; k++) total[k] = k < POSTURE ? 0 : total[k]! + power[k]!;
  autocorrelation(total, FFT, FURTHEST + 2, far);
  return strideOf(far, WINDOW, 6, FURTHEST);
}

/** The line along which most of the gravity of walking lies: the survey with most support among the others, then their mean. */
export function forearmOf(surveys: readonly WindowSurvey[]): { direction: Vector; certainty: number } | null {
  let walking = surveys.filter((s) => s.gait > 0 && norm(s.mean) > 0.6 * GRAVITY);
  if (walking.length === 0) return null;
  // Support is counted pair by pair: enough windows for a firm answer, spread over the recording.
  const most = 120;
  if (walking.length > most) { const step = walking.length / most; walking = Array.from({ length: most }, (_, i) => walking[Math.floor(i * step)]!); }
  const lines = walking.map((s) => unit(s.mean));
  const near = (a: Vector, b: Vector): number => { const c = Math.abs(dot(a, b)); return c > 0.8 ? (c - 0.8) * 5 : 0; };
  let best = 0, bestSupport = -1;
  for (let i = 0; i < lines.length; i++) {
    let support = 0;
    for (let j = 0; j < lines.length; j++) support += walking[j]!.gait * near(lines[i]!, lines[j]!);
    if (support > bestSupport) { bestSupport = support; best = i; }
  }
  let sum: Vector = [0, 0, 0], weight = 0;
  for (let j = 0; j < lines.length; j++) {
    const w = walking[j]!.gait * near(lines[best]!, lines[j]!) * (dot(lines[best]!, lines[j]!) < 0 ? -1 : 1);
    sum = [sum[0] + w * lines[j]![0], sum[1] + w * lines[j]![1], sum[2] + w * lines[j]![2]];
    weight += Math.abs(w);
  }
  // A few restless windows of somebody who sits are no walk.
  return weight < LEAST ? null : { direction: unit(sum), certainty: Math.min(1, weight / 2) };
}

/** How much more or less than gravity the watch reads while the hand is still: 1 where it never is; between 0.8 and 1.25. */
export function scaleOf(surveys: readonly WindowSurvey[]): number {
  const still = surveys.filter((s) => s.still).map((s) => norm(s.mean) / GRAVITY).sort((a, b) => a - b);
  return still.length === 0 ? 1 : Math.max(0.8, Math.min(1.25, still[still.length >> 1]!));
}

/** Cosines of the angles within which an axis may be meant to lie along the forearm (30°), and within which it is taken to be (20°). */
const [MAY_BE, IS_TAKEN] = [0.866, 0.94];

/** Makers lay an axis along the forearm: one that is near is taken to be it, which a few minutes of walking tell less exactly. */
function nearestAxis(v: Vector, cosine: number): Vector | null {
  for (let c = 0; c < 3; c++) if (Math.abs(v[c]!) > cosine) return [c === 0 ? 1 : 0, c === 1 ? 1 : 0, c === 2 ? 1 : 0];
  return null;
}

/** What a recording tells of how its watch is worn and how it reads. */
export type Calibration = { forearm: { direction: Vector; certainty: number; /** Which way the dial looks, where that shows. */ dial: Vector | null } | null; scale: number; /** Samples for one of ours (`pace.ts`). */ pace: number };

export function calibrationOf(surveys: readonly WindowSurvey[]): Calibration {
  const forearm = forearmOf(surveys);
  return { forearm: forearm === null ? null : { ...forearm, dial: dialOf(surveys, forearm.direction) }, scale: scaleOf(surveys), pace: paceOf(surveys.map((s) => s.stride)) };
}

/** A hand that rests mostly has the dial up: the side on which gravity then lies, of what is across the forearm. */
function dialOf(surveys: readonly WindowSurvey[], forearm: Vector): Vector | null {
  let sum: Vector = [0, 0, 0], count = 0;
  for (const { still, mean } of surveys) {
    if (!still) continue;
    const g = unit(mean), along = dot(g, forearm), across: Vector = [g[0] - along * forearm[0], g[1] - along * forearm[1], g[2] - along * forearm[2]];
    if (norm(across) < 0.6) continue;
    sum = [sum[0] + across[0], sum[1] + across[1], sum[2] + across[2]];
    count++;
  }
  return count > 0 && norm(sum) > 0.5 * count ? unit(sum) : null;
}

/** `exact`: the forearm as it was found, even where an axis is near. Training draws both. */
export function frameOf({ forearm, scale }: Calibration, exact = false): Frame {
  if (forearm === null) return { ...UNKNOWN_FRAME, scale };
  const axis = exact ? null : nearestAxis(forearm.direction, MAY_BE);
  // A watch whose axes lie anyhow does not tell with its z axis where the dial looks.
  if (axis === null && forearm.dial !== null) return { forearm: forearm.direction, dial: forearm.dial, side: cross(forearm.dial, forearm.direction), certainty: forearm.certainty, scale };
  return { ...frameAbout(axis ?? forearm.direction, forearm.certainty), scale };
}

/**
 * A frame for each hand, in which the network is asked and whose answers are averaged. Where an axis lies near the forearm one has it along that axis, the other
 * as gravity has it: the axis is surer if its maker meant it, and what gravity says turns with the watch, however its axes lie.
 */
export function framesOf(calibration: Calibration): [Frame, Frame] {
  const { forearm } = calibration, turning = frameOf(calibration, true);
  return [forearm !== null && nearestAxis(forearm.direction, IS_TAKEN) !== null ? frameOf(calibration) : turning, turning];
}

/** Completes a frame about a forearm's line: the dial's normal is what is left of the z axis (or of x, where z is the forearm). */
export function frameAbout(forearm: Vector, certainty: number): Frame {
  const away: Vector = Math.abs(forearm[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const along = dot(away, forearm);
  const dial = unit([away[0] - along * forearm[0], away[1] - along * forearm[1], away[2] - along * forearm[2]]);
  return { forearm, dial, side: cross(dial, forearm), certainty, scale: 1 };
}

/** Without gait to go by: most watches follow Android, whose x axis lies along the forearm. */
export const UNKNOWN_FRAME: Frame = frameAbout([1, 0, 0], 0);
