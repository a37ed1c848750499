import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImports, previewImport, type LentFile } from '../../../electron/capture/import/index.ts';
import type { SampleBatch } from '../../../shared/domain/recording.ts';
import { code, file, temporaryFolder } from '../helpers.ts';
import { APPLE_HEAD, appleRecord, held, readAll, zip } from './fixtures.ts';
import { axivityCsv, e4Files, gadgetbridgeDb, samsungZip } from './devices.ts';

const LOCAL = 't,hr\n2024-01-01T00:00:00,60\n2024-01-01T00:00:01,61.5\n2024-01-01T00:00:02,62\n';

describe('the preview of an import', () => {
  it('shows times without a zone as they are assumed, and as they would be in a given one', async () => {
    const seen = await previewImport(held(LOCAL));
    expect(seen).toMatchObject({ source: 'file', formats: ['csv'], zone: { assumed: 'UTC' }, problem: null, questions: [{ field: 'zone', required: false }] });
    expect(seen.recordings).toMatchObject([{ rows: 3, alreadyThere: 0, skipped: 0, from: Date.parse('2024-01-01T00:00:00Z'), to: Date.parse('2024-01-01T00:00:02Z'), channels: [{ kind: 'heart-rate', unit: '/min' }] }]);
    expect(seen.csv).toMatchObject({ required: false, clock: true, columns: [{ name: 't' }, { name: 'hr', values: ['60', '61.5', '62'] }], example: [{ t: Date.parse('2024-01-01T00:00:00Z'), values: [60] }, { values: [61.5] }, { values: [62] }] });
    const berlin = await previewImport(held(LOCAL), { zone: 'Europe/Berlin' });
    expect(berlin).toMatchObject({ zone: { assumed: 'Europe/Berlin' }, questions: [] });
    expect(berlin.recordings![0]!.from).toBe(Date.parse('2023-12-31T23:00:00Z'));
    expect(berlin.csv!.example[0]!.t).toBe(Date.parse('2023-12-31T23:00:00Z'));
  });

  it('reads a night in which the clock was put back in one go, the same by threads as by itself', async () => {
    const local = (utc: number) => new Date(utc + (utc < Date.parse('2024-10-27T01:00:00Z') ? 2 : 1) * 3600e3).toISOString().slice(0, 19);
    const utc = Array.from({ length: 6 * 60 }, (_, i) => Date.parse('2024-10-26T22:30:00Z') + i * 60e3);
    const text = `t,hr\n${utc.map((u, i) => `${local(u)},${60 + (i % 7)}.5`).join('\n')}\n`;
    for (const from of [held(text), file(text)]) {
      const { recordings } = await readAll(from, { zone: 'Europe/Berlin' });
      expect(recordings[0]!.t).toEqual(utc.map((u) => u * 1000));
      expect(recordings[0]).toMatchObject({ zone: 'Local times, read as Europe/Berlin.' });
    }
    // Without the zone the hour is there twice.
    expect((await code(readAll(held(text)))).code).toBe('clock-backwards');
  });

  it('asks for a mapping where the columns are not known, and takes a confirmed one', async () => {
    const table = held('when;foo\n13.02.2024 10:00;1,5\n13.02.2024 10:05;1,7\n');
    const seen = await previewImport(table);
    expect(seen).toMatchObject({ formats: ['csv'], recordings: null, csv: { required: true, clock: true, example: [{ values: [1.5] }, { values: [1.7] }] }, problem: { code: 'format-unknown' } });
    expect(seen.questions).toMatchObject([{ field: 'mapping', required: true, message: expect.stringContaining('foo') as string }, { field: 'zone' }]);
    const mapping = { ...seen.csv!.mapping, channels: [{ ...seen.csv!.mapping.channels[0]!, name: 'glucose', kind: 'glucose' as const, unit: 'mmol/L' }] };
    const again = await previewImport(table, { mapping, zone: 'UTC' });
    expect(again).toMatchObject({ problem: null, recordings: [{ rows: 2, channels: [{ name: 'glucose', kind: 'glucose' }] }] });
  });

  it('asks for a rate where the rows have no times', async () => {
    const named = await previewImport(held('x,y,z\n0,0,1\n0,0,1\n0,1,0\n'));
    expect(named.questions).toMatchObject([{ field: 'rateHz', required: true }]);
    expect((await previewImport(held('x,y,z\n0,0,1\n0,0,1\n0,1,0\n'), { rateHz: 50 }))).toMatchObject({ questions: [], problem: null, recordings: [{ rows: 3, from: null }] });
    const bare = held('0.01,-0.02,0.98\n0.01,-0.02,0.99\n0.02,-0.02,1.01\n');
    const seen = await previewImport(bare);
    expect(seen.questions.map((q) => q.field)).toContain('mapping');
    const mapping = seen.csv!.mapping;
    expect((await previewImport(bare, { mapping })).questions).toMatchObject([{ field: 'rateHz', required: true }]);
    expect(await previewImport(bare, { mapping, rateHz: 25 })).toMatchObject({ questions: [], problem: null, recordings: [{ rows: 3, durationSeconds: 0.08 }] });
  });

  it('says what leaving out would help, and whose rows there are', async () => {
    const seen = await previewImport(held('t,hr\n1,60\n2,what\n3,61\n4,62\n'));
    expect(seen).toMatchObject({ questions: [{ field: 'skipMalformed', required: true }], problem: { code: 'row-malformed' }, recordings: [{ rows: 3, skipped: 1 }], report: { rowsRead: 3, rowsSkipped: 1 } });
    expect(await previewImport(held('t,hr\n1,60\n2,what\n3,61\n4,62\n'), { skipBad: true })).toMatchObject({ questions: [], problem: null });
    const people = held('1600,A,7.09,-0.59,8.19;\n1601,A,7.08,-0.59,8.19;\n1601,A,7.18,-0.59,8.19;\n');
    expect((await previewImport(people)).questions).toMatchObject([{ field: 'subject', required: true }]);
    expect(await previewImport(people, { subject: '1601' })).toMatchObject({ questions: [], recordings: [{ rows: 2, format: 'wisdm' }] });
  });

  it('tells the recordings of an archive, a database and a folder, and what each file is', async () => {
    const e4 = await previewImport(held(zip([...e4Files(), { name: 'notes.bin', content: Buffer.from([1, 2, 3]) }]), 'e4.zip'));
    expect(e4).toMatchObject({ source: 'zip', formats: ['empatica-e4'], problem: null, csv: null });
    expect(e4.recordings!.map((r) => r.channels[0]!.name)).toEqual(expect.arrayContaining(['acceleration', 'ppg', 'eda', 'temperature']));
    expect(e4.files).toContainEqual({ name: 'notes.bin', format: null, reason: 'format-unknown' });
    expect((await previewImport(held(samsungZip('local')))).questions).toEqual([]);
    expect((await previewImport(held(axivityCsv()))).questions).toMatchObject([{ field: 'zone' }]);
    expect((await previewImport(held(gadgetbridgeDb()))).recordings!.length).toBeGreaterThan(1);
    const dir = temporaryFolder();
    for (const { name, content } of e4Files()) { mkdirSync(dirname(join(dir, name)), { recursive: true }); writeFileSync(join(dir, name), content); }
    const folder = await previewImport(dir);
    const sent = await previewImport({ name: 'e4', files: e4Files().map(({ name, content }) => held(content, name) as LentFile) });
    expect(folder.source).toBe('folder');
    expect(sent.recordings).toEqual(folder.recordings);
    expect(folder.recordings!.map((r) => r.rows)).toEqual(e4.recordings!.map((r) => r.rows));
  });

  it('leaves out what is known, and reads no large export through', async () => {
    const apple = (n: number) => held(`${APPLE_HEAD}${Array.from({ length: n }, (_, i) => appleRecord('HeartRate', 'count/min', String(60 + (i % 9)), `2024-01-01 00:${String(i).padStart(2, '0')}:00 +0100`)).join('')}</HealthData>`);
    const first = (await (await openImports(apple(3))).recordings[Symbol.asyncIterator]().next()).value!;
    const batches: SampleBatch[] = [];
    for await (const b of first.batches) batches.push(b);
    const known = (series: string) => (series === first.draft.source.series ? [{ channels: first.draft.channels, batches: (async function* () { yield* batches; })() }] : []);
    expect((await previewImport(apple(5), { known })).recordings).toMatchObject([{ rows: 2, alreadyThere: 3 }]);
    expect(await previewImport(apple(3), { known })).toMatchObject({ recordings: [], report: { rowsRead: 0, skipped: [{ reason: 'already-there', count: 3 }] } });
    expect(await previewImport(apple(5), { maxBytes: 100 })).toMatchObject({ recordings: null, report: null, formats: ['apple-health'], problem: null });
    expect(await previewImport(held(LOCAL), { maxBytes: 10 })).toMatchObject({ recordings: null, problem: null, csv: { example: [{ values: [60] }, {}, {}] }, questions: [{ field: 'zone' }] });
    expect(await previewImport(held('what;foo\n1;2\n2;3\n'), { maxBytes: 3 })).toMatchObject({ csv: { required: true } });
  });

  it.each([['text', 'hello'], ['nothing', ''], ['binary', Buffer.from([0, 1, 2, 3, 4, 5])], ['a cut zip', zip(e4Files()).subarray(0, 200)]])('refuses %s with a sentence', async (_, content) => {
    const seen = await previewImport(held(content)).catch((e: { code: string; message: string }) => ({ problem: e }));
    expect(seen.problem!.code).toMatch(/^(file-empty|format-unknown|file-truncated)$/);
    expect(seen.problem!.message.length).toBeGreaterThan(10);
  });
});
