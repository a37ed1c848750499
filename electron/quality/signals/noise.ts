/**
 * Von Neumann's ratio (Ann Math Stat 1941;12:367–395): mean squared successive difference over the variance. 2 for white noise
 * at any rate, near 0 for a movement that the rate resolves.
 * @param squaredDifferences sum of (xᵢ₊₁ − xᵢ)² over n − 1 pairs; @param variance population variance of the n values
 */
export const vonNeumann = (squaredDifferences: number, pairs: number, variance: number): number => (pairs > 0 && variance > 0 ? squaredDifferences / pairs / variance : 0);
