import type { ClockInfo } from '../../../shared/domain/recording.ts';
import type { Timing } from './drivers/driver.ts';

/**
 * Gives rows their times as they come, all in microseconds since the Unix epoch by the host's clock. Only the past is
 * known, for rows are written within the second; so each mapping follows its estimate slowly and never steps back.
 */
export type CaptureClock = {
  /** Times of a packet's rows. @param arrival when the host got it */
  stamp(packet: { rows: number; deviceTimes?: number[] | undefined; intervals?: number[] | undefined; restart?: boolean | undefined }, arrival: number): Float64Array;
  /** Rows that never came, as far as the times tell. */
  readonly missed: number;
  /** After a reconnection: what came before tells nothing about what comes. */
  reset(): void;
  info(): ClockInfo;
};

/** The delay of arrival is never negative, so the smallest of a window is the least disturbed. */
const WINDOW = 10e6;
/** Ten minutes of windows: quartz drifts little in that time, and 1,770 pairs are few. */
const WINDOWS = 60;
/** Watch crystals are within 100; more than 1000 is a wrong reading, not a drift. */
const MAX_SKEW = 1000e-6;
/** How fast a mapping may run after its estimate: 1 ms a second is far below what any measure of rate sees. */
const SLEW = 1e-3;
/** Farther off than this, the device's clock was set, or stood still. */
const JUMP = 2e6;

export function createClock(timing: Timing, nominalRateHz: number | null): CaptureClock {
  if (timing === 'device') return deviceClock();
  if (timing === 'regular') return regularClock(nominalRateHz);
  return timing === 'beats' ? beatClock() : arrivalClock();
}

/** Median of the delays, over a few hundred spread through the recording. */
function delays() {
  const kept: number[] = [];
  let seen = 0;
  let every = 1;
  return {
    add(us: number) {
      if (seen++ % every !== 0) return;
      kept.push(us);
      if (kept.length === 512) { for (let i = 0; i < 256; i++) kept[i] = kept[i * 2]!; kept.length = 256; every *= 2; }
    },
    median: () => (kept.length === 0 ? null : Math.round(median([...kept]) / 100) / 10),
  };
}

/** Middle value; sorts in place. */
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Theil–Sen: the median of the slopes of all pairs, which a third of wild windows cannot move. */
export function theilSen(points: readonly { x: number; y: number }[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) for (let j = i + 1; j < points.length; j++) if (points[j]!.x !== points[i]!.x) slopes.push((points[j]!.y - points[i]!.y) / (points[j]!.x - points[i]!.x));
  return slopes.length === 0 ? 0 : median(slopes);
}

/**
 * The device's stamps mapped to the host's time: offset = the lower envelope of (arrival − stamp), skew = Theil–Sen over
 * the minima of 10 s windows.
 */
function deviceClock(): CaptureClock {
  let windows: { x: number; y: number }[] = [];
  let windowEnd = 0;
  let low: { x: number; y: number } | null = null;
  let skew = 0;
  /** Host time = device time + offset(device time); offset follows the envelope. */
  let offset: number | null = null;
  let at = 0;
  let lastTime = -Infinity;
  let lastArrival = 0;
  let resets = 0;
  const delay = delays();

  function reset() { windows = []; low = null; offset = null; skew = 0; }

  function follow(device: number, arrival: number): void {
    const y = arrival - device;
    if (offset === null) { offset = y; at = device; windowEnd = device + WINDOW; low = { x: device, y }; return; }
    if (device >= windowEnd) {
      windows.push(low!);
      if (windows.length > WINDOWS) windows.shift();
      // Under a minute the envelope alone is steadier than any slope.
      if (windows.length >= 6) skew = Math.max(-MAX_SKEW, Math.min(MAX_SKEW, theilSen(windows)));
      low = { x: device, y };
      windowEnd = device + WINDOW;
    } else if (y < low!.y) low = { x: device, y };
    // The envelope now: the least of the windows, each carried on by the skew.
    let aim = low!.y + skew * (device - low!.x);
    for (const w of windows) aim = Math.min(aim, w.y + skew * (device - w.x));
    const elapsed = Math.max(0, device - at);
    offset += skew * elapsed;
    // The first seconds settle at once; after that a change of the estimate must not show as a change of rate.
    const limit = windows.length === 0 ? Infinity : SLEW * elapsed;
    offset += Math.max(-limit, Math.min(limit, aim - offset));
    at = device;
  }

  return {
    missed: 0,
    reset,
    stamp({ rows, deviceTimes, restart }, arrival) {
      const times = deviceTimes!;
      const last = times[rows - 1]!;
      // The clock was set or restarted, or the device lay without a connection longer than its stamps say.
      const jumped = offset !== null && Math.abs(last - at - (arrival - lastArrival)) > JUMP && Math.abs(arrival - last - offset) > JUMP;
      if (restart || jumped) { if (offset !== null) resets++; reset(); }
      follow(last, arrival);
      lastArrival = arrival;
      const out = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        // No later than the arrival by which it had been measured, and never before the row before it.
        const time = Math.max(lastTime, Math.min(arrival, Math.round(times[i]! + offset!)));
        out[i] = time;
        lastTime = time;
      }
      delay.add(arrival - out[rows - 1]!);
      return out;
    },
    info: () => ({ method: 'device', skewPpm: windows.length >= 6 ? Math.round(skew * -1e7) / 10 : null, delayMs: delay.median(), resets }),
  };
}

