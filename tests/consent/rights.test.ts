import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openingHash } from '../../electron/app/consent/grantee-open.ts';
import { parseShare, SHARE_FILE } from '../../electron/vault/share-manifest.ts';
import { Role } from '../../shared/domain/chain.ts';
import { filesBelow, refusal, type World } from '../market/world.ts';
import { answer, ask, caughtUp, createSides, DAY_US, keep, requested, rowsHeld, vitals, type Side } from './sides.ts';

let world: World;
let owner: Side;
let doctor: Side;

beforeAll(async () => { ({ world, owner, doctor } = await createSides({ doctor: Role.provider })); });
afterAll(async () => { await doctor?.stop(); await owner?.stop(); await world?.stop(); });

describe('a request', () => {
  it('is narrowed, opened, read, taken back and then refused', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor);
    expect(request).toMatchObject({ words: 'I would like to see how you sleep.', problem: null, category: 'health', operations: 'read', duration: 30 * 86_400, from: { address: doctor.address, name: 'Dr. Lind', roles: ['provider'], accredited: true } });
    expect(request.candidates).toMatchObject([{ recordingId: info.id, datasetId: null, title: 'Vitals', channels: ['heart-rate', 'spo2'], days: ['2026-05-04', '2026-05-05', '2026-05-06', '2026-05-07'] }]);

    const { rightId, delivered } = await owner.done(owner.consent.approve(answer(request, [info.id])));
    expect({ rightId, delivered }).toEqual({ rightId: request.rightId, delivered: true });
    const [grant] = await owner.consent.grants();
    expect(grant).toMatchObject({ rightId, status: 'approved', to: { name: 'Dr. Lind' }, scope: { channels: ['heart-rate'], days: { from: '2026-05-05', to: '2026-05-05' } }, what: [{ recordingId: info.id, title: 'Vitals', segments: 1 }], uses: 0, delivered: true });

    const result = await doctor.done(doctor.held.open(request.rightId));
    expect(result).toEqual({ rightId, segments: 1, rows: 1440 });
    const rows = await rowsHeld(doctor, request.rightId);
    const midnight = Date.parse('2026-05-05T00:00:00Z') * 1000;
    // Minute 720 of the recording is the first of that day; only its heart rate came.
    expect(rows).toEqual(Array.from({ length: 1440 }, (_, i) => ({ t: midnight + i * 60_000_000, columns: [60 + ((720 + i) % 40)] })));
    expect(rows.at(-1)!.t).toBeLessThan(midnight + DAY_US);
    const [held] = await doctor.held.held();
    expect(held).toMatchObject({ rightId, status: 'approved', label: 'A. Berg', problem: null, purpose: { term: 'PatientMonitoring' }, segments: [{ name: 'heart-rate/day-000', rows: 1440, opened: true, plot: { kind: 'heart-rate', unit: '/min' } }] });
    const plot = await doctor.held.plot(request.rightId, 'heart-rate/day-000', { from: 0, to: DAY_US, pixels: 64 });
    expect([Math.min(...plot.min[0]!.filter((v) => v !== null)), Math.max(...plot.max[0]!.filter((v) => v !== null))]).toEqual([60, 99]);

    await caughtUp(owner, doctor);
    expect((await owner.consent.grants())[0]).toMatchObject({ uses: 1 });
    // What the grantee says on chain is what the owner's own delivery holds.
    const [cid] = owner.owner.store.rows.cids(`request:${request.rightId}`);
    const parts: Uint8Array[] = [];
    for await (const part of owner.b.blobs.store.readFile(cid!, SHARE_FILE)) parts.push(part);
    expect(owner.owner.base.reads.uses(request.rightId)[0]!.recordHash).toBe(openingHash(parseShare(Buffer.concat(parts)).segments.map((s) => ({ leaf: s.name, sha256: s.sha256 }))));
    await owner.consent.revoke(request.rightId);
    await caughtUp(doctor, owner);
    expect((await refusal(doctor.grantee.fetching.pull(doctor.grantee.base.right(request.rightId)))).code).toBe('access-expired');
    expect((await refusal(doctor.done(doctor.held.open(request.rightId)))).code).toBe('access-expired');
    expect((await owner.consent.grants())[0]).toMatchObject({ status: 'revoked', what: [{ segments: 0 }] });
    expect(owner.owner.store.rows.cids(`request:${request.rightId}`)).toEqual([]);
    expect(await owner.b.blobs.store.pins()).toEqual([]);
    // The keys are gone on this side as well, by its own good manners.
    expect(doctor.grantee.store.rows.packets(request.rightId)).toEqual([]);
    expect((await refusal(owner.consent.revoke(request.rightId))).code).toBe('access-expired');
  });

  it('is not shown what it did not ask for: refused beyond channels, days, time and operations', async () => {
    const info = await keep(owner);
    const request = await requested(owner, doctor, { scope: { channels: ['heart-rate'], days: { from: '2026-05-05', to: '2026-05-06' }, live: false }, seconds: 3600 });
    const wider = async (change: Parameters<typeof answer>[2]) => (await refusal(owner.done(owner.consent.approve(answer(request, [info.id], { seconds: 3600, ...change }))))).code;
    const scope = { channels: ['heart-rate'], days: { from: '2026-05-05', to: '2026-05-05' }, live: false };
    expect(await wider({ scope: { ...scope, channels: ['heart-rate', 'spo2'] } })).toBe('invalid-argument');
    expect(await wider({ scope: { ...scope, days: { from: '2026-05-04', to: '2026-05-05' } } })).toBe('invalid-argument');
    expect(await wider({ scope: { ...scope, live: true } })).toBe('invalid-argument');
    expect(await wider({ seconds: 3601 })).toBe('invalid-argument');
    expect(await wider({ operations: 'read-append' })).toBe('invalid-argument');
    expect(await wider({ recordings: ['00000000000000aa'] })).toBe('invalid-argument');
    expect(await owner.b.blobs.store.pins()).toEqual([]);
    await owner.consent.reject(request.rightId);
    await caughtUp(doctor, owner);
    expect((await doctor.held.held()).find((h) => h.rightId === request.rightId)).toMatchObject({ status: 'rejected', problem: 'Its owner refused.' });
    expect((await refusal(owner.consent.reject(request.rightId))).code).toBe('access-expired');
  });

  it('can be withdrawn, and a right handed back; then nothing of it stays', async () => {
    const info = await keep(owner);
    const first = await requested(owner, doctor);
    await doctor.held.withdrawRequest(first.rightId);
    await caughtUp(owner, doctor);
    expect((await refusal(owner.done(owner.consent.approve(answer(first, [info.id]))))).code).toBe('access-expired');
    const second = await requested(owner, doctor);
    await owner.done(owner.consent.approve(answer(second, [info.id])));
    await doctor.done(doctor.held.open(second.rightId));
    expect(await rowsHeld(doctor, second.rightId)).toHaveLength(1440);
    await doctor.held.handBack(second.rightId);
    expect(await rowsHeld(doctor, second.rightId)).toEqual([]);
    await caughtUp(owner, doctor);
    await owner.owner.tick();
    expect((await owner.consent.grants()).find((g) => g.rightId === second.rightId)).toMatchObject({ status: 'handed-back' });
    expect(await owner.b.blobs.store.pins()).toEqual([]);
    expect((await refusal(doctor.done(doctor.held.open(second.rightId)))).code).toMatch(/access/);
  });

  it('is refused where the role may not ask, by this app and by the chain', async () => {
    const { text } = await owner.consent.invite({ label: 'x' });
    expect((await refusal(doctor.held.request(ask(text, { category: 'insurance', operations: 'append' })))).code).toBe('not-yours');
    // A buyer, which anybody may become, may read health data and no more.
    expect((await refusal(owner.held.request(ask(text, { category: 'history' })))).code).toBe('not-yours');
    expect((await refusal(owner.held.request(ask(text)))).message).toMatch(/an invitation of your own/);
  });
});

