import { hkdfSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openedSegment } from '../../electron/app/consent/grantee-segment.ts';
import { readSegment } from '../../electron/datasets/read-segment.ts';
import { startSimulatedWatch } from '../../electron/capture/simulator/live.ts';
import { accredit, suspend } from '../../electron/chain/deploy.ts';
import { openPacket } from '../../electron/consent/packet.ts';
import { openWithKey } from '../../electron/vault/open-dataset.ts';
import { parseShare, SHARE_FILE } from '../../electron/vault/share-manifest.ts';
import { segmentFile } from '../../electron/vault/segment-file.ts';
import { segmentKey } from '../../electron/vault/segment-key.ts';
import type { RecordingDraft } from '../../shared/domain/recording.ts';
import { Role } from '../../shared/domain/chain.ts';
import { createWorld, refusal, until, type Person, type World } from '../market/world.ts';
import { answer, caughtUp, HEART, killedOwner, openSide, requested, rowsHeld, SPO2, type Side } from './sides.ts';

let world: World;
let her: Person;
let lind: Person;
let owner: Side;
let doctor: Side;

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  [her, lind] = [await world.person('owner'), await world.person('doctor')];
  await accredit(world.rpc, world.network, lind.address, Role.provider);
});
beforeEach(async () => { owner = await openSide(world, her); doctor = await openSide(world, lind); });
afterEach(async () => { await doctor.stop(); await owner.stop(); });
afterAll(async () => { await world?.stop(); });

const draft: RecordingDraft = { title: 'Live', source: { kind: 'ble', device: null, simulated: false, times: 'source' }, channels: [HEART, SPO2], nominalRateHz: 1 };
const scope = { channels: ['heart-rate'], days: null, live: true };
const END = { report: { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] };

/** Rows of the last seconds: `values` of heart rate, one a millisecond from `from` on. */
const batch = (from: number, values: number[]) => ({ t: Float64Array.from(values, (_, i) => (from + i) * 1000), columns: [Int32Array.from(values), Int32Array.from(values, () => 970)] });
async function shared(seconds = 86_400): Promise<number> {
  const request = await requested(owner, doctor, { scope, seconds });
  const { rightId } = await owner.done(owner.consent.approve(answer(request, [], { scope, seconds })));
  return rightId as number;
}
const heart = async (rightId: number) => (await rowsHeld(doctor, rightId)).map((r) => r.columns[0]);

