import type { ClockInfo } from '../../../shared/domain/recording.ts';
import type { Block, Timing } from './drivers/driver.ts';
import { createEnvelope, median } from './envelope.ts';

/**
 * Gives rows their times as they come, all in microseconds since the Unix epoch by the host's clock. Only the past is
 * known, for rows are written within the second; so each mapping follows its estimate slowly and never steps back.
 */
export type CaptureClock = {
  /** Times of a packet's rows. @param arrival when the host got it */
  stamp(packet: Pick<Block, 'rows' | 'deviceTimes' | 'intervals' | 'wallTime' | 'restart'>, arrival: number): Float64Array;
  /** Rows that never came, as far as the times tell. */
  readonly missed: number;
  /** After a reconnection: the hole is none of the device's, and what came before tells little of what comes. */
  reset(): void;
  info(): ClockInfo;
};

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

/** The device's stamps mapped to the host's time by the envelope of (arrival − stamp). */
function deviceClock(): CaptureClock {
  const envelope = createEnvelope({ window: 10e6, keep: 60, use: 60, needed: 6, maxSkew: 1000e-6, slew: 1e-3 });
  const holes = countHoles();
  let at = 0;
  let lastTime = -Infinity;
  let lastArrival = 0;
  let resets = 0;
  const delay = delays();

  return {
    get missed() { return holes.missed; },
    // The clock itself went on: a jump tells when it did not.
    reset: holes.reset,
    stamp({ rows, deviceTimes, restart }, arrival) {
      const times = deviceTimes!;
      const last = times[rows - 1]!;
      const offset = envelope.offset;
      // The clock was set or restarted, or the device lay without a connection longer than its stamps say.
      const jumped = offset !== null && Math.abs(last - at - (arrival - lastArrival)) > JUMP && Math.abs(arrival - last - offset) > JUMP;
      if (restart || jumped) {
        if (offset !== null) resets++;
        envelope.reset();
        holes.reset();
      }
      envelope.follow(last, arrival - last);
      at = last;
      lastArrival = arrival;
      holes.follow(times);
      const out = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        // No later than the arrival by which it had been measured, and never before the row before it.
        const time = Math.max(lastTime, Math.min(arrival, Math.round(times[i]! + envelope.offset!)));
        out[i] = time;
        lastTime = time;
      }
      delay.add(arrival - out[rows - 1]!);
      return out;
    },
    info: () => ({ method: 'device', skewPpm: envelope.settled ? Math.round(envelope.skew * -1e7) / 10 : null, delayMs: delay.median(), resets }),
  };
}

/** Rows that the stamps say were measured and that never came. Stamps that only became sparser are not holes. */
function countHoles() {
  /** The last steps between rows, to know what is usual. */
  const steps: number[] = [];
  let usual: number | null = null;
  let at = 0;
  let before: number | null = null;
  let suspected = 0;
  let missed = 0;
  return {
    get missed() { return missed; },
    reset() { before = null; suspected = 0; },
    follow(times: number[]) {
      for (const time of times) {
        const step = before === null ? 0 : time - before;
        before = time;
        if (step <= 0) continue;
        if (usual !== null) {
          const wide = step > usual * 1.6;
          // A hole is one only when the next row follows at the usual step: otherwise the device changed its rate.
          if (!wide) missed += suspected;
          suspected = wide ? Math.round(step / usual) - 1 : 0;
        }
        steps[at++ % 32] = step;
        if (at % 8 === 0) usual = median([...steps]);
      }
    },
  };
}

/**
 * No stamps, but a steady interval: each row is given its place in a row of equal steps, and that place is mapped to the
 * host's time like a stamp. Whole steps without a row stay empty.
 */
function regularClock(nominalRateHz: number | null): CaptureClock {
  const nominal = 1e6 / (nominalRateHz ?? 1);
  // A watch that says 10 Hz may mean 9.9: its interval is found within the first two seconds, not trusted.
  const envelope = createEnvelope({ window: 5 * nominal, keep: 40, use: 20, needed: 3, maxSkew: 0.1, slew: Infinity });
  let place = 0;
  let lastArrival = 0;
  let lastTime = -Infinity;
  let missed = 0;
  const delay = delays();
  return {
    get missed() { return Math.max(0, missed); },
    reset: envelope.reset,
    stamp({ rows }, arrival) {
      const begun = envelope.offset !== null;
      const period = nominal * (1 + envelope.skew);
      // Until the interval is known, the line would run away from the rows; from one arrival to the next it cannot.
      const since = !begun ? rows * period : envelope.settled ? arrival - (place * nominal + envelope.at(place * nominal)) : arrival - lastArrival;
      lastArrival = arrival;
      // More than the rows is a hole; fewer are rows that a stall held up after it had looked like one.
      const steps = Math.max(0, Math.round(since / period));
      place += steps;
      missed += steps - rows;
      // A hole longer than what is looked back on leaves the interval known, and the phase to be found again.
      if ((steps - rows) * period > 10e6) envelope.forget();
      // A place that was guessed over a hole says nothing of the delay.
      if (steps === rows || envelope.offset === null) envelope.follow(place * nominal, arrival - place * nominal);
      const out = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        const x = (place - (rows - 1 - i)) * nominal;
        const time = Math.max(lastTime, Math.min(arrival, Math.round(x + envelope.at(x))));
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
    stamp({ rows, wallTime }, arrival) {
      // A reading that the device had kept has its own date, unless that lies in the future or before the last one.
      const time = wallTime !== undefined && wallTime <= arrival && wallTime >= lastTime ? wallTime : arrival;
      return new Float64Array(rows).fill((lastTime = Math.max(lastTime, Math.round(time))));
    },
    info: () => ({ method: 'arrival', skewPpm: null, delayMs: null, resets: 0 }),
  };
}

/**
 * The host's time in microseconds since the Unix epoch, which never steps back when the host's clock is set. It does step
 * forward: the monotonic clock stands still while a computer sleeps.
 */
export function createHostClock(monotonic: () => number = () => performance.timeOrigin + performance.now(), wall: () => number = Date.now): () => number {
  let ahead = 0;
  return () => {
    const steady = monotonic();
    if (wall() - steady - ahead > 2000) ahead = wall() - steady;
    return Math.round((steady + ahead) * 1000);
  };
}
