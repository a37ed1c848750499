/** All lengths in microseconds. */
export type EnvelopeOptions = {
  /** Of each window only the least delay is kept. */
  window: number;
  /** Windows for the skew. */
  keep: number;
  /** Windows for the offset: as far back as its phase is believed to hold. */
  use: number;
  /** Windows before there is a skew: under that the least delay alone is steadier. */
  needed: number;
  /** More than this is a wrong reading, not a drift. */
  maxSkew: number;
  /** How fast the offset may run after its estimate, in parts of the time that passed; a change of it must not show as a change of rate. */
  slew: number;
};

export type Envelope = {
  /** Host time − device time at the last point; null before the first. */
  readonly offset: number | null;
  readonly skew: number;
  /** Enough windows were seen for a skew. */
  readonly settled: boolean;
  /** The offset at device time `x`. */
  at(x: number): number;
  /** @param x device time @param y arrival − x */
  follow(x: number, y: number): void;
  /** Nothing that came before counts. */
  reset(): void;
  /** As `reset`, but the skew stays until there is a better one. */
  forget(): void;
};

/**
 * Maps a device's clock to the host's while the samples come. The delay of arrival is never negative, so the lower
 * envelope of (arrival − device time) is the least disturbed: offset = its least points, skew = Theil–Sen over the minima
 * of windows.
 */
export function createEnvelope({ window, keep, use, needed, maxSkew, slew }: EnvelopeOptions): Envelope {
  let windows: { x: number; y: number }[] = [];
  let low: { x: number; y: number } | null = null;
  let windowEnd = 0;
  let skew = 0;
  let offset: number | null = null;
  let last = 0;

  function forget() { windows = []; low = null; offset = null; }

  return {
    get offset() { return offset; },
    get skew() { return skew; },
    get settled() { return windows.length >= needed; },
    at: (x) => offset! + skew * (x - last),
    reset() { forget(); skew = 0; },
    forget,
    follow(x, y) {
      if (offset === null) { offset = y; last = x; windowEnd = x + window; low = { x, y }; return; }
      if (x >= windowEnd) {
        windows.push(low!);
        if (windows.length > keep) windows.shift();
        if (windows.length >= needed) skew = Math.max(-maxSkew, Math.min(maxSkew, theilSen(windows)));
        low = { x, y };
        windowEnd = x + window;
      } else if (y < low!.y + skew * (x - low!.x)) low = { x, y };
      // The least of the windows, each carried on to now by the skew.
      let aim = low!.y + skew * (x - low!.x);
      for (let i = Math.max(0, windows.length - use); i < windows.length; i++) aim = Math.min(aim, windows[i]!.y + skew * (x - windows[i]!.x));
      const elapsed = Math.max(0, x - last);
      // The first seconds settle at once.
      const limit = windows.length === 0 ? Infinity : slew * elapsed;
      offset += limit === Infinity ? aim - offset : Math.max(-limit, Math.min(limit, aim - offset));
      last = x;
    },
  };
}

/** Middle value; sorts in place. */
export const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Theil–Sen: the median of the slopes of all pairs, which a third of wild windows cannot move. */
export function theilSen(points: readonly { x: number; y: number }[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) for (let j = i + 1; j < points.length; j++) if (points[j]!.x !== points[i]!.x) slopes.push((points[j]!.y - points[i]!.y) / (points[j]!.x - points[i]!.x));
  return slopes.length === 0 ? 0 : median(slopes);
}
