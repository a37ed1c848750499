import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUploads } from '../../electron/app/uploads.ts';
import { ImportIn, ImportPreviewIn } from '../../shared/api/owner.ts';
import { APPLE_HEAD, appleRecord, zip } from '../capture/import/fixtures.ts';
import { e4Files, fitFile, gadgetbridgeDb, samsungZip } from '../capture/import/devices.ts';
import { createWorld, filesBelow, refusal, until, type World } from '../market/world.ts';
import { openOwner, type OwnerSide } from './owner-world.ts';

let world: World;
let owner: OwnerSide;
let dir: string;
const home = mkdtempSync(join(tmpdir(), 'phdex-imports-'));
const uploads = createUploads(join(home, 'uploads'));
beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  const person = await world.person('owner');
  dir = person.dir;
  owner = await openOwner(world, person, { uploads });
});
afterAll(async () => { await owner?.stop(); await uploads.stop(); await world?.stop(); rmSync(home, { recursive: true, force: true }); });

async function* once(bytes: Uint8Array | string) { yield Buffer.from(bytes as string); }
const sent = async (name: string, bytes: Uint8Array | string) => ({ upload: (await uploads.put(name, once(bytes))).upload });
const importing = (file: object, options: object = {}) => owner.api.importFile(ImportIn.parse({ file, ...options }));
const preview = (file: object, options: object = {}) => owner.api.previewImport(ImportPreviewIn.parse({ file, ...options }));
const rowFiles = () => readdirSync(join(dir, 'recordings')).filter((f) => f.endsWith('.rows') || f.endsWith('.tmp'));
async function forgetAll() { for (const r of await owner.api.recordings()) await owner.api.forget(r.id); }

const minute = (m: number) => new Date(1.7e12 + m * 60e3).toISOString().replace('T', ' ').replace(/\..*/, ' +0000');
const apple = (from: number, to: number) => `${APPLE_HEAD}${Array.from({ length: to - from }, (_, i) => from + i).map((m) => `${appleRecord('HeartRate', 'count/min', String(60 + ((m * 7) % 50)), minute(m))}${m % 10 === 0 ? appleRecord('OxygenSaturation', '%', '0.97', minute(m)) : ''}`).join('')}${appleRecord('BodyMass', 'kg', '71.5', minute(from))}</HealthData>`;

