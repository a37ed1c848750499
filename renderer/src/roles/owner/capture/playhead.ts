/**
 * Where the right end of all live traces stands. Rows come in bunches; the end glides by the page's clock instead, a
 * little behind the newest bunch, so that the picture moves evenly whatever the bunches do, and goes on while a device is silent.
 */
export type Playhead = {
  /** A bunch came. @param serverSeconds the app's clock when it was sent */
  heard(serverSeconds: number): void;
  /** @param now milliseconds of a steady clock @returns Unix seconds; null before the first bunch */
  at(now: number): number | null;
};

/** Seconds behind the newest bunch: about two of them. */
const BEHIND = 0.4;
/** Part of the error that is made good each second. */
const PULL = 1.5;
/** Further off than this it jumps: the page was hidden, or the machine slept. */
const JUMP = 3;
/** A frame that took longer than this moves no further. */
const LONGEST_STEP = 0.25;

export function createPlayhead(): Playhead {
  let newest: number | null = null;
  let end: number | null = null;
  let before = 0;
  return {
    heard(serverSeconds) { newest = serverSeconds; },
    at(now) {
      if (newest === null) return null;
      // All traces of a frame ask at the same time and get the same answer.
      if (end !== null && now <= before) return end;
      const wanted = newest - BEHIND;
      if (end === null || Math.abs(wanted - end) > JUMP) end = wanted;
      else {
        const step = Math.min(LONGEST_STEP, (now - before) / 1000);
        // Ahead of the newest bunch it would show what has not come; behind, it never runs backwards.
        end = Math.min(newest, end + Math.max(0, step + (wanted - end) * Math.min(1, PULL * step)));
      }
      before = now;
      return end;
    },
  };
}
