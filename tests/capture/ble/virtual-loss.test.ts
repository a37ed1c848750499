import { afterEach, describe, expect, it } from 'vitest';
import { createBluetooth } from '../../../electron/capture/ble/bluetooth.ts';
import type { CaptureSession, SessionState } from '../../../electron/capture/ble/types.ts';
import { AppError } from '../../../shared/errors.ts';
import { until } from './virtual/bench.ts';
import { VirtualController } from './virtual/controller.ts';
import { createProduct, type Product } from './virtual/product.ts';
import { setSystemRadio } from './virtual/stacks.ts';
import { numberOf, PolarSensor } from './virtual/watches/polar.ts';
import { createStrap } from './virtual/watches/strap.ts';

let product: Product;
afterEach(() => product.end());

const rowsOf = (session: CaptureSession, stream: string): number => session.view().streams.find((s) => s.name === stream)?.rows ?? 0;
const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));
const QUICK = { retryFirst: 50, retryMost: 200, connect: 1500, answer: 500, discover: 1500, start: 2000, disconnect: 500 };

function statesOf(session: CaptureSession): SessionState[] {
  const states: SessionState[] = [session.state];
  session.subscribe((event) => { if (event.type === 'view' && event.view.state !== states.at(-1)) states.push(event.view.state); });
  return states;
}

