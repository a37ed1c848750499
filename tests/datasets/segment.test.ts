import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloats } from '../../electron/capture/import/decimal.ts';
import { openOne } from '../open-one.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import { readBatches, readSegment } from '../../electron/datasets/read-segment.ts';
import { relativeBatches, segmentRecording, type SegmentFacts } from '../../electron/datasets/segment.ts';
import { writeCsv } from '../../electron/datasets/write-csv.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { canonicalReport } from '../../electron/quality/report.ts';
import { MISSING_INT32, type Channel, type Column, type SampleBatch } from '../../shared/domain/recording.ts';
import { code, drain, file, temporaryFolder } from '../capture/helpers.ts';
import { sharedData } from '../shared-data.ts';

const ACC: Channel = { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 };
const HR: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: null };
type Segment = { name: string; channel: string; day: number; parquet: Buffer; facts: SegmentFacts };

async function segments(channels: Channel[], batches: AsyncIterable<SampleBatch>): Promise<Segment[]> {
  const out: Segment[] = [];
  for await (const s of segmentRecording({ channels }, batches)) {
    const parts: Uint8Array[] = [];
    for await (const part of s.parquet) parts.push(part);
    out.push({ name: s.name, channel: s.channel, day: s.day, parquet: Buffer.concat(parts), facts: s.finish() });
  }
  return out;
}
async function* of(list: SampleBatch[]): AsyncGenerator<SampleBatch> { yield* list; }
async function* each<T>(list: T[]): AsyncGenerator<T> { yield* list; }
const rowsOf = (batches: SampleBatch[]) => ({ t: batches.flatMap((b) => [...b.t]), columns: batches[0]!.columns.map((_, i) => batches.flatMap((b) => [...b.columns[i]!])) });
const gather = async (batches: AsyncIterable<SampleBatch>) => { const out: SampleBatch[] = []; for await (const b of batches) out.push(b); return out; };

/** Two and a half days of two channels, unevenly, with missing values. */
function days(): SampleBatch[] {
  const out: SampleBatch[] = [];
  for (let b = 0; b < 25; b++) {
    const n = 400;
    const t = Float64Array.from({ length: n }, (_, i) => Math.round((b * n + i) * 21.6e6) + (i % 5));
    const acc = [0, 1, 2].map((c) => Int32Array.from({ length: n }, (_, i) => (i % 53 === 0 && c < 2 ? MISSING_INT32 : ((b * n + i) * 7919 * (c + 1)) % 19_613)));
    out.push({ t, columns: [...acc, Float64Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 60 + i / 7 : NaN))] });
  }
  return out;
}

describe('segments', () => {
  it('are one channel and day each, day by day, and together hold every row', async () => {
    const list = await segments([ACC, HR], of(days()));
    expect(list.map((s) => s.name)).toEqual(['acceleration/day-000', 'heart-rate/day-000', 'acceleration/day-001', 'heart-rate/day-001', 'acceleration/day-002', 'heart-rate/day-002']);
    expect(list.filter((s) => s.channel === 'acceleration').reduce((n, s) => n + s.facts.rows, 0)).toBe(10_000);
    expect(rowsOf(await gather(readBatches(each(list), [ACC, HR])))).toEqual(rowsOf(days()));
  });

  it('give the same bytes however the rows come in batches (property)', async () => {
    const whole = days();
    const { t, columns } = rowsOf(whole);
    const expected = await segments([ACC, HR], of(whole));
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
      const batches: SampleBatch[] = [];
      for (let at = 0, i = 0; at < t.length; i++) {
        const to = Math.min(t.length, at + sizes[i % sizes.length]!);
        batches.push({ t: Float64Array.from(t.slice(at, to)), columns: columns.map((c, k) => (k < 3 ? Int32Array.from(c.slice(at, to)) : Float64Array.from(c.slice(at, to)))) });
        at = to;
      }
      expect(await segments([ACC, HR], of(batches))).toEqual(expected);
    }), { numRuns: 10 });
  });

  it('have the Merkle root that the protocol describes, computed here a second way', async () => {
    const [first] = await segments([ACC, HR], of(days()));
    const { t, columns } = rowsOf(days());
    const leaves: Buffer[] = [];
    const rows = t.filter((x) => x < 86_400e6).length;
    for (let from = 0; from < rows;) {
      const minute = Math.floor(t[from]! / 60e6);
      let to = from;
      while (to < rows && Math.floor(t[to]! / 60e6) === minute) to++;
      const data = [Buffer.from([0]), Buffer.from('acceleration/day-000'), Buffer.alloc(8)];
      data[2]!.writeUInt32LE(minute, 0);
      data[2]!.writeUInt32LE(to - from, 4);
      for (const x of t.slice(from, to)) { const b = Buffer.alloc(8); b.writeDoubleLE(x); data.push(b); }
      for (const c of columns.slice(0, 3)) for (const v of c.slice(from, to)) { const b = Buffer.alloc(4); b.writeInt32LE(v); data.push(b); }
      leaves.push(createHash('sha256').update(Buffer.concat(data)).digest());
      from = to;
    }
    const root = (list: Buffer[]): Buffer => {
      if (list.length === 1) return list[0]!;
      let k = 1;
      while (k * 2 < list.length) k *= 2;
      return createHash('sha256').update(Buffer.concat([Buffer.from([1]), root(list.slice(0, k)), root(list.slice(k))])).digest();
    };
    expect(first!.facts).toEqual({ rows, records: leaves.length, recordRoot: `0x${root(leaves).toString('hex')}` });
  });

  it('are read back with the same rows, records and root', async () => {
    for (const s of await segments([ACC, HR], of(days()))) {
      const { rows, records, recordRoot } = await readSegment({ parquet: s.parquet, segment: s, channels: [ACC, HR] });
      expect({ rows, records, recordRoot }).toEqual(s.facts);
    }
  });

  it('in which one value is another have another root', async () => {
    const [clean, other] = [days(), days()];
    (other[3]!.columns[1] as Int32Array)[17]! += 1;
    const [a, b] = [await segments([ACC, HR], of(clean)), await segments([ACC, HR], of(other))];
    expect(a.map((s, i) => s.facts.recordRoot === b[i]!.facts.recordRoot)).toEqual([false, true, true, true, true, true]);
  });

  it('may be asked for in turn without being read; later ones are still right', async () => {
    const names: string[] = [];
    for await (const s of segmentRecording({ channels: [ACC, HR] }, of(days()))) names.push(s.name);
    expect(names).toHaveLength(6);
  });

  it('score the same as the owner\'s rows, to the byte', async () => {
    const source = openSimulator({ rows: 30_000, seed: 8, startTime: 1_751_371_200_000_000 });
    const rows = await gather(source.batches);
    const channels = source.draft.channels;
    const owner = await scoreRecording({ channels, simulated: true }, of(rows));
    const list = await segments(channels, relativeBatches({ startTime: rows[0]!.t[0]! }, of(rows)));
    const validator = await scoreRecording({ channels, simulated: true }, readBatches(each(list), channels));
    expect(canonicalReport(validator)).toBe(canonicalReport(owner));
  });
});

