import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { GAS } from '../../electron/app/gas-costs.ts';
import { createUploads } from '../../electron/app/uploads.ts';
import { createWorld, filesBelow, PHD, refusal, until, type World } from '../market/world.ts';
import { openOwner, share, type OwnerSide } from './owner-world.ts';

let world: World;
let owner: OwnerSide;
let dir: string;
const uploads = createUploads(mkdtempSync(join(tmpdir(), 'phdex-owner-uploads-')));
beforeAll(async () => {
  world = await createWorld({ patienceMs: 3000 });
  const person = await world.person('owner');
  dir = person.dir;
  owner = await openOwner(world, person, { uploads });
});
afterAll(async () => { await owner?.stop(); await uploads.stop(); await world?.stop(); });

const recorded = async (minutes = 1): Promise<string> => (await owner.done(owner.api.simulate({ minutes, seed: 7 }))).result.recordingId as string;

describe('recordings', () => {
  it('are imported and scored in one job, and listed with what they are', async () => {
    const job = await owner.done(owner.api.importFile({ file: { path: await world.csv() }, title: 'A walk', skipMalformed: false }));
    const id = job.result.recordingId as string;
    expect(job.subject).toEqual({ recordingId: id });
    const view = (await owner.api.recordings()).find((r) => r.id === id)!;
    expect(view).toMatchObject({ title: 'A walk', rows: 3000, datasetIds: [], publicationId: null });
    expect(view.quality!.score).toBe(job.result.score);
    expect((await owner.api.recording(id)).report!.rows).toBe(3000);
    // The report says what a body did when: nothing of it is on the disk as it is.
    expect(owner.parts.db.prepare('SELECT sealed FROM recording_reports WHERE recording_id = ?').pluck().get(id)).toBeInstanceOf(Buffer);
    for (const { path, bytes } of filesBelow(dir)) expect(bytes.includes('"spanCount"'), path).toBe(false);
    await owner.api.forget(id);
    expect((await owner.api.recordings()).map((r) => r.id)).not.toContain(id);
    expect(filesBelow(join(dir, 'recordings')).filter((f) => f.path.includes(id))).toEqual([]);
  });

  it('of a damaged file leave nothing', async () => {
    const path = join(world.dir, 'damaged.csv');
    writeFileSync(path, 'time,x,y,z\n0,1,2,3\n0.01,1,2,3\n0.02,what,2,3\n0.03,1,2,3\n');
    const before = await owner.api.recordings();
    const job = await owner.jobs.ended((await owner.api.importFile({ file: { path }, skipMalformed: false })).jobId);
    expect(job).toMatchObject({ state: 'failed', retryable: true });
    expect(job.error!.message).toMatch(/line 4/i);
    expect(await owner.api.recordings()).toEqual(before);
    expect(filesBelow(join(dir, 'recordings')).filter((f) => !before.some((r) => f.path.includes(r.id)))).toEqual([]);
  });

  it('come from an upload as from a path, and the upload goes', async () => {
    const path = await world.csv();
    const { upload } = await uploads.put('my walk.csv', createReadStream(path));
    const job = await owner.done(owner.api.importFile({ file: { upload }, skipMalformed: false }));
    expect(job.title).toBe('my walk.csv');
    expect((await owner.api.recording(job.result.recordingId as string))).toMatchObject({ title: 'my walk', rows: 3000 });
    expect(() => uploads.get(upload)).toThrow(expect.objectContaining({ code: 'file-not-found' }) as Error);
    await owner.api.forget(job.result.recordingId as string);
  });

  it('of the simulator are marked, and plotted', async () => {
    const id = await recorded();
    const view = await owner.api.recording(id);
    expect(view.source.simulated).toBe(true);
    const plot = await owner.api.plot(id, { channel: 'acceleration', from: 0, to: 60e6, pixels: 600 });
    expect(plot.components).toEqual(['x', 'y', 'z']);
    expect(plot.t.length).toBeGreaterThan(500);
    expect((await refusal(owner.api.plot(id, { channel: 'ecg', from: 0, to: 1e6, pixels: 100 }))).message).toMatch(/no channel/);
    await owner.api.forget(id);
  });
});

