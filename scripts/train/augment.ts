/** Draws windows from clips as other watches, wearers and mountings would have recorded them. */
import { WINDOW, cross, dot, unit, type Axes, type Vector } from '../../electron/quality/model/windows.ts';
import { UNKNOWN_FRAME, calibrationOf, frameAbout, frameOf, surveyWindow, type Calibration, type Frame, type WindowSurvey } from '../../electron/quality/model/frame.ts';
import { CHANNELS, describeWindow } from '../../electron/quality/model/features.ts';
import { unclip } from './unclip.ts';
import type { Random } from './random.ts';
import type { Clip } from './wisdm.ts';

/** What the recording around a window tells of the frame: the person's whole recording, this clip alone, or nothing. */
export type Surroundings = 'recording' | 'clip' | 'window';
export type KnownClip = Clip & { known: Record<'recording' | 'clip', Calibration> };

export function surveyClip(axes: Axes): WindowSurvey[] {
  const surveys: WindowSurvey[] = [];
  for (let start = 0; start + WINDOW <= axes.x.length; start += WINDOW) surveys.push(surveyWindow(axes, start));
  return surveys;
}

/** Finds how each clip's watch is worn from the clip and from all of the person's clips. */
export function knowClips(clips: readonly Clip[]): KnownClip[] {
  const surveys = clips.map((c) => surveyClip(c.axes));
  return clips.map((clip, i) => ({
    ...clip,
    known: { clip: calibrationOf(surveys[i]!), recording: calibrationOf(clips.flatMap((c, j) => (c.person === clip.person ? surveys[j]! : []))) },
  }));
}

export function frameFor(clip: KnownClip, surroundings: Surroundings, exact = false): Frame {
  return surroundings === 'window' ? UNKNOWN_FRAME : frameOf(clip.known[surroundings], exact);
}

export function meanOf({ x, y, z }: Axes, start: number, length = WINDOW): Vector {
  let mx = 0, my = 0, mz = 0;
  for (let i = start; i < start + length; i++) { mx += x[i]!; my += y[i]!; mz += z[i]!; }
  return [mx / length, my / length, mz / length];
}

/** A turn by `angle` (rad) about `axis` (length one). */
export function turnAbout(v: Vector, axis: Vector, angle: number): Vector {
  const c = Math.cos(angle), s = Math.sin(angle), along = dot(axis, v) * (1 - c), w = cross(axis, v);
  return [v[0] * c + w[0] * s + axis[0] * along, v[1] * c + w[1] * s + axis[1] * along, v[2] * c + w[2] * s + axis[2] * along];
}

/** A hand at rest as a sensor with less noise of its own would give it: what is above the mean of five samples, times `share`. */
function quieten(axes: Axes, mean: Vector, share: number): void {
  const all = [axes.x, axes.y, axes.z];
  let square = 0;
  all.forEach((a, c) => { for (let i = 0; i < WINDOW; i++) square += (a[i]! - mean[c]!) ** 2; });
  if (square > WINDOW) return;
  for (const a of all) {
    const source = a.slice();
    for (let i = 2; i < WINDOW - 2; i++) { const m = (source[i - 2]! + source[i - 1]! + source[i]! + source[i + 1]! + source[i + 2]!) / 5; a[i] = m + share * (source[i]! - m); }
  }
}

export type Augmentation = { roll: number; tilt: number; gain: number; warp: number; noise: number; blur: number; anyRoll: number; flip: number; amplitude: number; unclip: number; foreign: number };
export const AUGMENTATION: Augmentation = { roll: 0.25, tilt: 0.14, gain: 0.04, warp: 0.08, noise: 0.03, blur: 0.3, anyRoll: 0.4, flip: 0.5, amplitude: 0.22, unclip: 0.3, foreign: 0.33 };

const drawn: Axes = { x: new Float32Array(WINDOW), y: new Float32Array(WINDOW), z: new Float32Array(WINDOW) };

