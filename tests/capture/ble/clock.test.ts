import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClock, createHostClock } from '../../../electron/capture/ble/clock.ts';
import { theilSen } from '../../../electron/capture/ble/envelope.ts';
import { createRandom } from '../../../electron/capture/simulator/random.ts';

/** A device that sends `perPacket` rows at `hz`; delay: 8 ms at least, some ms of jitter, now and then a stall. */
function* packets({ hz, perPacket, seconds, ppm = 0, seed = 1 }: { hz: number; perPacket: number; seconds: number; ppm?: number; seed?: number }) {
  const random = createRandom(seed);
  const step = 1e6 / hz;
  let lastArrival = 0;
  for (let k = perPacket; k <= seconds * hz; k += perPacket) {
    const truth = Array.from({ length: perPacket }, (_, i) => 1e12 + (k - perPacket + i) * step);
    const delay = 8000 + random() ** 3 * 25_000 + (random() < 0.01 ? 400_000 * random() : 0);
    // A radio link keeps the order.
    lastArrival = Math.max(lastArrival, truth.at(-1)! + delay);
    yield { truth, deviceTimes: truth.map((t) => (t - 1e12) * (1 + ppm * 1e-6) + 5e8), arrival: lastArrival };
  }
}

describe('a device clock', () => {
  it('is mapped within a few milliseconds in spite of jitter, stalls and a crystal that is off', () => {
    for (const ppm of [0, 80, -80]) {
      const clock = createClock('device', null);
      let worst = 0;
      for (const p of packets({ hz: 200, perPacket: 10, seconds: 3600, ppm })) {
        const t = clock.stamp({ rows: 10, deviceTimes: p.deviceTimes }, p.arrival);
        // What every packet needs at least cannot be known, only that it is the same for all.
        if (p.truth[0]! > 1e12 + 120e6) t.forEach((v, i) => { worst = Math.max(worst, Math.abs(v - p.truth[i]! - 8000)); });
      }
      expect(worst).toBeLessThan(4000);
      expect(clock.info()).toMatchObject({ method: 'device', resets: 0 });
      expect(Math.abs(clock.info().skewPpm! - ppm)).toBeLessThan(5);
    }
  });

  it('starts anew when the device was restarted, without going back', () => {
    const clock = createClock('device', null);
    const first = clock.stamp({ rows: 1, deviceTimes: [5e12] }, 1e15);
    const second = clock.stamp({ rows: 1, deviceTimes: [100] }, 1e15 + 60e6);
    expect(second[0]! - first[0]!).toBe(60e6);
    expect(clock.info().resets).toBe(1);
  });

  it('keeps a silence of the device a silence', () => {
    const clock = createClock('device', null);
    const a = clock.stamp({ rows: 1, deviceTimes: [1e6] }, 1e15);
    const b = clock.stamp({ rows: 1, deviceTimes: [61e6] }, 1e15 + 60e6);
    expect(b[0]! - a[0]!).toBe(60e6);
    expect(clock.info().resets).toBe(0);
  });
});

