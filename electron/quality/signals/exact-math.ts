/**
 * Elementary functions from +, −, ×, ÷ and √ alone. IEEE 754 fixes the last bit of those, but not that of Math.sin, Math.log or Math.atan:
 * two engines may differ there, and two validators' reports with them.
 */

const bits = new DataView(new ArrayBuffer(8));
/** 1/1, 1/3, 1/5 … */
const ODD = Float64Array.from({ length: 11 }, (_, i) => 1 / (2 * i + 1));

/** Natural logarithm of a positive finite number; within 4e-16 relative of the true one near 1, 1e-15 elsewhere. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? Infinity : NaN;
  let shift = 0;
  if (x < 2.2250738585072014e-308) { x *= 18014398509481984; shift = -54; }
  bits.setFloat64(0, x);
  let exponent = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
  bits.setUint32(0, (bits.getUint32(0) & 0x000fffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) { m /= 2; exponent += 1; }
  // ln m = 2 artanh((m − 1)/(m + 1)); |s| ≤ 0.172, so that nine terms are enough.
  const s = (m - 1) / (m + 1);
  const q = s * s;
  let sum = 0;
  for (let i = 10; i >= 0; i--) sum = sum * q + ODD[i]!;
  return 2 * s * sum + (exponent + shift) * Math.LN2;
}

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** e to the x; within 4e-16 relative of the true one. */
export function exp(x: number): number {
  if (!(x > -745.2)) return x !== x ? NaN : 0;
  if (x > 709.78) return Infinity;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // |r| ≤ ln 2 / 2: thirteen terms are enough.
  let sum = 1;
  for (let i = 13; i >= 1; i--) sum = 1 + (sum * r) / i;
  return k < -1021 ? sum * power(k + 60) * power(-60) : k > 1023 ? sum * 2 * power(1023) : sum * power(k);
}

/** Two to the k, −1022 ≤ k ≤ 1023. */
function power(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** Cube root; within 1e-15 relative. */
export function cubeRoot(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  return x < 0 ? -exp(ln(-x) / 3) : exp(ln(x) / 3);
}

const SQRT3 = 1.7320508075688772;
const TAN15 = 0.2679491924311227;

/** Arcus tangent in radians. */
export function atan(x: number): number {
  if (x < 0) return -atan(-x);
  if (x > 1) return Math.PI / 2 - atan(1 / x);
  if (x > TAN15) return Math.PI / 6 + series((x * SQRT3 - 1) / (SQRT3 + x));
  return series(x);
}

function series(x: number): number {
  const q = x * x;
  let sum = 0;
  for (let k = 25; k >= 1; k -= 2) sum = 1 / k - sum * q;
  return x * sum;
}

/** Angle of the point (across ≥ 0, up) above the horizontal, in degrees −90…90; 0 for the origin. */
export function elevation(up: number, across: number): number {
  if (across === 0) return up > 0 ? 90 : up < 0 ? -90 : 0;
  return (atan(up / across) * 180) / Math.PI;
}

/** Cosine and sine of 2π·k/n for whole k, n: exact at the quarters. */
export function turn(k: number, n: number): [cos: number, sin: number] {
  const r = ((k % n) + n) % n;
  // Reduce to the first eighth of the circle, where the series is short.
  const quarter = Math.floor((4 * r) / n);
  const rest = 4 * r - quarter * n;
  const flip = 2 * rest > n;
  const angle = ((flip ? n - rest : rest) / n) * (Math.PI / 2);
  let [c, s] = [cosine(angle), sine(angle)];
  if (flip) [c, s] = [s, c];
  return quarter === 0 ? [c, s] : quarter === 1 ? [-s, c] : quarter === 2 ? [-c, -s] : [s, -c];
}

function cosine(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 2; k <= 20; k += 2) { term *= (-x * x) / ((k - 1) * k); sum += term; }
  return sum;
}
function sine(x: number): number {
  let [sum, term] = [x, x];
  for (let k = 3; k <= 21; k += 2) { term *= (-x * x) / ((k - 1) * k); sum += term; }
  return sum;
}
