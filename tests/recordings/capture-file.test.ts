import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordingIndex } from '../../electron/recordings/deps.ts';
import { createRecordingStore } from '../../electron/recordings/store.ts';
import type { RecordingDraft, RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { code, temporaryFolder } from '../capture/helpers.ts';

function memoryIndex(): RecordingIndex {
  const all = new Map<string, RecordingInfo>();
  return { insert: (info) => void all.set(info.id, info), list: () => [...all.values()], get: (id) => all.get(id), remove: (id) => void all.delete(id) };
}
const draft: RecordingDraft = { title: 'Live', nominalRateHz: 1, source: { kind: 'ble', device: null, simulated: false, times: 'source' }, channels: [{ name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 }] };
const batch = (from: number, n = 2): SampleBatch => ({ t: Float64Array.from({ length: n }, (_, i) => (from + i) * 1e6), columns: [Int32Array.from({ length: n }, (_, i) => 60 + from + i)] });
const end = { report: { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] };
const rows = async (batches: AsyncIterable<SampleBatch>) => { const out: number[] = []; for await (const b of batches) out.push(...b.columns[0]!); return out; };
const setup = () => { const dir = temporaryFolder(); const key = randomBytes(32); const index = memoryIndex(); return { dir, key, index, store: createRecordingStore({ dir, key, index }) }; };

describe('a capture', () => {
  it('becomes a recording like any other', async () => {
    const { store, dir } = setup();
    const capture = await store.begin(draft);
    await Promise.all([capture.append(batch(1)), capture.append(batch(3)), capture.append(batch(5))]);
    const info = await capture.finish({ ...end, draft: { nominalRateHz: 2 } });
    expect(info).toMatchObject({ rows: 6, startTime: 1e6, endTime: 6e6, nominalRateHz: 2 });
    expect(await rows(store.read(info.id))).toEqual([61, 62, 63, 64, 65, 66]);
    expect(readdirSync(dir)).toEqual([`${info.id}.rows`]);
  });

  it('leaves nothing when it is abandoned or empty, and takes no row from the past', async () => {
    const { store, dir } = setup();
    await (await store.begin(draft)).abandon();
    expect((await code((await store.begin(draft)).finish(end))).code).toBe('too-few-samples');
    const capture = await store.begin(draft);
    await capture.append(batch(10));
    expect((await code(capture.append(batch(1)))).code).toBe('clock-backwards');
    await capture.abandon();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is not touched by a second store of the same process while it runs', async () => {
    const { store, dir, key, index } = setup();
    const capture = await store.begin(draft);
    await capture.append(batch(1));
    expect(createRecordingStore({ dir, key, index }).recovered).toEqual([]);
    await capture.append(batch(3));
    expect((await capture.finish(end)).rows).toBe(4);
  });

  it('is recovered from any cut, and a torn frame never shares a key with what follows', async () => {
    const { store, dir, key } = setup();
    const capture = await store.begin(draft);
    for (let i = 1; i < 9; i += 2) await capture.append(batch(i));
    const files = readdirSync(dir);
    const data = files.find((f) => f.endsWith('.capture'))!;
    const size = statSync(join(dir, data)).size;
    const frame = (size - 40) / 4;
    for (let cut = size; cut > 30; cut -= 13) {
      const other = temporaryFolder();
      for (const f of files) copyFileSync(join(dir, f), join(other, f));
      truncateSync(join(other, data), cut);
      const index = memoryIndex();
      const again = createRecordingStore({ dir: other, key, index });
      const whole = Math.max(0, Math.floor((cut - 40) / frame));
      expect(again.recovered).toHaveLength(whole > 0 ? 1 : 0);
      expect(readdirSync(other)).toHaveLength(whole > 0 ? 1 : 0);
      if (whole === 0) continue;
      expect(await rows(again.read(again.recovered[0]!))).toEqual(Array.from({ length: whole * 2 }, (_, i) => 61 + i));
      expect(again.list()[0]!.report.notes[0]).toMatch(/recovered/);
      const torn = (cut - 40) % frame !== 0;
      expect(readFileSync(join(other, `${again.recovered[0]}.rows`)).subarray(0, 40).equals(readFileSync(join(dir, data)).subarray(0, 40))).toBe(!torn);
      // A later start finds nothing more to do.
      expect(createRecordingStore({ dir: other, key, index }).recovered).toEqual([]);
    }
    await capture.abandon();
  });

  it('is recovered up to a frame that the disk lost, and kept for another start where the key is another', async () => {
    const { store, dir, key } = setup();
    const capture = await store.begin(draft);
    await capture.append(batch(1));
    await capture.append(batch(3));
    const other = temporaryFolder();
    for (const f of readdirSync(dir)) copyFileSync(join(dir, f), join(other, f));
    await capture.abandon();
    const data = join(other, readdirSync(other).find((f) => f.endsWith('.capture'))!);
    appendFileSync(data, Buffer.alloc(300, 7));
    expect(createRecordingStore({ dir: other, key: randomBytes(32), index: memoryIndex() }).recovered).toEqual([]);
    expect(existsSync(data)).toBe(true);
    const again = createRecordingStore({ dir: other, key, index: memoryIndex() });
    expect(await rows(again.read(again.recovered[0]!))).toEqual([61, 62, 63, 64]);
  });

  it('survives kill -9 with every row that was promised', async () => {
    for (const wait of [150, 400, 900]) {
      const dir = temporaryFolder();
      const key = randomBytes(32);
      const child = spawn(process.execPath, [join(import.meta.dirname, '../capture/ble/writes-until-killed.ts'), dir, key.toString('hex')], { stdio: ['ignore', 'pipe', 'inherit'] });
      let promised = 0;
      child.stdout.on('data', (text: Buffer) => { promised = Number(text.toString().trim().split('\n').at(-1)); });
      await new Promise((r) => child.stdout.once('data', r));
      await new Promise((r) => setTimeout(r, wait));
      child.kill('SIGKILL');
      await new Promise((r) => child.once('close', r));
      const store = createRecordingStore({ dir, key, index: memoryIndex() });
      expect(store.recovered).toHaveLength(1);
      const x = await rows(store.read(store.recovered[0]!));
      expect(promised).toBeGreaterThan(0);
      expect(x.length).toBeGreaterThanOrEqual(promised);
      expect(x.length).toBeLessThanOrEqual(promised + 20);
      expect(x.every((v, i) => v === i * 3)).toBe(true);
    }
  });
});
