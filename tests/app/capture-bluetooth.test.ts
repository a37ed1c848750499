import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCaptures, type Captures } from '../../electron/app/capture/captures.ts';
import { createBluetooth } from '../../electron/capture/ble/index.ts';
import { createRecordingStore, type RecordingStore } from '../../electron/recordings/store.ts';
import { DeviceId, type CaptureEvent, type CaptureView } from '../../shared/api/capture.ts';
import type { RecordingInfo } from '../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { createBench, until, type Bench } from '../capture/ble/virtual/bench.ts';
import { PolarSensor } from '../capture/ble/virtual/watches/polar.ts';
import { createStrap } from '../capture/ble/virtual/watches/strap.ts';

// The app's service over the true noble stack and true devices' bytes, joined by a virtual controller.
let dir: string;
let bench: Bench;
let store: RecordingStore;
let captures: Captures;
let scored: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-capture-'));
  bench = createBench();
  const list = new Map<string, RecordingInfo>();
  store = createRecordingStore({ dir, key: randomBytes(32), index: { insert: (i) => void list.set(i.id, i), list: () => [...list.values()], get: (id) => list.get(id), remove: (id) => void list.delete(id) } });
  scored = [];
  captures = createCaptures({
    store, onKept: (info) => { scored.push(info.id); return `job-${info.id}`; },
    openBluetooth: async () => createBluetooth({ store, noble: bench.central.noble, timeouts: { adapter: 300, connect: 1500, discover: 2000, answer: 1500, start: 3000, retryFirst: 100, retryMost: 300 } }),
  });
});
afterEach(async () => {
  await captures.close();
  bench.close();
  rmSync(dir, { recursive: true, force: true });
});

const view = (id: string): CaptureView | undefined => captures.state().captures.find((c) => c.id === id);
const rows = (id: string, stream: string): number => view(id)?.streams.find((s) => s.name === stream)?.rows ?? 0;
const device = (name: string) => captures.state().devices.find((d) => d.name === name);
const refusal = async (work: Promise<unknown>) => work.then(() => { throw new Error('it was not refused'); }, (e: unknown) => { if (!isAppError(e)) throw e; return e; });
async function found(...names: string[]): Promise<string[]> {
  await captures.scan({ seconds: 30 });
  await until(`${names.join(', ')} found`, () => names.every((n) => device(n)));
  return names.map((n) => device(n)!.id);
}

describe('devices near', () => {
  it('opens Bluetooth with the first scan, tells the devices with what they offer, those of use first, and ends the scan', async () => {
    expect(captures.state().adapter).toEqual({ state: 'unused', problem: null });
    const strap = createStrap();
    await bench.add({ name: 'Kettle', advertises: ['fe95'], services: [] }, { rssi: -20 });
    await bench.add(strap.device, { rssi: -70 });
    const events: CaptureEvent[] = [];
    const stop = captures.onEvent((e) => events.push(e));
    await found('Strap 1', 'Kettle');
    expect(captures.state()).toMatchObject({ adapter: { state: 'ready', problem: null }, scan: { running: true, until: expect.any(Number) as number } });
    expect(captures.state().devices).toMatchObject([{ name: 'Strap 1', rssi: -70, offers: ['Heart rate monitor'], supported: true }, { name: 'Kettle', offers: [], supported: false }]);
    for (const d of captures.state().devices) expect(DeviceId.parse(d.id)).toBe(d.id);
    await captures.stopScan();
    expect(captures.state().scan).toEqual({ running: false, until: null });
    await until('it is told', () => events.some((e) => e.type === 'state' && e.state.devices.length === 2 && !e.state.scan.running));
    stop();
  });

  it('ends by itself after the seconds that were asked for', async () => {
    await captures.scan({ seconds: 1 });
    expect(captures.state().scan.running).toBe(true);
    await until('the scan ends', () => !captures.state().scan.running);
  });
});

