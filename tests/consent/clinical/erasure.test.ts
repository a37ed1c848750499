import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGrantErasing } from '../../../electron/app/consent/erasing-grants.ts';
import { createHealthLinks, type HealthLinks } from '../../../electron/app/consent/health-links.ts';
import { createReceipts } from '../../../electron/app/consent/receipts.ts';
import { createRightFacts } from '../../../electron/app/consent/right-facts.ts';
import { createOwnerApi } from '../../../electron/app/owner-api.ts';
import { createOwner } from '../../../electron/app/owner-service.ts';
import { purposeHash } from '../../../electron/consent/purpose.ts';
import { consentBundle } from '../../../electron/consent/clinical/fhir/consent-out.ts';
import { verifyReceipt } from '../../../electron/consent/receipts/sign.ts';
import { fhirIssues } from '../../../electron/fhir/validate.ts';
import { accredit } from '../../../electron/chain/deploy.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { createWorld, until, type Person, type World } from '../../market/world.ts';
import { address, CARE, keyPair } from '../kit.ts';
import { answer, ask, caughtUp, keep, openSide, requested, rowsHeld, seen, type Side } from '../sides.ts';

let world: World;
let owner: Side;
let clinic: Side;
let its: Person;
let links: HealthLinks;
let api: ReturnType<typeof createOwnerApi>;
beforeAll(async () => {
  world = await createWorld({ keepers: 3, validator: false });
  const her = await world.person('owner');
  its = await world.person('clinic');
  await accredit(world.rpc, world.network, its.address, Role.institution | Role.provider);
  owner = await openSide(world, her);
  clinic = await openSide(world, its);
  links = createHealthLinks({ parts: owner.parts });
  api = createOwnerApi(owner.b, { patienceMs: 8000 });
  api.endsGrants(createGrantErasing(owner.owner, links).end);
});
afterAll(async () => { await api?.close(); await clinic?.stop(); await owner?.stop(); await world?.stop(); });
const DAY = 86_400_000;
const days = { from: '2026-05-04', to: '2026-05-31' };

