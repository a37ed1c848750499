import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecords } from '../../electron/app/consent/records.ts';
import { createConsentTrace } from '../../electron/app/consent/trace.ts';
import { createOwner } from '../../electron/app/owner-service.ts';
import { readDocument } from '../../electron/consent/records/document.ts';
import { Role } from '../../shared/domain/chain.ts';
import { refusal, until, type World } from '../market/world.ts';
import { CARE } from './kit.ts';
import { answer, ask, caughtUp, createSides, keep, NOON, requested, rowsHeld, seen, type Side } from './sides.ts';

let world: World;
let owner: Side;
let clinic: Side;
let firm: Side;

beforeAll(async () => { ({ world, owner, clinic, insurer: firm } = await createSides({ clinic: Role.institution | Role.provider, insurer: Role.insurer }, { keepers: 3 })); });
afterAll(async () => { await firm?.stop(); await clinic?.stop(); await owner?.stop(); await world?.stop(); });

const days = { from: '2026-05-04', to: '2026-05-31' };

describe('a right without a request', () => {
  it('comes from a fresh account, with the key and the address of the registry', async () => {
    const info = await keep(owner);
    const input = { grantee: clinic.address, category: 'health' as const, purpose: CARE, scope: { channels: [], days, live: false }, operations: 'read' as const, seconds: 3600, recordings: [info.id], datasets: [] };
    expect((await refusal(owner.done(owner.consent.grant(input)))).code).toBe('invalid-argument');
    await clinic.b.chain.ensureRegistered(Role.customer, clinic.b.blobs.endpoint);
    await caughtUp(owner, clinic);
    const [one, two] = [await owner.done(owner.consent.grant(input)), await owner.done(owner.consent.grant(input))];
    expect(one.delivered && two.delivered).toBe(true);
    const rights = [one, two].map((r) => owner.owner.base.right(r.rightId as number));
    // Nothing on chain tells that the two are of one person, or about the same.
    expect(new Set(rights.map((r) => r.owner)).size).toBe(2);
    expect(new Set(rights.map((r) => r.scopeRoot)).size).toBe(2);
    expect(rights.some((r) => r.owner === owner.address)).toBe(false);
    expect(await clinic.done(clinic.held.open(one.rightId as number))).toMatchObject({ segments: 8, rows: 3 * 1440 });
    expect((await clinic.held.held()).find((h) => h.rightId === one.rightId)).toMatchObject({ label: null, purpose: { term: 'PatientMonitoring' }, scope: { days }, requestedAt: null });
    expect((await refusal(owner.done(owner.consent.grant({ ...input, recordings: [] })))).code).toBe('invalid-argument');
    expect((await refusal(owner.done(owner.consent.grant({ ...input, operations: 'append' })))).code).toBe('invalid-argument');
    await owner.consent.revokeAll();
  });
});

describe('a listed dataset', () => {
  it('is asked for by its listing, and only it can be given for that', async () => {
    const info = await keep(owner);
    const published = await (await createOwner(owner.parts)).publish(world.request(info.id, { title: 'Heart and oxygen' }), { wait: 'listed' });
    await caughtUp(clinic, owner);
    const { rightId } = await clinic.held.request({ ...ask(''), to: { datasetId: published.datasetId }, scope: { channels: ['heart-rate'], days, live: false } });
    const request = await seen(owner, rightId);
    expect(request).toMatchObject({ datasetId: published.datasetId, datasetTitle: null, candidates: [{ recordingId: null, datasetId: published.datasetId, title: 'Heart and oxygen', channels: ['heart-rate'] }] });
    expect((await refusal(owner.done(owner.consent.approve(answer(request, [info.id], { scope: request.scope! }))))).message).toMatch(/would show that it is yours/);
    await owner.done(owner.consent.approve(answer(request, [], { datasets: [published.datasetId], scope: request.scope! })));
    const pins = await owner.b.blobs.store.pins();
    await caughtUp(clinic, owner);
    // Three days from noon are three segments of the dataset, which count from its first row.
    expect(await clinic.done(clinic.held.open(rightId))).toMatchObject({ segments: 3, rows: 3 * 1440 });
    const rows = await rowsHeld(clinic, rightId);
    expect(rows[0]).toEqual({ t: NOON, columns: [60] });
    await owner.consent.revoke(rightId);
    // The listing goes on.
    expect(await owner.b.blobs.store.pins()).toEqual(pins);
    // By an invitation the recording is offered; its listing only when the recording is gone, and when it was nobody knows then.
    const scope = { channels: [], days: null, live: false };
    const before = await requested(owner, clinic, { scope });
    expect(before.candidates.map((c) => c.datasetId)).not.toContain(published.datasetId);
    await owner.parts.recordings.remove(info.id);
    const after = (await owner.consent.requests()).find((r) => r.rightId === before.rightId)!;
    expect(after.candidates.find((c) => c.datasetId === published.datasetId)).toMatchObject({ recordingId: null, from: null, days: ['day 1', 'day 2', 'day 3'] });
    await owner.done(owner.consent.approve(answer(before, [], { datasets: [published.datasetId], scope })));
    await caughtUp(clinic, owner);
    expect(await clinic.done(clinic.held.open(before.rightId))).toMatchObject({ segments: 6, rows: 3 * 1440 });
    expect((await rowsHeld(clinic, before.rightId))[0]).toEqual({ t: 0, columns: [60, 950] });
  });
});

