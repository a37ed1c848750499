import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEther } from 'ethers';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { keepImports } from '../../electron/app/keep-imports.ts';
import { createDatasetKeyStore, createPublicationStore } from '../../electron/app/secret-stores.ts';
import { createOwner } from '../../electron/app/owner-service.ts';
import { publishRecording, type PublishDeps, type PublishStep } from '../../electron/market/publish.ts';
import { Role } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { bytesBelow, createWorld, isClear, PHD, refusal, ROWS, until, type Person, type World } from './world.ts';

// A publication that is cut after any of its steps goes on where it was, in another process, and lists once.
let world: World;
let owner: Person;
let node: Awaited<ReturnType<World['parts']>>;
let recording: string;

beforeAll(async () => {
  world = await createWorld();
  owner = await world.person('owner');
  node = await world.parts(owner);
  await node.chainNow.ensureRegistered(Role.owner, node.blobsNow.endpoint);
});
afterAll(() => world.stop());
beforeEach(async () => { recording = await world.record({ importFile: (path, options) => keepImports(node.recordings, path, { ...options }) }); });

const crash = () => { throw new Error('the process was cut here'); };
const published = () => [...node.accounts.mine()].flatMap((account) => node.chainNow.reads.datasetsOf(account));
const work = () => readdirSync(join(owner.dir, 'work'));

/** What the owner's service hands to the market, with what a test changes. */
function deps(change: Partial<PublishDeps> = {}): PublishDeps {
  const keys = createDatasetKeyStore(node.db, node.wallet);
  const { reads } = node.chainNow;
  return {
    reads, submit: node.chainNow.outbox, network: node.chainNow.market, me: node.address, registry: node.devices.registry, recordings: node.recordings, keepers: () => reads.participantsByRole(Role.keeper),
    minStake: PHD, maxPrice: parseEther('1000000000'), minKeeperFee: PHD / 100n, blobs: node.blobsNow.store, publications: createPublicationStore(node.db),
    keepDatasetKey: keys.keep, forgetDatasetKey: keys.forget, workDir: join(owner.dir, 'work'), ...change,
  };
}

/** Ends the process, as far as one can from inside: everything is opened anew from the disk. */
async function reopen(): Promise<void> {
  await node.stop();
  node = await world.parts(owner);
}

async function goOn(id: string, steps: PublishStep[]): Promise<void> {
  const before = published().length;
  const seen: PublishStep[] = [];
  const result = await (await createOwner(node)).publish(world.request(recording), { id, wait: 'certified', onStep: (step) => seen.push(step) });
  expect(seen).toEqual(steps);
  expect(result).toMatchObject({ status: 'certified', publication: id, rows: ROWS });
  expect(published()).toHaveLength(before + 1);
  expect(work()).toEqual([]);
  // The same again answers with the same dataset and sends nothing.
  const again = await (await createOwner(node)).publish(world.request(recording), { id, wait: 'listed' });
  expect(again.datasetId).toBe(result.datasetId);
  expect(published()).toHaveLength(before + 1);
  expect(world.rows(owner, `SELECT key FROM outbox WHERE key = 'publish:${id}'`)).toHaveLength(1);
}