it('an erasure ends rights, puts away keys and deliveries, tells recipients, and lists all of it', async () => {
  const info = await keep(owner);
  const other = await keep(owner);
  const { datasetId } = await (await createOwner(owner.parts)).publish(world.request(info.id, { title: 'Heart and oxygen' }), { wait: 'seats' });
  await caughtUp(clinic, owner);
  // A right on the listing, one on the recording, and one on another recording, which is to stay.
  const asked = await clinic.held.request({ ...ask(''), to: { datasetId }, scope: { channels: ['heart-rate'], days, live: false } });
  const onListing = await seen(owner, asked.rightId);
  await owner.done(owner.consent.approve(answer(onListing, [], { datasets: [datasetId], scope: onListing.scope! })));
  const onRecording = await requested(owner, clinic);
  await owner.done(owner.consent.approve(answer(onRecording, [info.id])));
  const onOther = await requested(owner, clinic);
  await owner.done(owner.consent.approve(answer(onOther, [other.id])));
  await caughtUp(clinic, owner);
  for (const r of [onListing, onRecording, onOther]) { await clinic.grantee.fetching.pull(clinic.grantee.base.right(r.rightId)); await clinic.done(clinic.held.open(r.rightId)); }
  expect((await rowsHeld(clinic, onRecording.rightId)).length).toBeGreaterThan(0);
  const link = await links.make({ label: 'Dr. Lind', expiresAt: Date.now() + 3_600_000, recordings: [info.id], entries: false, records: [] });
  const stays = await links.make({ label: 'Dr. Lind', expiresAt: Date.now() + 3_600_000, recordings: [other.id], entries: false, records: [] });
  const pinned = await owner.b.blobs.store.pins();

  // Receipts of real rights, before and after.
  const facts = createRightFacts({ parts: owner.parts, network: owner.b.chain.network });
  const receipts = createReceipts(owner.parts, facts);
  const receipt = async () => verifyReceipt((await receipts.receipt(onRecording.rightId)).json).receipt;
  const before = await receipt();
  const right = owner.owner.base.right(onRecording.rightId);
  expect(before).toMatchObject({ phdex: { scope: { channels: ['heart-rate'], days: { from: '2026-05-05', to: '2026-05-05' } }, purpose: CARE, scope_root: right.scopeRoot, purpose_hash: right.purpose }, parties: [{ address: right.owner }, { name: 'Dr. Lind', address: clinic.address }] });
  expect(before.phdex.uses.length).toBeGreaterThan(0);
  expect(purposeHash(before.phdex.purpose!)).toBe(before.phdex.purpose_hash);
  expect((await receipts.receipt(onRecording.rightId)).signer).toBe(right.owner);
  await expect(createReceipts(clinic.parts, createRightFacts({ parts: clinic.parts, network: clinic.b.chain.network })).receipt(onRecording.rightId)).rejects.toMatchObject({ code: 'not-yours' });
  expect(fhirIssues(consentBundle(facts.of(onRecording.rightId)))).toEqual([]);

  await owner.done(api.erase(datasetId, true));
  expect((await receipt()).events.map((e) => e.state.split('#')[1])).toEqual(['ConsentGiven', 'ConsentWithdrawn']);
  expect((await receipt()).record_id).toBe(before.record_id);
  const certificate = (await api.certificate(datasetId))!;
  expect(certificate.grants.map((g) => g.rightId).sort()).toEqual([onListing.rightId, onRecording.rightId].sort());
  for (const g of certificate.grants) expect(g).toMatchObject({ grantee: clinic.address, ended: true, told: true, problem: null, keysDestroyed: 1 });
  expect(certificate.grants.find((g) => g.rightId === onRecording.rightId)!.deliveriesUnpinned).toBe(1);
  expect(certificate).toMatchObject({ ownerKeyForgotten: true, recordingErased: true, healthLinks: 1, cannotBeErased: CANNOT_BE_ERASED, openedBefore: 0 });
  expect(certificate.keepers.every((k) => k.confirmed)).toBe(true);
  // It says so because it is so.
  for (const r of [onListing, onRecording]) {
    expect(owner.owner.base.reads.right(r.rightId)!.status).toBe('revoked');
    expect(owner.owner.store.rows.packets(owner.owner.store.byRight(r.rightId)!.key, 0, 10)).toEqual([]);
    expect(clinic.grantee.store.opened(r.rightId)).toEqual([]);
    expect(await rowsHeld(clinic, r.rightId)).toEqual([]);
  }
  expect((await owner.b.blobs.store.pins()).length).toBeLessThan(pinned.length);
  expect(links.list().find((l) => l.id === link.id)).toMatchObject({ link: '' });
  expect(links.list().find((l) => l.id === stays.id)!.link).not.toBe('');
  // The other right goes on.
  expect(owner.owner.base.reads.statusOf(owner.owner.base.right(onOther.rightId), owner.owner.base.now())).toBe('approved');
  expect((await rowsHeld(clinic, onOther.rightId)).length).toBeGreaterThan(0);
  // What names a recipient is sealed.
  const sealed = owner.parts.db.prepare('SELECT sealed FROM erasure_grants').pluck().get() as Buffer;
  expect(sealed.toString('latin1')).not.toContain(clinic.address);
});