/** One augmented window of a clip into `signal` and `figures`. */
export function drawWindow(clip: KnownClip, random: Random, how: Augmentation, signal: Float32Array, signalAt: number, figures: Float32Array, figuresAt: number): void {
  const { x, y, z } = clip.axes;
  // Other makes of watch keep no even clock; another rate than the file says is found by the strides (`pace.ts`), roughly, and not where nobody walks.
  const foreign = random.chance(how.foreign), unsteady = foreign && random.chance(0.6) ? random.between(0, 0.6) : 0;
  const speed = foreign && random.chance(0.6) ? random.between(0.6, 1.12) : Math.exp(how.warp * random.normal());
  const span = Math.min(x.length - 2, Math.ceil(WINDOW * speed * 1.1) + 1);
  const start = random.between(0, x.length - 1 - span), end = x.length - 2;
  const blurred = random.chance(how.blur) ? random.between(0.1, 0.33) : 0;
  const gain = Math.exp(how.gain * random.normal()), stretch = Math.exp((foreign ? 0.42 : how.amplitude) * random.normal() + (foreign ? 0.2 : 0));
  const noise = (foreign ? 2 : 1) * how.noise * Math.abs(random.normal()), quiet = foreign && random.chance(0.5) ? random.between(0.1, 1) : 1;
  // Each axis has a gain and an offset of its own in a cheap sensor.
  const gains = [0, 1, 2].map(() => gain * (1 + 0.015 * random.normal())), offsets = [0, 1, 2].map(() => (foreign ? 0.18 : 0.15) * random.normal());
  // What is fast is lost in some, and some come in coarse steps.
  const passes = foreign && random.chance(0.3) ? 1 + random.below(6) : 1, step = foreign && random.chance(0.15) ? random.pick([0.04, 0.08, 0.15, 0.3]) : 0;
  for (let i = 0, at = start; i < WINDOW; i++, at = Math.min(end, at + (unsteady > 0 ? speed * Math.exp(unsteady * random.normal() - (unsteady * unsteady) / 2) : speed))) {
    const k = Math.floor(at), f = at - k;
    drawn.x[i] = (x[k]! * (1 - f) + x[k + 1]! * f); drawn.y[i] = (y[k]! * (1 - f) + y[k + 1]! * f); drawn.z[i] = (z[k]! * (1 - f) + z[k + 1]! * f);
  }
  if (foreign || random.chance(how.unclip)) unclip(drawn, random);
  const mean = meanOf(drawn, 0);
  if (quiet < 1) quieten(drawn, mean, quiet);
  for (const [a, axis] of [drawn.x, drawn.y, drawn.z].entries()) {
    if (blurred > 0) for (let pass = 0; pass < passes; pass++) { let before = axis[0]!; for (let i = 1; i < WINDOW - 1; i++) { const now = axis[i]!; axis[i] = now * (1 - 2 * blurred) + blurred * (before + axis[i + 1]!); before = now; } }
    for (let i = 0; i < WINDOW; i++) axis[i] = (mean[a]! + (axis[i]! - mean[a]!) * stretch) * gains[a]! + offsets[a]! + noise * random.normal();
    if (step > 0) for (let i = 0; i < WINDOW; i++) axis[i] = Math.round(axis[i]! / step) * step;
  }
  // Turned by any angle, a watch has no axis near the forearm, and little tells how it is rolled about it.
  const u = random.next(), anyhow = random.chance(how.anyRoll);
  let frame = frameFor(clip, u < 0.6 ? 'recording' : u < 0.8 ? 'clip' : 'window', anyhow);
  // What is not known may be a watch turned by 90°.
  if (frame.certainty === 0 && random.chance(0.1)) frame = { ...frameAbout([0, 1, 0], 0), scale: frame.scale };
  // The watch slides about the forearm, sits askew, and is worn with the dial inwards by a few.
  let forearm = frame.forearm, dial = frame.dial;
  const roll = anyhow && random.chance(0.35) ? random.between(-Math.PI, Math.PI) : (anyhow ? 1.6 : 1) * how.roll * random.normal();
  dial = turnAbout(dial, forearm, roll);
  const tilted = unit([random.normal(), random.normal(), random.normal()]), tilt = how.tilt * random.normal();
  forearm = turnAbout(forearm, tilted, tilt); dial = turnAbout(dial, tilted, tilt);
  let side = cross(dial, forearm);
  if (random.chance(how.flip)) side = [-side[0], -side[1], -side[2]];
  frame = { forearm, dial, side, certainty: frame.certainty, scale: frame.scale * Math.exp(0.02 * random.normal()) };
  describeWindow(drawn, 0, frame, meanOf(drawn, 0), signal, signalAt, figures, figuresAt);
}

export const WINDOW_VALUES = WINDOW * CHANNELS;
