/**
 * One measurement of `npm run bench -- capture`, in a process of its own; prints one JSON line.
 * `live SECONDS`: two virtual watches at 200 Hz, true noble, the app's service, in real time. `radio SECONDS`: the same watches
 * and the same noble, whose notifications nobody reads. `day HOURS DIR`: packets of two watches through decoder, clock, live view and
 * store, as fast as they go, by a clock that counts the packets.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { createCaptures } from '../electron/app/capture/captures.ts';
import { createBluetooth, createRecorder, type CaptureStore, type CharacteristicLike, type PeripheralLike } from '../electron/capture/ble/index.ts';
import { noInformation } from '../electron/capture/ble/drivers/device-information.ts';
import { heartRate } from '../electron/capture/ble/drivers/heart-rate.ts';
import { polar } from '../electron/capture/ble/drivers/polar.ts';
import { createRecordingStore } from '../electron/recordings/store.ts';
import type { RecordingInfo } from '../shared/domain/recording.ts';
import { createBench, until } from '../tests/capture/ble/virtual/bench.ts';
import { PolarSensor } from '../tests/capture/ble/virtual/watches/polar.ts';

const HZ = 200;
const DATA = 'fb005c8202e7f3871cad8acd2d8df0c8';
const CONTROL = 'fb005c8102e7f3871cad8acd2d8df0c8';
/** Samples of a frame under an MTU of 247. */
const FRAME = 39;
const [mode, much] = process.argv.slice(2) as [string, string];
const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-capture-'));
try {
  console.log(JSON.stringify(mode === 'day' ? await day(Number(much)) : mode === 'live' ? await live(Number(much)) : await radio(Number(much))));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
// noble's and bleno's own timers go on.
process.exit(0);

function realStore() {
  const list = new Map<string, RecordingInfo>();
  return createRecordingStore({ dir, key: randomBytes(32), index: { insert: (i) => void list.set(i.id, i), list: () => [...list.values()], get: (id) => list.get(id), remove: (id) => void list.delete(id) } });
}

/** CPU and rows of `seconds` from now on. */
async function during(seconds: number, rows: () => number) {
  const [cpu, begin, before] = [process.cpuUsage(), performance.now(), rows()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - begin) / 1000, cpuSeconds: (user + system) / 1e6, rows: rows() - before, rssBytes: process.memoryUsage().rss };
}

async function twoWatches() {
  const air = createBench();
  const watches = ['A1B2C3D4', 'E5F60718'].map((unit) => new PolarSensor({ name: `Polar H10 ${unit}`, rates: [HZ] }));
  for (const w of watches) await air.add(w.device);
  return { air, watches };
}

async function live(seconds: number) {
  const { air, watches } = await twoWatches();
  const store = realStore();
  const captures = createCaptures({ store, openBluetooth: async () => createBluetooth({ store, noble: air.central.noble }) });
  await captures.scan({ seconds: 60 });
  await until('both are found', () => watches.every((w) => captures.state().devices.some((d) => d.name === w.device.name)));
  await captures.stopScan();
  await captures.start({ devices: captures.state().devices.map((d) => d.id), simulated: null });
  let bytes = 0;
  captures.onEvent((event) => { bytes += JSON.stringify(event).length; });
  const rows = () => captures.state().captures.reduce((n, c) => n + (c.streams.find((s) => s.name === 'acceleration')?.rows ?? 0), 0);
  await until('both send', () => captures.state().captures.every((c) => (c.streams.find((s) => s.name === 'acceleration')?.rows ?? 0) > 2 * HZ), 30_000);
  bytes = 0;
  const found = await during(seconds, rows);
  const lost = captures.state().captures.reduce((n, c) => n + c.streams.reduce((m, s) => m + (s.missed ?? 0), 0) + c.refused.reduce((m, r) => m + r.count, 0), 0);
  await captures.close();
  air.close();
  return { ...found, lost, toPageBytesPerSecond: bytes / found.seconds };
}

