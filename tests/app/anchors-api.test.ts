import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorsApi } from '../../electron/app/anchors/anchors-api.ts';
import type { Backstage } from '../../electron/app/backstage.ts';
import { createJobs } from '../../electron/app/jobs.ts';
import { fundOnLocalNetwork, startLocalNetwork, type LocalNetwork } from '../../electron/app/local-network.ts';
import { openNotes } from '../../electron/app/manual/notes.ts';
import { keystorePath, openParts, type NodeParts } from '../../electron/app/open-parts.ts';
import { createProfile } from '../../electron/app/profile.ts';
import { apiTokens } from '../../electron/db/queries/api-tokens.ts';
import { createWallet } from '../../electron/wallet/wallet.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';

const PASSPHRASE = 'correct horse battery staple';
const dir = mkdtempSync(join(tmpdir(), 'phdex-anchors-api-'));
let network: LocalNetwork;
let parts: NodeParts;
let stop: () => Promise<void>;
let now = 1_800_000_000_000;
let autoAnchor = false;
const jobs = createJobs();
let api: ReturnType<typeof createAnchorsApi>;
const entry = (value: number) => openNotes(parts).add({ kind: 'weight', time: 1_700_000_000_000, offsetMinutes: 0, value, unit: 'kg' });

beforeAll(async () => {
  network = await startLocalNetwork({ dir: join(dir, 'chain') });
  const profile = join(dir, 'p');
  createProfile(profile);
  const { address } = await createWallet(keystorePath(profile), PASSPHRASE);
  await fundOnLocalNetwork(network.networkFile, [address], 10n ** 19n);
  ({ parts, stop } = await openParts({ dir: profile, passphrase: async () => PASSPHRASE, network: () => network.networkFile }));
  const backstage = { parts, jobs, changed: () => undefined, settings: () => ({ autoAnchor }) } as unknown as Backstage;
  api = createAnchorsApi(backstage, { lookMs: 10 ** 8, now: () => now });
});
afterAll(async () => { await api?.close(); await stop?.(); await network?.stop(); rmSync(dir, { recursive: true, force: true }); });

