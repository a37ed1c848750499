import { beforeAll, describe, expect, it } from 'vitest';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import { verifyGroups } from '../../electron/datasets/group-work.ts';
import { createParquetWriter, encodePages } from '../../electron/datasets/parquet/writer.ts';
import { readBatches, readSegment } from '../../electron/datasets/read-segment.ts';
import { createRecordTree } from '../../electron/datasets/record-tree.ts';
import { segmentRecording, type SegmentFacts } from '../../electron/datasets/segment.ts';
import { parquetColumns } from '../../electron/datasets/segment-format.ts';
import { code } from '../capture/helpers.ts';

// Long enough that both the writer and the reader share the work with a second thread.
const ROWS = 1_300_000;
const CHANNELS = openSimulator({ rows: 1, seed: 1 }).draft.channels;
const COLUMNS = parquetColumns(CHANNELS[0]!);
const SEGMENT = { name: 'acceleration/day-000', channel: 'acceleration', day: 0 };
let parquet: Buffer;
let facts: SegmentFacts;

beforeAll(async () => {
  for await (const segment of segmentRecording({ channels: CHANNELS }, openSimulator({ rows: ROWS, seed: 6 }).batches)) {
    const parts: Uint8Array[] = [];
    for await (const part of segment.parquet) parts.push(part);
    parquet = Buffer.concat(parts);
    facts = segment.finish();
  }
});

/** The root, on this thread alone. */
function rootAlone(bytes: Uint8Array): string {
  const tree = createRecordTree();
  tree.append(verifyGroups({ name: SEGMENT.name, day: 0, columns: COLUMNS, parquet: bytes, from: 0, to: 10_000 }).leaves);
  return tree.root();
}

describe('with a second thread', () => {
  it('what is written has the rows, the records and the root that one thread finds', async () => {
    expect(facts).toEqual({ rows: ROWS, records: Math.ceil(ROWS / 6000), recordRoot: rootAlone(parquet) });
    let at = 0;
    const source = openSimulator({ rows: ROWS, seed: 6 }).batches[Symbol.asyncIterator]();
    let given = (await source.next()).value!;
    let from = 0;
    for await (const batch of readBatches((async function* () { yield { ...SEGMENT, parquet }; })(), CHANNELS)) {
      for (let i = 0; i < batch.t.length; i++, at++, from++) {
        if (from === given.t.length) { given = (await source.next()).value!; from = 0; }
        if (batch.t[i] !== given.t[from] || batch.columns.some((c, k) => c[i] !== given.columns[k]![from])) throw new Error(`row ${at} is another`);
      }
    }
    expect(at).toBe(ROWS);
  });

  it('what is read has the same root, also where a stranger\'s row groups cut through a minute', async () => {
    const read = await readSegment({ parquet, segment: SEGMENT, channels: CHANNELS });
    expect({ rows: read.rows, records: read.records, recordRoot: read.recordRoot }).toEqual(facts);
    const writer = createParquetWriter({ columns: COLUMNS, metadata: {} });
    const parts: Uint8Array[] = [];
    for await (const { t, columns } of openSimulator({ rows: ROWS, seed: 6 }).batches) parts.push(...writer.rowGroup(t.length, encodePages(COLUMNS, t.length, t, columns)));
    const other = await readSegment({ parquet: Buffer.concat([...parts, writer.finish()]), segment: SEGMENT, channels: CHANNELS });
    expect({ rows: other.rows, records: other.records, recordRoot: other.recordRoot }).toEqual(facts);
  });

  it('damage in either half is refused by name, and the thread still works afterwards', async () => {
    for (const share of [0.2, 0.8]) {
      const bad = Buffer.from(parquet);
      const at = Math.floor(bad.length * share);
      bad.fill(0xff, at, at + 2000);
      expect((await code(readSegment({ parquet: bad, segment: SEGMENT, channels: CHANNELS }))).code).toBe('seal-format');
    }
    expect((await readSegment({ parquet, segment: SEGMENT, channels: CHANNELS })).recordRoot).toBe(facts.recordRoot);
  });

  it('a writer that is given up half-way lets the next one work', async () => {
    for await (const segment of segmentRecording({ channels: CHANNELS }, openSimulator({ rows: ROWS, seed: 6 }).batches)) {
      let bytes = 0;
      for await (const part of segment.parquet) { bytes += part.length; if (bytes > 1_000_000) break; }
      break;
    }
    expect((await readSegment({ parquet, segment: SEGMENT, channels: CHANNELS })).recordRoot).toBe(facts.recordRoot);
  });
});