describe('a right to append', () => {
  it('brings data to the owner, marked with who added it, once', async () => {
    const before = owner.parts.recordings.list().length;
    const scope = { channels: [], days: null, live: false };
    const request = await requested(owner, clinic, { category: 'history', operations: 'append', scope });
    const { rightId } = await owner.done(owner.consent.approve(answer(request, [], { operations: 'append', scope, seconds: 7200 })));
    await caughtUp(clinic, owner);
    await clinic.grantee.fetching.pull(clinic.grantee.base.right(request.rightId));
    const file = join(world.dir, 'clinic.csv');
    const start = Date.parse('2026-05-20T08:00:00Z');
    writeFileSync(file, `time,heart_rate\n${Array.from({ length: 200 }, (_, i) => `${new Date(start + i * 1000).toISOString()},${70 + (i % 10)}`).join('\n')}\n`);
    const result = await clinic.done(clinic.held.append({ rightId: request.rightId, source: { path: file }, title: 'Stress test' }));
    expect(result).toEqual({ rightId, added: 1, taken: 1 });
    await until(() => owner.parts.recordings.list().length === before + 1, 'the owner has it');
    const added = owner.parts.recordings.list().at(-1)!;
    expect(added).toMatchObject({ title: 'Stress test', rows: 200, source: { appendedBy: clinic.address, times: 'source' }, startTime: start * 1000, endTime: (start + 199_000) * 1000 });
    expect(added.channels[0]!.kind).toBe('heart-rate');
    await caughtUp(owner, clinic);
    expect(owner.owner.base.reads.uses(request.rightId).map((u) => u.operation)).toEqual([2]);
    // Nothing of it stays with who added it, and bringing it again changes nothing.
    expect(await clinic.b.blobs.store.pins()).toEqual([]);
    await clinic.grantee.resume();
    expect(owner.parts.recordings.list()).toHaveLength(before + 1);
  });

  it('is refused by a right to read, and when it has ended', async () => {
    const info = await keep(owner);
    const file = join(world.dir, 'more.csv');
    writeFileSync(file, `time,heart_rate\n${Array.from({ length: 60 }, (_, i) => `${new Date(NOON / 1000 + i * 1000).toISOString()},${70 + i}`).join('\n')}\n`);
    const request = await requested(owner, clinic);
    await owner.done(owner.consent.approve(answer(request, [info.id])));
    await caughtUp(clinic, owner);
    await clinic.grantee.fetching.pull(clinic.grantee.base.right(request.rightId));
    const add = () => clinic.done(clinic.held.append({ rightId: request.rightId, source: { path: file }, title: 'x' }));
    expect((await refusal(add())).code).toBe('access-unknown');
    await owner.consent.revoke(request.rightId);
    await caughtUp(clinic, owner);
    expect((await refusal(add())).code).toBe('access-expired');
  });
});

describe('records', () => {
  it('that were issued to a person are shared by category, and keep their digest', async () => {
    const invitation = await owner.consent.invite({ label: 'Clinic' });
    const records = { firm: createRecords(firm.b), owner: createRecords(owner.b) };
    const { recordId } = await firm.done(records.firm.issue({ to: { invitation: invitation.text }, category: 'insurance', title: 'Claim 7', mediaType: 'text/plain', content: { text: 'Two nights.' } } as never));
    await caughtUp(owner, firm);
    await owner.done(records.owner.accept(recordId as number));
    const request = await requested(owner, clinic, { category: 'insurance', scope: { channels: [], days: null, live: false }, purpose: { v: 1, term: 'HealthInsuranceManagement', duo: [], words: 'To settle the claim.' } });
    expect(request.candidates).toMatchObject([{ recordId, title: 'Claim 7', recordingId: null, datasetId: null }]);
    const { rightId } = await owner.done(owner.consent.approve(answer(request, [], { records: [recordId as number], scope: request.scope! })));
    await caughtUp(clinic, owner);
    expect(await clinic.done(clinic.held.open(rightId as number))).toMatchObject({ segments: 1, rows: 0 });
    const [opened] = clinic.grantee.store.opened(rightId as number);
    await caughtUp(owner, clinic);
    const document = readDocument(Buffer.from(opened!.facts.documents[0]!.base64, 'base64'));
    expect(Buffer.from(document.content).toString()).toBe('Two nights.');
    expect(document.head.title).toBe('Claim 7');
  });
});

describe('the trace', () => {
  it('says who did what, why, and until when', async () => {
    const trace = createConsentTrace(owner.owner, owner.grantee);
    const all = await trace({ limit: 500, offset: 0 });
    expect(all.total).toBe(all.rows.length);
    const granted = all.rows.filter((r) => r.event === 'AccessGranted');
    expect(granted.every((r) => r.mine && r.who !== null && r.purpose !== null && r.expiresAt! > r.at)).toBe(true);
    expect(new Set(granted.map((r) => r.what))).toEqual(new Set(['Vitals', 'Heart and oxygen', 'Claim 7', null]));
    expect(granted.map((r) => r.who!.name)).toContain('Dr. Lind');
    const insurance = await trace({ purpose: 'HealthInsuranceManagement', limit: 50, offset: 0 });
    expect(insurance.rows.map((r) => r.event).sort()).toEqual(['AccessGranted', 'AccessRequested', 'AccessUsed']);
    expect(insurance.rows.every((r) => r.who?.address === clinic.address)).toBe(true);
    const none = await trace({ to: all.rows.at(-1)!.at - 1000, limit: 50, offset: 0 });
    expect(none.total).toBe(0);
  });
});
