import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureSession } from '../../../electron/capture/ble/types.ts';
import { AppError } from '../../../shared/errors.ts';
import { until } from './virtual/bench.ts';
import { EVENT, LE_EVENT } from './virtual/hci.ts';
import { createProduct, type Product } from './virtual/product.ts';
import type { Peripheral } from './virtual/stacks.ts';
import { PineTime } from './virtual/watches/pinetime.ts';
import { numberOf, PolarSensor } from './virtual/watches/polar.ts';
import { createStrap, heartRateBytes } from './virtual/watches/strap.ts';
import { Outlet } from './virtual/watches/parts.ts';

let product: Product;
const escaped: unknown[] = [];
const escape = (error: unknown) => { escaped.push(error); };
beforeEach(() => {
  escaped.length = 0;
  process.on('uncaughtExceptionMonitor', escape);
});
afterEach(async () => {
  await product.end();
  process.off('uncaughtExceptionMonitor', escape);
  expect(escaped).toEqual([]);
});

const rowsOf = (session: CaptureSession, stream: string): number => session.view().streams.find((s) => s.name === stream)?.rows ?? 0;
const refusals = (session: CaptureSession): number => Object.values(session.view().refused).reduce((a, b) => a + b, 0);
const QUICK = { retryFirst: 50, retryMost: 200, connect: 800, answer: 600, discover: 1000, start: 1600, disconnect: 500 };

/** A generator of numbers, the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * below); };
}

/** The product is as it was: another device is found, connected and recorded. */
async function stillWorks(name = 'Strap 2'): Promise<void> {
  const strap = createStrap(name);
  await product.add(strap.device, { address: 'd0:00:00:00:01:00' });
  const session = await product.bluetooth.connect((await product.find(name)).id);
  strap.heart.beat({ bpm: 77, contact: true });
  await until('a value of the other device', () => rowsOf(session, 'heart-rate') === 1);
  const [info] = await session.stop();
  expect((await product.rows(info!)).columns[0]).toEqual([77]);
}

async function refused(id: string): Promise<AppError> {
  const error = await product.bluetooth.connect(id).then(() => null, (e: unknown) => e);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).hint).toMatch(/./);
  return error as AppError;
}

describe('values that are none', () => {
  it('short, oversized and senseless ones are counted by reason and leave no row; good ones between them are kept', async () => {
    product = createProduct({ timeouts: QUICK });
    const strap = createStrap();
    await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    const { measurement } = strap.heart;
    measurement.send([]);
    measurement.send([0x16]);
    measurement.send([0x01, 0x42]); // Says two bytes of rate and has one.
    strap.heart.beat({ bpm: 64, contact: true });
    measurement.send([0x16, 66, 0x18, 0x04, 0x70]); // Half an interval.
    measurement.send([0x00, 66, 1, 2]); // More than its flags say.
    measurement.send([0x01, 0xff, 0xff]);
    measurement.send(new Uint8Array(244).fill(0xff));
    strap.heart.beat({ bpm: 65, contact: true });
    await until('the last good one', () => rowsOf(session, 'heart-rate') === 2);
    expect(refusals(session)).toBe(7);
    expect(session.view().refused).toMatchObject({ 'too-short': 3 });
    const recordings = await session.stop();
    const heart = recordings.find((r) => r.channels[0]!.kind === 'heart-rate')!;
    expect((await product.rows(heart)).columns[0]).toEqual([64, 65]);
    expect(heart.report).toMatchObject({ rowsRead: 2, rowsSkipped: expect.any(Number) });
    expect(recordings).toHaveLength(1);
  });

  it('frames and answers of a Polar that make no sense do not stop the stream', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor({ rates: [200], perFrame: 10 });
    await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    const next = random(5);
    for (let i = 0; i < 60; i++) {
      const bytes = Uint8Array.from({ length: next(120) }, () => next(256));
      // Half of them look like acceleration at first.
      if (bytes.length > 0 && i % 2 === 0) bytes[0] = 2;
      // A clock of the far future must not carry the recording away.
      if (bytes.length > 9 && i % 4 === 0) bytes.fill(0xff, 1, 9);
      polar.sendData(bytes);
      polar.sendControl(bytes);
      await new Promise((r) => setTimeout(r, 4));
    }
    const before = rowsOf(session, 'acceleration');
    await until('samples go on', () => rowsOf(session, 'acceleration') > before + 100);
    expect(refusals(session)).toBeGreaterThan(20);
    const info = (await session.stop()).find((r) => r.channels[0]!.kind === 'acceleration')!;
    const { t, columns: [x, y, z] } = await product.rows(info);
    const numbers = x!.map((v, i) => (z![i] === 1000 ? numberOf(v, y![i]!) : -1));
    const heard = polar.sent.slice(0, -3).flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    const kept = new Set(numbers);
    expect(heard.filter((n) => !kept.has(n))).toEqual([]);
    const now = (performance.timeOrigin + performance.now()) * 1000;
    expect(t.every((time, i) => time <= now && time > now - 60e6 && (i === 0 || time >= t[i - 1]!))).toBe(true);
  });
});

