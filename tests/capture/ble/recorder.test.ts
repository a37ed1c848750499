import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Block, StreamSpec } from '../../../electron/capture/ble/drivers/driver.ts';
import { noInformation } from '../../../electron/capture/ble/drivers/device-information.ts';
import { createRateMeter } from '../../../electron/capture/ble/rate.ts';
import { createRecorder } from '../../../electron/capture/ble/recorder.ts';
import { createTail } from '../../../electron/capture/ble/tail.ts';
import { MISSING_INT32 } from '../../../shared/domain/recording.ts';
import { temporaryFolder } from '../helpers.ts';
import { createTestStore, rowsOf } from './store.ts';

const MOTION: StreamSpec = { name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: 200, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }] };
const BEATS: StreamSpec = { name: 'beats', label: 'beats', timing: 'beats', nominalRateHz: null, channels: [{ name: 'rr-interval', kind: 'rr-interval', unit: 'ms', components: ['value'], decimals: 0 }] };
const READINGS: StreamSpec = { name: 'temperature', label: 'temperature', timing: 'event', nominalRateHz: null, channels: [{ name: 'temperature', kind: 'temperature', unit: 'Cel', components: ['value'], decimals: 3 }] };

function setup(streams: StreamSpec[]) {
  const { store } = createTestStore();
  let time = 1e15;
  const recorder = createRecorder({
    store, kind: 'ble', simulated: false, deviceId: 'a', title: 'T', streams, now: () => time, close: async () => undefined,
    device: { ...noInformation(), name: null, companyId: null, services: [], drivers: [] },
  });
  recorder.state('live');
  return {
    store, recorder, session: recorder.session,
    at(seconds: number, ...blocks: Block[]) { time = 1e15 + seconds * 1e6; recorder.packet({ blocks, refused: null }, time); },
  };
}
const motion = (from: number, n: number): Block => ({ stream: 'acceleration', rows: n, columns: [0, 1, 2].map(() => new Array<number>(n).fill(1)), deviceTimes: Array.from({ length: n }, (_, i) => (from + i) * 5000) });
const beats = (...ms: number[]): Block => ({ stream: 'beats', rows: ms.length, columns: [ms], intervals: ms });

describe('what is missing', () => {
  it('is counted by the device’s stamps while it is connected, and is a gap while it is not', async () => {
    const { recorder, session, at } = setup([MOTION]);
    at(0.2, motion(0, 40));
    at(0.4, motion(40, 40));
    // Two frames never came.
    at(1.0, motion(160, 40));
    expect(session.view().streams[0]).toMatchObject({ rows: 120, lost: 80 });
    recorder.state('lost');
    recorder.state('connecting');
    recorder.state('live');
    at(11, motion(2160, 40));
    at(11.2, motion(2200, 40));
    expect(session.view()).toMatchObject({ losses: 1, streams: [{ rows: 200, lost: 80 }] });
    expect(session.view().gaps[0]!.to! - session.view().gaps[0]!.from).toBeCloseTo(9.8e6, -5);
    const [info] = await session.stop();
    expect(info!.rows).toBe(200);
    expect(info!.report.notes).toEqual(['The connection was lost once; 10 s are missing and were not filled.', '80 rows never came, by the times of the others.']);
  });

  it('is not what a device sends less often by itself', async () => {
    const { session, at } = setup([{ ...MOTION, nominalRateHz: null }]);
    const slow = (from: number, step: number): Block => ({ stream: 'acceleration', rows: 1, columns: [[0], [0], [0]], deviceTimes: [from + step] });
    let t = 0;
    for (let i = 0; i < 40; i++) { at(t / 1e6, slow(t, 0)); t += 80_000; }
    for (let i = 0; i < 40; i++) { at(t / 1e6, slow(t, 0)); t += 800_000; }
    expect(session.view().streams[0]!.lost).toBeLessThanOrEqual(9);
    await session.stop();
  });

  it('of beats is what the chain lacks, but not while the device was off the skin', async () => {
    const { recorder, session, at } = setup([BEATS]);
    for (let s = 1; s <= 5; s++) at(s, beats(1000));
    at(15, beats(1000));
    expect(session.view().streams[0]!.lost).toBe(9);
    recorder.packet({ blocks: [], refused: null, contact: false }, 1e15 + 16e6);
    at(60, beats(1000));
    expect(session.view().streams[0]!.lost).toBe(9);
    await session.stop();
  });

  it('of readings now and then cannot be told', async () => {
    const { session, at, store } = setup([READINGS]);
    const reading = (celsius: number, wallTime?: number): Block => ({ stream: 'temperature', rows: 1, columns: [[celsius]], ...(wallTime === undefined ? {} : { wallTime }) });
    at(10, reading(36_600, 1e15 - 3600e6));
    at(11, reading(36_700, 1e15 + 1e12));
    at(12, reading(36_800, 1e15 - 7200e6));
    expect(session.view().streams[0]!.lost).toBeNull();
    const [info] = await session.stop();
    // The first has the date that the device kept; the second's lies in the future and the third's before the others.
    expect((await rowsOf(store, info!)).t).toEqual([1e15 - 3600e6, 1e15 + 11e6, 1e15 + 12e6]);
    expect(info!.report.notes).toEqual(['2 readings had a date that cannot be; they have the time of their arrival.']);
  });
});

