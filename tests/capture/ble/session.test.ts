import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBluetooth, type CaptureEvent, type CaptureSession, type NobleLike } from '../../../electron/capture/ble/index.ts';
import { code } from '../helpers.ts';
import { createTestStore, rowsOf } from './store.ts';
import { until } from './virtual/bench.ts';
import { createProduct, type Product } from './virtual/product.ts';
import { createStrap } from './virtual/watches/strap.ts';

const rows = (session: CaptureSession, stream = 'heart-rate'): number => session.view().streams.find((s) => s.name === stream)!.rows;

describe('a session', () => {
  let product: Product;
  let strap: ReturnType<typeof createStrap>;
  beforeEach(async () => { product = createProduct(); strap = createStrap('Anna 12345678'); await product.add(strap.device); });
  afterEach(() => product.end());
  const connect = async (options = {}) => product.bluetooth.connect((await product.find('Anna 12345678')).id, options);

  it('keeps what the device says of itself with the recording, and neither its name nor its address', async () => {
    const session = await connect();
    // The battery was read, which is no notification.
    expect(session.view()).toMatchObject({ packets: 1, battery: 87 });
    strap.heart.beat({ bpm: 60 });
    await until('a value', () => rows(session) === 1);
    const [info] = await session.stop();
    expect(info!.source).toMatchObject({ kind: 'ble', simulated: false, device: 'Polar Electro Oy H9', identity: { manufacturer: 'Polar Electro Oy', model: 'H9', companyId: 0x6b, pnp: { source: 'bluetooth', vendor: 0x6b, product: 10 } } });
    expect(info!.source.identity!.services).toContain('180d');
    expect(info!.title).toBe('Polar Electro Oy H9: heart rate');
    expect(JSON.stringify(info)).not.toMatch(/Anna|12345678|d00000000001|d0:00/);
  });

  it('keeps only the streams that were asked for', async () => {
    const session = await connect({ streams: ['rr-interval'], title: 'Night' });
    strap.heart.beat({ bpm: 60, rr: [1024, 1024] });
    await until('beats', () => rows(session, 'rr-interval') === 2);
    expect((await session.stop()).map((r) => r.title)).toEqual(['Night: beats']);
  });

  it('is one for each device, until it has ended', async () => {
    const session = await connect();
    expect((await code(product.bluetooth.connect(session.deviceId))).message).toBe('This device is being recorded already.');
    const [first, second] = [session.stop(), session.stop()];
    expect(first).toBe(second);
    expect(await first).toEqual([]);
    expect(await session.ended).toEqual([]);
    const again = await connect();
    expect(again.id).not.toBe(session.id);
    await again.stop();
  });

  it('is given up while it connects, and the device is free afterwards', async () => {
    const { id } = await product.find('Anna 12345678');
    for (const ms of [0, 1, 5, 20]) {
      const given = new AbortController();
      const connecting = product.bluetooth.connect(id, { signal: given.signal }).then((s) => s.stop().then(() => 'connected'), (e: { code: string }) => e.code);
      setTimeout(() => given.abort(), ms);
      expect(['cancelled', 'connected']).toContain(await connecting);
      await until('no connection is left', () => product.air.links.size === 0);
    }
    const gone = new AbortController();
    gone.abort();
    expect((await code(product.bluetooth.connect(id, { signal: gone.signal }))).code).toBe('cancelled');
    await (await connect()).stop();
  });

  it('gives plots what came, then only what is new, and is not ended by a listener that fails', async () => {
    const session = await connect();
    const events: CaptureEvent[] = [];
    session.subscribe(() => { throw new Error('window gone'); });
    const off = session.subscribe((e) => events.push(e));
    for (let i = 0; i < 5; i++) { strap.heart.beat({ bpm: 60 + i }); await new Promise((r) => setTimeout(r, 30)); }
    const seen = () => events.flatMap((e) => (e.type === 'samples' ? e.samples.filter((s) => s.stream === 'heart-rate').flatMap((s) => s.columns[0]!) : []));
    await until('all values', () => seen().length >= 5);
    expect(seen()).toEqual([60, 61, 62, 63, 64]);
    expect(session.recent().find((s) => s.stream === 'heart-rate')!.columns[0]).toEqual([60, 61, 62, 63, 64]);
    await until('a view', () => events.some((e) => e.type === 'view' && e.view.state === 'live'));
    off();
    const count = events.length;
    await session.stop();
    expect(events).toHaveLength(count);
  });
});

it('a disk that is full ends the session with a sentence, and keeps what was written', async () => {
  const { store } = createTestStore();
  let frames = 0;
  const noble = new FakeNoble();
  const bluetooth = createBluetooth({
    noble: noble as unknown as NobleLike,
    store: { async begin(draft) { const c = await store.begin(draft); return { ...c, id: c.id, append: async (b) => { if (++frames > 1) throw Object.assign(new Error(), { code: 'ENOSPC' }); await c.append(b); } }; } },
  });
  const session = await bluetooth.connect('aa', { streams: ['heart-rate'] });
  noble.beat(60);
  await until('the first frame', () => frames === 1);
  noble.beat(61);
  const made = await session.ended;
  expect(session.state).toBe('ended');
  expect(session.view().problem).toMatchObject({ code: 'disk-full', hint: expect.stringContaining('space') });
  expect((await rowsOf(store, made[0]!)).columns[0]).toEqual([60]);
  expect(noble.connected).toBe(false);
  await bluetooth.stop();
});

