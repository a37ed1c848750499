import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createStreamWriter, type CaptureStore } from '../../../electron/capture/ble/capture-writer.ts';
import type { StreamSpec } from '../../../electron/capture/ble/drivers/driver.ts';
import type { AppError } from '../../../shared/errors.ts';
import { MISSING_INT32, type RecordingInfo } from '../../../shared/domain/recording.ts';
import { temporaryFolder } from '../helpers.ts';
import { createTestStore, rowsOf } from './store.ts';

const MOTION: StreamSpec = { name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: null, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }] };
const SOURCE = { kind: 'ble', device: 'Test', simulated: false, times: 'source' } as const;
const REPORT = { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 };
const CLOCK = { method: 'device', skewPpm: 3, delayMs: 9, resets: 0 } as const;

function setup(store: CaptureStore, stream = MOTION) {
  const errors: AppError[] = [];
  return { errors, writer: createStreamWriter({ store, stream, title: 'T', source: SOURCE, onError: (e) => errors.push(e) }) };
}
const push = (writer: ReturnType<typeof setup>['writer'], from: number, n: number, hz = 200) => {
  const index = Array.from({ length: n }, (_, i) => from + i);
  writer.push(index.map((i) => 1e15 + (i * 1e6) / hz), [index, index.map((i) => -i), index.map(() => 1000)]);
};

describe('a stream on its way to the disk', () => {
  it('arrives whole and in order, one frame a flush, with its rate and clock', async () => {
    const { store } = createTestStore();
    const { writer, errors } = setup(store);
    for (let i = 0; i < 1000; i += 10) { push(writer, i, 10); if (i % 200 === 190) await writer.flush(); }
    push(writer, 1000, 7);
    const info = (await writer.finish({ report: REPORT, clock: CLOCK }))!;
    expect(info).toMatchObject({ rows: 1007, nominalRateHz: 200, report: { rowsRead: 1007, rowsSkipped: 0 }, source: { clock: CLOCK } });
    const { columns } = await rowsOf(store, info);
    expect(columns).toEqual([Array.from({ length: 1007 }, (_, i) => i), Array.from({ length: 1007 }, (_, i) => 0 - i), new Array(1007).fill(1000)]);
    expect(errors).toEqual([]);
    let frames = 0;
    for await (const batch of store.read(info.id)) if (batch.t.length > 0) frames++;
    expect(frames).toBe(6);
  });

  it('leaves no recording and no file when nothing came', async () => {
    const dir = temporaryFolder();
    const { store } = createTestStore(dir, randomBytes(32));
    const { writer } = setup(store);
    await writer.flush();
    expect(await writer.finish({ report: REPORT, clock: CLOCK })).toBeNull();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps a missing component missing, and its rate is that between the gaps', async () => {
    const { store } = createTestStore();
    const { writer } = setup(store);
    push(writer, 0, 400, 100);
    writer.push([1e15 + 600e6], [[1]]);
    push(writer, 61_000, 400, 100);
    const info = (await writer.finish({ report: REPORT, clock: CLOCK }))!;
    expect(info.nominalRateHz).toBe(100);
    const { columns } = await rowsOf(store, info);
    expect(columns.map((c) => c[400])).toEqual([1, MISSING_INT32, MISSING_INT32]);
  });

  it('refuses rows rather than fill the memory while the disk stands still, and says so', async () => {
    const { store } = createTestStore();
    let go = () => {};
    const stuck = new Promise<void>((resolve) => { go = resolve; });
    const slow: CaptureStore = {
      async begin(draft) {
        const capture = await store.begin(draft);
        return { ...capture, id: capture.id, append: async (batch) => { await stuck; await capture.append(batch); } };
      },
    };
    const { writer, errors } = setup(slow);
    for (let second = 0; second < 200; second++) { push(writer, second * 200, 200); void writer.flush(); }
    go();
    const info = (await writer.finish({ report: REPORT, clock: CLOCK }))!;
    // Two frames under way and what the arrays hold.
    expect(info.rows).toBeLessThanOrEqual(2 * 200 + 8192);
    expect(info.rows).toBeGreaterThan(8000);
    expect(info.report).toMatchObject({ rowsRead: info.rows, rowsSkipped: 40_000 - info.rows, skipped: [{ reason: 'The disk was too slow.', count: 40_000 - info.rows }] });
    expect(errors).toEqual([]);
    const { columns: [x] } = await rowsOf(store, info);
    expect(x!.every((v, i) => i === 0 || v > x![i - 1]!)).toBe(true);
  });

  it('tells once that the disk is full, and counts what is not there', async () => {
    const { store } = createTestStore();
    let frames = 0;
    const full: CaptureStore = {
      async begin(draft) {
        const capture = await store.begin(draft);
        return { ...capture, id: capture.id, append: async (batch) => { if (++frames > 2) throw Object.assign(new Error('no space'), { code: 'ENOSPC' }); await capture.append(batch); } };
      },
    };
    const { writer, errors } = setup(full);
    for (let i = 0; i < 5; i++) { push(writer, i * 100, 100); await writer.flush(); }
    const info: RecordingInfo = (await writer.finish({ report: REPORT, clock: CLOCK }))!;
    expect(errors.map((e) => e.code)).toEqual(['disk-full']);
    expect(info).toMatchObject({ rows: 200, report: { rowsRead: 200, rowsSkipped: 300, skipped: [{ reason: 'The disk is full.', count: 300 }] } });
  });
});
