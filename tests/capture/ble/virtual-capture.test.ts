import { afterEach, describe, expect, it } from 'vitest';
import type { CaptureSession, FoundDevice } from '../../../electron/capture/ble/types.ts';
import { MISSING_INT32 } from '../../../shared/domain/recording.ts';
import { until } from './virtual/bench.ts';
import { createProduct, type Product } from './virtual/product.ts';
import { Bangle } from './virtual/watches/bangle.ts';
import { Clinic } from './virtual/watches/clinic.ts';
import { PineTime } from './virtual/watches/pinetime.ts';
import { numberOf, PolarSensor } from './virtual/watches/polar.ts';
import { createStrap } from './virtual/watches/strap.ts';

let product: Product;
afterEach(() => product.end());

const rowsOf = (session: CaptureSession, stream: string): number => session.view().streams.find((s) => s.name === stream)?.rows ?? 0;
const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));

describe('finding devices', () => {
  it('tells name, signal, services, maker and whether a driver knows it', async () => {
    product = createProduct();
    const strap = createStrap();
    const time = new PineTime();
    await product.add(strap.device, { rssi: -48 });
    await product.add(time.device);
    await product.add({ name: 'Kettle', advertises: ['fe95'], services: [] });
    const found = new Map<string, FoundDevice>();
    const scan = product.bluetooth.scan((d) => { found.set(d.name ?? d.id, d); });
    await until('three devices', () => ['Strap 1', 'InfiniTime', 'Kettle'].every((n) => found.has(n)));
    scan.stop();
    expect(found.get('Strap 1')).toMatchObject({ id: 'd00000000001', rssi: -48, services: ['180d'], companyId: 0x6b, manufacturerData: '6b0033', connectable: true, drivers: ['heart-rate'], known: true });
    expect(found.get('Kettle')).toMatchObject({ services: ['fe95'], companyId: null, drivers: [], kind: null, known: false });
    // It advertises nothing by which a driver could tell; its name says what it is.
    expect(found.get('InfiniTime')).toMatchObject({ drivers: [], kind: 'PineTime with InfiniTime' });
  });

  it('goes on after a device was connected meanwhile, and two searches do not disturb one another', async () => {
    product = createProduct();
    await product.add(createStrap().device);
    const all = new Set<string | null>();
    const hearts = new Set<string | null>();
    const first = product.bluetooth.scan((d) => all.add(d.name));
    const second = product.bluetooth.scan((d) => hearts.add(d.name), { services: ['0000180D-0000-1000-8000-00805F9B34FB'] });
    await until('the strap', () => all.has('Strap 1') && hearts.has('Strap 1'));
    const session = await product.bluetooth.connect('d00000000001');
    first.stop();
    await product.add({ name: 'Kettle', advertises: ['fe95'], services: [] });
    await product.add(createStrap('Strap 2').device);
    await until('the one that came later', () => hearts.has('Strap 2'));
    second.stop();
    expect([...hearts]).toEqual(['Strap 1', 'Strap 2']);
    expect([...all]).toEqual(['Strap 1']);
    expect(session.view()).toMatchObject({ state: 'live', losses: 0 });
  });
});