describe('a publication that is cut', () => {
  it('while it seals, leaves nothing and begins anew', async () => {
    const stop = new AbortController();
    const progress = { onProgress: (step: PublishStep) => { if (step === 'seal') stop.abort(new AppError('cancelled', 'Stopped.')); } };
    const refused = await refusal(publishRecording(world.request(recording), deps(), { signal: stop.signal, ...progress }, 'cut-in-seal'));
    expect(refused.code).toBe('cancelled');
    expect(work()).toEqual([]);
    expect(world.rows(owner, 'SELECT * FROM publications')).toEqual([]);
    expect(published()).toEqual([]);
    await reopen();
    await goOn('cut-in-seal', ['score', 'seal', 'store', 'list']);
  });

  it('after sealing, is stored and listed', async () => {
    await expect(publishRecording(world.request(recording), deps({ blobs: { ...node.blobsNow.store, addDirectory: crash as never } }), {}, 'cut-after-seal')).rejects.toThrow('cut here');
    expect(work()).toEqual(['cut-after-seal.sealed']);
    expect(world.rows(owner, "SELECT state FROM publications WHERE id = 'cut-after-seal'")).toEqual([{ state: 'sealed' }]);
    await reopen();
    await goOn('cut-after-seal', ['store', 'list']);
  });

  it('after storing, is listed', async () => {
    await expect(publishRecording(world.request(recording), deps({ submit: { send: crash as never } }), {}, 'cut-after-store')).rejects.toThrow('cut here');
    expect(world.rows(owner, "SELECT state FROM publications WHERE id = 'cut-after-store'")).toEqual([{ state: 'stored' }]);
    await reopen();
    await goOn('cut-after-store', ['list']);
  });

  it('after listing, before it is noted: the transaction is not sent again', async () => {
    const store = createPublicationStore(node.db);
    const forgetful = { ...store, save: (p: Parameters<typeof store.save>[0]) => { if (p.state === 'listed') crash(); store.save(p); } };
    await expect(publishRecording(world.request(recording), deps({ publications: forgetful }), {}, 'cut-after-list')).rejects.toThrow('cut here');
    const listed = published().length;
    // Keepers that were fetching when the owner went would try again only after their timeout.
    await until(() => published().every((d) => d.acceptedSeats === d.seats), 'the keepers have theirs');
    await reopen();
    const result = await (await createOwner(node)).publish(world.request(recording), { id: 'cut-after-list', wait: 'certified' });
    expect(result.status).toBe('certified');
    expect(published()).toHaveLength(listed);
    expect(work()).toEqual([]);
  });

  it('goes on by the terms that it was sealed for, whatever is asked later', async () => {
    await expect(publishRecording(world.request(recording), deps({ submit: { send: crash as never } }), {}, 'other-terms')).rejects.toThrow('cut here');
    const result = await (await createOwner(node)).publish(world.request(recording, { threshold: 3, price: 7n * PHD }), { id: 'other-terms', wait: 'certified' });
    expect(node.chainNow.reads.dataset(result.datasetId)).toMatchObject({ threshold: 2, price: 100n * PHD, status: 'certified' });
  });
});

describe('a publication that the contract refuses', () => {
  it('leaves nothing: the same records cannot be certified twice', async () => {
    const first = await (await createOwner(node)).publish(world.request(recording), { wait: 'certified' });
    const before = { blocks: bytesBelow(join(owner.dir, 'ipfs', 'blocks')), keys: world.rows(owner, 'SELECT nonce FROM dataset_keys').length, publications: world.rows(owner, 'SELECT id FROM publications').length, datasets: published().length };
    const refused = await refusal((await createOwner(node)).publish(world.request(recording), { wait: 'listed' }));
    expect([refused.code, refused.details.reason, isClear(refused)]).toEqual(['chain-reverted', 'MarketRootTaken', true]);
    expect(refused.message).toContain(`dataset ${first.datasetId}`);
    expect({ blocks: bytesBelow(join(owner.dir, 'ipfs', 'blocks')), keys: world.rows(owner, 'SELECT nonce FROM dataset_keys').length, publications: world.rows(owner, 'SELECT id FROM publications').length, datasets: published().length }).toEqual(before);
    expect(work()).toEqual([]);
  });

  it('but one whose account gets no gas keeps what it has sealed, and goes on when there is some', async () => {
    await world.relay.stop();
    const refused = await refusal((await createOwner(node)).publish(world.request(recording), { id: 'no-gas', wait: 'listed' }));
    expect([refused.code, isClear(refused)]).toEqual(['chain-unreachable', true]);
    expect(existsSync(join(owner.dir, 'work', 'no-gas.sealed'))).toBe(true);
    const again = await startLocalRelay({ rpc: world.rpc, network: world.network, port: Number(new URL(world.network.relayer!).port) });
    try {
      await goOn('no-gas', ['list']);
      await until(() => work().length === 0);
    } finally { await again.stop(); }
  });
});
