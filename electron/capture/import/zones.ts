import { AppError } from '../../../shared/errors.ts';

/** Local time of a clock on a wall, as microseconds since 1970 if it had been UTC. */
export type LocalMicros = number;

export type ZoneClock = {
  /** What is said of it in the recording. */
  evidence: string;
  /**
   * The instant of a local time. In the hour that a change of the clock repeats, the first pass is taken until the clock is
   * seen to go back, then the second; in the hour that it leaves out, the time counts on from before.
   */
  toUtc(local: LocalMicros): number;
  /** Of a clock that is set once and knows no daylight saving: by the offset of its start. */
  fixed(start: LocalMicros): (local: LocalMicros) => number;
};

const HOUR = 3600e6;

/** @param zone IANA name; none: UTC is assumed @throws AppError `invalid-argument` */
export function zoneClock(zone: string | undefined): ZoneClock {
  if (zone === undefined) return { evidence: 'The times name no time zone; UTC was assumed.', toUtc: (t) => t, fixed: () => (t) => t };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' });
  } catch (cause) {
    throw new AppError('invalid-argument', `«${zone.slice(0, 60)}» is not a time zone.`, { hint: 'Use a name such as Europe/Berlin.', cause });
  }
  const cache = new Map<number, number>();
  /** Offset from UTC at an instant, in microseconds; by the quarter of an hour, which no zone's changes leave. */
  function offsetAt(utc: number): number {
    const slot = Math.floor(utc / 900e6);
    let offset = cache.get(slot);
    if (offset === undefined) {
      const at = slot * 900e3;
      if (!(Math.abs(at) < 8.64e15)) return 0;
      const parts: Record<string, string> = {};
      for (const p of format.formatToParts(new Date(at))) parts[p.type] = p.value;
      offset = (Date.UTC(Number(parts['year']), Number(parts['month']) - 1, Number(parts['day']), Number(parts['hour']), Number(parts['minute']), Number(parts['second'])) - at) * 1000;
      if (cache.size > 4096) cache.clear();
      cache.set(slot, offset);
    }
    return offset;
  }
  const first = (local: LocalMicros): { early: number; late: number } => {
    const [before, after] = [offsetAt(local - 24 * HOUR), offsetAt(local + 24 * HOUR)];
    const candidates = [local - before, local - after].filter((utc) => utc + offsetAt(utc) === local).sort((a, b) => a - b);
    // No candidate: a time that the zone leaves out.
    if (candidates.length === 0) return { early: local - before, late: local - before };
    return { early: candidates[0]!, late: candidates.at(-1)! };
  };
  let lastLocal = -Infinity;
  let second = false;
  /** The quarter of an hour that was last read once only, and its offset: no zone changes within one. */
  let quarter = NaN;
  let quarterOffset = 0;
  return {
    evidence: `Local times, read as ${zone}.`,
    toUtc(local) {
      if (Math.floor(local / 900e6) === quarter) { lastLocal = local; return local - quarterOffset; }
      const { early, late } = first(local);
      if (early === late) { second = false; quarter = Math.floor(local / 900e6); quarterOffset = local - early; }
      else if (local < lastLocal - 60e6) second = true;
      lastLocal = local;
      return second ? late : early;
    },
    fixed(start) {
      const offset = start - first(start).early;
      return (local) => local - offset;
    },
  };
}
