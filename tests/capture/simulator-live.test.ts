import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatch } from '../../electron/capture/simulator/watch.ts';
import { SIMULATED_WATCH, startSimulatedWatch } from '../../electron/capture/simulator/live.ts';
import type { CaptureEvent } from '../../electron/capture/ble/types.ts';
import type { RecordingIndex } from '../../electron/recordings/deps.ts';
import { createRecordingStore } from '../../electron/recordings/store.ts';
import { MISSING_INT32, type RecordingInfo } from '../../shared/domain/recording.ts';
import { temporaryFolder } from './helpers.ts';

function memoryIndex(): RecordingIndex {
  const infos = new Map<string, RecordingInfo>();
  return { insert: (i) => { infos.set(i.id, i); }, list: () => [...infos.values()], get: (id) => infos.get(id), remove: (id) => { infos.delete(id); } };
}
const realStore = () => createRecordingStore({ dir: temporaryFolder(), key: randomBytes(32), index: memoryIndex() });

const START = 1_800_000_000e6;
/** Time that the test turns by hand: the watch's clock, and the ticks that hang on it. */
const byHand = () => {
  let now = START;
  return {
    now: () => now,
    async run(seconds: number) { for (let ms = 0; ms < seconds * 1000; ms += 50) { now += 50_000; await vi.advanceTimersByTimeAsync(50); } },
    jump(seconds: number) { now += seconds * 1e6; },
  };
};
beforeEach(() => { vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }); });
afterEach(() => { vi.useRealTimers(); });

