/** The same people as another watch, another wrist or another rate would have recorded them: what the model must bear. */
import { Resampler } from '../../electron/quality/model/resample.ts';
import { RATE_HZ, cross, unit, type Axes, type Vector } from '../../electron/quality/model/windows.ts';
import { unclip } from './unclip.ts';
import type { Random } from './random.ts';
import type { Clip } from './wisdm.ts';

function mapped({ x, y, z }: Axes, by: (v: Vector) => Vector): Axes {
  const out = { x: new Float32Array(x.length), y: new Float32Array(x.length), z: new Float32Array(x.length) };
  for (let i = 0; i < x.length; i++) [out.x[i], out.y[i], out.z[i]] = by([x[i]!, y[i]!, z[i]!]) as [number, number, number];
  return out;
}

/** A turn drawn evenly from all turns. */
export function anyTurn(random: Random): (v: Vector) => Vector {
  const a = unit([random.normal(), random.normal(), random.normal()]), b = unit(cross(a, [random.normal(), random.normal(), random.normal()])), c = cross(a, b);
  return (v) => [a[0] * v[0] + b[0] * v[1] + c[0] * v[2], a[1] * v[0] + b[1] * v[1] + c[1] * v[2], a[2] * v[0] + b[2] * v[1] + c[2] * v[2]];
}

/** Recorded at another rate (Hz) with a clock that starts anywhere, then read as the app reads it. */
export function atRate({ x, y, z }: Axes, hertz: number, offset: number): Axes {
  const seconds = (x.length - 2) / RATE_HZ, n = Math.floor(seconds * hertz), t = new Float64Array(n), all = [x, y, z].map((a) => {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) { const at = (i / hertz) * RATE_HZ + offset, k = Math.floor(at), f = at - k; out[i] = a[k]! * (1 - f) + a[k + 1]! * f; }
    return out;
  });
  for (let i = 0; i < n; i++) t[i] = (i * 1e6) / hertz;
  const made: number[][] = [[], [], []];
  const resampler = new Resampler((_, u, v, w, __, length) => [u, v, w].forEach((a, c) => { for (let i = 0; i < length; i++) made[c]!.push(a[i]!); }));
  resampler.push(t, all[0]!, all[1]!, all[2]!);
  resampler.finish();
  // One sample at the end may be missing: the last window is kept whole.
  const [u, v, w] = made.map((a) => { while (a.length < x.length) a.push(a[a.length - 1]!); return Float32Array.from(a.slice(0, x.length)); }) as [Float32Array, Float32Array, Float32Array];
  return { x: u, y: v, z: w };
}

/** A watch of another make: turned in the dial, 5 % weak, its clock uneven and 25 % fast though it says 20 Hz. */
function anotherDevice(axes: Axes, random: Random): Axes {
  const turned = mapped(axes, ([x, y, z]) => [-0.95 * y, 0.95 * x, 0.95 * z]), n = axes.x.length;
  const out = { x: new Float32Array(n), y: new Float32Array(n), z: new Float32Array(n) };
  for (let i = 0, at = 0; i < n; i++, at += 0.8 * Math.exp(0.3 * random.normal() - 0.045)) {
    const t = Math.min(n - 1.001, at), k = Math.floor(t), f = t - k;
    for (const c of ['x', 'y', 'z'] as const) out[c][i] = turned[c][k]! * (1 - f) + turned[c][k + 1]! * f;
  }
  return out;
}

const each = (axes: Axes, change: (a: Float32Array, c: number) => Float32Array): Axes => ({ x: change(axes.x, 0), y: change(axes.y, 1), z: change(axes.z, 2) });

/** Read at `speed` of its own time: 1/2.5 is a watch of 50 Hz that says 20. The last sample stands where the clip is over. */
function atSpeed(axes: Axes, speed: number): Axes {
  return each(axes, (a) => Float32Array.from(a, (_, i) => {
    const last = a.length - 1, k = Math.floor(i * speed), f = i * speed - k;
    return a[Math.min(last, k)]! * (1 - f) + a[Math.min(last, k + 1)]! * f;
  }));
}