describe('recording a device', () => {
  it('identifies a strap without reading what names its owner’s unit, and keeps beats, contact and battery', async () => {
    product = createProduct();
    const strap = createStrap();
    let serialRead = 0;
    const information = strap.device.services.find((s) => s.uuid === '180a')!;
    const serial = information.characteristics.find((c) => c.uuid === '2a25')!;
    serial.read = () => { serialRead++; return new TextEncoder().encode('12345678'); };
    await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    expect(session.view()).toMatchObject({
      state: 'live', simulated: false,
      device: { name: 'Strap 1', manufacturer: 'Polar Electro Oy', model: 'H9', firmware: '1.0.3', companyId: 0x6b, pnp: { source: 'bluetooth', vendor: 0x6b, product: 10, version: '1.0.1' } },
    });
    expect(session.view().device.drivers).toEqual(expect.arrayContaining(['heart-rate', 'battery']));
    expect(session.view().battery).toBe(87);
    strap.battery.set(86);
    strap.heart.beat({ bpm: 61, rr: [1000, 1010], contact: true });
    strap.heart.beat({ bpm: 62, rr: [990], contact: true });
    await until('worn', () => session.view().contact === true);
    strap.heart.beat({ bpm: 0, contact: false });
    await until('not worn', () => session.view().contact === false);
    strap.heart.beat({ bpm: 300, energyKj: 7 });
    await until('four values', () => rowsOf(session, 'heart-rate') === 4);
    expect(session.view()).toMatchObject({ battery: 86, losses: 0, gaps: [], refused: {} });
    const recordings = await session.stop();
    expect(serialRead).toBe(0);
    const heart = recordings.find((r) => r.channels[0]!.kind === 'heart-rate')!;
    expect(heart.source).toMatchObject({ kind: 'ble', simulated: false, session: session.id });
    expect((await product.rows(heart)).columns.map((c) => c)).toEqual([[61, 62, MISSING_INT32, 300], [1, 1, 0, MISSING_INT32], [MISSING_INT32, MISSING_INT32, MISSING_INT32, 7]]);
    const beats = recordings.find((r) => r.channels[0]!.kind === 'rr-interval')!;
    expect((await product.rows(beats)).columns[0]).toEqual([1000, 1010, 990].map((raw) => Math.round((raw * 1e6) / 1024)));
    expect(product.violations()).toEqual([]);
    expect(JSON.stringify([recordings, session.view()])).not.toContain('12345678');
  });

  it.each([
    // One sample a notification: 200 notifications a second of 16 bytes.
    { mtu: 23, controller: { aclLength: 27, aclPackets: 2, longPackets: false } },
    { mtu: 247, controller: { aclLength: 251, aclPackets: 8, longPackets: true } },
    // Whole L2CAP packets in ten pieces each.
    { mtu: 247, controller: { aclLength: 27, aclPackets: 4, longPackets: false } },
  ])('keeps every sample of 200 Hz × 3 at an MTU of $mtu (ACL $controller.aclLength)', async ({ mtu, controller }) => {
    product = createProduct({ controller });
    const polar = new PolarSensor({ rates: [200] });
    await product.add(polar.device, { mtu, ...controller });
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    await pause(2000);
    await until('300 samples', () => rowsOf(session, 'acceleration') >= 300);
    const until_ = polar.sent.at(-1)!.to;
    const recordings = await session.stop();
    expect(polar.streaming).toBe(false);
    const info = recordings.find((r) => r.channels[0]!.kind === 'acceleration')!;
    const { t, columns: [x, y, z] } = await product.rows(info);
    const numbers = x!.map((v, i) => numberOf(v, y![i]!));
    expect(numbers[0]).toBe(polar.sent[0]!.from);
    // Each number once and in its order.
    numbers.forEach((n, i) => { if (n !== numbers[0]! + i) throw new Error(`Row ${i} is sample ${n}, not ${numbers[0]! + i}.`); });
    expect(numbers.at(-1)! + 1).toBeGreaterThanOrEqual(until_ - 40);
    expect(new Set(z)).toEqual(new Set([1000]));
    if (mtu === 23) expect(polar.sent.every((f) => f.to - f.from === 1)).toBe(true);
    else expect(polar.sent[0]!.to - polar.sent[0]!.from).toBe(39);
    // By the watch's clock, whatever the radio's delays were.
    t.forEach((time, i) => { if (Math.abs(time - polar.takenAt(numbers[i]!)) > 500_000) throw new Error(`Sample ${numbers[i]} is ${time - polar.takenAt(numbers[i]!)} µs off.`); });
    expect(info.source.clock).toMatchObject({ method: 'device', resets: 0 });
    expect(session.view().refused).toEqual({});
    expect(product.violations()).toEqual([]);
  });

  it('records motion and steps of a PineTime, whose services are known only once it is connected', async () => {
    product = createProduct();
    const watch = new PineTime();
    await product.add(watch.device);
    const session = await product.bluetooth.connect((await product.find('InfiniTime')).id);
    expect(session.view().device).toMatchObject({ manufacturer: 'PINE64', model: 'PineTime', software: 'InfiniTime' });
    expect(session.view().device.drivers).toEqual(expect.arrayContaining(['infinitime', 'heart-rate']));
    const moves = Array.from({ length: 12 }, (_, i) => [i * 16 - 64, -i, 1024 - i] as [number, number, number]);
    for (const move of moves) { watch.move(...move); await pause(20); }
    watch.step(4321);
    watch.heart.beat({ bpm: 71 });
    await until('steps', () => rowsOf(session, 'steps') === 1 && rowsOf(session, 'heart-rate') === 1);
    const recordings = await session.stop();
    const motion = await product.rows(recordings.find((r) => r.channels[0]!.kind === 'acceleration')!);
    expect(motion.columns).toEqual([0, 1, 2].map((c) => moves.map((m) => Math.round((m[c]! / 1024) * 1e7) + 0)));
    expect((await product.rows(recordings.find((r) => r.channels[0]!.kind === 'steps')!)).columns).toEqual([[4321]]);
  });

  it('confirms what a thermometer and an oximeter indicate, each confirmed before the next', async () => {
    product = createProduct();
    const clinic = new Clinic();
    await product.add(clinic.device);
    const session = await product.bluetooth.connect((await product.find('Clinic')).id);
    const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
    clinic.temperature.send(bytes('06 6E 01 00 FF EA 07 03 01 0C 22 38 02'));
    for (let i = 0; i < 5; i++) clinic.temperature.send([4, 0x6e + i, 1, 0, 0xff, 2]);
    clinic.spot.send(bytes('00 61 00 48 00'));
    clinic.continuous.send(bytes('00 CF F3 48 00'));
    await until('all readings', () => rowsOf(session, 'temperature') === 6 && rowsOf(session, 'spo2') === 1 && rowsOf(session, 'spo2-spot') === 1);
    const recordings = await session.stop();
    const column = async (stream: string) => (await product.rows(recordings.find((r) => r.title.endsWith(stream))!)).columns[0];
    expect(await column('temperature')).toEqual([36_600, 36_600, 36_700, 36_800, 36_900, 37_000]);
    expect(await column(': oxygen saturation')).toEqual([9750]);
    expect(await column('single measurements')).toEqual([9700]);
    expect(product.violations()).toEqual([]);
  });

  it.each([23, 247])('sends a Bangle.js its fixed script whole and reads the lines that come in pieces (MTU %i)', async (mtu) => {
    product = createProduct();
    const watch = new Bangle();
    await product.add(watch.device, { mtu });
    const session = await product.bluetooth.connect((await product.find('Bangle.js a1b2')).id);
    const { START_SCRIPT, STOP_SCRIPT } = await import('../../../electron/capture/ble/drivers/bangle.ts');
    expect(watch.received).toBe(START_SCRIPT);
    watch.print('>');
    for (let i = 0; i < 20; i++) watch.line({ t: 'accel', ms: 1_700_000_000_000 + i * 80, x: i / 100, y: -0.5, z: 0.987654 });
    watch.print('\x11{"t":"info","msg":"hello"}\r\n>');
    watch.line({ t: 'hrm', ms: 1_700_000_001_600, bpm: 66, c: 90 });
    await until('all lines', () => rowsOf(session, 'acceleration') === 20 && rowsOf(session, 'heart-rate') === 1);
    const recordings = await session.stop();
    expect(watch.received).toBe(START_SCRIPT + STOP_SCRIPT);
    const { columns } = await product.rows(recordings.find((r) => r.channels[0]!.kind === 'acceleration')!);
    expect(columns).toEqual([Array.from({ length: 20 }, (_, i) => i * 10_000), new Array(20).fill(-500_000), new Array(20).fill(987_654)]);
    expect(session.view().refused).toEqual({});
  });
});