describe('a connection that is lost', () => {
  it('is made again when the device comes back; the gap stays a gap', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor({ rates: [200], perFrame: 20 });
    const peripheral = await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    const states = statesOf(session);
    await until('samples', () => rowsOf(session, 'acceleration') >= 200);
    product.air.leave(peripheral.controller);
    await until('the loss', () => session.state === 'lost');
    expect(session.view()).toMatchObject({ losses: 1, gaps: [{ to: null }] });
    const before = rowsOf(session, 'acceleration');
    await pause(1200);
    expect(rowsOf(session, 'acceleration')).toBe(before);
    product.air.comeBack(peripheral.controller);
    await until('samples again', () => rowsOf(session, 'acceleration') >= before + 200);
    const view = session.view();
    const [info] = await session.stop();
    expect(states.slice(0, 4)).toEqual(['live', 'lost', 'connecting', 'live']);
    expect(states.slice(-2)).toEqual(['stopping', 'ended']);

    const { t, columns: [x, y] } = await product.rows(info!);
    const numbers = x!.map((v, i) => numberOf(v, y![i]!));
    const heard = new Set(polar.sent.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
    expect(numbers.every((n) => heard.has(n))).toBe(true);
    const steps = numbers.slice(1).map((n, i) => n - numbers[i]!);
    expect(steps.filter((s) => s !== 1)).toHaveLength(1);
    const at = steps.findIndex((s) => s !== 1);
    // Over a second of nothing, by the watch's numbers and by the rows' times alike.
    expect(steps[at]).toBeGreaterThan(240);
    expect(Math.abs((t[at + 1]! - t[at]!) / 1e6 - steps[at]! / 200)).toBeLessThan(0.25);
    expect(view).toMatchObject({ losses: 1, problem: null, retryAt: null });
    expect(view.gaps).toHaveLength(1);
    expect(view.gaps[0]).toEqual({ from: t[at], to: t[at + 1] });
    expect(product.violations()).toEqual([]);
  });

  it('waits longer before each new attempt, and stops at once when asked to meanwhile', async () => {
    product = createProduct({ timeouts: { ...QUICK, connect: 100, retryFirst: 40, retryMost: 160 } });
    const strap = createStrap();
    const peripheral = await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    const waits: number[] = [];
    let last = 0;
    session.subscribe((event) => { if (event.type === 'view' && event.view.state === 'lost' && event.view.retryAt !== null && last !== event.view.retryAt) { last = event.view.retryAt; waits.push(last - performance.timeOrigin - performance.now()); } });
    strap.heart.beat({ bpm: 60, contact: true });
    await until('a value', () => rowsOf(session, 'heart-rate') === 1);
    product.air.leave(peripheral.controller);
    await until('five attempts', () => waits.length >= 5);
    // As each is told; how long an attempt takes is the machine's.
    expect(waits.slice(0, 5).map((w) => Math.round(w / 40))).toEqual([1, 2, 4, 4, 4]);
    const [info] = await session.stop();
    expect(session.state).toBe('ended');
    expect((await product.rows(info!)).columns[0]).toEqual([60]);
  });

  it('is noticed when a device that was sending neither sends nor answers any more', async () => {
    product = createProduct({ timeouts: { ...QUICK, silence: 300 } });
    const polar = new PolarSensor({ rates: [100], perFrame: 5 });
    const peripheral = await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    await until('samples', () => rowsOf(session, 'acceleration') >= 50);
    polar.halt();
    await pause(700);
    // It answers what it is asked: many devices only send what changed.
    expect(session.view()).toMatchObject({ state: 'live', losses: 0 });
    peripheral.mute(true);
    await until('silence counts as a loss', () => session.view().losses === 1);
    peripheral.mute(false);
    await until('it sends again after a new start', () => session.state === 'live' && rowsOf(session, 'acceleration') >= 150);
    await session.stop();
    expect(polar.commands.filter(([op]) => op === 2)).toHaveLength(2);
  });

  it('survives a device that hangs up again and again', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor({ rates: [200], perFrame: 10 });
    const peripheral = await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    for (let i = 1; i <= 4; i++) {
      const before = rowsOf(session, 'acceleration');
      await until('samples', () => session.state === 'live' && rowsOf(session, 'acceleration') >= before + 40);
      peripheral.controller.hangUp();
      await until(`loss ${i}`, () => session.view().losses === i);
    }
    const before = rowsOf(session, 'acceleration');
    await until('samples after the last', () => rowsOf(session, 'acceleration') >= before + 40);
    expect(session.view().gaps).toHaveLength(4);
    const [info] = await session.stop();
    const { t, columns: [x, y] } = await product.rows(info!);
    const numbers = x!.map((v, i) => numberOf(v, y![i]!));
    // No sample twice, none out of order, and time never goes back.
    expect(numbers.slice(1).every((n, i) => n > numbers[i]!)).toBe(true);
    expect(t.slice(1).every((time, i) => time >= t[i]!)).toBe(true);
    expect(peripheral.connections).toBe(5);
  });

  it('does not put the rows of a device that restarted into the past', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor({ rates: [200], perFrame: 10, upSeconds: 3600 });
    const peripheral = await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    await pause(600);
    const lastBefore = polar.takenAt(polar.sent.at(-1)!.to);
    polar.restart();
    peripheral.controller.hangUp();
    await until('the loss', () => session.view().losses === 1);
    const before = rowsOf(session, 'acceleration');
    await until('samples again', () => rowsOf(session, 'acceleration') >= before + 100);
    const [info] = await session.stop();
    const { t, columns: [x, y] } = await product.rows(info!);
    const numbers = x!.map((v, i) => numberOf(v, y![i]!));
    expect(numbers[before]).toBe(polar.sent[0]!.from);
    expect(t[before - 1]).toBeLessThanOrEqual(lastBefore + 100_000);
    for (let i = before; i < t.length; i++) if (Math.abs(t[i]! - polar.takenAt(numbers[i]!)) > 300_000) throw new Error(`Row ${i} is ${t[i]! - polar.takenAt(numbers[i]!)} µs off.`);
  });

  it('of one device does not keep another from its own return', async () => {
    product = createProduct({ timeouts: { ...QUICK, connect: 500 } });
    const straps = [createStrap('Strap A'), createStrap('Strap B')];
    const peers = [await product.add(straps[0]!.device), await product.add(straps[1]!.device)];
    const sessions: CaptureSession[] = [];
    for (const name of ['Strap A', 'Strap B']) sessions.push(await product.bluetooth.connect((await product.find(name)).id));
    straps.forEach((s) => s.heart.beat({ bpm: 60, contact: true }));
    await until('a value of each', () => sessions.every((s) => rowsOf(s, 'heart-rate') === 1));
    peers.forEach((p) => product.air.leave(p.controller));
    await until('both are lost', () => sessions.every((s) => s.view().losses === 1));
    // The first stays away and is tried for all the while.
    product.air.comeBack(peers[1]!.controller);
    await until('the second is live', () => sessions[1]!.state === 'live');
    straps[1]!.heart.beat({ bpm: 61, contact: true });
    await until('its value', () => rowsOf(sessions[1]!, 'heart-rate') === 2);
    expect(sessions[0]!.view().gaps).toMatchObject([{ to: null }]);
    expect(sessions[1]!.view().gaps[0]!.to).not.toBeNull();
    product.air.comeBack(peers[0]!.controller);
    await until('the first is live', () => sessions[0]!.state === 'live');
    expect(sessions.map((s) => s.view().losses)).toEqual([1, 1]);
  });

  it('takes up a stream that the device kept running', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor({ rates: [100], perFrame: 5, keepsRunning: true });
    const peripheral = await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    await until('samples', () => rowsOf(session, 'acceleration') >= 50);
    peripheral.controller.hangUp();
    await until('the loss', () => session.view().losses === 1);
    const before = rowsOf(session, 'acceleration');
    await until('samples again', () => rowsOf(session, 'acceleration') >= before + 50);
    await session.stop();
    expect(session.view().notes).toEqual([]);
  });
});

