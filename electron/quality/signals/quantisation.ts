/**
 * Step of a sensor: the greatest common divisor of the differences between its stored integers. Folds in one more value.
 * @param step what was found so far, 0 for none
 */
export function foldStep(step: number, difference: number): number {
  let [a, b] = [step, Math.abs(difference)];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
