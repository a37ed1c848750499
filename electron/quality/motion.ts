import type { Channel, Column } from '../../shared/domain/recording.ts';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import { limitsOf } from './limits.ts';
import { createSeries } from './series.ts';
import { STILL_MEAN, STILL_SD, autocalibrate } from './signals/autocalibration.ts';
import { createAngles } from './signals/angle-z.ts';
import type { AxisSums } from './signals/non-wear.ts';
import { vonNeumann } from './signals/noise.ts';
import { PATTERN_WINDOW_US } from './pattern-model.ts';

/** Labels hold the model's windows and the rules' against each other: they are the same. */
export const WINDOW_US = PATTERN_WINDOW_US;
const SECOND_US = 1_000_000;
/** Values in a window of 10 s below which nothing is said of it: half a sample a second. */
const FEW = 5;
/** Rows at one time that are taken. */
const SAME_TIME = 64;
/** As in limits.ts. */
const MOST_G = 16.5;
/** Still windows kept for calibration; beyond them every second one is dropped, and so on. */
const STILL_KEPT = 4096;

export const NOISE = {
  /** Von Neumann's ratio summed over the axes: 2 is white noise. */
  ratio: 1.7,
  /** From here on a window may be noise: it costs nothing, and says nothing of wear either. */
  maybe: 1.2,
  /** Standard deviation of the three axes together, g: beyond any wrist sensor's own noise (12 mg an axis in WISDM's), and below what non-wear takes for noise. */
  sd: 0.05,
  /** Below this rate a quick movement looks like noise. */
  rateHz: 18,
} as const;
/** A step of this many g between the values that an axis takes is too coarse to tell rest from non-wear, whose range is as large. */
export const COARSE_STEP = 0.05;

/** Below this SD of the norm (g) a model of movement has nothing to go by: a sleeper is no artefact. */
export const MOVING_SD = 0.013;

/** Bits of a window's flags. */
export const Flag = { seen: 1, noise: 2, coarse: 4, maybeNoise: 8 } as const;

export type MotionFacts = {
  windows: number;
  /** By index of the window. `spread`: SD of the norm in tenths of a mg; `present`, `noise`: milliseconds. */
  flags: { get(index: number): number; stretches(): { from: number; to: number }[] };
  spread: { get(index: number): number };
  present: { get(index: number): number };
  /** Sums of the three axes over a window, for longer ones. */
  sumsOf: (window: number) => [AxisSums, AxisSums, AxisSums] | null;
  /** Angle-z over epochs of 5 s, degrees. */
  angles: { get(index: number): number; stretches(): { from: number; to: number }[] };
  calibration: ReturnType<typeof autocalibrate>;
  /** Mean norm of a window, mg. */
  norm: { get(index: number): number };
};

/** From a window's `spread`. */
export const isMoving = (spread: number): boolean => spread / 10_000 >= MOVING_SD;

/** A three-axis acceleration whose unit is known. */
export const isMotion = (channel: Channel): boolean => channel.kind === 'acceleration' && channel.components.length === 3 && limitsOf(channel).gravity !== null;

/**
 * Follows one acceleration, row by row, in memory that grows with its hours (a month: about 20 MB) and not with its rate:
 * windows of 10 s, angles of 5 s, means of still windows. The batches' borders do not matter.
 */
