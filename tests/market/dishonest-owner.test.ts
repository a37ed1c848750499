import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import { buildLabel } from '../../electron/datasets/anonymise.ts';
import { relativeBatches, segmentRecording } from '../../electron/datasets/segment.ts';
import { cidBytes } from '../../electron/market/cid-bytes.ts';
import { fetchManifest } from '../../electron/market/fetch-manifest.ts';
import { probeDataset } from '../../electron/market/buy.ts';
import { accreditValidator } from '../../electron/chain/deploy.ts';
import type { Verdict } from '../../electron/market/certify.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { sealEnvelope } from '../../electron/vault/envelope.ts';
import { canonicalBytes, datasetRecordRoot, manifestHash } from '../../electron/vault/manifest.ts';
import { commitmentOf } from '../../electron/vault/release.ts';
import { sealDataset } from '../../electron/vault/seal-dataset.ts';
import { splitKey } from '../../electron/vault/split.ts';
import { openOne } from '../open-one.ts';
import { createWorld, refusal, until, type World } from './world.ts';

// An owner that does what the app does not let it: it seals by the app's own parts, changes what it likes, and lists.
let world: World;
let owner: Awaited<ReturnType<World['parts']>>;

beforeAll(async () => {
  world = await createWorld();
  owner = await world.parts(await world.person('owner'));
  await owner.chainNow.ensureRegistered(Role.owner, owner.blobsNow.endpoint);
});
afterAll(() => world.stop());

type Changes = {
  /** A report other than the one that the data gives. */
  quality?: (report: QualityReport) => QualityReport;
  title?: string;
  /** Changes the manifest before it is written and hashed. */
  manifest?: (manifest: Manifest, key: Uint8Array) => Promise<Manifest> | Manifest;
  /** Changes the folder after everything is sealed and hashed, before it goes into the store. */
  folder?: (dir: string, manifest: Manifest) => void;
  contentHash?: Hex;
};

/** Lists a dataset with the given changes. @returns its id and everything that only its owner knows */
async function list(changes: Changes = {}): Promise<{ id: number; cid: string; manifest: Manifest }> {
  const source = await openOne(await world.csv(), { simulated: true });
  const info = await owner.recordings.add(source);
  const rows = () => relativeBatches(info, owner.recordings.read(info.id));
  const report = await scoreRecording({ channels: info.channels, simulated: true }, rows());
  const quality = changes.quality?.(report) ?? report;
  const request = { title: 'Wrist acceleration', description: '', tags: [], demographics: world.request('').demographics };
  const label = { ...buildLabel(info, quality, request), ...(changes.title ? { title: changes.title } : {}) };
  const keepers = owner.chainNow.reads.participantsByRole(Role.keeper).toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const dir = join(mkdtempSync(join(world.dir, 'rogue-')), 'sealed');
  let key = new Uint8Array();
  const sealed = await sealDataset({
    segments: segmentRecording({ channels: info.channels }, rows()), label, channels: info.channels, quality, threshold: 2, providers: owner.blobsNow.store.addresses(), outDir: dir,
    keepers: keepers.map((k) => ({ address: k.address, encryptionKey: Buffer.from(k.encryptionKey.slice(2), 'hex') })),
    keep: (k) => { key = Uint8Array.from(k); },
  });
  const manifest = (await changes.manifest?.(structuredClone(sealed.manifest), key)) ?? sealed.manifest;
  const bytes = canonicalBytes(manifest);
  writeFileSync(join(dir, 'manifest.json'), bytes);
  changes.folder?.(dir, manifest);
  const { cid } = await owner.blobsNow.store.addDirectory(dir);
  const sent = await owner.chainNow.sendAndSee({
    key: `rogue:${randomBytes(4).toString('hex')}`, contract: 'market', method: 'publish',
    args: [{
      contentHash: changes.contentHash ?? manifestHash(bytes), recordRoot: manifest.recordRoot, nonce: manifest.nonce, price: 100n * 10n ** 18n, keepersBps: 1000, validatorBps: 200,
      threshold: manifest.threshold, cid: cidBytes(cid), keepers: keepers.map((k) => k.address), commitments: manifest.commitments,
    }],
  });
  return { id: Number(sent.events.find((e) => e.name === 'DatasetPublished')!.args.datasetId), cid, manifest };
}

/** The validator's verdict on a dataset. */
async function verdict(id: number) {
  await until(() => world.verdicts.some((v) => v.datasetId === id), `there is a verdict on dataset ${id}`, () => ({
    trouble: world.trouble(), seats: owner.chainNow.reads.seats(id).map((s) => s.status),
  }));
  return world.verdicts.find((v) => v.datasetId === id)!;
}
const failed = (v: Awaited<ReturnType<typeof verdict>>) => v.findings.filter((f) => !f.ok).map((f) => f.name);
const statusOf = (id: number) => owner.chainNow.reads.dataset(id)!.status;
const refusedBy = (id: number) => world.keepers.map((k) => k.events.find((e) => e.type === 'refused' && e.datasetId === id)).map((e) => (e?.type === 'refused' ? e.error.code : undefined));