/** Peaks above 2 g as a wider range shows them, and everything moved by half as much again. */
function wideAndStrong(axes: Axes, random: Random): Axes {
  const out = each(axes, (a) => a.slice());
  unclip(out, random);
  return each(out, (a) => {
    const means = a.slice();
    for (let i = 0; i < a.length; i++) { let m = 0, n = 0; for (let j = Math.max(0, i - 40); j <= Math.min(a.length - 1, i + 40); j++) { m += a[j]!; n++; } means[i] = m / n; }
    return a.map((v, i) => means[i]! + 1.5 * (v - means[i]!));
  });
}

/** A low-pass at some 4 Hz: four times the mean of three. */
function banded(axes: Axes): Axes {
  let out = axes;
  for (let pass = 0; pass < 4; pass++) out = each(out, (a) => a.map((v, i) => (a[Math.max(0, i - 1)]! + v + a[Math.min(a.length - 1, i + 1)]!) / 3));
  return out;
}

function biased(axes: Axes, random: Random): Axes {
  return each(axes, (a) => { const gain = 1 + 0.05 * (random.chance(0.5) ? 1 : -1), offset = 0.3 * (random.chance(0.5) ? 1 : -1); return a.map((v) => v * gain + offset); });
}

const noisy = (axes: Axes, random: Random, sd: number): Axes => each(axes, (a) => a.map((v) => v + sd * random.normal()));
const stepped = (axes: Axes, step: number): Axes => each(axes, (a) => a.map((v) => Math.round(v / step) * step));

/** The same wrist on watches that are made otherwise, or badly. */
const DEVICES: Record<string, (axes: Axes, random: Random) => Axes> = {
  'another device, simulated': anotherDevice,
  '50 Hz that says 20': (axes) => atSpeed(axes, 0.4),
  '32 Hz that says 20': (axes) => atSpeed(axes, 0.625),
  'clock 15 % fast': (axes) => atSpeed(axes, 1 / 1.15),
  'wide range, 1.5 times as strong': wideAndStrong,
  'low-pass at 4 Hz': (axes) => banded(axes),
  'each axis 5 % and 30 mg off': biased,
  'noise of 30 mg': (axes, random) => noisy(axes, random, 0.3),
  'steps of 31 mg': (axes) => stepped(axes, 0.306),
  'all of these at once': (axes, random) => mapped(stepped(noisy(biased(atSpeed(wideAndStrong(axes, random), 0.4), random), random, 0.15), 0.077), anyTurn(random)),
};
export const DEVICE_NAMES = Object.keys(DEVICES);

/** By name: a person's clips, changed all in one way. */
export const CONDITIONS: Record<string, (axes: Axes, random: Random) => Axes> = {
  'as recorded': (axes) => axes,
  'turned by any angle': (axes, random) => mapped(axes, anyTurn(random)),
  'turned by 90° in the dial': (axes) => mapped(axes, ([x, y, z]) => [-y, x, z]),
  'axes x y z as z x y': (axes) => mapped(axes, ([x, y, z]) => [z, x, y]),
  'other wrist': (axes) => mapped(axes, ([x, y, z]) => [-x, y, z]),
  'upside down': (axes) => mapped(axes, ([x, y, z]) => [-x, -y, z]),
  'scale 0.9': (axes) => mapped(axes, ([x, y, z]) => [0.9 * x, 0.9 * y, 0.9 * z]),
  'scale 1.1': (axes) => mapped(axes, ([x, y, z]) => [1.1 * x, 1.1 * y, 1.1 * z]),
  '12.5 Hz': (axes, random) => atRate(axes, 12.5, random.next()),
  '31.25 Hz': (axes, random) => atRate(axes, 31.25, random.next()),
  '50 Hz': (axes, random) => atRate(axes, 50, random.next()),
  '100 Hz': (axes, random) => atRate(axes, 100, random.next()),
  ...DEVICES,
};

/** Every clip changed; one draw of chance a person. */
export function under(condition: string, clips: readonly Clip[], randomFor: (person: number) => Random): Clip[] {
  return clips.map((clip) => ({ ...clip, axes: CONDITIONS[condition]!(clip.axes, randomFor(clip.person)) }));
}