export function createMotion(channel: Channel) {
  const toG = 1 / (limitsOf(channel).gravity! * (channel.decimals === null ? 1 : 10 ** channel.decimals));
  const flags = createSeries((n) => new Uint8Array(n), 0);
  const spread = createSeries((n) => new Uint16Array(n), 0);
  const present = createSeries((n) => new Uint16Array(n), 0);
  const norms = createSeries((n) => new Uint16Array(n), 0);
  const sums = createSums();
  const angles = createAngles();
  const still = { x: [] as number[], y: [] as number[], z: [] as number[] };
  let stride = 1;
  let stillSeen = 0;
  let lastStill: readonly [number, number, number] = [NaN, NaN, NaN];

  // The window and the second under way. Their sums lie in one array, which the loop below takes into locals and puts back: sums then grow
  // in the order of the rows wherever a batch ends.
  let window = -1;
  let windowEnd = -1;
  let second = -1;
  let secondEnd = -1;
  const s = new Float64Array(S.count);
  let windows = 0;

  function endSecond(): void {
    const n = s[S.ns]!;
    if (n > 0) angles.push(second, s[S.ax]! / n, s[S.ay]! / n, s[S.az]! / n);
    s.fill(0, S.ns, S.az + 1);
  }

  function keepStill(x: number, y: number, z: number): void {
    if (x === lastStill[0] && y === lastStill[1] && z === lastStill[2]) return;
    lastStill = [x, y, z];
    if (stillSeen++ % stride !== 0) return;
    still.x.push(x); still.y.push(y); still.z.push(z);
    if (still.x.length < STILL_KEPT) return;
    for (const axis of [still.x, still.y, still.z]) { for (let i = 0; 2 * i < axis.length; i++) axis[i] = axis[2 * i]!; axis.length = STILL_KEPT / 2; }
    stride *= 2;
  }

  function endWindow(): void {
    const n = s[S.n]!;
    if (n < FEW) return;
    const [mx, my, mz] = [s[S.sx]! / n, s[S.sy]! / n, s[S.sz]! / n];
    const [vx, vy, vz] = [Math.max(0, s[S.qx]! / n - mx * mx), Math.max(0, s[S.qy]! / n - my * my), Math.max(0, s[S.qz]! / n - mz * mz)];
    const variance = vx + vy + vz;
    const norm = s[S.sn]! / n;
    const sd = Math.sqrt(Math.max(0, (s[S.qx]! + s[S.qy]! + s[S.qz]!) / n - norm * norm));
    const lasts = s[S.last]! - s[S.first]!;
    const rate = lasts > 0 ? ((n - 1) * 1e6) / lasts : 0;
    const ratio = rate >= NOISE.rateHz && variance >= NOISE.sd * NOISE.sd ? vonNeumann(s[S.dx]! + s[S.dy]! + s[S.dz]!, n - 1, variance) : 0;
    const coarse = [S.jx, S.jy, S.jz].some((j) => s[j]! >= COARSE_STEP && s[j]! < Infinity);
    flags.set(window, Flag.seen | (ratio >= NOISE.ratio ? Flag.noise : ratio >= NOISE.maybe ? Flag.maybeNoise : 0) | (coarse ? Flag.coarse : 0));
    spread.set(window, Math.min(65535, Math.round(sd * 10_000)));
    present.set(window, Math.min(10_000, Math.round((lasts * n) / (n - 1) / 1000)));
    windows++;
    norms.set(window, Math.min(65535, Math.round(1000 * norm)));
    const limit = STILL_SD * STILL_SD;
    if (vx < limit && vy < limit && vz < limit && Math.abs(mx) < STILL_MEAN && Math.abs(my) < STILL_MEAN && Math.abs(mz) < STILL_MEAN) keepStill(mx, my, mz);
    sums.set(window, [n, s[S.sx]! / n, vx * n, s[S.dx]!, s[S.lx]!, s[S.hx]!, s[S.sy]! / n, vy * n, s[S.dy]!, s[S.ly]!, s[S.hy]!, s[S.sz]! / n, vz * n, s[S.dz]!, s[S.lz]!, s[S.hz]!]);
  }

  function begin(t: number): void {
    window = Math.floor(t / WINDOW_US);
    windowEnd = (window + 1) * WINDOW_US;
    s.fill(0, 0, S.ns);
    s.fill(Infinity, S.lx, S.lz + 1); s.fill(-Infinity, S.hx, S.hz + 1); s.fill(Infinity, S.jx, S.jz + 1);
    s[S.first] = t;
  }

  /** Rows [from, to) of the second under way. */
  function run(t: Float64Array, X: Column, Y: Column, Z: Column, from: number, to: number): void {
    let n = s[S.n]!, sx = s[S.sx]!, sy = s[S.sy]!, sz = s[S.sz]!, qx = s[S.qx]!, qy = s[S.qy]!, qz = s[S.qz]!, sn = s[S.sn]!, dx = s[S.dx]!, dy = s[S.dy]!, dz = s[S.dz]!;
    let lx = s[S.lx]!, ly = s[S.ly]!, lz = s[S.lz]!, hx = s[S.hx]!, hy = s[S.hy]!, hz = s[S.hz]!, jx = s[S.jx]!, jy = s[S.jy]!, jz = s[S.jz]!;
    let px = s[S.px]!, py = s[S.py]!, pz = s[S.pz]!, ns = s[S.ns]!, ax = s[S.ax]!, ay = s[S.ay]!, az = s[S.az]!, last = s[S.last]!, same = s[S.same]!;
    for (let i = from; i < to; i++) {
      const rawX = X[i]!, rawY = Y[i]!, rawZ = Z[i]!;
      if (rawX === MISSING_INT32 || rawY === MISSING_INT32 || rawZ === MISSING_INT32 || rawX !== rawX || rawY !== rawY || rawZ !== rawZ) continue;
      // A packet's rows may share its time. Minutes of rows at one time are a clock that stood, and drown the window that it stood in.
      const at = t[i]!;
      if (at > last) same = 0;
      else if (++same > SAME_TIME) continue;
      const x = rawX * toG, y = rawY * toG, z = rawZ * toG;
      // Values that no sensor gives are bad by themselves and would drown the window's own.
      if ((x === 0 && y === 0 && z === 0) || x > MOST_G || x < -MOST_G || y > MOST_G || y < -MOST_G || z > MOST_G || z < -MOST_G) continue;
      ns++; ax += x; ay += y; az += z;
      const xx = x * x, yy = y * y, zz = z * z;
      if (n > 0) {
        const ex = Math.abs(x - px), ey = Math.abs(y - py), ez = Math.abs(z - pz);
        dx += ex * ex; dy += ey * ey; dz += ez * ez;
        if (ex < jx && ex > 0) jx = ex;
        if (ey < jy && ey > 0) jy = ey;
        if (ez < jz && ez > 0) jz = ez;
      }
      n++;
      sx += x; sy += y; sz += z; qx += xx; qy += yy; qz += zz;
      sn += Math.sqrt(xx + yy + zz);
      if (x < lx) lx = x;
      if (x > hx) hx = x;
      if (y < ly) ly = y;
      if (y > hy) hy = y;
      if (z < lz) lz = z;
      if (z > hz) hz = z;
      px = x; py = y; pz = z;
      last = at;
    }
    s[S.n] = n; s[S.sx] = sx; s[S.sy] = sy; s[S.sz] = sz; s[S.qx] = qx; s[S.qy] = qy; s[S.qz] = qz; s[S.sn] = sn; s[S.dx] = dx; s[S.dy] = dy; s[S.dz] = dz;
    s[S.lx] = lx; s[S.ly] = ly; s[S.lz] = lz; s[S.hx] = hx; s[S.hy] = hy; s[S.hz] = hz; s[S.jx] = jx; s[S.jy] = jy; s[S.jz] = jz;
    s[S.px] = px; s[S.py] = py; s[S.pz] = pz; s[S.ns] = ns; s[S.ax] = ax; s[S.ay] = ay; s[S.az] = az; s[S.last] = last; s[S.same] = same;
  }

  return {
    channel,
    /** Of a window that has ended: whether it holds movement that a model is to judge. */
    moves: (index: number): boolean => (flags.get(index) & (Flag.seen | Flag.noise | Flag.coarse)) === Flag.seen && isMoving(spread.get(index)),
    push(t: Float64Array, columns: Column[]): void {
      const [X, Y, Z] = columns as [Column, Column, Column];
      for (let i = 0; i < t.length;) {
        const at = t[i]!;
        if (at >= secondEnd) {
          endSecond();
          second = Math.floor(at / SECOND_US);
          secondEnd = (second + 1) * SECOND_US;
          if (at >= windowEnd) { if (windowEnd > 0) endWindow(); begin(at); }
        }
        let to = i + 1;
        while (to < t.length && t[to]! < secondEnd) to++;
        run(t, X, Y, Z, i, to);
        i = to;
      }
    },
    finish(): MotionFacts {
      endSecond();
      endWindow();
      angles.finish();
      return { windows, flags, spread, present, sumsOf: sums.get, angles: angles.series, calibration: autocalibrate(still), norm: norms };
    },
  };
}