describe('arrivals at a steady interval', () => {
  it('lose most of their jitter', () => {
    const clock = createClock('regular', 10);
    const late: number[] = [];
    const left: number[] = [];
    for (const p of packets({ hz: 10, perPacket: 1, seconds: 1800 })) {
      late.push(p.arrival - p.truth[0]!);
      left.push(clock.stamp({ rows: 1 }, p.arrival)[0]! - p.truth[0]!);
    }
    // About the middle, since a stall of several intervals looks like missing rows until they come.
    const middle = (v: number[]) => [...v].sort((a, b) => a - b)[v.length >> 1]!;
    const spread = (v: number[]) => { const m = middle(v.slice(600)); return middle(v.slice(600).map((x) => Math.abs(x - m))); };
    expect(spread(left)).toBeLessThan(spread(late) / 3);
  });

  it('follow a device whose interval is a hundredth off', () => {
    const clock = createClock('regular', 10);
    let arrival = 1e15;
    let worst = 0;
    for (let i = 0; i < 6000; i++) {
      arrival += 101_000;
      const late = arrival - clock.stamp({ rows: 1 }, arrival)[0]!;
      if (i > 2000) worst = Math.max(worst, late);
    }
    expect(worst).toBeLessThan(20_000);
    expect(clock.missed).toBe(0);
  });

  it.each([0.985, 1.01, 1.03])('find the interval of a device that is off by a factor of %d, in spite of jitter and of rows that it did not send', (factor) => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const clock = createClock('regular', 10);
      const left: number[] = [];
      let dropped = 0;
      let arrival = 0;
      for (let k = 0; k < 6000; k++) {
        if (random() < 0.05) { dropped++; continue; }
        const truth = 1e12 + k * 100_000 * factor;
        arrival = Math.max(arrival, truth + 8000 + random() ** 3 * 25_000);
        const t = clock.stamp({ rows: 1 }, arrival)[0]!;
        if (k > 100) left.push(Math.abs(t - truth - 8000));
      }
      left.sort((a, b) => a - b);
      expect(left[Math.floor(left.length * 0.99)]).toBeLessThan(1000);
      expect(Math.abs(clock.missed - dropped)).toBeLessThanOrEqual(3);
    }
  });

  it('leave a hole where rows are missing', () => {
    const clock = createClock('regular', 10);
    const times = [0, 100, 200, 900, 1000].map((ms) => clock.stamp({ rows: 1 }, 1e15 + ms * 1000)[0]! - 1e15);
    expect(times).toEqual([0, 100_000, 200_000, 900_000, 1_000_000]);
    expect(clock.missed).toBe(6);
  });
});

describe('the host\u2019s own clock', () => {
  it('does not go back when it is set back, and goes forward over a sleep of the computer', () => {
    let steady = 1e12;
    let wall = 1e12;
    const now = createHostClock(() => steady, () => wall);
    expect(now()).toBe(1e15);
    wall -= 3_600_000;
    steady += 10;
    expect(now()).toBe(1e15 + 10_000);
    wall = steady + 28_800_000;
    expect(now()).toBe(1e15 + 10_000 + 28_800e6);
    steady += 5;
    wall += 5;
    expect(now()).toBe(1e15 + 15_000 + 28_800e6);
  });
});

describe('beats', () => {
  it('are chained, and a new chain begins where packets were lost', () => {
    const clock = createClock('beats', null);
    const at = (s: number, ...intervals: number[]) => [...clock.stamp({ rows: intervals.length, intervals }, 1e15 + s * 1e6)].map((t) => (t - 1e15) / 1000);
    expect(at(1, 800, 900)).toEqual([100, 1000]);
    expect(at(1.9, 850)[0]).toBeCloseTo(1851, 0);
    expect(at(30, 800)[0]).toBe(30_000);
    expect(clock.missed).toBeGreaterThan(30);
  });
});

it('the slope of Theil and Sen is not moved by a third of wild points', () => {
  expect(theilSen(Array.from({ length: 30 }, (_, x) => ({ x, y: x % 4 === 0 ? 1e6 : 3 * x })))).toBeCloseTo(3, 6);
});

it('no order of stamps and arrivals makes times go back or stop being numbers', () => {
  for (const timing of ['device', 'regular', 'beats', 'event'] as const) {
    fc.assert(fc.property(fc.array(fc.tuple(fc.array(fc.double({ min: 0, max: 1e16, noNaN: true }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 1e9 })), { maxLength: 30 }), (list) => {
      const clock = createClock(timing, 10);
      let arrival = 1e15;
      let last = -Infinity;
      for (const [deviceTimes, wait] of list) {
        arrival += wait;
        for (const t of clock.stamp({ rows: deviceTimes.length, deviceTimes, intervals: deviceTimes.map((v) => 1 + (v % 60_000)) }, arrival)) {
          expect(t).toBeGreaterThanOrEqual(last);
          expect(Number.isSafeInteger(t)).toBe(true);
          last = t;
        }
      }
    }), { numRuns: 200 });
  }
});