describe('anchors of the app', () => {
  it('are made for chosen recordings and entries, with the file that each receipt is of', async () => {
    const recording = await parts.recordings.add(openSimulator({ rows: 20_000, rateHz: 100, seed: 7, startTime: 1_700_000_000_000_000 }));
    const { id } = await entry(71.3);
    const job = await jobs.ended((await api.anchor({ recordings: [recording.id], entries: [id] })).jobId);
    expect(job).toMatchObject({ state: 'done', result: { count: 2, batches: 1 } });
    const { rows: [batch], total } = await api.batches({ limit: 10, offset: 0 });
    expect(total).toBe(1);
    expect(batch).toMatchObject({ count: 2, state: 'anchored', sequence: 1, previous: `0x${'0'.repeat(64)}`, gas: expect.any(Number) as number });
    expect((await api.batch(batch!.id)).leaves.map((l) => [l.kind, l.ref, l.title])).toEqual([['entry', id, null], ['recording', recording.id, recording.title]]);

    const shown = await api.receipt({ kind: 'recording', ref: recording.id });
    const file = JSON.parse(shown.file!) as { format: string; rows: number; segments: { name: string; records: number; recordRoot: string }[] };
    expect(file).toMatchObject({ format: 'phdex/recording-digest/v1', rows: 20_000, segments: [{ records: 4, recordRoot: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string }] });
    expect(shown.file).not.toContain(recording.title);
    const digest = (JSON.parse(shown.receipt) as { digest: string }).digest.slice(2);
    expect(await api.verify({ receipt: shown.receipt, digest, blockHash: null })).toMatchObject({ holds: true });
    expect(await api.verify({ receipt: shown.receipt, digest: 'ab'.repeat(32), blockHash: null })).toMatchObject({ holds: false });
  });

  it('say so where something was changed since', async () => {
    const { id } = await entry(80);
    await jobs.ended((await api.anchor({ recordings: [], entries: [id] })).jobId);
    await openNotes(parts).edit(id, { kind: 'weight', time: 1_700_000_000_000, offsetMinutes: 0, value: 81, unit: 'kg' });
    await expect(api.receipt({ kind: 'entry', ref: id })).rejects.toThrow(expect.objectContaining({ code: 'hash-mismatch' }) as Error);
    await jobs.ended((await api.anchor({ recordings: [], entries: [id] })).jobId);
    expect((await api.receipt({ kind: 'entry', ref: id })).file).toContain('"value":81');
  });

  it('are made of everything that is new by one press, and told page by page', async () => {
    const recording = await parts.recordings.add(openSimulator({ rows: 500, rateHz: 100, seed: 8, startTime: 1_700_000_100_000_000 }));
    await entry(90);
    expect(api.find({ kind: 'recording', ref: recording.id })).toBeNull();
    expect((await api.state()).fresh).toEqual({ recordings: 1, entries: 1 });
    const job = await jobs.ended((await api.anchorAll()).jobId);
    expect(job).toMatchObject({ state: 'done', result: { count: 2, batches: 1 } });
    expect(await api.state()).toMatchObject({ fresh: { recordings: 0, entries: 0 }, waiting: 0 });
    const found = api.find({ kind: 'recording', ref: recording.id });
    expect(found).toMatchObject({ state: 'anchored', batch: { count: 2 } });
    const batch = found!.batch!.id;
    const all = await api.leaves({ batch, limit: 10, offset: 0 });
    expect(all).toMatchObject({ total: 2, rows: [{ index: 0 }, { index: 1 }] });
    expect(await api.leaves({ batch, limit: 10, offset: 1 })).toEqual({ total: 2, rows: all.rows.slice(1) });
    // Nothing new: no batch of nothing.
    expect(await jobs.ended((await api.anchorAll()).jobId)).toMatchObject({ state: 'done', result: { count: 0, batches: 0 } });
  });

  it('are made by themselves only where the person asked for it, and once a day', async () => {
    const before = (await api.state()).batches;
    await entry(72);
    now = Date.now() + 2 * 86_400_000;
    await api.look();
    expect(await api.state()).toMatchObject({ automatic: false, batches: before });
    autoAnchor = true;
    apiTokens(parts.db).addCall({ at: now, tokenId: 'f00d', method: 'GET', route: '/v1/status', status: 200, code: null, ms: 1 });
    await api.look();
    expect(await api.state()).toMatchObject({ automatic: true, batches: before + 1, waiting: 0 });
    expect((await api.receipt({ kind: 'access', ref: '1' })).file).toContain('/v1/status');
    // Something new, on the same day: it waits.
    await entry(73);
    now = Date.now() + 60_000;
    await api.look();
    expect((await api.state()).batches).toBe(before + 1);
    now = Date.now() + 2 * 86_400_000;
    await api.look();
    expect((await api.state()).batches).toBe(before + 2);
    await api.look();
    expect((await api.state()).batches).toBe(before + 2);
  });

  it('of posted digests go out in time', async () => {
    const digest = Buffer.alloc(32, 9);
    expect(api.find({ kind: 'file', ref: 'c/9' })).toBeNull();
    expect(api.post([{ kind: 'file', ref: 'c/9', digest }], 50)).toBe(1);
    expect(api.find({ kind: 'file', ref: 'c/9' })).toMatchObject({ state: 'waiting' });
    await expect.poll(() => api.find({ kind: 'file', ref: 'c/9' })?.state).toBe('anchored');
    expect((await api.receipt({ kind: 'file', ref: 'c/9' })).file).toBeNull();
  });

  it('of posted digests are found by them, and nobody who has the disk reads them', async () => {
    const hex = 'ab'.repeat(32);
    const ref = { kind: 'file' as const, ref: `clinic/${hex}` };
    expect(api.post([{ ...ref, digest: Buffer.from(hex, 'hex') }], 50)).toBe(1);
    expect(api.post([{ ...ref, digest: Buffer.from(hex, 'hex') }], 50)).toBe(0);
    const bare = () => { const bytes = parts.db.serialize(); return bytes.includes(hex) || bytes.includes(Buffer.from(hex, 'hex')); };
    parts.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(bare()).toBe(false);
    await expect.poll(() => api.find(ref)?.state).toBe('anchored');
    parts.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(bare()).toBe(false);
    expect(api.find({ ...ref, ref: `other/${hex}` })).toBeNull();
    const [batch] = (await api.batches({ limit: 1, offset: 0 })).rows;
    expect((await api.leaves({ batch: batch!.id, limit: 10, offset: 0 })).rows).toEqual([expect.objectContaining(ref)]);
    expect(JSON.parse((await api.receipt(ref)).receipt)).toMatchObject({ digest: `0x${hex}` });
  });
});