describe('recording devices', () => {
  it('records two and the simulated watch at once, tells them live, and keeps and scores each', async () => {
    const strap = createStrap();
    const polar = new PolarSensor();
    await bench.add(strap.device);
    await bench.add(polar.device);
    const [a, b] = await found('Strap 1', polar.device.name);
    const { captures: ids } = await captures.start({ devices: [a!, b!], simulated: { rateHz: 25 }, title: 'Morning' });
    expect(ids).toHaveLength(3);
    expect(ids.map((id) => view(id)!.state)).toEqual(['connecting', 'connecting', 'recording']);
    const events: CaptureEvent[] = [];
    const stop = captures.onEvent((e) => events.push(e));
    await until('all record', () => ids.every((id) => view(id)?.state === 'recording'));
    strap.heart.beat({ bpm: 61, rr: [1000], contact: true });
    strap.heart.beat({ bpm: 62, rr: [990, 980], contact: true });
    await until('rows of each', () => rows(ids[0]!, 'rr-interval') === 3 && rows(ids[1]!, 'acceleration') > 300 && rows(ids[2]!, 'acceleration') > 30);
    expect(view(ids[0]!)).toMatchObject({ name: 'Strap 1', manufacturer: 'Polar Electro Oy', model: 'H9', firmware: '1.0.3', battery: 87, contact: true, simulated: false, error: null });
    const steady = (id: string) => view(id)!.streams.filter((s) => s.rows > 0).map((s) => [s.name, s.nominalRateHz]);
    expect(steady(ids[0]!)).toEqual([['heart-rate', null], ['rr-interval', null]]);
    expect(steady(ids[1]!)[0]).toEqual(['acceleration', 50]);
    expect(steady(ids[2]!)[0]).toEqual(['acceleration', 25]);
    // A chest strap's unit number is not among what is told.
    expect(JSON.stringify(view(ids[0]!))).not.toContain('12345678');
    await until('live samples of both', () => ids.every((id) => events.some((e) => e.type === 'live' && e.samples.some((s) => s.capture === id && s.t.length > 0))));
    const live = events.filter((e) => e.type === 'live');
    expect(live.slice(1).flatMap((e) => e.samples).every((s) => s.t.length <= 64)).toBe(true);
    stop();

    // A third device, and one that is recorded already, are refused by name.
    expect((await refusal(captures.start({ devices: [a!], simulated: null }))).message).toMatch(/«?Strap 1»? is being recorded already/);
    expect((await refusal(captures.start({ devices: ['d00000000009'], simulated: null }))).message).toMatch(/No more than 2/);

    const [first] = await captures.stop({ id: ids[0] });
    expect(first).toMatchObject({ name: 'Strap 1', error: null, simulated: false });
    expect(first!.recordings.map((r) => r.rows).sort()).toEqual([2, 3]);
    expect(view(ids[1]!)?.state).toBe('recording');
    const rest = await captures.stop({});
    expect(rest).toHaveLength(2);
    const kept = [first!, ...rest].flatMap((e) => e.recordings);
    expect(kept.every((r) => r.title.startsWith('Morning: ') && r.jobId === `job-${r.id}` && store.get(r.id)?.rows === r.rows)).toBe(true);
    expect(scored.sort()).toEqual(kept.map((r) => r.id).sort());
    expect(captures.state().ended.map((e) => e.id).sort()).toEqual([...ids].sort());
    const simulated = kept.filter((r) => store.get(r.id)!.source.simulated).map((r) => r.id);
    expect(simulated.sort()).toEqual(rest.find((e) => e.simulated)!.recordings.map((r) => r.id).sort());
    expect(bench.violations()).toEqual([]);
  });

  it('waits for a device that was lost, shows the gap, and goes on in the same recording', async () => {
    const strap = createStrap();
    const peripheral = await bench.add(strap.device);
    const [a] = await found('Strap 1');
    const { captures: [id] } = await captures.start({ devices: [a!], simulated: null });
    await until('it records', () => view(id!)?.state === 'recording');
    strap.heart.beat({ bpm: 61, contact: true });
    await until('a row', () => rows(id!, 'heart-rate') === 1);
    bench.air.leave(peripheral.controller);
    await until('it waits', () => view(id!)?.state !== 'recording');
    expect(view(id!)).toMatchObject({ losses: 1, gaps: [{ from: expect.any(Number) as number, to: null }] });
    bench.air.comeBack(peripheral.controller);
    await until('it records again', () => view(id!)?.state === 'recording');
    strap.heart.beat({ bpm: 63, contact: true });
    await until('the gap has an end', () => view(id!)!.gaps[0]!.to !== null);
    const [end] = await captures.stop({ id: id! });
    expect(end).toMatchObject({ error: null, recordings: [{ rows: 2 }] });
    expect(store.get(end!.recordings[0]!.id)!.report.notes.join(' ')).toMatch(/lost once/);
  });
});

