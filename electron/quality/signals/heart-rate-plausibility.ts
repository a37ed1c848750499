/** Usual window of a wearable's heart rate, beats a minute. */
export const HEART_RATE_RANGE = [30, 220] as const;
/** A larger step between values a second apart is suspect (our choice within the 20–30 in use), beats a minute. */
export const HEART_RATE_STEP = 30;

/**
 * Values out of range, and values that differ too much from the one before (at most two seconds earlier).
 * @param seconds times; @param rate beats a minute; NaN is passed over
 * @returns one flag a value, 1 for a value that is not plausible
 */
export function implausibleHeartRate(seconds: ArrayLike<number>, rate: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(rate.length);
  let before = -1;
  for (let i = 0; i < rate.length; i++) {
    const v = rate[i]!;
    if (v !== v) continue;
    if (v < HEART_RATE_RANGE[0] || v > HEART_RATE_RANGE[1]) { out[i] = 1; continue; }
    if (before >= 0 && seconds[i]! - seconds[before]! <= 2 && Math.abs(v - rate[before]!) > HEART_RATE_STEP) out[i] = 1;
    before = i;
  }
  return out;
}
