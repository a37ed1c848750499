/** A capture of 200 Hz through the recorder into the true store until it is killed; prints after each packet how many rows came and the last one's time. Arguments: folder, key as hex. */
import { createHostClock } from '../../../electron/capture/ble/clock.ts';
import { createRecorder } from '../../../electron/capture/ble/recorder.ts';
import { createRecordingStore } from '../../../electron/recordings/store.ts';

const [dir, key] = process.argv.slice(2) as [string, string];
const store = createRecordingStore({ dir, key: Buffer.from(key, 'hex'), index: { insert() { throw new Error('never finished'); }, list: () => [], get: () => undefined, remove() { throw new Error('never removed'); } } });
const now = createHostClock();
const recorder = createRecorder({
  store, kind: 'ble', simulated: false, deviceId: 'a', title: 'Killed', now, close: async () => undefined,
  device: { manufacturer: 'Test', model: null, firmware: null, hardware: null, software: null, pnp: null, name: null, companyId: null, services: [], drivers: [] },
  streams: [{ name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: 200, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }] }],
});
recorder.state('live');
const begin = now();
let row = 0;
setInterval(() => {
  const due = Math.floor((now() - begin) / 5000);
  const index = Array.from({ length: due - row }, (_, i) => row + i);
  if (index.length === 0) return;
  recorder.packet({ refused: null, blocks: [{ stream: 'acceleration', rows: index.length, columns: [0, 1, 2].map((c) => index.map((i) => i * 3 + c)), deviceTimes: index.map((i) => i * 5000) }] }, now());
  row = due;
  process.stdout.write(`${row}\n`);
}, 50);
