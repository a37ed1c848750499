import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toFloats } from '../../electron/capture/import/decimal.ts';
import { openOne } from '../open-one.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import type { RecordingIndex } from '../../electron/recordings/deps.ts';
import { createRecordingStore } from '../../electron/recordings/store.ts';
import type { RecordingInfo, RecordingSource, SampleBatch } from '../../shared/domain/recording.ts';
import { code, drain, file, temporaryFolder } from '../capture/helpers.ts';

function memoryIndex(): RecordingIndex & { all: Map<string, RecordingInfo> } {
  const all = new Map<string, RecordingInfo>();
  return { all, insert: (info) => void all.set(info.id, info), list: () => [...all.values()], get: (id) => all.get(id), remove: (id) => void all.delete(id) };
}
const setup = (dir = temporaryFolder(), index = memoryIndex(), key: Uint8Array = randomBytes(32)) => ({ dir, index, key, store: createRecordingStore({ dir, key, index }) });
const collect = async (batches: AsyncIterable<SampleBatch>) => { const out: SampleBatch[] = []; for await (const b of batches) out.push(b); return out; };
const source = (rows = 40_000) => openSimulator({ rows, seed: 4 });

describe('the store of recordings', () => {
  it('gives back exactly the rows that it was given, also to a later run', async () => {
    const { store, dir, index, key } = setup();
    const info = await store.add(source());
    expect(info).toMatchObject({ rows: 40_000, startTime: 0, endTime: 399_990_000, title: 'Simulated wrist' });
    expect(store.list()).toEqual([info]);
    const given = await drain(source());
    const later = createRecordingStore({ dir, key, index });
    const batches = await collect(later.read(info.id));
    expect(batches.flatMap((b) => [...b.t])).toEqual(given.t);
    for (const axis of [0, 1, 2]) expect(batches.flatMap((b) => [...toFloats(b.columns[axis]!, 3)])).toEqual(given.values[axis]);
  });

  it('has nothing of the rows in clear on the disk', async () => {
    const { store, dir } = setup();
    const marker = new Float64Array(64).fill(1234.5678);
    await store.add({ ...source(), draft: { ...source().draft, channels: [{ name: 'ecg', kind: 'ecg', unit: 'mV', components: ['value'], decimals: null }] }, batches: (async function* () { yield { t: Float64Array.from({ length: 64 }, (_, i) => i), columns: [marker] }; })() });
    const bytes = readFileSync(join(dir, readdirSync(dir)[0]!));
    expect(bytes.includes(Buffer.from(marker.buffer, 0, 8))).toBe(false);
  });

  it('brings a channel to Float64 where a late value did not fit, without changing one', async () => {
    const { store } = setup();
    const lines = Array.from({ length: 30_000 }, (_, i) => `${(i / 100).toFixed(2)},${i === 29_000 ? '0.123456789012' : '0.25'},0.5,1.0`);
    const info = await store.add(await openOne(file(`t,x,y,z\n${lines.join('\n')}\n`), { blockBytes: 50_000 }));
    expect(info.channels[0]!.decimals).toBeNull();
    const batches = await collect(store.read(info.id));
    expect(batches.every((b) => b.columns.every((c) => c instanceof Float64Array))).toBe(true);
    const x = batches.flatMap((b) => [...b.columns[0]!]);
    expect(x[29_000]).toBe(0.123456789012);
    expect(x.filter((v) => v === 0.25)).toHaveLength(29_999);
  });

  it.each([
    ['a flipped bit', (b: Buffer) => { b[b.length >> 1]! ^= 1; return b; }],
    ['a flipped bit in the header', (b: Buffer) => { b[12]! ^= 1; return b; }],
    ['a cut end', (b: Buffer) => b.subarray(0, b.length - 20)],
    ['a cut within a frame', (b: Buffer) => b.subarray(0, b.length - 5000)],
    ['a frame that was dropped', (b: Buffer) => { const first = b.readUInt32LE(40) + 20; return Buffer.concat([b.subarray(0, 40), b.subarray(40 + first)]); }],
    ['frames that were swapped', (b: Buffer) => { const n = b.readUInt32LE(40) + 20; const m = b.readUInt32LE(40 + n) + 20; return Buffer.concat([b.subarray(0, 40), b.subarray(40 + n, 40 + n + m), b.subarray(40, 40 + n), b.subarray(40 + n + m)]); }],
  ])('refuses %s by name', async (_name, change) => {
    const { store, dir } = setup();
    const info = await store.add(source());
    const path = join(dir, `${info.id}.rows`);
    writeFileSync(path, change(readFileSync(path)));
    const error = await code(collect(store.read(info.id)));
    expect(error.code).toBe('database-corrupt');
    expect(error.message).toContain(info.id);
  });

  it('refuses another key, and another recording\'s file', async () => {
    const { store, dir, index } = setup();
    const [a, b] = [await store.add(source()), await store.add(source())];
    expect((await code(collect(createRecordingStore({ dir, key: randomBytes(32), index }).read(a.id)))).code).toBe('database-corrupt');
    writeFileSync(join(dir, `${a.id}.rows`), readFileSync(join(dir, `${b.id}.rows`)));
    expect((await code(collect(store.read(a.id)))).code).toBe('database-corrupt');
  });

  it('keeps nothing of a source that fails, of one that is cancelled, or when the index refuses', async () => {
    const { store, dir, index } = setup();
    const failing: RecordingSource = { ...source(), batches: (async function* () { yield (await collect(source(100).batches))[0]!; throw Object.assign(new Error('no space left'), { code: 'ENOSPC' }); })() };
    expect((await code(store.add(failing))).code).toBe('disk-full');
    const control = new AbortController();
    expect((await code(store.add(source(), { signal: control.signal, onProgress: () => control.abort() }))).code).toBe('cancelled');
    const refusing = createRecordingStore({ dir, key: randomBytes(32), index: { ...index, insert: () => { throw new Error('refused'); } } });
    expect((await code(refusing.add(source()))).code).toBe('internal');
    expect((await code(store.add({ ...source(), batches: (async function* () {})() }))).code).toBe('too-few-samples');
    expect(readdirSync(dir)).toEqual([]);
    expect(index.all.size).toBe(0);
  });

  it('sweeps at the start what a run that was killed left behind, and nothing else', async () => {
    const { store, dir, index, key } = setup();
    const info = await store.add(source());
    writeFileSync(join(dir, '0123456789abcdef.tmp'), 'half');
    writeFileSync(join(dir, '0123456789abcdef.rows'), 'renamed, not listed');
    createRecordingStore({ dir, key, index });
    expect(readdirSync(dir)).toEqual([`${info.id}.rows`]);
  });

  it('forgets', async () => {
    const { store, dir } = setup();
    const info = await store.add(source());
    await store.remove(info.id);
    expect([readdirSync(dir), store.get(info.id)]).toEqual([[], undefined]);
    expect((await code(collect(store.read(info.id)))).code).toBe('invalid-argument');
  });
});