/** The watches, the virtual controller and noble alone. */
async function radio(seconds: number) {
  const { air } = await twoWatches();
  const { noble } = air.central;
  type Peripheral = PeripheralLike & { discoverAllServicesAndCharacteristicsAsync(): Promise<{ characteristics: CharacteristicLike[] }> };
  const seen = new Map<string, Peripheral>();
  noble.on('discover', ((p: Peripheral) => { seen.set(p.id, p); }) as never);
  await until('the adapter is on', () => noble.state === 'poweredOn');
  await noble.startScanningAsync([], true);
  await until('both are found', () => seen.size === 2);
  await noble.stopScanningAsync();
  let packets = 0;
  for (const peripheral of seen.values()) {
    await peripheral.connectAsync();
    const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
    const [data, control] = [DATA, CONTROL].map((uuid) => characteristics.find((c) => c.uuid === uuid)!);
    data!.on('data', (() => { packets++; }) as never);
    await control!.subscribeAsync();
    await data!.subscribeAsync();
    await control!.writeAsync(Buffer.from([2, 2, 0, 1, HZ, 0, 1, 1, 16, 0, 2, 1, 8, 0]), false);
  }
  await until('both send', () => packets > 20, 30_000);
  const found = await during(seconds, () => packets);
  for (const peripheral of seen.values()) await peripheral.disconnectAsync();
  air.close();
  return found;
}

async function day(hours: number) {
  const under = realStore();
  let written = 0;
  const store: CaptureStore = {
    async begin(draft) {
      const capture = await under.begin(draft);
      return { id: capture.id, finish: (end) => capture.finish(end), abandon: () => capture.abandon(), async append(batch) { await capture.append(batch); written += batch.t.length; } };
    },
  };
  const start = 1_800_000_000e6;
  let now = start;
  let toPage = 0;
  const real = performance.now.bind(performance);
  mock.timers.enable({ apis: ['setInterval'] });
  performance.now = () => (now - start) / 1000;
  const watches = [0, 1].map(() => {
    const recorder = createRecorder({
      store, kind: 'ble', simulated: false, deviceId: 'bench', title: 'Bench', now: () => now, close: async () => undefined, streams: [...polar.streams, ...heartRate.streams],
      device: { ...noInformation(), name: null, companyId: null, services: [], drivers: [polar.id, heartRate.id] },
    });
    recorder.state('live');
    recorder.session.subscribe((event) => { toPage += JSON.stringify(event).length; });
    const [acc, heart] = [polar.open(), heartRate.open()];
    const frame = Buffer.alloc(10 + FRAME * 6);
    frame[0] = 2;
    frame[9] = 1;
    let sent = 0;
    return {
      recorder,
      rows: () => recorder.session.view().streams.reduce((n, x) => n + x.rows, 0),
      /** A second of packets. */
      second(s: number) {
        for (; sent + FRAME <= (s + 1) * HZ; sent += FRAME) {
          frame.writeBigUInt64LE(BigInt(Math.round(((sent + FRAME) * 1e9) / HZ)) + 599_616_000n * 1_000_000_000n, 1);
          for (let i = 0; i < FRAME * 3; i++) frame.writeInt16LE(((sent * 3 + i * 37) % 2000) - 1000, 10 + i * 2);
          now = start + Math.round(((sent + FRAME) * 1e6) / HZ);
          recorder.packet(acc.decode(DATA, frame), now);
        }
        recorder.packet(heart.decode('2a37', Uint8Array.of(16, 60 + (s % 40), 0, 4)), now);
      },
    };
  });
  const at: { hour: number; rssBytes: number; heapBytes: number }[] = [];
  const [cpu, begin] = [process.cpuUsage(), real()];
  const marks = new Set([...Array.from({ length: 24 }, (_, i) => Math.round(((i + 1) * hours * 3600) / 24)), Math.min(600, hours * 3600)]);
  for (let s = 0; s < hours * 3600; s++) {
    for (const w of watches) w.second(s);
    now = start + (s + 1) * 1e6;
    // One by one: a longer step calls an interval only once.
    for (let i = 0; i < 4; i++) mock.timers.tick(250);
    // The disk, as it really is: the next second comes when this one is synced.
    const pushed = watches.reduce((n, w) => n + w.rows(), 0);
    while (written < pushed) await new Promise((resolve) => setImmediate(resolve));
    if (marks.has(s + 1)) { globalThis.gc?.(); const m = process.memoryUsage(); at.push({ hour: (s + 1) / 3600, rssBytes: m.rss, heapBytes: m.heapUsed + m.arrayBuffers }); }
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (real() - begin) / 1000;
  const kept = (await Promise.all(watches.map((w) => w.recorder.session.stop()))).flat();
  const rows = kept.filter((k) => k.channels[0]!.kind === 'acceleration').reduce((n, k) => n + k.rows, 0);
  return {
    rows, expected: Math.floor((hours * 3600 * HZ) / FRAME) * FRAME * 2, seconds, cpuSeconds: (user + system) / 1e6, at, toPage,
    peakRssBytes: process.resourceUsage().maxRSS * 1024, fileBytes: readdirSync(dir).reduce((n, f) => n + statSync(join(dir, f)).size, 0),
  };
}