describe('what was opened', () => {
  it('leaves by an export only, and says when it was', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'phdex-held-'));
    try {
      const info = await keep(owner, vitals(2, { title: 'Two days' }));
      const request = await requested(owner, doctor);
      await owner.done(owner.consent.approve(answer(request, [info.id], { scope: { channels: ['heart-rate', 'spo2'], days: { from: '2026-05-01', to: '2026-05-31' }, live: false } })));
      const { rightId } = request;
      expect((await refusal(doctor.done(doctor.held.exportAs({ rightId, format: 'csv', folder: dir })))).code).toBe('access-not-ready');
      await doctor.done(doctor.held.open(rightId));
      // A part is drawn from its own first row to its own last: the second day begins where its midnight was.
      const held = (await doctor.held.held()).find((h) => h.rightId === rightId)!;
      expect(held.segments.map((s) => [s.name, s.rows, s.plot!.seconds])).toEqual([0, 1, 2].flatMap((d) => ['heart-rate', 'spo2'].map((c) => [`${c}/day-00${d}`, d === 1 ? 1440 : 720, (d === 1 ? 1439 : 719) * 60])));
      const second = await doctor.held.plot(rightId, 'heart-rate/day-001', { from: 0, to: 10 * 60_000_000, pixels: 16 });
      expect(second.t[0]!).toBeLessThan(60_000);
      expect(second.min[0]!.filter((v) => v !== null)).toEqual(Array.from({ length: 10 }, (_, i) => 60 + ((720 + i) % 40)));
      expect((await refusal(doctor.held.plot(rightId, 'heart-rate/day-002', { from: DAY_US, to: 2 * DAY_US, pixels: 16 }))).code).toBe('invalid-argument');
      const csv = await doctor.done(doctor.held.exportAs({ rightId, format: 'csv', folder: dir }));
      const lines = readFileSync(csv.path as string, 'utf8').trim().split('\n');
      expect(lines[0]).toBe('t [us],heart-rate [/min],spo2 [%]');
      expect(lines[1]).toBe(`${Date.parse('2026-05-04T12:00:00Z') * 1000},60,95.0`);
      expect(lines).toHaveLength(2881);
      const parquet = await doctor.done(doctor.held.exportAs({ rightId, format: 'parquet', folder: dir }));
      expect(readdirSync(parquet.path as string, { recursive: true }).map(String).filter((n) => n.endsWith('.parquet')).length).toBe(6);
      const fhir = await doctor.done(doctor.held.exportAs({ rightId, format: 'fhir', folder: dir }));
      const bundle = JSON.parse(readFileSync(fhir.path as string, 'utf8')) as { entry: { resource: { resourceType: string; effectiveDateTime?: string } }[] };
      expect(new Set(bundle.entry.map((e) => e.resource.resourceType))).toEqual(new Set(['Patient', 'Observation', 'Provenance']));
      expect(bundle.entry.find((e) => e.resource.resourceType === 'Observation')!.resource.effectiveDateTime).toBe('2026-05-04T12:00:00.000Z');
      // Nothing of it in the clear below the profile: neither what a person wrote nor Parquet.
      for (const { path, bytes } of filesBelow(doctor.parts.profile.dir)) for (const word of ['PAR1', 'how you sleep', 'A. Berg', 'Two days']) expect(bytes.includes(word), `${path} ${word}`).toBe(false);
      for (const { path, bytes } of filesBelow(owner.parts.profile.dir)) for (const word of ['PAR1', 'how you sleep', 'Two days']) expect(bytes.includes(word), `${path} ${word}`).toBe(false);
    } finally { rmSync(dir, { recursive: true, force: true }); }
    expect(existsSync(dir)).toBe(false);
  });
});
