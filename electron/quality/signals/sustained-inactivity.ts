/**
 * Sustained inactivity bouts: stretches of more than 5 minutes between consecutive changes of the angle of more than 5°
 * (van Hees et al. 2015, PLoS ONE 10:e0142533). A missing angle ends a stretch.
 * @param angles degrees, one an epoch of 5 s; NaN where there is none
 * @returns one flag an epoch
 */
export function sustainedInactivity(angles: ArrayLike<number>, { degrees = 5, minutes = 5, epochSeconds = 5 } = {}): Uint8Array {
  const out = new Uint8Array(angles.length);
  let from = 0;
  const end = (to: number) => { if ((to - from) * epochSeconds > minutes * 60) out.fill(1, from, to); };
  for (let i = 0; i < angles.length; i++) {
    const missing = angles[i]! !== angles[i]!;
    if (missing) { end(i); from = i + 1; continue; }
    if (i > from && Math.abs(angles[i]! - angles[i - 1]!) > degrees) { end(i); from = i; }
  }
  end(angles.length);
  return out;
}