describe('packets that are none', () => {
  it.each([1, 2, 3])('random ATT and L2CAP packets end nothing but at most that connection (seed %i)', async (seed) => {
    product = createProduct({ timeouts: QUICK });
    const next = random(seed);
    const bytes = (length: number) => Uint8Array.from({ length }, () => next(256));
    const strap = createStrap();
    const peer = await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    const opcodes = [0x01, 0x02, 0x03, 0x05, 0x08, 0x09, 0x0b, 0x0d, 0x11, 0x13, 0x17, 0x19, 0x1b, 0x1d, 0x1e];
    for (let i = 0; i < 150; i++) {
      const packet = bytes(next(300));
      if (packet.length > 0 && next(3) > 0) packet[0] = opcodes[next(opcodes.length)]!;
      if (next(4) === 0) peer.sendL2cap([4, 5, 6, 1, 99][next(5)]!, packet);
      else peer.sendAtt(packet);
      if (i % 10 === 0) {
        strap.heart.beat({ bpm: 60 + (i % 50), contact: true });
        await new Promise((r) => setTimeout(r, 2));
      }
    }
    await until('a value', () => rowsOf(session, 'heart-rate') > 0);
    await session.stop();
    await stillWorks();
  });

  it('notifications larger than was agreed, and pieces of packets that have no end', async () => {
    product = createProduct({ timeouts: QUICK });
    const strap = createStrap();
    const peer = await product.add(strap.device, { mtu: 23 });
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    const handle = 0x11;
    for (const size of [21, 200, 700, 5000]) peer.sendAtt(Uint8Array.from([0x1b, handle, 0, ...new Uint8Array(size).fill(0xee)]));
    // Ten bytes are announced; a megabyte follows.
    const head = Uint8Array.from([10, 0, 4, 0, 0x1b, handle, 0]);
    for (let i = 0; i < 10; i++) {
      peer.sendPieces([head, ...Array.from({ length: 500 }, () => new Uint8Array(200).fill(i))]);
      await new Promise((r) => setTimeout(r, 5));
    }
    // Too short for a head, and a continuation of nothing.
    peer.sendPieces([Uint8Array.of(1), new Uint8Array(27)]);
    peer.sendPieces([new Uint8Array(0)]);
    const { _handleBuffers: held } = (product.central.noble as unknown as { _bindings: { _hci: { _handleBuffers: Record<number, { data: Buffer }> } } })._bindings._hci;
    const heldBytes = () => Object.values(held).reduce((n, b) => n + b.data.length, 0);
    await until('all is delivered', () => [...product.air.links].every((l) => l.sent.length === 0));
    await new Promise((r) => setTimeout(r, 20));
    expect(heldBytes()).toBeLessThan(65_540);
    strap.heart.beat({ bpm: 70, contact: true });
    await until('a value', () => rowsOf(session, 'heart-rate') >= 1);
    const [info] = await session.stop();
    expect((await product.rows(info!)).columns[0]!.at(-1)).toBe(70);
    await stillWorks();
  });

  it.each([4, 5])('random answers to every question of the discovery (seed %i)', async (seed) => {
    product = createProduct({ timeouts: QUICK });
    const next = random(seed);
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    peer.answer((request) => {
      const kind = next(5);
      if (kind === 0) return 'as-usual';
      const answer = Buffer.from(Array.from({ length: next(40) }, () => next(256)));
      if (answer.length > 0 && kind < 4) answer[0] = request[0]! + 1;
      if (answer.length > 1 && kind < 3) answer[1] = [0, 1, 4, 6, 7, 20, 21][next(7)]!;
      return answer;
    });
    for (let i = 0; i < 3; i++) {
      const error = await product.bluetooth.connect(id).then((s) => s.stop(), (e: unknown) => e);
      expect(error instanceof AppError || Array.isArray(error)).toBe(true);
    }
    expect(product.bluetooth.sessions()).toEqual([]);
    await stillWorks();
  });

  it('a list of services without an end', async () => {
    product = createProduct({ timeouts: QUICK });
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    // Each answer begins anew at the handle that was asked for, and never reaches the last.
    peer.answer((request) => (request[0] === 0x10 ? Buffer.from([0x11, 6, ...request.subarray(1, 3), ...request.subarray(1, 3), 0x0d, 0x18]) : 'as-usual'));
    await refused(id);
    peer.answer((request) => (request[0] === 0x08 ? Buffer.from([0x09, 7, 1, 0, 0x10, 1, 0, 0x37, 0x2a]) : 'as-usual'));
    await refused(id);
    await stillWorks();
  });

  it('a smallest packet of less than the least', async () => {
    product = createProduct({ timeouts: QUICK });
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    for (const mtu of [0, 5]) {
      peer.answer((request) => (request[0] === 0x02 ? Buffer.from([0x03, mtu, 0]) : 'as-usual'));
      const result = await product.bluetooth.connect(id).then((s) => s.stop(), (e: unknown) => e);
      expect(result instanceof AppError || Array.isArray(result)).toBe(true);
    }
    await stillWorks();
  });
});

