/** Bins of the triangle that smooths the envelope (each side), and of the reach within which a landmark is the highest. */
const SMOOTH = 5;
const REACH = 8;
/** How far on each side the lowest is looked for from which a landmark stands out. */
const DEPTH = 40;
/**
 * What counts as a landmark: it stands out by this share of its height, and is at least so high, in g (of a gyroscope: in tens of
 * rad/s). Plain ones outlive noise and another rate; a still day has only faint ones, and a careful copy keeps those too.
 */
export const PLAIN = { prominence: 0.25, height: 0.08 } as const;
export const FAINT = { prominence: 0.1, height: 0.02 } as const;
const HELD = 2 * (DEPTH + SMOOTH) + 3;

/**
 * Moments at which movement is strongest: peaks of the smoothed envelope. Their times do not depend on where a recording was cut,
 * on the rate, the scale or the attitude of the sensor. A bin that is missing ends a run of landmarks.
 * @param unit one g in the numbers of the envelope
 * @param onLandmark time in bins from the start, to a fraction; `first` after a break
 */
export function createLandmarks({ prominence, height }: { prominence: number; height: number }, unit: number, onLandmark: (time: number, first: boolean) => void) {
  const least = height * unit * (SMOOTH + 1) ** 2;
  const raw: number[] = [];
  const smooth: number[] = [];
  /** Bin of smooth[0]. */
  let from = 0;
  let next = 0;
  let expected = -1;
  let broken = true;
  let done = 0;

  function end(): void { raw.length = 0; smooth.length = 0; next = 0; done = 0; broken = true; }

  function judge(k: number): void {
    const top = smooth[k]!;
    if (top < least) return;
    for (let j = Math.max(0, k - REACH); j <= k + REACH && j < smooth.length; j++) if (j < k ? smooth[j]! >= top : j > k && smooth[j]! > top) return;
    let [left, right] = [top, top];
    for (let j = k - 1; j >= Math.max(0, k - DEPTH) && smooth[j]! <= top; j--) left = Math.min(left, smooth[j]!);
    for (let j = k + 1; j <= k + DEPTH && j < smooth.length && smooth[j]! <= top; j++) right = Math.min(right, smooth[j]!);
    if (top - Math.max(left, right) < prominence * top) return;
    const [a, c] = [smooth[k - 1]!, smooth[k + 1]!];
    const bend = a - 2 * top + c;
    const shift = bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend)) : 0;
    onLandmark(from + k + shift, broken);
    broken = false;
  }

  return {
    push(bin: number, value: number): void {
      if (bin !== expected && raw.length > 0) end();
      if (raw.length === 0) from = bin + SMOOTH;
      expected = bin + 1;
      raw.push(value);
      const width = 2 * SMOOTH + 1;
      if (raw.length < width) return;
      let sum = 0;
      for (let j = 0; j < width; j++) sum += raw[raw.length - width + j]! * (SMOOTH + 1 - Math.abs(j - SMOOTH));
      smooth.push(sum);
      next = smooth.length - 1;
      // Judged as soon as all that it is held against is there.
      const k = next - DEPTH;
      if (k >= 1 && k > done) { judge(k); done = k; }
      if (smooth.length > 4 * HELD) { const cut = smooth.length - 2 * HELD; smooth.splice(0, cut); from += cut; done -= cut; }
      if (raw.length > 4 * width) raw.splice(0, raw.length - width);
    },
  };
}