describe('the waits between attempts', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  async function lose() {
    const noble = new FakeNoble();
    const bluetooth = createBluetooth({ noble: noble as unknown as NobleLike, store: createTestStore().store, timeouts: { retryFirst: 1000, retryMost: 60_000, connect: 500 } });
    const connecting = bluetooth.connect('aa', { streams: ['heart-rate'] });
    await vi.advanceTimersByTimeAsync(10);
    const session = await connecting;
    expect(noble.attempts).toEqual([expect.any(Number)]);
    return { noble, bluetooth, session };
  }
  const seconds = (attempts: number[]) => attempts.slice(1).map((t, i) => Math.round((t - attempts[i]!) / 1000));

  it('are doubled up to the longest', async () => {
    const { noble, session } = await lose();
    noble.away = true;
    noble.drop();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(seconds(noble.attempts)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(session.view()).toMatchObject({ state: 'lost', losses: 1, gaps: [{ to: null }], problem: { message: 'The device could not be reached.' } });
    await session.stop();
    const before = noble.attempts.length;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(noble.attempts).toHaveLength(before);
  });

  it('begin anew after a connection that held, and go on after one that broke at once', async () => {
    const { noble, session } = await lose();
    noble.away = true;
    noble.drop();
    await vi.advanceTimersByTimeAsync(14_000);
    noble.away = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(session.state).toBe('live');
    expect(session.view().problem).toBeNull();
    noble.attempts = [performance.now()];
    noble.drop();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(seconds(noble.attempts)).toEqual([16]);
    await vi.advanceTimersByTimeAsync(60_000);
    noble.attempts = [performance.now()];
    noble.drop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seconds(noble.attempts)).toEqual([1]);
    await session.stop();
  });

  it('do not begin for a device that is only silent and has nothing that could be asked', async () => {
    const { noble, session } = await lose();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(session.view()).toMatchObject({ state: 'live', losses: 0 });
    expect(noble.attempts).toHaveLength(1);
    await session.stop();
  });

  it('end when the adapter is switched on again', async () => {
    const { noble, session } = await lose();
    noble.power('poweredOff');
    await vi.advanceTimersByTimeAsync(40_000);
    expect(session.view()).toMatchObject({ state: 'lost', problem: { message: 'Bluetooth is switched off.' } });
    expect(noble.attempts).toHaveLength(1);
    noble.power('poweredOn');
    await vi.advanceTimersByTimeAsync(100);
    expect(session.state).toBe('live');
    await session.stop();
  });

  it('are noted with the recording as what is missing', async () => {
    const { noble, session } = await lose();
    noble.beat(60);
    await vi.advanceTimersByTimeAsync(5000);
    noble.away = true;
    noble.drop();
    await vi.advanceTimersByTimeAsync(20_000);
    noble.away = false;
    await vi.advanceTimersByTimeAsync(20_000);
    noble.beat(61);
    const { gaps } = session.view();
    expect(gaps[0]!.to! - gaps[0]!.from).toBe(45e6);
    vi.useRealTimers();
    const [info] = await session.stop();
    expect(info!.report.notes).toEqual(['The connection was lost once; 45 s are missing and were not filled.']);
    expect(info!.endTime - info!.startTime).toBe(45e6);
  });
});

/** One strap by noble's interface, for the logic of waiting alone: everything else is tested on noble itself (virtual-*.test.ts). */
class FakeNoble extends EventEmitter {
  state = 'poweredOn';
  away = false;
  attempts: number[] = [];
  private measurement = new EventEmitter();
  private peripheral = this.createPeripheral();

  get connected(): boolean { return this.peripheral.state === 'connected'; }
  beat(bpm: number): void { this.measurement.emit('data', Uint8Array.of(0, bpm), true); }
  drop(): void { this.peripheral.state = 'disconnected'; this.peripheral.emit('disconnect', 8); }
  power(state: string): void {
    this.state = state;
    if (state !== 'poweredOn') this.drop();
    this.emit('stateChange', state);
  }
  startScanningAsync(): Promise<void> { this.emit('scanStart'); if (!this.away) setTimeout(() => this.emit('discover', this.peripheral), 1); return Promise.resolve(); }
  stopScanningAsync(): Promise<void> { this.emit('scanStop'); return Promise.resolve(); }
  stop(): void { /* nothing runs */ }

  private createPeripheral() {
    const characteristic = Object.assign(this.measurement, { uuid: '2a37', properties: ['notify'], readAsync: () => Promise.reject(new Error()), writeAsync: () => Promise.reject(new Error()), subscribeAsync: () => Promise.resolve(), unsubscribeAsync: () => Promise.resolve() });
    const peripheral = Object.assign(new EventEmitter(), {
      id: 'aa', address: 'aa', connectable: true, rssi: -50, mtu: 23, state: 'disconnected', advertisement: { localName: 'Fake', serviceUuids: ['180d'] },
      connectAsync: () => { this.attempts.push(performance.now()); if (this.away) return Promise.reject(new Error('0x3e')); peripheral.state = 'connected'; return Promise.resolve(); },
      cancelConnect: () => undefined,
      disconnectAsync: () => { peripheral.state = 'disconnected'; return Promise.resolve(); },
      discoverServicesAsync: () => Promise.resolve([{ uuid: '180d', discoverCharacteristicsAsync: () => Promise.resolve([characteristic]) }]),
    });
    return peripheral;
  }
}