it('packets after the end, of unknown streams and without rows change nothing', async () => {
  const { recorder, session, at } = setup([MOTION]);
  at(1, { stream: 'what', rows: 1, columns: [[1]] }, { ...motion(0, 0) });
  expect(await session.stop()).toEqual([]);
  at(2, motion(0, 10));
  recorder.state('live');
  expect(session.view()).toMatchObject({ state: 'ended', packets: 1, streams: [{ rows: 0 }] });
});

it('nothing grows with the hours but the recording', async () => {
  const { session, at, recorder } = setup([MOTION]);
  for (let i = 0; i < 20_000; i++) {
    at((i + 1) / 20, motion(i * 10, 10));
    if (i % 100 === 50) { recorder.state('lost'); recorder.state('live'); recorder.note(`note ${i}`); }
    if (i % 20 === 0) await new Promise((r) => setImmediate(r));
  }
  const view = session.view();
  expect(view.losses).toBe(200);
  expect(view.gaps).toHaveLength(100);
  expect(view.notes.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(view).length).toBeLessThan(20_000);
  const [recent] = session.recent();
  // Ten seconds of twenty milliseconds, two points each.
  expect(recent!.t.length).toBeLessThanOrEqual(1002);
  expect(recent!.t.at(-1)! - recent!.t[0]!).toBeLessThanOrEqual(10_000);
  await session.stop();
});

describe('samples for a plot', () => {
  const spec: StreamSpec = { ...READINGS, channels: [{ ...READINGS.channels[0]!, decimals: 1 }] };
  it('are those that came while they are few, and the least and greatest in their order while they are many', () => {
    const tail = createTail(spec);
    tail.push([1e15, 1e15 + 50_000], [[10, 25]]);
    expect(tail.take()).toEqual({ stream: 'temperature', t: [1e12, 1e12 + 50], columns: [[1, 2.5]] });
    expect(tail.take()).toBeNull();
    // One spike in a hundred, which every hundredth sample would miss.
    const t = Array.from({ length: 100 }, (_, i) => 1e15 + 1e6 + i * 200);
    tail.push(t, [t.map((_, i) => (i === 37 ? 900 : i === 60 ? -900 : 0))]);
    expect(tail.take()).toEqual({ stream: 'temperature', t: [(1e15 + 1e6) / 1000, t[99]! / 1000], columns: [[90, -90]] });
    tail.push([1e15 + 2e6], [[MISSING_INT32]]);
    expect(tail.take()!.columns).toEqual([[null]]);
  });

  it('are handed over once each, however many came before', () => {
    const tail = createTail(spec);
    let got: (number | null)[] = [];
    for (let i = 0; i < 9000; i++) {
      tail.push([1e15 + i * 20_000], [[i]]);
      if (i % 7 === 0) got = got.concat(tail.take()?.columns[0] ?? []);
    }
    got = got.concat(tail.take()?.columns[0] ?? []);
    expect(got).toEqual(Array.from({ length: 9000 }, (_, i) => i / 10));
    expect(tail.recent().t).toHaveLength(501);
  });
});

describe('the rate', () => {
  it('is that of the last ten seconds, none at first, and 0 when nothing comes', () => {
    const meter = createRateMeter();
    expect(meter.hz(0)).toBeNull();
    let t = 0;
    for (; t < 60e6; t += 100_000) meter.add(t, 20);
    expect(meter.hz(t)).toBe(200);
    for (; t < 75e6; t += 100_000) meter.add(t, 5);
    expect(meter.hz(t)).toBe(50);
    expect(meter.hz(t + 11e6)).toBe(0);
  });
});

it('kill -9 loses at most the last second', async () => {
  for (const wait of [1500, 2300]) {
    const dir = temporaryFolder();
    const key = randomBytes(32);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'captures-until-killed.ts'), dir, key.toString('hex')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let came = 0;
    child.stdout.on('data', (text: Buffer) => { came = Number(text.toString().trim().split('\n').at(-1)); });
    await new Promise((r) => child.stdout.once('data', r));
    await new Promise((r) => setTimeout(r, wait));
    child.kill('SIGKILL');
    await new Promise((r) => child.once('close', r));
    const { store } = createTestStore(dir, key);
    expect(store.recovered).toHaveLength(1);
    const info = store.get(store.recovered[0]!)!;
    const { columns: [x] } = await rowsOf(store, info);
    // By the device's stamps: a second of 200 Hz, and one packet that was under way.
    expect(came - x!.length).toBeLessThanOrEqual(200 + 20);
    expect(x!.length).toBeGreaterThan(100);
    expect(x).toEqual(Array.from({ length: x!.length }, (_, i) => i * 3));
  }
});