describe('what a file says of its origin', () => {
  it('is kept sealed and shown to its owner, and no word of it is in what is published', async () => {
    const words = ['Zwischenbrugger', 'Holterwald', 'Visitenauslese'];
    const uuid = (i: number) => `urn:uuid:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    const hearts = Array.from({ length: 3000 }, (_, i) => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: new Date(Date.UTC(2026, 8, 1) + i * 1000).toISOString(), valueQuantity: { value: 60 + ((i * 7) % 23), system: 'http://unitsofmeasure.org', code: '/min' } }));
    const provenance = { resourceType: 'Provenance', target: [{ reference: uuid(0) }], recorded: '2026-09-02T08:00:00Z', activity: { text: words[2] }, agent: [{ who: { display: `Dr. ${words[0]}` } }], entity: [{ role: 'source', what: { display: words[1] } }] };
    const path = join(world.dir, 'clinic.json');
    writeFileSync(path, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [...hearts, provenance].map((resource, i) => ({ fullUrl: uuid(i), resource })) }));
    const job = await owner.done(owner.api.importFile({ file: { path }, title: 'Heart', skipMalformed: false }));
    const id = job.result.recordingId as string;
    expect((await owner.api.recording(id)).importReport.origins).toEqual([{ recorded: '2026-09-02T08:00:00Z', activity: words[2], who: [`Dr. ${words[0]}`], from: [words[1]] }]);

    // What is of no device of the list is published as simulated only.
    owner.parts.recordings.amend(id, { source: { ...owner.parts.recordings.get(id)!.source, simulated: true } });
    const seen = await owner.api.preview(share(id, { title: 'Heart of an hour', description: 'At rest.', tags: ['heart'] }));
    expect(seen.problems).toEqual([]);
    const { datasetId } = (await owner.done(owner.api.publish(share(id, { title: 'Heart of an hour', description: 'At rest.', tags: ['heart'] })))).result;
    await until(() => (owner.parts.chainNow.reads.dataset(datasetId as number)?.status ?? 'published') !== 'published', 'it is judged', world.trouble);
    const shown = JSON.stringify([seen, await owner.api.dataset(datasetId as number)], (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
    const all = filesBelow(world.dir).filter((f) => !f.path.endsWith('clinic.json'));
    expect(all.length).toBeGreaterThan(20);
    for (const word of words) {
      expect(shown).not.toContain(word);
      for (const { path: at, bytes } of all) expect(bytes.includes(word), at).toBe(false);
    }
  });
});

describe('the preview', () => {
  let id: string;
  beforeAll(async () => { id = await recorded(); });

  it('shows the label, the keepers, the costs and what a sale brings', async () => {
    const seen = await owner.api.preview(share(id, { statistics: true }));
    expect(seen.problems).toEqual([]);
    expect(seen.label).toMatchObject({ title: 'Wrist acceleration', rows: 6000, simulated: true });
    expect(seen.label!.statistics).toHaveLength(3);
    expect(seen.keepers.filter((k) => k.chosen)).toHaveLength(3);
    expect(seen.keepers.every((k) => k.online)).toBe(true);
    expect(seen.perSale).toEqual({ owner: (88n * PHD).toString(), keepers: (10n * PHD).toString(), validator: (2n * PHD).toString() });
    // A relayer pays for the account that it will be listed by.
    expect(seen.gas).toEqual({ gas: expect.any(Number) as number, wei: '0' });
    expect(seen.gas.gas).toBeGreaterThan(100_000);
    expect(BigInt(seen.minPrice)).toBeGreaterThan(0n);
    // The least price is what the contract takes, and one less is not.
    const at = async (price: bigint) => (await owner.api.preview(share(id, { price: price.toString() }))).problems.map((p) => p.field);
    expect(await at(BigInt(seen.minPrice))).toEqual([]);
    expect(await at(BigInt(seen.minPrice) - 1n)).toEqual(['price']);
    expect((await owner.api.preview(share(id))).keepers).toEqual((await owner.api.preview(share(id))).keepers);
  });

  it('says no less gas than a publication to many keepers takes', async () => {
    const { contracts } = owner.parts.chainNow.network;
    const keepers = Array.from({ length: 32 }, (_, i) => `0x${(i + 1).toString(16).padStart(2, '0').repeat(20)}`);
    const word = (n: number) => `0x${(n + 1).toString(16).padStart(2, '0').repeat(32)}`;
    const data = contractInterface('market').encodeFunctionData('publish', [{ contentHash: word(1), recordRoot: word(2), nonce: word(3), price: 1000n * PHD, keepersBps: 1000, validatorBps: 200, threshold: 3, cid: new Uint8Array(36).fill(255), keepers, commitments: keepers.map((_, i) => word(i + 100)) }]);
    const taken = Number(await world.rpc.call<string>('eth_estimateGas', [{ from: owner.parts.address, to: contracts.market, data }]));
    expect(GAS.publish + 27 * GAS.publishKeeper).toBeGreaterThan(taken);
    expect(GAS.publish + 27 * GAS.publishKeeper).toBeLessThan(taken * 1.5);
  });

  it.each([
    ['title', { title: 'a' }], ['title', { title: 'Call me at anna.smith@example.com' }], ['description', { description: 'I live at 12 Main Street, call +49 170 1234567' }],
    ['tags', { tags: ['not a tag!'] }], ['price', { price: '0' }], ['price', { price: '9'.repeat(29) }], ['keepersBps', { keepersBps: 0 }], ['threshold', { keepers: 2, threshold: 3 }],
    ['keepers', { keepers: 20, threshold: 3 }], ['exclude', { exclude: [{ from: 0, to: 1e12 }] }], ['exclude', { exclude: [{ from: 5, to: 4 }] }],
    ['statistics', { statistics: true, exclude: [{ from: 5e6, to: 1e12 }] }], ['namedKeepers', { keepers: 2, threshold: 2, namedKeepers: [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`] }],
    ['recordingId', { recordingId: '0'.repeat(16) }],
  ] as const)('names a wrong %s', async (field, change) => {
    const { problems } = await owner.api.preview(share(id, change as never));
    expect(problems.map((p) => p.field)).toContain(field);
    for (const p of problems) expect(p.message).toMatch(/\.$/);
    if (field !== 'recordingId') expect((await refusal(async () => owner.api.publish(share(id, change as never)))).details.field).toBeDefined();
  });
});

