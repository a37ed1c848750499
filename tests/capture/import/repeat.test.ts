import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownRows } from '../../../electron/capture/import/index.ts';
import { openImports } from '../../../electron/capture/import/index.ts';
import type { Channel, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { createRecordingStore } from '../../../electron/recordings/store.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { temporaryFolder } from '../helpers.ts';
import { APPLE_HEAD, appleRecord, held, zip } from './fixtures.ts';
import { axivityCsv, e4Files, edfFile, fitFile, gadgetbridgeDb, gpxFile, gt3xFile, ouraJson, samsungZip } from './devices.ts';

/** What an app keeps, in memory: recordings by their series. */
function shelf() {
  const kept: { series: string; channels: Channel[]; batches: SampleBatch[] }[] = [];
  return {
    kept,
    known: (series: string): KnownRows[] => kept.filter((k) => k.series === series).map((k) => ({ channels: k.channels, batches: (async function* () { yield* k.batches; })() })),
    async keep(source: RecordingSource) {
      const batches: SampleBatch[] = [];
      for await (const b of source.batches) batches.push(b);
      kept.push({ series: source.draft.source.series!, channels: source.finish().channels ?? source.draft.channels, batches });
      return batches.reduce((n, b) => n + b.t.length, 0);
    },
  };
}

async function importInto(s: ReturnType<typeof shelf>, content: string | Uint8Array, name?: string) {
  const imports = await openImports(held(content, name), { known: s.known });
  let rows = 0;
  for await (const source of imports.recordings) rows += await s.keep(source);
  return { rows, there: imports.report().total.skipped.find((x) => x.reason === 'already-there')?.count ?? 0, recordings: imports.report().recordings };
}

const apple = (minutes: number[]) => `${APPLE_HEAD}${minutes.map((m) => appleRecord('HeartRate', 'count/min', String(60 + (m % 50)), new Date(1.7e12 + m * 60e3).toISOString().replace('T', ' ').replace(/\..*/, ' +0000'))).join('')}</HealthData>`;

describe('repeated imports', () => {
  it.each(Object.entries({
    apple: apple([1, 2, 3]), fit: fitFile(), gpx: gpxFile(), gadgetbridge: gadgetbridgeDb(), e4: zip(e4Files()), gt3x: gt3xFile(), axivity: axivityCsv(), edf: edfFile(), samsung: samsungZip('utc'), oura: ouraJson(),
    csv: 't,hr\n2024-01-01T00:00:00Z,60\n2024-01-01T00:00:01Z,61.5\n2024-01-01T00:00:02Z,62\n', elapsed: 't [s],x,y,z\n0,0,0,1\n0.01,0,0,1\n0.02,0,0.5,1\n', wisdm: '1600,A,7.09,-0.59,8.19;\n1600,A,7.08,-0.59,8.19;\n1600,A,7.19,-0.59,8.19;\n',
  }))('adds no row the second time: %s', async (_, content) => {
    const s = shelf();
    const first = await importInto(s, content);
    expect(first.rows).toBeGreaterThan(1);
    expect(await importInto(s, content)).toEqual({ rows: 0, there: first.rows, recordings: 0 });
  });

  it('adds the rows that an overlapping export has in addition, also between old ones, and no other', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }), async (exports) => {
      const s = shelf();
      const all = new Set<number>();
      for (const minutes of exports) {
        const fresh = minutes.filter((m) => !all.has(m)).length;
        const { rows, there } = await importInto(s, apple(minutes));
        expect(rows).toBe(fresh);
        expect(there).toBe(minutes.length - fresh);
        minutes.forEach((m) => all.add(m));
      }
    }), { numRuns: 40 });
  });

  it('takes the same time with another value, or from another source, for another row', async () => {
    const s = shelf();
    await importInto(s, apple([1, 2]));
    expect((await importInto(s, apple([1, 2]).replaceAll('value="61"', 'value="99"'))).rows).toBe(1);
    expect((await importInto(s, apple([1, 2]).replaceAll('Anna', 'Ben'))).rows).toBe(2);
  });

  it('takes two files that count from zero for two, though their first rows are the same', async () => {
    const s = shelf();
    await importInto(s, 't [s],x,y,z\n0,0,0,1\n0.01,0,0,1\n');
    expect((await importInto(s, 't [s],x,y,z\n0,0,0,1\n0.01,0,0,1\n0.02,0,0,1\n')).rows).toBe(3);
  });

  it('knows what the recording store gives back', async () => {
    const infos: RecordingInfo[] = [];
    const store = createRecordingStore({ dir: temporaryFolder(), key: new Uint8Array(32).fill(7), index: { insert: (i) => { infos.push(i); }, list: () => infos, get: (id) => infos.find((i) => i.id === id), remove: () => undefined } });
    const known = (series: string) => infos.filter((i) => i.source.series === series).map((i) => ({ channels: i.channels, batches: store.read(i.id) }));
    const add = async (content: string | Uint8Array) => {
      const imports = await openImports(held(content), { known });
      let rows = 0;
      for await (const source of imports.recordings) rows += (await store.add(source)).rows;
      return rows;
    };
    for (const content of [zip(e4Files()), apple([1, 2, 3]), gt3xFile(), samsungZip('local')]) {
      expect(await add(content)).toBeGreaterThan(1);
      expect(await add(content)).toBe(0);
    }
    expect(await add(apple([1, 2, 3, 4]))).toBe(1);
  });
});