describe('an export', () => {
  it('becomes one recording for each series, each scored and with the report of the whole', async () => {
    const file = await sent('export.zip', zip([{ name: 'apple_health_export/export.xml', content: apple(0, 200) }, { name: 'apple_health_export/notes.txt', content: 'hello' }]));
    const seen = await preview(file);
    expect(seen).toMatchObject({ source: 'zip', formats: ['apple-health'], problem: null });
    expect(seen.recordings!.map((r) => r.rows).sort((a, b) => a - b)).toEqual([1, 20, 200]);
    const job = await owner.done(importing(file));
    expect(job.result).toMatchObject({ recordings: 3, rows: 221, skipped: 0, alreadyThere: 0 });
    const all = await owner.api.recordings();
    expect(all.map((r) => r.rows).sort((a, b) => a - b)).toEqual([1, 20, 200]);
    const heart = all.find((r) => r.rows === 200)!;
    expect(heart.quality!.score).toBeGreaterThan(50);
    expect(all.find((r) => r.rows === 1)!.quality).toBeNull();
    const detail = await owner.api.recording(heart.id);
    expect(detail.importReport).toMatchObject({ rowsRead: 200, export: { name: 'export.zip', formats: ['apple-health'], recordings: 3, rowsRead: 221, filesCount: 2, files: [{ name: 'apple_health_export/notes.txt', format: null, reason: 'format-unknown' }, { format: 'apple-health' }] } });
    expect(await owner.api.importOutcome(job.id)).toMatchObject({ jobId: job.id, recordings: 3, made: expect.arrayContaining([{ recordingId: heart.id, title: heart.title, rows: 200, score: heart.quality!.score }]) as unknown });
    // Nothing of it is on the disk as it is: neither rows nor what is said of them.
    for (const { path, bytes } of filesBelow(dir)) for (const word of ['Heart rate (Apple', 'Apple Inc', 'oxygen', 'export.xml']) expect(bytes.includes(word), `${path}: ${word}`).toBe(false);
  });

  it('adds no row the second time, and of a longer one only what is new', async () => {
    const again = await sent('export.xml', apple(0, 200));
    expect((await preview(again)).recordings).toEqual([]);
    const before = await owner.api.recordings();
    const job = await owner.done(importing(again));
    expect(job.result).toMatchObject({ recordingId: null, recordings: 0, rows: 0, alreadyThere: 221, skipped: 0 });
    expect(await owner.api.recordings()).toEqual(before);
    expect(await owner.api.importOutcome(job.id)).toMatchObject({ made: [], skipped: [{ reason: 'already-there', count: 221 }] });
    const longer = await owner.done(importing(await sent('export.xml', apple(150, 230))));
    expect(longer.result).toMatchObject({ recordings: 3, rows: 30 + 3 + 1, alreadyThere: 50 + 5 });
    await forgetAll();
  });

  it('of two jobs at once is kept once', async () => {
    const [a, b] = await Promise.all([sent('a.xml', apple(0, 50)), sent('b.xml', apple(0, 50))]);
    const jobs = await Promise.all([owner.done(importing(a)), owner.done(importing(b))]);
    expect(jobs.map((j) => j.result.rows).sort()).toEqual([0, 56]);
    await forgetAll();
  });

  it.each([['gadgetbridge', () => gadgetbridgeDb(), 'Gadgetbridge.db'], ['empatica-e4', () => zip(e4Files()), 'e4.zip'], ['fit', () => fitFile(), 'run.fit'], ['samsung-health', () => samsungZip('utc'), 'samsung.zip']] as const)('of %s comes from a page as from a path', async (format, bytes, name) => {
    const path = join(home, name);
    writeFileSync(path, bytes());
    const fromPath = await owner.done(importing({ path }));
    const detail = (await owner.api.recordings()).map(({ rows, channels, source }) => ({ rows, channels, series: source.series })).sort((x, y) => (x.series! < y.series! ? -1 : 1));
    expect(detail.length).toBe(fromPath.result.recordings);
    expect(new Set((await owner.api.recordings()).map((r) => r.source.kind))).toEqual(new Set([format]));
    await forgetAll();
    const job = await owner.done(importing(await sent(name, bytes())));
    expect((await owner.api.recordings()).map(({ rows, channels, source }) => ({ rows, channels, series: source.series })).sort((x, y) => (x.series! < y.series! ? -1 : 1))).toEqual(detail);
    expect(job.result.rows).toBe(fromPath.result.rows);
    expect(readdirSync(join(home, 'uploads'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile())).toEqual([]);
    await forgetAll();
  });

  it('is taken as a folder, from the disk and from a page', async () => {
    const folder = join(home, 'A0001');
    for (const { name, content } of e4Files()) { mkdirSync(dirname(join(folder, name)), { recursive: true }); writeFileSync(join(folder, name), content); }
    const fromDisk = await owner.done(importing({ path: folder }));
    expect(fromDisk.title).toBe('A0001');
    expect(fromDisk.result.recordings).toBeGreaterThan(3);
    await forgetAll();
    const files = await Promise.all(e4Files().map(async ({ name, content }) => ({ ...(await sent(name, content)), path: name })));
    const fromPage = await owner.done(importing({ folder: 'A0001', files }));
    expect(fromPage.result).toMatchObject({ recordings: fromDisk.result.recordings, rows: fromDisk.result.rows });
    for (const { upload } of files) expect(() => uploads.get(upload)).toThrow(expect.objectContaining({ code: 'file-not-found' }) as Error);
    await forgetAll();
  });

  it('that is cancelled, or breaks off, leaves nothing', async () => {
    const { jobId } = await importing(await sent('export.xml', apple(0, 4000)));
    await until(() => owner.jobs.list().some((j) => j.id === jobId && j.done > 0), 'it has begun');
    owner.jobs.cancel(jobId);
    expect((await owner.jobs.ended(jobId)).state).toBe('cancelled');
    expect(await owner.api.recordings()).toEqual([]);
    expect(rowFiles()).toEqual([]);
    expect(readdirSync(join(dir, 'work')).filter((f) => f.endsWith('.spool'))).toEqual([]);
    // The second file of the archive is damaged after the first gave rows.
    const late = await owner.jobs.ended((await importing(await sent('broken.db', gadgetbridgeDb().subarray(0, 3000)))).jobId);
    expect(late).toMatchObject({ state: 'failed', error: { code: 'file-truncated' } });
    expect(rowFiles()).toEqual([]);
  });

  it('that waits for another can be cancelled at once', async () => {
    const first = await importing(await sent('first.xml', apple(0, 3000)));
    const second = await importing(await sent('second.xml', apple(0, 10)));
    owner.jobs.cancel(second.jobId);
    expect((await owner.jobs.ended(second.jobId)).state).toBe('cancelled');
    expect(owner.jobs.list().find((j) => j.id === first.jobId)!.state).toBe('running');
    await owner.jobs.ended(first.jobId);
    await forgetAll();
  });
});

describe('a plain CSV file', () => {
  it('is read by a mapping that the person confirmed, in a zone, under a title', async () => {
    const file = await sent('puls.csv', 'Datum;Uhrzeit;Zucker\n31.12.2023;23:59:59;5,4\n13.01.2024;00:00:01;6,1\n');
    const seen = await preview(file);
    expect(seen.questions.map((q) => [q.field, q.required])).toEqual([['mapping', true], ['zone', false]]);
    const refused = await owner.jobs.ended((await importing(file)).jobId);
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'format-unknown' } });
    const mapping = { ...seen.csv!.mapping, channels: [{ name: 'glucose', kind: 'glucose', unit: 'mmol/L', components: ['value'], decimals: null, columns: [2] }] };
    expect((await preview(file, { mapping, zone: 'Europe/Berlin' })).csv!.example[0]).toEqual({ t: Date.parse('2023-12-31T22:59:59Z'), values: [5.4] });
    const job = await owner.done(importing(file, { mapping, zone: 'Europe/Berlin', title: 'My sugar' }));
    const view = await owner.api.recording(job.result.recordingId as string);
    expect(view).toMatchObject({ title: 'My sugar', rows: 2, startedAt: Date.parse('2023-12-31T22:59:59Z'), channels: [{ name: 'glucose', kind: 'glucose' }], source: { zone: 'Local times, read as Europe/Berlin.' } });
    expect(view.importReport.export!.name).toBe('puls.csv');
    await forgetAll();
  });

  it('is refused in the words of the page, and asked for what is missing', async () => {
    const bad = await sent('bad.csv', 't,hr\n1,60\n2,what\n3,61\n4,60\n');
    expect((await preview(bad)).questions).toMatchObject([{ field: 'skipMalformed', required: true }]);
    const job = await owner.jobs.ended((await importing(bad)).jobId);
    expect(job.error!.hint).toMatch(/leave malformed rows out/);
    expect(job.error!.hint).not.toMatch(/--/);
    expect((await owner.done(importing(bad, { skipMalformed: true }))).result).toMatchObject({ rows: 3, skipped: 1 });
    expect((await refusal(preview({ path: join(home, 'nothing.csv') }))).code).toBe('file-not-found');
    expect((await refusal(preview(await sent('x.csv', 't,hr\n1,60\n2,61\n'), { zone: 'Mars/Olympus' }))).message).toMatch(/no time zone|not a time zone/);
    await forgetAll();
  });
});