describe('a continuous share', () => {
  it('delivers while a capture runs, then its end, and nothing that came before it was given', async () => {
    const early = await owner.parts.recordings.begin(draft);
    await early.append(batch(Date.now() - 10_000, [1, 2, 3]));
    const rightId = await shared();
    expect((await owner.consent.grants())[0]).toMatchObject({ live: { deliveries: 0, lastAt: null, next: true } });
    await owner.owner.live.deliver();
    expect(owner.owner.store.rows.counts(`request:${rightId}`).packets).toBe(1);
    await early.append(batch(Date.now() + 1, [61, 62]));
    await owner.owner.live.deliver();
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([61, 62]);
    await owner.owner.live.deliver();
    expect(owner.owner.store.rows.counts(`request:${rightId}`).packets).toBe(2);
    await early.append(batch(Date.now() + 5, [63]));
    await early.finish(END);
    await owner.owner.live.deliver();
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([61, 62, 63]);
    await caughtUp(owner, doctor);
    expect(owner.owner.live.problem()).toBeNull();
    expect((await owner.consent.grants())[0]).toMatchObject({ live: { deliveries: 2, next: true }, uses: 2 });
    await owner.consent.revoke(rightId);
  });

  it('ends for a grantee that keeps trying: by chain, by the owner’s node, and by key', async () => {
    const rightId = await shared();
    const other = await shared();
    const capture = await owner.parts.recordings.begin(draft);
    await capture.append(batch(Date.now() + 1, [71]));
    await owner.owner.live.deliver();
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([71]);
    // What a dishonest grantee would have kept.
    const right = doctor.grantee.base.right(rightId);
    const epoch = owner.owner.store.rows.epoch()!;
    const oldKey = owner.owner.base.vault.openBytes(`epoch/${epoch.epoch}`, epoch.sealed);

    await owner.consent.revoke(rightId);
    await caughtUp(doctor, owner);
    await capture.append(batch(Date.now() + 20, [72]));
    await owner.owner.live.deliver();
    expect(owner.owner.store.rows.epoch()!.epoch).toBe(epoch.epoch + 1);
    expect((await refusal(doctor.grantee.fetching.pull(right))).code).toBe('access-expired');
    expect((await refusal(doctor.grantee.opening.say(right, 1, 'heart-rate/*', right.scopeRoot, 'use:again'))).code).toMatch(/chain-reverted|access-not-ready/);
    expect((await refusal(doctor.b.chain.as(null).send({ key: 'use:forced', contract: 'consent', method: 'use', args: [rightId, right.owner, right.scopeRoot, 1, right.scopeRoot, [], right.scopeRoot, right.scopeRoot] }))).details.reason).toBe('ConsentEnded');
    expect(await heart(rightId)).toEqual([71]);

    // The next delivery is for the other right; neither the old epoch's key nor a segment key of before opens it.
    const row = owner.owner.store.rows.packets(`request:${other}`, 0, 99).at(-1)!;
    expect(row.epoch).toBe(epoch.epoch + 1);
    const otherRight = doctor.grantee.base.right(other);
    const packet = await doctor.parts.wallet.withEncryptionKey((key) => openPacket(row.packet, key, doctor.grantee.base.context(otherRight), otherRight.scopeRoot, row.seq));
    const share = parseShare(await bytesOf(owner, packet.directory!.cid, SHARE_FILE));
    const nonce = Buffer.from(packet.directory!.nonce.slice(2), 'hex');
    const [segment] = share.segments;
    const open = async (key: Uint8Array) => { for await (const _ of openWithKey({ key, nonce, segment: segment!, source: owner.b.blobs.store.readFile(packet.directory!.cid, segmentFile(segment!.name)) })) void _; return 'opened'; };
    const derived = (epochKey: Uint8Array, root: string) => segmentKey(new Uint8Array(hkdfSync('sha256', epochKey, Buffer.from(root.slice(2), 'hex'), 'phdex/v1/epoch', 32)), nonce, segment!.name);
    expect(await open(Buffer.from(packet.segments[0]!.key.slice(2), 'hex'))).toBe('opened');
    for (const root of [right.scopeRoot, otherRight.scopeRoot]) expect((await refusal(open(derived(oldKey, root)))).code).toBe('seal-key-wrong');
    const now = owner.owner.store.rows.epoch()!;
    expect(await open(derived(owner.owner.base.vault.openBytes(`epoch/${now.epoch}`, now.sealed), otherRight.scopeRoot))).toBe('opened');
    await capture.abandon();
    await owner.consent.revoke(other);
  });

  it('goes on where the owner was killed between sealing and sending', async () => {
    const rightId = await shared();
    await doctor.stop();
    await owner.stop();
    const cids = (await killedOwner('record', her.dir, world.networkFile, '81', '82') as string[][]).flat();
    expect(cids).toHaveLength(1);
    doctor = await openSide(world, lind);
    owner = await openSide(world, her);
    await until(() => owner.owner.store.byRight(rightId)?.delivered === 2, 'the delivery was brought');
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([81, 82]);
    // The capture that died with it was recovered, and what of it was delivered is not delivered again.
    const recovered = owner.parts.recordings.list().at(-1)!;
    expect([recovered.title, recovered.rows]).toEqual(['Live', 2]);
    await until(() => owner.owner.store.rows.cursor(`request:${rightId}`, recovered.id)?.done === 1, 'it was looked at');
    expect(owner.owner.store.rows.cids(`request:${rightId}`)).toEqual(cids);
    await owner.consent.revoke(rightId);
  });

  it('catches up with a grantee that was away for a while', async () => {
    const rightId = await shared();
    await doctor.stop();
    const capture = await owner.parts.recordings.begin(draft);
    for (const value of [91, 92, 93]) {
      await capture.append(batch(Date.now() + (value - 90) * 10, [value]));
      await owner.owner.live.deliver();
    }
    expect(owner.owner.store.rows.counts(`request:${rightId}`).packets).toBe(4);
    doctor = await openSide(world, lind);
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([91, 92, 93]);
    // Kept together, and each part still comes out by itself.
    const [, second] = (await doctor.held.held()).find((h) => h.rightId === rightId)!.segments;
    const parquet = (await openedSegment(doctor.grantee.store, rightId, second!.name)).bytes;
    const read = await readSegment({ parquet, segment: { name: 'heart-rate/day-000', channel: 'heart-rate', day: 0 }, channels: [HEART] });
    expect([...read.batches()].flatMap(({ columns }) => [...columns[0]!])).toEqual([92]);
    await capture.abandon();
    await owner.consent.revoke(rightId);
  });

  it('leaves out what was made while its grantee was suspended', async () => {
    const rightId = await shared();
    const capture = await owner.parts.recordings.begin(draft);
    await capture.append(batch(Date.now() + 1, [41]));
    await owner.owner.live.deliver();
    await suspend(world.rpc, world.network, lind.address, Role.provider);
    await until(() => owner.owner.base.reads.statusOf(owner.owner.base.right(rightId), owner.owner.base.now()) === 'suspended', 'the suspension is seen');
    await capture.append(batch(Date.now() + 10, [42]));
    await owner.owner.live.deliver();
    expect((await refusal(doctor.done(doctor.held.open(rightId)))).code).toBe('access-expired');
    await accredit(world.rpc, world.network, lind.address, Role.provider);
    await until(() => owner.owner.base.reads.statusOf(owner.owner.base.right(rightId), owner.owner.base.now()) === 'approved', 'the accreditation is seen');
    await capture.append(batch(Date.now() + 20, [43]));
    await owner.owner.live.deliver();
    await until(() => doctor.grantee.base.reads.rolesOf(lind.address) !== 0, 'the accreditation is seen');
    await doctor.done(doctor.held.open(rightId));
    expect(await heart(rightId)).toEqual([41, 43]);
    await capture.abandon();
    await owner.consent.revoke(rightId);
  });
});

