/** Euclidean norm minus one, not below zero, in g (van Hees et al. 2013, PLoS ONE 8:e61691). Needs calibrated axes in g. */
export const enmo = (x: number, y: number, z: number): number => Math.max(Math.sqrt(x * x + y * y + z * z) - 1, 0);
