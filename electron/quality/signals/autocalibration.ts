/** Means over still windows, in g, one entry a window. */
export type StillMeans = { x: ArrayLike<number>; y: ArrayLike<number>; z: ArrayLike<number> };
export type Calibration = {
  /** Mean |‖m‖ − 1| over the windows, g. */
  errorBefore: number;
  /** After the correction, g; null when it could not be fitted: `why` says so. */
  errorAfter: number | null;
  /** Corrected = (measured + offset) × scale; g and no unit. */
  offset: [number, number, number];
  scale: [number, number, number];
  why: 'fitted' | 'too-few' | 'not-around-sphere' | 'no-better';
};

/** Still: SD below this on every axis, g; mean within two g. */
export const STILL_SD = 0.013;
export const STILL_MEAN = 2;
const WINDOWS = 10;
const REACH = 0.3;
const ROUNDS = 1000;

/**
 * Autocalibration to local gravity: van Hees et al. 2014, J Appl Physiol 117:738–744, steps as in GGIR `g.calibrate.R`.
 * A still sensor measures one g whatever its attitude; a sphere is fitted to the means of still windows of 10 s by
 * iteratively reweighted regression of each axis on its closest point of the unit sphere.
 */
export function autocalibrate({ x, y, z }: StillMeans): Calibration {
  const n = x.length;
  const m = [x, y, z];
  const errorOf = (at: (axis: number, i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(Math.sqrt(at(0, i) ** 2 + at(1, i) ** 2 + at(2, i) ** 2) - 1);
    return sum / n;
  };
  const offset: [number, number, number] = [0, 0, 0];
  const scale: [number, number, number] = [1, 1, 1];
  const none = (why: Calibration['why'], errorBefore: number): Calibration => ({ errorBefore, errorAfter: null, offset: [0, 0, 0], scale: [1, 1, 1], why });
  if (n < WINDOWS) return none('too-few', n === 0 ? 0 : errorOf((a, i) => m[a]![i]!));
  const errorBefore = errorOf((a, i) => m[a]![i]!);
  for (const axis of m) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < n; i++) { low = Math.min(low, axis[i]!); high = Math.max(high, axis[i]!); }
    if (!(low < -REACH && high > REACH)) return none('not-around-sphere', errorBefore);
  }
  const weights = new Float64Array(n).fill(1);
  const c = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let residual = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    for (let a = 0; a < 3; a++) for (let i = 0; i < n; i++) c[a]![i] = (m[a]![i]! + offset[a]!) * scale[a]!;
    const norm = (i: number) => Math.sqrt(c[0]![i]! ** 2 + c[1]![i]! ** 2 + c[2]![i]! ** 2) || 1;
    const norms = Float64Array.from({ length: n }, (_, i) => norm(i));
    for (let a = 0; a < 3; a++) {
      const axis = c[a]!;
      let [w, wc, wp, wcc, wcp] = [0, 0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        const p = axis[i]! / norms[i]!;
        const k = weights[i]!;
        w += k; wc += k * axis[i]!; wp += k * p; wcc += k * axis[i]! * axis[i]!; wcp += k * axis[i]! * p;
      }
      const slope = (w * wcp - wc * wp) / (w * wcc - wc * wc);
      const intercept = (wp - slope * wc) / w;
      offset[a] = offset[a]! + intercept / (scale[a]! * slope);
      scale[a] = scale[a]! * slope;
    }
    let sum = 0;
    let weight = 0;
    for (let i = 0; i < n; i++) {
      const k = norms[i]!;
      const off = Math.abs(k - 1);
      sum += weights[i]! * off;
      weight += weights[i]!;
      weights[i] = Math.min(off === 0 ? 100 : 1 / off, 100);
    }
    const now = sum / weight;
    if (Math.abs(now - residual) < 1e-10) break;
    residual = now;
  }
  const errorAfter = errorOf((a, i) => (m[a]![i]! + offset[a]!) * scale[a]!);
  return errorAfter < errorBefore && errorAfter < 0.01 ? { errorBefore, errorAfter, offset, scale, why: 'fitted' } : none('no-better', errorBefore);
}