it('a word alone takes nothing away: not of a live right, not from somebody else', async () => {
  const info = await keep(owner);
  const right = await requested(owner, clinic);
  await owner.done(owner.consent.approve(answer(right, [info.id])));
  await caughtUp(clinic, owner);
  await clinic.grantee.fetching.pull(clinic.grantee.base.right(right.rightId));
  await clinic.done(clinic.held.open(right.rightId));
  const say = async (index: number | null) => {
    const { answer: bytes } = await owner.owner.base.messages().ask(clinic.b.blobs.store.addresses(), async (peers) => owner.owner.base.talk.write('erased', right.rightId, { at: 1 }, owner.owner.base.signer(index), peers), { maxBytes: 4096 });
    return owner.owner.base.talk.readAnswer(bytes);
  };
  const account = owner.owner.base.indexOf(owner.owner.base.right(right.rightId).owner);
  expect(await say(account)).toMatchObject({ ok: false, code: 'not-yet' });
  expect(await say(null)).toMatchObject({ ok: false, code: 'unknown' });
  expect((await rowsHeld(clinic, right.rightId)).length).toBeGreaterThan(0);
  await owner.consent.revoke(right.rightId);
  await until(() => clinic.grantee.base.reads.right(right.rightId)!.status === 'revoked', 'the clinic knows');
  // Taken back is not erased: what was read stays readable until its owner says otherwise.
  expect((await rowsHeld(clinic, right.rightId)).length).toBeGreaterThan(0);
  expect(await say(account)).toMatchObject({ ok: true });
  expect(await rowsHeld(clinic, right.rightId)).toEqual([]);
});

it('a recipient that is away is told when it is back, and one that never comes until it is given up; the certificate says which', async () => {
  const info = await keep(owner);
  const { datasetId } = await (await createOwner(owner.parts)).publish(world.request(info.id, { title: 'Again' }), { wait: 'listed' });
  const right = await requested(owner, clinic);
  await owner.done(owner.consent.approve(answer(right, [info.id])));
  await caughtUp(clinic, owner);
  await clinic.grantee.fetching.pull(clinic.grantee.base.right(right.rightId));
  await clinic.done(clinic.held.open(right.rightId));
  // Nobody is behind this account.
  const never = address('e');
  await accredit(world.rpc, world.network, never, Role.provider);
  await owner.b.chain.indexer.catchUp();
  const key = `0x${Buffer.from(keyPair().public).toString('hex')}`;
  await owner.done(owner.consent.grant({ grantee: never, key, category: 'health', purpose: CARE, scope: { channels: [], days, live: false }, operations: 'read', seconds: 3600, recordings: [info.id], datasets: [] }));
  await clinic.stop();
  const erased = Date.now();
  await owner.done(api.erase(datasetId, true));
  const of = async (grantee: string) => (await api.certificate(datasetId))!.grants.find((g) => g.grantee === grantee)!;
  for (const grantee of [clinic.address, never]) {
    expect(await of(grantee)).toMatchObject({ ended: true, told: false, toldAt: null, problem: null });
    expect((await of(grantee)).tellingUntil).toBeGreaterThanOrEqual(erased + 90 * DAY);
  }
  // Another run of the app, while the recipient is still away: it waits longer each time.
  const later = createGrantErasing(owner.owner, links);
  const next = () => owner.parts.db.prepare('SELECT tries, next_at - ? AS wait FROM erasures_to_tell ORDER BY given_key').all(erased + DAY) as { tries: number; wait: number }[];
  await later.retell(erased + 1);
  expect(next().map((r) => r.tries)).toEqual([0, 0]);
  await later.retell(erased + DAY);
  expect(next()).toEqual([{ tries: 1, wait: 60_000 }, { tries: 1, wait: 60_000 }]);

  clinic = await openSide(world, its);
  expect((await rowsHeld(clinic, right.rightId)).length).toBeGreaterThan(0);
  let at = erased + DAY;
  await until(async () => { await later.retell(at += DAY); return (await of(clinic.address)).told; }, 'it is told');
  expect(await rowsHeld(clinic, right.rightId)).toEqual([]);
  expect(await of(clinic.address)).toMatchObject({ told: true, tellingUntil: null });
  expect((await of(clinic.address)).toldAt).toBeGreaterThanOrEqual(erased);
  expect((await of(never)).tellingUntil).not.toBeNull();
  await later.retell(erased + 91 * DAY);
  expect(await of(never)).toMatchObject({ told: false, toldAt: null, tellingUntil: null });
  expect(next()).toEqual([]);
  await later.close();
});