describe('the simulated watch', () => {
  it('is the same for a seed however it is advanced, and another for another', () => {
    const rows = (seed: number, steps: number[]) => {
      const watch = createWatch({ seed, rateHz: 50 });
      const all: Record<string, number[]> = {};
      for (const s of steps) for (const r of watch.advance(s)) (all[r.stream] ??= []).push(...r.t, ...r.columns.flat());
      return { hr: all['heart-rate'], rr: all['rr-interval'] };
    };
    expect(rows(1, [20])).toEqual(rows(1, [0.13, 0.5, 7.77, 7.78, 19.99, 20]));
    expect(rows(1, [20])).not.toEqual(rows(2, [20]));
  });

  it('has a heart within what hearts do, whose beats add up to the time', () => {
    const watch = createWatch({ seed: 3, rateHz: 25 });
    const beats: { at: number; ms: number }[] = [];
    const rates: number[] = [];
    for (const r of watch.advance(1800)) {
      if (r.stream === 'rr-interval') r.t.forEach((at, i) => beats.push({ at, ms: r.columns[0]![i]! / 1000 }));
      if (r.stream === 'heart-rate' && r.columns[0]![0]! !== MISSING_INT32) rates.push(r.columns[0]![0]!);
    }
    expect(Math.min(...rates)).toBeGreaterThan(35);
    expect(Math.max(...rates)).toBeLessThan(200);
    beats.slice(1).forEach((b, i) => expect(b.at - beats[i]!.at).toBeCloseTo(b.ms / 1000, 3));
    // The rate that is told is that of the beats.
    const mean = rates.reduce((a, b) => a + b, 0) / rates.length;
    expect(mean).toBeCloseTo((60 * beats.length) / 1800, 0);
  });

  it('beats faster while the wrist moves', () => {
    const watch = createWatch({ seed: 11, rateHz: 50 });
    const seconds: { moved: number; rate: number }[] = [];
    let moved = 0;
    for (const r of watch.advance(7200)) {
      if (r.stream === 'acceleration') r.columns[0]!.forEach((x, i) => { moved += Math.abs(Math.hypot(x, r.columns[1]![i]!, r.columns[2]![i]!) - 9806.65); });
      if (r.stream === 'heart-rate') { seconds.push({ moved, rate: r.columns[0]![0]! }); moved = 0; }
    }
    const minutes = Array.from({ length: 120 }, (_, m) => seconds.slice(m * 60, m * 60 + 60)).map((s) => ({ moved: s.reduce((a, b) => a + b.moved, 0), rate: s.at(-1)!.rate }));
    const sorted = minutes.sort((a, b) => a.moved - b.moved);
    const mean = (part: typeof sorted) => part.reduce((a, b) => a + b.rate, 0) / part.length;
    expect(mean(sorted.slice(-20))).toBeGreaterThan(mean(sorted.slice(0, 60)) + 5);
  });

  it.each([25, 200])('records at %i Hz: all streams, marked as simulated, in one session', async (rateHz) => {
    const store = realStore();
    const clock = byHand();
    const session = startSimulatedWatch({ store, rateHz, seed: 5, now: clock.now });
    await clock.run(30);
    expect(session.view()).toMatchObject({ simulated: true, state: 'live', title: SIMULATED_WATCH, device: { name: SIMULATED_WATCH }, notes: ['Made by a simulator: nobody wore this.'] });
    expect(session.view().streams.map((s) => s.name)).toEqual(['acceleration', 'heart-rate', 'rr-interval']);
    expect(session.view().streams[0]!.rateHz).toBeCloseTo(rateHz, 0);
    const kept = await session.stop();
    expect(await session.ended).toBe(kept);
    expect(vi.getTimerCount()).toBe(0);
    expect(kept.map((k) => k.channels[0]!.name)).toEqual(['acceleration', 'heart-rate', 'rr-interval']);
    for (const info of kept) {
      expect(info.source).toMatchObject({ kind: 'simulator', simulated: true, device: SIMULATED_WATCH, times: 'source', session: session.id });
      expect(info.report.notes).toContain('Made by a simulator: nobody wore this.');
      expect(store.get(info.id)).toEqual(info);
    }
    expect(kept[0]).toMatchObject({ rows: 30 * rateHz, nominalRateHz: rateHz, source: { clock: { method: 'device' } } });
    // The stored rows are those of the generator, bit for bit, at its rate and on the host's clock.
    const t: number[] = [];
    const x: number[] = [];
    for await (const b of store.read(kept[0]!.id)) { t.push(...b.t); x.push(...b.columns[0]!); }
    const expected: number[] = [];
    for (const r of createWatch({ seed: 5, rateHz }).advance(30)) if (r.stream === 'acceleration') expected.push(...r.columns[0]!);
    expect(x).toEqual(expected);
    expect(Math.max(...t.map((v, i) => Math.abs(v - START - (i * 1e6) / rateHz)))).toBeLessThan(1e6 / rateHz + 50_000);
    const steps = t.slice(1).map((v, i) => v - t[i]!);
    expect(steps.sort((a, b) => a - b)[steps.length >> 1]).toBeCloseTo(1e6 / rateHz, -2);
  });

  it('leaves a gap where the computer slept, and makes nothing up', async () => {
    const store = realStore();
    const clock = byHand();
    const session = startSimulatedWatch({ store, rateHz: 50, seed: 5, now: clock.now });
    await clock.run(10);
    clock.jump(3600);
    await clock.run(10);
    expect(session.view()).toMatchObject({ losses: 1, gaps: [{ to: expect.any(Number) as number }] });
    const [acceleration] = await session.stop();
    // Less than a tick is lost with the sleep.
    expect(acceleration!.rows).toBeGreaterThanOrEqual(990);
    expect(acceleration!.rows).toBeLessThanOrEqual(1000);
    const t: number[] = [];
    for await (const b of store.read(acceleration!.id)) t.push(...b.t);
    const steps = t.slice(1).map((v, i) => v - t[i]!);
    expect(steps.filter((s) => s > 1e6)).toEqual([expect.closeTo(3600e6, -6)]);
  });

  it('tells views and thinned samples while it runs, and ends with the last word', async () => {
    const clock = byHand();
    const session = startSimulatedWatch({ store: realStore(), rateHz: 200, seed: 1, now: clock.now });
    const events: CaptureEvent[] = [];
    session.subscribe((e) => events.push(e));
    await clock.run(10);
    const samples = events.filter((e) => e.type === 'samples');
    expect(samples.length).toBeGreaterThan(20);
    expect(samples.length).toBeLessThanOrEqual(40);
    // In m/s²: about 1 g.
    const drawn = samples.flatMap((e) => e.samples).filter((s) => s.stream === 'acceleration');
    expect(drawn.every((s) => Math.abs(Math.hypot(...s.columns.map((c) => c[0]!)) - 9.8) < 8)).toBe(true);
    expect(events.filter((e) => e.type === 'view').length).toBeGreaterThanOrEqual(9);
    await session.stop();
    expect(events.at(-1)).toMatchObject({ type: 'view', view: { state: 'ended' } });
  });

  it('ends by itself with the reason when the disk is full', async () => {
    const clock = byHand();
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const session = startSimulatedWatch({ store: { begin: async () => { throw full; } }, rateHz: 25, seed: 1, now: clock.now });
    await clock.run(5);
    expect(await session.ended).toEqual([]);
    expect(session.view()).toMatchObject({ state: 'ended', problem: { code: 'disk-full' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not made at a rate that no watch has', () => {
    for (const rateHz of [24, 201, 50.5, NaN]) expect(() => startSimulatedWatch({ store: realStore(), rateHz })).toThrow(RangeError);
  });
});