describe('what a stranger may send is refused by name', () => {
  const list = segments([ACC, HR], of(days()));
  const read = async (change: Partial<Segment>, channels = [ACC, HR], at = 0) => { const s = { ...(await list)[at]!, ...change }; return code(readSegment({ parquet: s.parquet, segment: s, channels })); };
  it('another day, name or channel', async () => {
    expect((await read({ day: 1, name: 'acceleration/day-001' })).code).toBe('seal-format');
    expect((await read({ name: 'acceleration/day-009' })).code).toBe('manifest-invalid');
    expect((await read({ channel: 'ecg', name: 'ecg/day-000' })).code).toBe('manifest-invalid');
    expect((await read({ channel: 'heart-rate', name: 'heart-rate/day-000' })).code).toBe('seal-format');
  });
  it('channels of a day that do not fit together, or are not there', async () => {
    const all = await list;
    expect((await code(gather(readBatches(each([all[0]!]), [ACC, HR])))).code).toBe('seal-format');
    expect((await code(gather(readBatches(each([all[2]!, all[3]!, all[0]!, all[1]!]), [ACC, HR])))).code).toBe('seal-format');
    const shifted = days();
    for (const b of shifted) b.t = b.t.map((t) => t + 1);
    const moved = await segments([ACC, HR], of(shifted));
    expect((await code(gather(readBatches(each([all[0]!, moved[1]!]), [ACC, HR])))).message).toContain('other times');
  });
  it('a clock that runs backwards never gets into a segment', async () => {
    const [a, b] = days();
    expect((await code(segments([ACC, HR], of([b!, a!])))).code).toBe('clock-backwards');
  });
  it('nothing at all', async () => {
    expect((await code(segments([ACC], of([])))).code).toBe('too-few-samples');
  });
  it('can be cancelled', async () => {
    const run = async () => { for await (const s of segmentRecording({ channels: [ACC, HR] }, of(days()), { signal: AbortSignal.abort() })) for await (const _ of s.parquet) void _; };
    expect((await code(run())).code).toBe('cancelled');
  });
});

describe('CSV of a segment', () => {
  it('has the digits that were recorded, and imports again as the same rows', async () => {
    const text = 't [s],x [m/s2],y [m/s2],z [m/s2]\n0.00,0.500,-0.001,9.807\n0.01,,12.300,-9.000\n0.02,1.000,2.000,3.000\n';
    const source = await openOne(file(text));
    const rows = await gather(source.batches);
    const [s] = await segments(source.draft.channels, of(rows));
    const path = join(temporaryFolder(), 'out.csv');
    await writeCsv({ parquet: s!.parquet, segment: s!, channels: source.draft.channels, path });
    expect(readFileSync(path, 'utf8')).toBe('t [us],x [m/s2],y [m/s2],z [m/s2]\n0,0.500,-0.001,9.807\n10000,,12.300,-9.000\n20000,1.000,2.000,3.000\n');
    const again = await drain(await openOne(path));
    expect(again.t).toEqual([0, 10_000, 20_000]);
    expect(again.values).toEqual([0, 1, 2].map((c) => [...toFloats(rows[0]!.columns[c] as Column, 3)]));
  });
});

const data = sharedData();
describe.skipIf(!data)('real recordings', () => {
  it('come out of their segments as the doubles that went in', async () => {
    const source = await openOne(join(data!, 'wisdm-watch', 'data_1637_accel_watch.txt'));
    const rows = await gather(source.batches);
    const list = await segments(source.draft.channels, of(rows));
    expect(list.map((s) => s.facts.rows)).toEqual([14_400]);
    expect(rowsOf(await gather(readBatches(each(list), source.draft.channels)))).toEqual(rowsOf(rows));
  });
});