describe('two devices at once', () => {
  it('keeps them apart, and one’s end does not touch the other', async () => {
    product = createProduct();
    const left = new PolarSensor({ name: 'Polar left', rates: [200], perFrame: 10 });
    const right = new PolarSensor({ name: 'Polar right', rates: [100], perFrame: 10 });
    const first = await product.add(left.device);
    await product.add(right.device);
    const ids = [(await product.find('Polar left')).id, (await product.find('Polar right')).id];
    const sessions = [await product.bluetooth.connect(ids[0]!), await product.bluetooth.connect(ids[1]!)];
    expect(product.bluetooth.sessions()).toHaveLength(2);
    await until('both send', () => sessions.every((s) => rowsOf(s, 'acceleration') > 50));
    const [one] = await sessions[0]!.stop();
    expect(first.controller.advertising).toBe(true);
    const before = rowsOf(sessions[1]!, 'acceleration');
    await until('the other goes on', () => rowsOf(sessions[1]!, 'acceleration') > before + 50);
    const [two] = await sessions[1]!.stop();
    for (const [info, polar] of [[one!, left], [two!, right]] as const) {
      const { columns: [x, y] } = await product.rows(info);
      const numbers = x!.map((v, i) => numberOf(v, y![i]!));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => polar.sent[0]!.from + i));
    }
    expect(product.bluetooth.sessions()).toEqual([]);
    expect(product.violations()).toEqual([]);
  });
});