describe('a watch that is being recorded', () => {
  it('is followed by its own clock: what the grantee has in the end is what was recorded', async () => {
    await owner.stop();
    owner = await openSide(world, her, { cutMs: () => 300 });
    const wide = { channels: ['acceleration', 'heart-rate'], days: null, live: true };
    const request = await requested(owner, doctor, { scope: wide, seconds: 3600 });
    const rightId = (await owner.done(owner.consent.approve(answer(request, [], { scope: wide, seconds: 3600 })))).rightId as number;
    const session = startSimulatedWatch({ store: owner.parts.recordings, rateHz: 25, seed: 5 });
    const packets = () => owner.owner.store.rows.counts(`request:${rightId}`).packets;
    await until(() => packets() >= 4, 'several deliveries are made');
    await session.stop();
    const kept = (await session.ended).filter((info) => info.channels.some((c) => wide.channels.includes(c.name)));
    await until(() => owner.owner.live.problem() === null && kept.every((info) => owner.owner.store.rows.cursor(`request:${rightId}`, info.id)?.done === 1), 'its end is delivered', () => owner.owner.live.problem());
    await doctor.done(doctor.held.open(rightId));
    const times = new Map<string, number[]>();
    const recordings = new Set<string>();
    for (const o of doctor.grantee.store.opened(rightId)) {
      expect(o.facts.simulated).toBe(true);
      if (recordings.has(o.recordingId!)) continue;
      recordings.add(o.recordingId!);
      const of = times.get(o.facts.channels[0]!.name) ?? [];
      for await (const { t } of doctor.grantee.store.recordings.read(o.recordingId!)) for (const time of t) of.push(time + o.facts.origin!);
      times.set(o.facts.channels[0]!.name, of);
    }
    expect(kept.length).toBeGreaterThan(1);
    // Many deliveries, and one recording for each series.
    expect(recordings.size).toBe(kept.length);
    expect(doctor.grantee.store.opened(rightId).length).toBeGreaterThan(kept.length);
    for (const info of kept) {
      const all: number[] = [];
      for await (const { t } of owner.parts.recordings.read(info.id)) all.push(...t);
      expect(times.get(info.channels[0]!.name), info.channels[0]!.name).toEqual(all);
    }
    await owner.consent.revoke(rightId);
  });
});

async function bytesOf(side: Side, cid: string, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of side.b.blobs.store.readFile(cid, name)) parts.push(part);
  return Buffer.concat(parts);
}
