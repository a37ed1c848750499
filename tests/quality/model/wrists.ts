/** Made rows for tests: what a wrist could give, and what it could not. */
export type Rows = { t: Float64Array; x: Float64Array; y: Float64Array; z: Float64Array };

/** A stream of numbers in [−0.5, 0.5) that is the same in every run. */
export function chance(seed: number): () => number {
  let s = seed >>> 0;
  return () => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return s / 4294967296 - 0.5; };
}

export function rowsOf(seconds: number, hertz: number, at: (s: number) => readonly [number, number, number]): Rows {
  const n = Math.round(seconds * hertz), rows = { t: new Float64Array(n), x: new Float64Array(n), y: new Float64Array(n), z: new Float64Array(n) };
  for (let i = 0; i < n; i++) { rows.t[i] = Math.round((i * 1e6) / hertz); [rows.x[i], rows.y[i], rows.z[i]] = at(i / hertz) as [number, number, number]; }
  return rows;
}

/** A hand at rest, dial up. */
export const rest = (seed = 1) => { const c = chance(seed); return (s: number): readonly [number, number, number] => [0.8 + 0.05 * Math.sin(s / 7) + 0.08 * c(), -1.5 + 0.05 * Math.sin(s / 11) + 0.08 * c(), 9.6 + 0.08 * c()]; };

/** A walk whose steps are never twice the same: the arm hangs along `along` (0: x, 1: y). */
export const walk = (seed = 2, along = 0) => {
  const c = chance(seed);
  let phase = 0, before = 0, vigour = 1;
  return (s: number): readonly [number, number, number] => {
    phase += (s - before) * 2 * Math.PI * (0.92 + 0.05 * Math.sin(s / 5) + 0.3 * c()); before = s;
    vigour += 0.05 * c() - 0.02 * (vigour - 1);
    const step = Math.sin(2 * phase + 0.5) + 0.4 * Math.sin(4 * phase + 1), swing = Math.sin(phase), a = 10 + 2.4 * vigour * step + 0.5 * c(), b = -2 + 1.6 * vigour * swing + 0.6 * c();
    return along === 0 ? [a, b, 0.5 + 2.2 * vigour * swing + 0.6 * c()] : [b, -a, 0.5 + 2.2 * vigour * swing + 0.6 * c()];
  };
};
