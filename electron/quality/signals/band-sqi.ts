import { bandPower, periodogram } from './spectrum.ts';

/** Bands up to 40 Hz need at least this rate. */
export const BAND_RATE_HZ = 80;
export type Reading = 'good' | 'suspicious' | 'bad';

/** pSQI: power 5–15 Hz over power 5–40 Hz (Zhao & Zhang, Front Physiol 2018;9:727). */
export function pSqi(values: ArrayLike<number>, rateHz: number): number {
  const spectrum = periodogram(values, rateHz);
  return bandPower(spectrum, 5, 15) / bandPower(spectrum, 5, 40);
}

/** basSQI: 1 − power 0–1 Hz over power 0–40 Hz, high for a steady baseline. NeuroKit's code computes (1 − num) / den, which is something else. */
export function basSqi(values: ArrayLike<number>, rateHz: number): number {
  const spectrum = periodogram(values, rateHz);
  return 1 - bandPower(spectrum, 0, 1) / bandPower(spectrum, 0, 40);
}

/** Zhao & Zhang's limits, as in NeuroKit. */
export function readPSqi(p: number, heartRate: number): Reading {
  const [good, low, high] = heartRate < 130 ? [0.5, 0.4, 0.8] : [0.4, 0.3, 0.7];
  return p >= good && p <= high ? 'good' : p >= low && p < good ? 'suspicious' : 'bad';
}
export const readBasSqi = (b: number): Reading => (b >= 0.95 ? 'good' : b >= 0.9 ? 'suspicious' : 'bad');
/** Li 2008: clean ECG has a (Pearson) kurtosis above 5. */
export const readKSqi = (k: number): Reading => (k > 5 ? 'good' : 'bad');

/** NeuroKit's «simple» fusion: ≥ 2 bad, or one bad and two suspicious: unacceptable; ≥ 2 good and none bad: excellent; else barely acceptable. */
export function fuse(readings: readonly Reading[]): 'excellent' | 'barely-acceptable' | 'unacceptable' {
  const count = (r: Reading) => readings.filter((x) => x === r).length;
  if (count('bad') >= 2 || (count('bad') === 1 && count('suspicious') >= 2)) return 'unacceptable';
  return count('good') >= 2 && count('bad') === 0 ? 'excellent' : 'barely-acceptable';
}