describe('the adapter', () => {
  it('that is switched off ends no session: it goes on when it is on again', async () => {
    product = createProduct({ timeouts: QUICK });
    const strap = createStrap();
    await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    strap.heart.beat({ bpm: 60, contact: true });
    await until('a value', () => rowsOf(session, 'heart-rate') === 1);
    product.central.controller.power(false);
    await until('the loss', () => session.state === 'lost');
    expect(product.bluetooth.state()).toBe('poweredOff');
    expect(product.bluetooth.problem()).toMatchObject({ message: 'Bluetooth is switched off.', hint: expect.stringContaining('Switch') });
    await expect(product.bluetooth.connect('d00000000001')).rejects.toBeInstanceOf(AppError);
    const problems: AppError[] = [];
    product.bluetooth.scan(() => undefined, { onError: (e) => problems.push(e) });
    await until('the scan says why not', () => problems.length === 1);
    product.central.controller.power(true);
    await until('it is live again', () => session.state === 'live');
    strap.heart.beat({ bpm: 61, contact: true });
    await until('a value again', () => rowsOf(session, 'heart-rate') === 2);
    const [info] = await session.stop();
    expect((await product.rows(info!)).columns[0]).toEqual([60, 61]);
  });

  it('that was off at the start can be used once it is on', async () => {
    product = createProduct({ timeouts: QUICK, controller: { powered: false } });
    await product.add(createStrap().device);
    const problems: AppError[] = [];
    product.bluetooth.scan(() => undefined, { onError: (e) => problems.push(e) });
    await until('it is off', () => problems.length === 1);
    expect(problems[0]!.message).toBe('Bluetooth is switched off.');
    product.central.controller.power(true);
    await until('it is on', () => product.bluetooth.state() === 'poweredOn');
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    expect(session.state).toBe('live');
  });

  it('that is not there is not said to be switched off', async () => {
    product = createProduct({ timeouts: { adapter: 500 }, controller: { missing: true } });
    await expect(product.bluetooth.connect('d00000000001')).rejects.toMatchObject({ message: 'No Bluetooth LE adapter was found.' });
    expect(product.bluetooth.state()).toBe('unsupported');
  });

  it('that the app let go of can be taken again, as when a profile is locked and opened', async () => {
    product = createProduct({ timeouts: QUICK });
    setSystemRadio(new VirtualController(product.air, { address: 'c0:00:00:00:00:02' }));
    const strap = createStrap();
    await product.add(strap.device);
    for (let i = 0; i < 3; i++) {
      const bluetooth = createBluetooth({ store: product.store, timeouts: QUICK });
      const session = await bluetooth.connect('d00000000001');
      strap.heart.beat({ bpm: 60 + i, contact: true });
      await until('a value', () => rowsOf(session, 'heart-rate') === 1);
      await bluetooth.stop();
      const [info] = await session.ended;
      expect((await product.rows(info!)).columns[0]).toEqual([60 + i]);
      await until('the connection is let go', () => product.air.links.size === 0);
    }
  });

  it('that may not be used says so, with what to do', async () => {
    product = createProduct({ timeouts: { adapter: 500 }, controller: { forbidden: true } });
    const error = await product.bluetooth.connect('d00000000001').then(() => null, (e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ message: 'This app may not use Bluetooth.', hint: expect.stringMatching(/./) });
    expect(product.bluetooth.state()).toBe('unauthorized');
  });
});