describe('a publication', () => {
  it('leaves parts out, tells statistics, is certified, and ends in either way out', async () => {
    const id = await recorded();
    const input = share(id, { exclude: [{ from: 0, to: 10e6 }, { from: 30e6, to: 35e6 }], statistics: true });
    const seen = await owner.api.preview(input);
    expect(seen.rowsLeftOut).toBe(1500);
    const job = await owner.done(owner.api.publish(input));
    const datasetId = job.result.datasetId as number;
    expect(job.result.gas).toBeLessThan(seen.gas.gas);
    await until(() => (owner.parts.chainNow.reads.dataset(datasetId)?.status ?? 'published') !== 'published', 'it is judged', world.trouble);
    const detail = await owner.api.dataset(datasetId);
    expect(world.verdicts.filter((v) => !v.certified).flatMap((v) => v.findings.filter((f) => !f.ok))).toEqual([]);
    expect(detail).toMatchObject({ status: 'certified', title: input.title, recordingId: id, erased: false, sales: 0, seats: 3, certificate: null });
    expect(detail.label).toEqual(seen.label);
    expect(detail.storedBytes).toBeGreaterThan(1000);
    expect(BigInt(detail.earned)).toBe(BigInt(seen.reward));
    expect(detail.earnings).toHaveLength(1);
    expect(detail.trace.map((t) => t.event)).toEqual(expect.arrayContaining(['DatasetPublished', 'SeatAccepted', 'DatasetCertified']));
    expect((await owner.api.recording(id)).datasetIds).toEqual([datasetId]);

    await owner.api.setPrice(datasetId, (120n * PHD).toString());
    expect(await owner.api.dataset(datasetId)).toMatchObject({ price: (120n * PHD).toString(), version: 2 });
    expect((await refusal(owner.api.setPrice(datasetId, '1'))).code).toBe('price-invalid');
    const stranger = await openOwner(world, await world.person('stranger'));
    expect((await refusal(stranger.api.setPrice(datasetId, (5n * PHD).toString()))).code).toBe('not-yours');
    expect((await refusal(async () => stranger.api.erase(datasetId, false))).code).toBe('not-yours');
    await stranger.stop();

    // Stop: keepers destroy; key, pins and recording stay.
    const { nonce, cid } = owner.parts.chainNow.reads.dataset(datasetId)!;
    const key = () => owner.parts.db.prepare('SELECT 1 FROM dataset_keys WHERE nonce = ?').get(nonce);
    await owner.done(owner.api.stopSharing(datasetId));
    await until(async () => (await owner.api.dataset(datasetId)).destroyedSeats === 3, 'all destroyed', () => [world.trouble(), owner.parts.chainNow.reads.seats(datasetId), world.keepers.map((k) => k.events.map((e) => e.type))]);
    expect(await owner.api.dataset(datasetId)).toMatchObject({ status: 'withdrawn', erased: false, certificate: null });
    expect(key()).toBeDefined();
    expect(await owner.parts.blobsNow.store.isPinned(cid)).toBe(true);

    // Erase: key, blobs and recording go, and the certificate says so.
    const before = await owner.parts.blobsNow.store.storedBytes();
    const recordingFiles = filesBelow(join(dir, 'recordings')).filter((f) => f.path.includes(id)).reduce((n, f) => n + f.bytes.length, 0);
    const sealedKey = owner.parts.db.prepare('SELECT sealed FROM dataset_keys WHERE nonce = ?').pluck().get(nonce) as Buffer;
    const keyOnDisk = () => filesBelow(dir).some((f) => f.path.includes('phdex.sqlite') && f.bytes.includes(sealedKey.subarray(8, 40)));
    expect(keyOnDisk()).toBe(true);
    const erased = await owner.done(owner.api.erase(datasetId, true));
    expect(keyOnDisk()).toBe(false);
    expect(key()).toBeUndefined();
    expect(await owner.parts.blobsNow.store.isPinned(cid)).toBe(false);
    expect(erased.result.bytesFreed).toBe(before - (await owner.parts.blobsNow.store.storedBytes()) + recordingFiles);
    const certificate = (await owner.api.certificate(datasetId))!;
    expect(certificate).toMatchObject({ datasetId, ownerKeyForgotten: true, recordingErased: true, openedBefore: 1, bytesFreed: erased.result.bytesFreed });
    expect(certificate.keepers.map((k) => k.confirmed)).toEqual([true, true, true]);
    expect(certificate.withdrawnTx).toMatch(/^0x/);
    expect(await owner.api.dataset(datasetId)).toMatchObject({ erased: true, recordingId: null, storedBytes: 0 });
    expect((await owner.api.recordings()).map((r) => r.id)).not.toContain(id);
  });

  it('that is cut off goes on, and one that is discarded leaves nothing', async () => {
    const id = await recorded();
    const started = await owner.api.publish(share(id, { exclude: [{ from: 1e6, to: 2e6 }], statistics: true }));
    await until(async () => (await owner.api.publications()).length === 1);
    owner.jobs.cancel(started.jobId);
    const [job] = [await owner.jobs.ended(started.jobId)];
    if (job.state === 'cancelled') {
      const [waiting] = await owner.api.publications();
      const kept = JSON.parse(owner.parts.db.prepare('SELECT publication FROM publications WHERE id = ?').pluck().get(waiting!.id) as string) as { request: { exclude: unknown; statistics: boolean } };
      expect(kept.request).toMatchObject({ exclude: [{ from: 1e6, to: 2e6 }], statistics: true });
      const resumed = await owner.done(owner.api.resume(waiting!.id));
      expect(owner.parts.chainNow.reads.dataset(resumed.result.datasetId as number)).toBeDefined();
    }
    expect(await owner.api.publications()).toEqual([]);

    const other = await recorded();
    const again = await owner.api.publish(share(other));
    owner.jobs.cancel(again.jobId);
    await owner.jobs.ended(again.jobId);
    for (const p of await owner.api.publications()) await owner.api.discard(p.id);
    expect(await owner.api.publications()).toEqual([]);
    expect(filesBelow(dir).filter((f) => f.path.includes('.seal'))).toEqual([]);
  });
});