describe('what is known of a recording', () => {
  it('is sealed, also what an earlier version had written as text', async () => {
    const job = await owner.done(importing(await sent('export.xml', apple(0, 30))));
    const id = job.result.recordingId as string;
    const { db, wallet } = owner.parts;
    expect(db.prepare('SELECT typeof(info) FROM recordings').pluck().all()).toEqual(['blob', 'blob', 'blob']);
    const info = owner.parts.recordings.get(id)!;
    db.prepare('UPDATE recordings SET info = ? WHERE id = ?').run(JSON.stringify({ ...info, title: 'Secret headache' }), id);
    const { openRecordingIndex } = await import('../../electron/app/recording-index.ts');
    const index = openRecordingIndex({ db, wallet });
    expect(index.get(id)!.title).toBe('Secret headache');
    expect(db.prepare('SELECT typeof(info) FROM recordings').pluck().all()).toEqual(['blob', 'blob', 'blob']);
    for (const { path, bytes } of filesBelow(dir)) expect(bytes.includes('Secret headache'), path).toBe(false);
    // Sealed to its id: another row's cannot stand in its place.
    const [a, b] = db.prepare('SELECT id FROM recordings').pluck().all() as string[];
    db.prepare('UPDATE recordings SET info = (SELECT info FROM recordings WHERE id = ?) WHERE id = ?').run(a, b);
    expect(() => openRecordingIndex({ db, wallet }).get(b!)).toThrow(expect.objectContaining({ code: 'database-corrupt' }) as Error);
  });
});