/**
 * No stamps, but a steady interval: a phase-locked line through the arrivals. An early row is believed at once, since
 * nothing arrives before it was sent; a late one pulls only a little. Whole intervals without a row stay empty.
 */
function regularClock(nominalRateHz: number | null): CaptureClock {
  let period = 1e6 / (nominalRateHz ?? 1);
  let line: number | null = null;
  let lastTime = -Infinity;
  let missed = 0;
  const delay = delays();
  return {
    get missed() { return missed; },
    reset() { line = null; },
    stamp({ rows }, arrival) {
      const out = new Float64Array(rows);
      if (line === null) line = arrival - rows * period;
      // How many intervals the hole was long, rows of this packet included.
      let steps = Math.max(rows, Math.round((arrival - line) / period));
      if (steps > rows + 1) missed += steps - rows; else steps = rows;
      const expected = line + steps * period;
      const error = arrival - expected;
      const begin = expected - (rows - 1) * period;
      const pull = error < 0 ? error : error * 0.02;
      // The interval itself follows even more slowly: crystals, not radio, decide it.
      if (steps === rows) period = Math.max((1e6 / (nominalRateHz ?? 1)) * 0.9, Math.min((1e6 / (nominalRateHz ?? 1)) * 1.1, period + (error * 0.0005) / rows));
      line = expected + pull;
      for (let i = 0; i < rows; i++) {
        const time = Math.max(lastTime, Math.min(arrival, Math.round(begin + pull + i * period)));
        out[i] = time;
        lastTime = time;
      }
      delay.add(arrival - out[rows - 1]!);
      return out;
    },
    info: () => ({ method: 'regular', skewPpm: null, delayMs: delay.median(), resets: 0 }),
  };
}

/**
 * Beats (reference §1.1): the last of a packet ended near its arrival, those before lie their intervals earlier. The sums
 * are chained; where they and the arrival part by more than an interval and two seconds, packets were lost and a new chain begins.
 */
function beatClock(): CaptureClock {
  let end: number | null = null;
  let lastTime = -Infinity;
  let missed = 0;
  const delay = delays();
  return {
    get missed() { return missed; },
    reset() { end = null; },
    stamp({ rows, intervals }, arrival) {
      const us = intervals!.map((ms) => ms * 1000);
      const sum = us.reduce((a, b) => a + b, 0);
      const mean = sum / rows;
      let last = end === null ? arrival : end + sum;
      if (Math.abs(arrival - last) > mean + 2e6) {
        if (arrival > last) missed += Math.round((arrival - last) / mean);
        last = arrival;
      } else if (last > arrival) last = arrival;
      // A little towards the arrival, so that rounding to 1/1024 s never adds up over a night.
      else last += (arrival - last) * 0.02;
      end = last;
      const out = new Float64Array(rows);
      let time = last - sum;
      for (let i = 0; i < rows; i++) {
        time += us[i]!;
        lastTime = Math.max(lastTime, Math.round(time));
        out[i] = lastTime;
      }
      delay.add(Math.max(0, arrival - last));
      return out;
    },
    info: () => ({ method: 'beats', skewPpm: null, delayMs: delay.median(), resets: 0 }),
  };
}

function arrivalClock(): CaptureClock {
  let lastTime = -Infinity;
  return {
    missed: 0,
    reset() { /* nothing is remembered but the order */ },
    stamp: ({ rows }, arrival) => new Float64Array(rows).fill((lastTime = Math.max(lastTime, Math.round(arrival)))),
    info: () => ({ method: 'arrival', skewPpm: null, delayMs: null, resets: 0 }),
  };
}

/** The host's time in microseconds since the Unix epoch that never steps when the host's clock is set. */
export function createHostClock(): () => number {
  const base = performance.timeOrigin * 1000;
  return () => Math.round(base + performance.now() * 1000);
}