/** Places of the sums: of the window, then of the second. */
const S = {
  n: 0, sx: 1, sy: 2, sz: 3, qx: 4, qy: 5, qz: 6, sn: 7, dx: 8, dy: 9, dz: 10, lx: 11, ly: 12, lz: 13, hx: 14, hy: 15, hz: 16, jx: 17, jy: 18, jz: 19, px: 20, py: 21, pz: 22, first: 23, last: 24, same: 25,
  ns: 26, ax: 27, ay: 28, az: 29, count: 30,
} as const;

/** Mean norm over all windows that are to be believed, g; null without one. */
export function meanNorm(motion: Pick<MotionFacts, 'flags' | 'norm'>, bad: (window: number) => boolean): number | null {
  let [sum, n] = [0, 0];
  for (const { from, to } of motion.flags.stretches()) for (let w = from; w < to; w++) if ((motion.flags.get(w) & Flag.seen) !== 0 && !bad(w)) { sum += motion.norm.get(w); n++; }
  return n === 0 ? null : sum / n / 1000;
}

const OF_WINDOW = 16;

/** Count, then mean, sum of squares about it, squared differences, least and greatest of each axis. */
function createSums() {
  const numbers = createSeries((n) => new Float32Array(n), 0);
  return {
    set(window: number, values: readonly number[]): void { values.forEach((v, i) => numbers.set(window * OF_WINDOW + i, v)); },
    get(window: number): [AxisSums, AxisSums, AxisSums] | null {
      const at = window * OF_WINDOW;
      const n = numbers.get(at);
      if (n === 0) return null;
      const axis = (from: number): AxisSums => {
        const mean = numbers.get(from);
        return { n, sum: n * mean, squares: numbers.get(from + 1) + n * mean * mean, differences: numbers.get(from + 2), min: numbers.get(from + 3), max: numbers.get(from + 4) };
      };
      return [axis(at + 1), axis(at + 6), axis(at + 11)];
    },
  };
}
