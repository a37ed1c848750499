/** Third and fourth standardised moments of a window (population form); NaN where it does not vary. */
export function moments(values: ArrayLike<number>): { mean: number; sd: number; skewness: number; kurtosis: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]!;
  mean /= n;
  let [two, three, four] = [0, 0, 0];
  for (let i = 0; i < n; i++) { const d = values[i]! - mean; const q = d * d; two += q; three += q * d; four += q * q; }
  two /= n;
  const sd = Math.sqrt(two);
  if (!(two > 0)) return { mean, sd: 0, skewness: NaN, kurtosis: NaN };
  return { mean, sd, skewness: three / n / (two * sd), kurtosis: four / n / (two * two) };
}

/** kSQI: E[(x − μ)⁴]/σ⁴, Pearson's form, 3 for a Gaussian. Clean ECG > 5 (Li, Mark & Clifford, Physiol Meas 2008;29:15–32). NeuroKit compares Fisher's form (− 3) with 5. */
export const kSqi = (values: ArrayLike<number>): number => moments(values).kurtosis;

/** sSQI: E[(x − μ)³]/σ³. ECG: large by its absolute value; PPG: above zero for clean pulses that point up (Elgendi, Bioengineering 2016;3:21). */
export const sSqi = (values: ArrayLike<number>): number => moments(values).skewness;
