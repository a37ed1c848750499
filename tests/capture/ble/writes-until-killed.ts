/** Appends a frame of 20 rows every 100 ms until it is killed; prints how many rows were promised. Arguments: folder, key as hex. */
import { createRecordingStore } from '../../../electron/recordings/store.ts';

const [dir, key] = process.argv.slice(2) as [string, string];
const store = createRecordingStore({ dir, key: Buffer.from(key, 'hex'), index: { insert() { throw new Error('never finished'); }, list: () => [], get: () => undefined, remove() { throw new Error('never removed'); } } });
const capture = await store.begin({
  title: 'Killed', nominalRateHz: 200, source: { kind: 'ble', device: 'Test', simulated: false, times: 'source' },
  channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }],
});
for (let row = 0; ; row += 20) {
  const t = Float64Array.from({ length: 20 }, (_, i) => 1e15 + (row + i) * 5000);
  await capture.append({ t, columns: [0, 1, 2].map((c) => Int32Array.from({ length: 20 }, (_, i) => (row + i) * 3 + c)) });
  process.stdout.write(`${row + 20}\n`);
  await new Promise((r) => setTimeout(r, 20));
}