describe('a device that never answers', () => {
  const silentAt: [string, (peer: Peripheral) => void][] = [
    ['to anything', (peer) => peer.mute(true)],
    ['to the question for its services', (peer) => peer.answer((r) => (r[0] === 0x10 ? null : 'as-usual'))],
    ['to the question for its characteristics', (peer) => peer.answer((r) => (r[0] === 0x08 ? null : 'as-usual'))],
    ['to a read', (peer) => peer.answer((r) => (r[0] === 0x0a ? null : 'as-usual'))],
    ['to a write', (peer) => peer.answer((r) => (r[0] === 0x12 ? null : 'as-usual'))],
  ];
  it.each(silentAt)('%s is given up with a sentence, and let go', async (_, silence) => {
    product = createProduct({ timeouts: QUICK });
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    silence(peer);
    await refused(id);
    expect(product.bluetooth.sessions()).toEqual([]);
    await until('the connection is let go', () => product.air.links.size === 0);
    peer.answer(null);
    // The same device, once it answers.
    const session = await product.bluetooth.connect(id);
    expect(session.state).toBe('live');
    await session.stop();
    await stillWorks();
  });

  it('but asks to be paired is refused with what to do', async () => {
    product = createProduct({ timeouts: QUICK });
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    // «Insufficient authentication» to whoever wants notifications or a value.
    peer.answer((r) => (r[0] === 0x12 || r[0] === 0x0a ? Buffer.from([0x01, r[0], r[1]!, r[2]!, 0x05]) : 'as-usual'));
    expect((await refused(id)).hint).toContain('pair');
    await until('the connection is let go', () => product.air.links.size === 0);
    await stillWorks();
  });

  it('can be given up by the person, or with the app', async () => {
    product = createProduct({ timeouts: QUICK });
    const peer = await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    peer.mute(true);
    const cancel = new AbortController();
    const cancelled = product.bluetooth.connect(id, { signal: cancel.signal }).then(() => null, (e: unknown) => e);
    await until('a connection', () => product.air.links.size === 1);
    cancel.abort();
    expect(await cancelled).toBeInstanceOf(AppError);
    await until('the connection is let go', () => product.air.links.size === 0);
    const closed = product.bluetooth.connect(id).then(() => null, (e: unknown) => e);
    await until('another', () => product.air.links.size === 1);
    await product.bluetooth.stop();
    expect(await closed).toBeInstanceOf(AppError);
    await expect(product.bluetooth.connect(id)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('to the attempt to connect', async () => {
    product = createProduct({ timeouts: QUICK });
    await product.add(createStrap().device, { shy: true });
    const { id } = await product.find('Strap 1');
    await refused(id);
    await stillWorks();
  });

  it('until it was given up, and then connects all the same', async () => {
    product = createProduct({ timeouts: { ...QUICK, connect: 500 } });
    await product.add(createStrap().device);
    const { id } = await product.find('Strap 1');
    // The controller tells of the connection only after the host has cancelled it.
    const { controller } = product.central;
    const toHost = controller.toHost.bind(controller);
    controller.toHost = (packet) => {
      if (packet[1] === EVENT.leMeta && packet[3] === LE_EVENT.connected) setTimeout(() => toHost(packet), 1000);
      else toHost(packet);
    };
    await refused(id);
    controller.toHost = toHost;
    await new Promise((r) => setTimeout(r, 1200));
    await until('the connection is let go', () => product.air.links.size === 0);
    await stillWorks();
    const session = await product.bluetooth.connect(id);
    expect(session.state).toBe('live');
  });

  it('to a command of its driver: what it sends by itself is recorded all the same', async () => {
    product = createProduct({ timeouts: QUICK });
    const polar = new PolarSensor();
    // Takes the commands and never replies.
    polar.device.services.at(-1)!.characteristics[0]!.write = () => undefined;
    await product.add(polar.device);
    const session = await product.bluetooth.connect((await product.find('Polar H10 A1B2C3D4')).id);
    polar.heart.beat({ bpm: 58 });
    await until('its heart rate', () => rowsOf(session, 'heart-rate') === 1);
    expect(session.view().notes.length).toBeGreaterThan(0);
    await session.stop();
    await stillWorks();
  });
});

describe('the same name twice', () => {
  it('two characteristics and two services of one UUID: every value is kept once', async () => {
    product = createProduct({ timeouts: QUICK });
    const strap = createStrap();
    const twin = new Outlet();
    const heart = strap.device.services.find((s) => s.uuid === '180d')!;
    heart.characteristics.push({ uuid: '2a37', properties: ['notify'], subscribed: twin.subscribed });
    const second = createStrap();
    strap.device.services.push(second.device.services.find((s) => s.uuid === '180f')!);
    await product.add(strap.device);
    const session = await product.bluetooth.connect((await product.find('Strap 1')).id);
    // Whichever of the two it chose, it listens to that one alone.
    expect([strap.heart.measurement.open, twin.open].filter(Boolean)).toHaveLength(1);
    const chosen = strap.heart.measurement.open ? strap.heart.measurement : twin;
    for (let i = 0; i < 5; i++) chosen.send(heartRateBytes({ bpm: 60 + i, contact: true }));
    await until('five values', () => rowsOf(session, 'heart-rate') >= 5);
    const [info] = await session.stop();
    expect((await product.rows(info!)).columns[0]).toEqual([60, 61, 62, 63, 64]);
  });

  it('two devices of one name are two devices', async () => {
    product = createProduct({ timeouts: QUICK });
    const left = createStrap('Twin');
    const right = createStrap('Twin');
    await product.add(left.device);
    await product.add(right.device);
    const ids = new Set<string>();
    const scan = product.bluetooth.scan((d) => ids.add(d.id));
    await until('both', () => ids.size === 2);
    scan.stop();
    const sessions = await Promise.all([...ids].sort().map((id) => product.bluetooth.connect(id)));
    left.heart.beat({ bpm: 50, contact: true });
    right.heart.beat({ bpm: 90, contact: true });
    await until('a value of each', () => sessions.every((s) => rowsOf(s, 'heart-rate') === 1));
    const kept = await Promise.all(sessions.map(async (s) => (await product.rows((await s.stop())[0]!)).columns[0]));
    expect(kept).toEqual([[50], [90]]);
  });
});

describe('a device that nothing here reads', () => {
  it('is refused by name, and let go', async () => {
    product = createProduct({ timeouts: QUICK });
    await product.add({ name: 'Kettle', advertises: ['fe95'], services: [{ uuid: 'fe95', characteristics: [{ uuid: '0001', properties: ['read'], read: () => new Uint8Array(20) }] }] });
    await refused((await product.find('Kettle')).id);
    await until('the connection is let go', () => product.air.links.size === 0);
  });

  it('unless it hides what it has until it is connected', async () => {
    product = createProduct({ timeouts: QUICK });
    const watch = new PineTime();
    await product.add({ ...watch.device, name: 'Nameless' });
    const session = await product.bluetooth.connect((await product.find('Nameless')).id);
    expect(session.view().device.drivers).toContain('infinitime');
    await session.stop();
  });
});