describe('an owner that lies', () => {
  it('the same parts, unchanged, are certified: what follows fails for its lie alone', async () => {
    const { id } = await list();
    const v = await verdict(id);
    expect([failed(v), v.certified]).toEqual([[], true]);
    await until(() => statusOf(id) === 'certified');
  });

  it('about the score: rejected, with what was claimed and what is', async () => {
    const { id, manifest } = await list({ quality: (r) => ({ ...r, score: 100, reasons: [] }) });
    const v = await verdict(id);
    expect(v.certified).toBe(false);
    expect(failed(v)).toEqual(expect.arrayContaining(['quality.score', 'score', 'report']));
    expect(manifest.quality.score).toBe(100);
    expect(v.score).toBeLessThan(100);
    expect(v.findings.find((f) => f.name === 'quality.score')!.detail).toBe(`the owner claims 100, the data says ${v.score}`);
    await until(() => statusOf(id) === 'rejected');
    expect(owner.chainNow.reads.dataset(id)).toMatchObject({ status: 'rejected', score: v.score });
  });

  it('about the score in the label alone', async () => {
    const { id } = await list({ manifest: (m) => ({ ...m, label: { ...m.label, quality: 100 } }) });
    expect(failed(await verdict(id))).toEqual(['score']);
  });

  it('about the number of rows', async () => {
    const { id } = await list({ manifest: (m) => ({ ...m, label: { ...m.label, rows: m.label.rows * 10 } }) });
    expect(failed(await verdict(id))).toEqual(['rows']);
  });

  it('with a name in the title, put there behind the app’s back', async () => {
    const { id } = await list({ title: "Anna's wrist" });
    expect(failed(await verdict(id))).toEqual(['label']);
  });

  it('about the records: a Merkle root of others', async () => {
    const { id } = await list({
      manifest: (m) => {
        const segments = m.segments.map((s) => ({ ...s, recordRoot: `0x${'ab'.repeat(32)}` }));
        return { ...m, segments, recordRoot: datasetRecordRoot(segments) };
      },
    });
    expect(failed(await verdict(id))).toEqual(['root-mismatch']);
  });

  it('with one bit of the ciphertext changed', async () => {
    const { id } = await list({
      folder: (dir) => {
        const path = join(dir, readdirSync(dir).find((n) => n.endsWith('.phdx'))!);
        const bytes = readFileSync(path);
        bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
        writeFileSync(path, bytes);
      },
    });
    const v = await verdict(id);
    expect(v.certified).toBe(false);
    expect(failed(v)).toHaveLength(1);
    expect(['seal-tampered', 'hash-mismatch']).toContain(failed(v)[0]);
  });

  it('with a ciphertext that is cut', async () => {
    const { id } = await list({
      folder: (dir) => {
        const path = join(dir, readdirSync(dir).find((n) => n.endsWith('.phdx'))!);
        writeFileSync(path, readFileSync(path).subarray(0, -20));
      },
    });
    expect(failed(await verdict(id))).toEqual(['seal-truncated']);
  });

  it('with shares that do not fit together: each one matches its commitment, together they are nothing', async () => {
    const { id } = await list({
      manifest: async (m, key) => {
        const good = await splitKey(key, 3, 2);
        const odd = await splitKey(randomBytes(32), 3, 2);
        // Seats 0 and 1 open the dataset, seats 1 and 2 would open nothing.
        odd[2]![32] = [...Array(256).keys()].find((x) => x !== 0 && x !== good[0]![32] && x !== good[1]![32])!;
        const shares = [good[0]!, good[1]!, odd[2]!];
        const envelopes = await Promise.all(m.envelopes.map(async (e, i) => {
          const to = owner.chainNow.reads.participant(e.keeper as Hex)!;
          return { ...e, ...(await sealEnvelope(shares[i]!, Buffer.from(to.encryptionKey.slice(2), 'hex'), { nonce: m.nonce as Hex, index: i, keeper: e.keeper as Hex })) };
        }));
        return { ...m, envelopes, commitments: shares.map((s, i) => commitmentOf(m.nonce as Hex, i, s)) };
      },
    });
    const v = await verdict(id);
    expect(v.certified).toBe(false);
    // Two shares always fit together; then it is the key that they give which opens nothing.
    expect([['keepers'], ['seal-key-wrong']]).toContainEqual(failed(v));
    await until(() => statusOf(id) === 'rejected');
  });

  it('with a share that fits neither, for a keeper that comes after the certificate: its seat stays empty', async () => {
    const strict = await world.person('hasty');
    await accreditValidator(world.rpc, world.network, strict.address);
    const node = await world.open(strict);
    const last = world.keepers.toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)).at(-1)!;
    await last.stop();
    const { id } = await list();
    const verdicts: Verdict[] = [];
    const validating = await node.startValidator({ patienceMs: 0, once: false, onVerdict: (v) => verdicts.push(v) });
    await until(() => verdicts.some((v) => v.datasetId === id), 'it is certified by the shares of two');
    expect(verdicts.find((v) => v.datasetId === id)!.certified).toBe(true);
    await validating.stop();
    await node.stop();
    await last.start();
    // It has seen the certificate, and takes the seats of what comes next.
    const { id: next } = await list();
    await until(() => last.events.some((e) => e.type === 'accepted' && e.datasetId === next), 'it takes the next seat');
    expect(owner.chainNow.reads.seats(id).map((s) => s.status)).toEqual(['accepted', 'accepted', 'named']);
    await verdict(next);
  });

  it('with a share other than its commitment: its keeper does not take the seat', async () => {
    const { id } = await list({
      manifest: async (m) => {
        const to = owner.chainNow.reads.participant(m.envelopes[0]!.keeper as Hex)!;
        const false0 = await sealEnvelope(randomBytes(33), Buffer.from(to.encryptionKey.slice(2), 'hex'), { nonce: m.nonce as Hex, index: 0, keeper: to.address });
        return { ...m, envelopes: m.envelopes.map((e, i) => (i === 0 ? { ...e, ...false0 } : e)) };
      },
    });
    await until(() => refusedBy(id).some(Boolean), 'a keeper has refused');
    expect(refusedBy(id).filter(Boolean)).toEqual(['share-mismatch']);
    const seats = owner.chainNow.reads.seats(id);
    expect(seats.find((s) => s.index === 0)!.status).toBe('named');
    const keeper = world.keepers.find((k) => k.address === seats[0]!.keeper)!;
    expect(world.rows(keeper, `SELECT * FROM kept_shares WHERE dataset_id = ${id}`)).toEqual([]);
  });

  it('with an envelope that its keeper cannot open', async () => {
    const { id } = await list({ manifest: (m) => ({ ...m, envelopes: m.envelopes.map((e, i) => (i === 1 ? { ...e, ciphertext: `${e.ciphertext.slice(0, -2)}${e.ciphertext.endsWith('00') ? '01' : '00'}` } : e)) }) });
    await until(() => refusedBy(id).some(Boolean), 'a keeper has refused');
    expect(refusedBy(id).filter(Boolean)).toEqual(['envelope-unreadable']);
  });

  it('with a CID that serves other bytes: nobody takes a seat, nobody pays', async () => {
    const { id, cid } = await list({ contentHash: `0x${'5a'.repeat(32)}` });
    await until(() => refusedBy(id).filter(Boolean).length === 3, 'all keepers have refused');
    expect(refusedBy(id)).toEqual(['hash-mismatch', 'hash-mismatch', 'hash-mismatch']);
    const dataset = owner.chainNow.reads.dataset(id)!;
    expect(dataset).toMatchObject({ cid, acceptedSeats: 0, status: 'published' });
    for (const keeper of world.keepers) expect(world.rows(keeper, `SELECT * FROM kept_shares WHERE dataset_id = ${id}`)).toEqual([]);
    const customer = await world.person('customer');
    const node = await world.parts(customer);
    await node.blobsNow.store.connect(owner.blobsNow.store.addresses());
    expect((await refusal(fetchManifest(dataset, { blobs: node.blobsNow.store }))).code).toBe('hash-mismatch');
    await node.stop();
  });

  it('and one whose bytes change after the certificate: the buyer’s probe refuses before anything is paid', async () => {
    // A dataset row that names other content than its CID serves, with keepers that answer: what a buyer would see.
    const good = owner.chainNow.reads.datasetsByStatus('certified')[0]!;
    const customer = await world.parts(await world.person('customer'));
    const deps = { reads: customer.chainNow.reads, blobs: customer.blobsNow.store };
    expect(await probeDataset(good, deps)).toMatchObject({ blobs: 1, keepersSilent: [] });
    expect((await refusal(probeDataset({ ...good, contentHash: `0x${'77'.repeat(32)}` }, deps))).code).toBe('hash-mismatch');
    expect((await refusal(probeDataset({ ...good, recordRoot: `0x${'77'.repeat(32)}` }, deps))).code).toBe('manifest-invalid');
    expect(world.rows({ dir: customer.profile.dir }, 'SELECT * FROM outbox')).toEqual([]);
    await customer.stop();
  });
});
