/** What the pattern model reads: three axes in m/s² at 20 Hz, cut into windows of 10 s. */
export const RATE_HZ = 20;
/** Samples in one window (10 s). */
export const WINDOW = 200;
/** Windows that stand together when a label is given with 30 s of context. */
export const CONTEXT_WINDOWS = 3;
/** Standard gravity in m/s². */
export const GRAVITY = 9.80665;

/** Classes of activity in the order of the model's output. `vigorous` is movement other than the first three. */
export const ACTIVITIES = ['walk', 'jog', 'stairs', 'sit', 'stand', 'vigorous'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Three axes of equal length in m/s², gravity included. */
export type Axes = { x: Float32Array; y: Float32Array; z: Float32Array };

export type Vector = readonly [number, number, number];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/** A vector of length one, or the x axis where there is no direction to keep. */
export function unit(a: Vector): Vector {
  const n = norm(a);
  return n > 1e-9 ? [a[0] / n, a[1] / n, a[2] / n] : [1, 0, 0];
}
