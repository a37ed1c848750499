import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, until, type World } from '../market/world.ts';
import { openOwner, share, type OwnerSide } from './owner-world.ts';

let world: World;
let owner: OwnerSide;
let who: { dir: string };
beforeAll(async () => {
  world = await createWorld({ validator: false });
  who = await world.person('owner');
  owner = await openOwner(world, who, { patienceMs: 4000 });
});
afterAll(async () => { await owner?.stop(); await world?.stop(); });

async function listed(): Promise<{ datasetId: number; recordingId: string }> {
  const recordingId = (await owner.done(owner.api.simulate({ minutes: 1 }))).result.recordingId as string;
  const datasetId = (await owner.done(owner.api.publish(share(recordingId)))).result.datasetId as number;
  await until(() => owner.parts.chainNow.reads.dataset(datasetId)!.acceptedSeats === 3, 'all seats are taken');
  return { datasetId, recordingId };
}

it('an erasure tells which keeper did not confirm, and takes its confirmation up later', async () => {
  const { datasetId, recordingId } = await listed();
  const [offline] = world.keepers;
  await offline!.stop();
  const steps: [string, number, number | null][] = [];
  const unlisten = owner.jobs.onChange((e) => { if (e.type === 'job' && e.job.step) steps.push([e.job.step, e.job.done, e.job.total]); });
  const job = await owner.done(owner.api.erase(datasetId, false));
  unlisten();
  expect(job.result).toMatchObject({ confirmed: 2, keepers: 3 });
  expect(steps).toContainEqual(['confirm', 2, 3]);
  const certificate = (await owner.api.certificate(datasetId))!;
  const by = (confirmed: boolean) => certificate.keepers.filter((k) => k.confirmed === confirmed).map((k) => k.address);
  expect(by(false)).toEqual([offline!.address]);
  expect(certificate).toMatchObject({ format: 'phdex/erasure/v1', ownerKeyForgotten: true, recordingErased: false, openedBefore: 0 });
  expect(certificate.bytesFreed).toBeGreaterThan(1000);
  // The recording was to stay.
  expect((await owner.api.recording(recordingId)).id).toBe(recordingId);

  await offline!.start();
  await until(async () => (await owner.api.certificate(datasetId))!.keepers.every((k) => k.confirmed), 'the third has confirmed');
  const later = (await owner.api.certificate(datasetId))!;
  expect(later.issuedAt).toBe(certificate.issuedAt);
  expect(later.keepers.every((k) => k.tx !== null && k.at !== null)).toBe(true);
  // It is kept, not only computed.
  expect(JSON.parse(owner.parts.db.prepare('SELECT certificate FROM erasures').pluck().get() as string)).toEqual(later);
});

it('waiting for keepers can be cancelled; what was erased stays erased', async () => {
  const { datasetId } = await listed();
  await Promise.all(world.keepers.map((k) => k.stop()));
  const { jobId } = await owner.api.erase(datasetId, true);
  await until(() => owner.jobs.list().some((j) => j.id === jobId && j.step === 'confirm'));
  owner.jobs.cancel(jobId);
  const job = await owner.jobs.ended(jobId);
  expect(job).toMatchObject({ state: 'done', result: { confirmed: 0, keepers: 3 } });
  expect(await owner.api.dataset(datasetId)).toMatchObject({ erased: true, status: 'withdrawn', storedBytes: 0, recordingId: null });
  await Promise.all(world.keepers.map((k) => k.start()));
});

it('a publication whose process was killed goes on with its spans, in the next one', async () => {
  const recordingId = (await owner.done(owner.api.simulate({ minutes: 1 }))).result.recordingId as string;
  const { addDirectory } = owner.b.blobs.store;
  owner.b.blobs.store.addDirectory = async () => { throw new Error('the process ends here'); };
  const failed = await owner.jobs.ended((await owner.api.publish(share(recordingId, { exclude: [{ from: 0, to: 20e6 }], statistics: true }))).jobId);
  expect(failed.state).toBe('failed');
  owner.b.blobs.store.addDirectory = addDirectory;
  const [waiting] = await owner.api.publications();
  expect(waiting).toMatchObject({ recordingId, state: 'sealed', jobId: null });
  await expect(owner.api.forget(recordingId)).rejects.toMatchObject({ code: 'invalid-argument' });
  await owner.stop();
  owner = await openOwner(world, who, { patienceMs: 4000 });
  const resumed = await owner.done(owner.api.resume(waiting!.id));
  expect(resumed.result.rows).toBe(4000);
  expect(await owner.api.publications()).toEqual([]);
  expect((await owner.api.recording(recordingId)).datasetIds).toEqual([resumed.result.datasetId]);
});

it('what is discarded takes its blobs and its key with it', async () => {
  const recordingId = (await owner.done(owner.api.simulate({ minutes: 1 }))).result.recordingId as string;
  const keys = () => owner.parts.db.prepare('SELECT count(*) FROM dataset_keys').pluck().get();
  const before = { keys: keys(), bytes: await owner.b.blobs.store.storedBytes() };
  const { as } = owner.b.chain;
  const accounts = owner.parts.accounts.list().length;
  owner.b.chain.as = (index) => ({ ...as(index), send: async () => { throw new Error('no chain'); } });
  const failed = await owner.jobs.ended((await owner.api.publish(share(recordingId))).jobId);
  expect(failed.state).toBe('failed');
  owner.b.chain.as = as;
  expect(owner.parts.accounts.list()).toHaveLength(accounts + 1);
  const [waiting] = await owner.api.publications();
  expect(waiting!.state).toBe('stored');
  await owner.api.discard(waiting!.id);
  expect(await owner.api.publications()).toEqual([]);
  expect(owner.parts.accounts.list()).toHaveLength(accounts);
  expect({ keys: keys(), bytes: await owner.b.blobs.store.storedBytes() }).toEqual(before);
  await owner.api.forget(recordingId);
});