describe('what goes wrong is told with what to do', () => {
  it('a device that is not there', async () => {
    const { captures: [id] } = await captures.start({ devices: ['d00000000042'], simulated: null });
    await until('it gives up', () => captures.state().ended.length === 1);
    expect(captures.state().ended[0]).toMatchObject({ id, recordings: [], error: { code: 'invalid-argument', message: 'The device was not seen.', hint: expect.any(String) as string } });
  });

  it('a device that never answers', async () => {
    const peripheral = await bench.add(createStrap().device);
    peripheral.mute(true);
    const [a] = await found('Strap 1');
    await captures.start({ devices: [a!], simulated: null });
    await until('it gives up', () => captures.state().ended.length === 1);
    expect(captures.state().ended[0]!.error).toMatchObject({ message: expect.stringMatching(/\.$/) as string, hint: expect.any(String) as string });
    // And can be tried again.
    peripheral.mute(false);
    const { captures: [id] } = await captures.start({ devices: [a!], simulated: null });
    await until('it records', () => view(id!)?.state === 'recording');
  });

  it('stopping while it connects keeps nothing and is no error', async () => {
    const peripheral = await bench.add(createStrap().device);
    peripheral.mute(true);
    const [a] = await found('Strap 1');
    const { captures: [id] } = await captures.start({ devices: [a!], simulated: null });
    const [end] = await captures.stop({ id: id! });
    expect(end).toMatchObject({ id, recordings: [], error: null });
    expect(store.list()).toEqual([]);
  });

  it('Bluetooth that cannot be opened is the adapter’s problem, and the simulated watch still runs', async () => {
    await captures.close();
    captures = createCaptures({ store, openBluetooth: async () => { throw new AppError('invalid-argument', 'No Bluetooth LE adapter was found.', { hint: 'Plug in an adapter.' }); } });
    expect((await refusal(captures.scan({ seconds: 5 }))).message).toBe('No Bluetooth LE adapter was found.');
    expect(captures.state()).toMatchObject({ adapter: { state: 'problem', problem: { message: 'No Bluetooth LE adapter was found.', hint: 'Plug in an adapter.' } }, scan: { running: false } });
    const { captures: [id] } = await captures.start({ devices: ['d00000000001'], simulated: { rateHz: 50 } });
    await until('the device gives up', () => captures.state().ended.some((e) => e.id === id));
    expect(captures.state().captures).toMatchObject([{ simulated: true, state: 'recording' }]);
  });

  it('an adapter that is switched off, now or while it is scanned', async () => {
    bench.central.controller.power(false);
    const off = { message: 'Bluetooth is switched off.', hint: expect.any(String) as string };
    expect(await refusal(captures.scan({ seconds: 5 }))).toMatchObject(off);
    expect(captures.state()).toMatchObject({ adapter: { state: 'problem', problem: off }, scan: { running: false, until: null } });
    bench.central.controller.power(true);
    await until('it is noticed', () => captures.state().adapter.state === 'ready');
    await captures.scan({ seconds: 5 });
    expect(captures.state().scan.running).toBe(true);
    bench.central.controller.power(false);
    await until('the scan ends', () => !captures.state().scan.running);
    expect(captures.state().adapter).toMatchObject({ state: 'problem', problem: off });
  });
});

describe('the end', () => {
  it('finishes what is being recorded, tells who listens, and takes nothing more', async () => {
    const strap = createStrap();
    await bench.add(strap.device);
    const [a] = await found('Strap 1');
    const { captures: [id, watch] } = await captures.start({ devices: [a!], simulated: { rateHz: 25 } });
    await until('it records', () => view(id!)?.state === 'recording');
    strap.heart.beat({ bpm: 61, contact: true });
    await until('a row of each', () => rows(id!, 'heart-rate') === 1 && rows(watch!, 'acceleration') > 0);
    let closed = 0;
    captures.onEvent(() => undefined, () => { closed++; });
    await captures.close();
    expect(closed).toBe(1);
    expect(store.list().map((i) => i.source.simulated).sort()).toEqual([false, true]);
    // Jobs end with the profile: what was kept is scored when it is opened again.
    expect(scored).toEqual([]);
    expect((await refusal(captures.start({ devices: [], simulated: { rateHz: 25 } }))).code).toBe('cancelled');
    captures.onEvent(() => undefined, () => { closed++; });
    expect(closed).toBe(2);
  });
});
