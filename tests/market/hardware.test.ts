import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevices } from '../../electron/app/devices.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import { runValidator } from '../../electron/app/validator-service.ts';
import { accreditValidator, nameDeviceList } from '../../electron/chain/deploy.ts';
import { buildLabel } from '../../electron/datasets/anonymise.ts';
import { relativeBatches } from '../../electron/datasets/segment.ts';
import { endpointsOf, fetchManifest } from '../../electron/market/fetch-manifest.ts';
import { hardwareOf } from '../../electron/market/listed-hardware.ts';
import { builtInList, createRegistry, entryHash } from '../../electron/quality/hardware/registry.ts';
import { MAINTAINER_KEYS } from '../../electron/quality/hardware/maintainers.ts';
import { rawPublicKey, signatureLine } from '../../electron/quality/hardware/signature.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { Label } from '../../shared/domain/label.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import { listSealed } from '../app/rogue.ts';
import { openOne } from '../open-one.ts';
import { createWorld, refusal, until, type Person, type World } from './world.ts';

// From the device of a recording to what a validator says of it: refused, claimed, recognised, spoofed.
let world: World;
let owner: Person & { node: PhdexNode };
let rogue: Awaited<ReturnType<World['parts']>>;
const registry = createRegistry([builtInList()]);
const h10 = registry.get('polar-h10')!;

beforeAll(async () => {
  world = await createWorld();
  const who = await world.person('owner');
  owner = { ...who, node: await world.open(who) };
  rogue = await world.parts(await world.person('rogue'));
  await rogue.chainNow.ensureRegistered(Role.owner, rogue.blobsNow.endpoint);
});
afterAll(() => world.stop());

/** A file such as an H10 gives: 50 Hz, thousandths of a g. */
function h10File(rows = 3000): string {
  const path = join(world.dir, `h10-${randomBytes(4).toString('hex')}.csv`);
  let seed = randomBytes(4).readUInt32LE() | 1;
  const noise = () => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return (seed >>> 0) / 2 ** 32 - 0.5; };
  const lines = Array.from({ length: rows }, (_, i) => `${(i / 50).toFixed(2)},${[0.2, 0.1, 0.95].map((g, c) => (g + 0.1 * Math.sin(i / 20 + c) + 0.01 * noise()).toFixed(3)).join(',')}`);
  writeFileSync(path, `t,x [g],y [g],z [g]\n${lines.join('\n')}\n`);
  return path;
}
const importOne = async (path: string, options: Record<string, unknown> = {}): Promise<string> => (await owner.node.importFile(path, options as never)).made[0]!.id;
const verdict = async (id: number) => {
  await until(() => world.verdicts.some((v) => v.datasetId === id), `there is a verdict on dataset ${id}`, world.trouble);
  return world.verdicts.find((v) => v.datasetId === id)!;
};
const failed = (v: Awaited<ReturnType<typeof verdict>>) => v.findings.filter((f) => !f.ok).map((f) => f.name);

describe('an owner', () => {
  it('cannot list what nothing says the device of, and keeps it', async () => {
    const id = await importOne(await world.csv());
    const refused = await refusal(owner.node.publish(world.request(id), { wait: 'listed' }));
    expect(refused).toMatchObject({ code: 'device-unknown', message: 'It cannot be listed: nothing says which device made it.' });
    expect(refused.hint).toContain('keep the recording for yourself');
    expect(owner.node.recordings().some((r) => r.id === id)).toBe(true);
    expect((await owner.node.score(id)).hardware).toBeUndefined();
    expect(world.rows(owner, 'SELECT * FROM publications')).toEqual([]);
  });

  it('names its device: the label carries the model, the report its check, and the validator agrees to the byte', async () => {
    const id = await importOne(h10File());
    expect(owner.node.devices.name(id, 'polar-h10')).toMatchObject({ how: 'named', trusted: true });
    let label: Label | undefined;
    const { datasetId } = await owner.node.publish(world.request(id), { wait: 'certified', onLabel: (it) => { label = it; } });
    expect(label).toMatchObject({ model: 'polar-h10', device: 'Polar H10', simulated: false });
    expect(label).not.toHaveProperty('byHand');
    await rogue.blobsNow.store.connect(endpointsOf(world.keepers.map((k) => rogue.chainNow.reads.participant(k.address))));
    const { manifest } = await fetchManifest(await later(datasetId), { blobs: rogue.blobsNow.store });
    expect(manifest.quality.hardware).toEqual({ device: 'polar-h10', entry: entryHash(h10) });
    expect(manifest.quality.parts.find((p) => p.name === 'hardware')).toMatchObject({ score: 100 });
    expect((await verdict(datasetId)).findings.find((f) => f.name === 'hardware')).toEqual({ name: 'hardware', ok: true, detail: 'Polar H10, of version 1 of the list' });
  });

  it('who names one that did not measure it lists a lower score, certified as such', async () => {
    const id = await importOne(h10File(), { device: 'Empatica E4' });
    const { datasetId, quality } = await owner.node.publish(world.request(id), { wait: 'certified' });
    const own = await importOne(h10File(), { device: 'Polar H10' });
    expect(quality).toBeLessThan((await owner.node.score(own)).score);
    const v = await verdict(datasetId);
    expect(v).toMatchObject({ certified: true, score: quality });
  });
});

const later = async (id: number) => { await until(() => rogue.chainNow.reads.dataset(id) !== undefined, 'the listing is seen'); return rogue.chainNow.reads.dataset(id)!; };

/** Lists by the app's own parts what the app would refuse. */
async function list({ device, simulated = false, label = {}, quality = (r) => r }: { device: DeviceEntry | null; simulated?: boolean; label?: Partial<Label>; quality?: (r: QualityReport) => QualityReport }): Promise<number> {
  const info = await rogue.recordings.add(await openOne(h10File(), { simulated } as never));
  const rows = () => relativeBatches(info, rogue.recordings.read(info.id));
  const report = quality(await scoreRecording({ channels: info.channels, simulated, device }, rows()));
  const made = { ...buildLabel(info, report, { title: 'Wrist acceleration', description: '', tags: [], demographics: world.request('').demographics }, { device }), ...label };
  return listSealed(world, rogue, { channels: info.channels, rows, label: made, quality: report });
}

describe('a validator', () => {
  it('certifies the same parts, unchanged: what follows fails for its lie alone', async () => {
    const v = await verdict(await list({ device: h10 }));
    expect([failed(v), v.certified]).toEqual([[], true]);
  });
  it('rejects what names no device', async () => {
    const v = await verdict(await list({ device: null }));
    expect(v.certified).toBe(false);
    expect(v.findings).toContainEqual({ name: 'hardware', ok: false, detail: 'the label names no device of the list of validated hardware' });
  });
  it('rejects a report that keeps silent about what speaks against the device', async () => {
    const e4 = registry.get('empatica-e4')!;
    const v = await verdict(await list({ device: e4, quality: (r) => ({ ...r, reasons: r.reasons.filter((x) => !x.code.startsWith('hardware-')), parts: r.parts.map((p) => (p.name === 'hardware' ? { ...p, score: 100 } : p)) }) }));
    expect(v.certified).toBe(false);
    expect(failed(v)).toEqual(expect.arrayContaining(['quality.reasons', 'quality.parts', 'report']));
    expect(failed(v)).not.toContain('hardware');
  });
  it('rejects a label of another device than the report, and one of another name', async () => {
    expect(failed(await verdict(await list({ device: h10, label: { model: 'polar-oh1' } })))).toContain('hardware');
    expect(failed(await verdict(await list({ device: h10, label: { device: 'Medical ECG' } })))).toContain('hardware');
  });
  it('rejects by-hand that no hand wrote', async () => {
    expect(failed(await verdict(await list({ device: null, label: { byHand: true } })))).toContain('hardware');
  });
});

describe('a newer list', () => {
  it('of the network is fetched by a validator that does not know the owner\'s entry, which it then certifies', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const keys = [...MAINTAINER_KEYS, rawPublicKey(privateKey).toString('base64')];
    const changed: DeviceEntry = { ...h10, evidence: [...h10.evidence, { source: 'A measurement of 2027', says: 'It gives what it should.' }] };
    const bytes = Buffer.from(JSON.stringify({ ...builtInList().list, version: 2, devices: builtInList().list.devices.map((d) => (d.id === h10.id ? changed : d)) }));
    const who = await world.person('validator2');
    await accreditValidator(world.rpc, world.network, who.address);
    const parts = await world.parts(who);
    const devices = openDevices(join(who.dir, 'devices'), { keys });
    const errors: string[] = [];
    const verdicts: number[] = [];
    const id = await list({ device: changed });
    const validating = await runValidator({ ...parts, devices }, { patienceMs: 600_000, once: false, onVerdict: (v) => { if (v.certified) verdicts.push(v.datasetId); }, onError: (datasetId, error) => { if (datasetId === id) errors.push(error.code); } });
    try {
      await until(() => errors.includes('devices-refused'), 'it says that it does not know the entry', () => errors);
      expect(verdicts).not.toContain(id);
      const dir = mkdtempSync(join(world.dir, 'list-'));
      writeFileSync(join(dir, 'devices.json'), bytes);
      writeFileSync(join(dir, 'devices.json.sig'), signatureLine(bytes, privateKey));
      const { cid } = await rogue.blobsNow.store.addDirectory(dir);
      await nameDeviceList(world.rpc, world.network, { version: 2, hash: `0x${createHash('sha256').update(bytes).digest('hex')}`, uri: `ipfs://${cid}#${rogue.blobsNow.store.addresses().join(',')}` });
      await until(() => verdicts.includes(id), 'it is certified', () => errors);
      expect(devices.view()).toMatchObject({ version: 2, from: 'network' });
    } finally { await validating.stop(); }
  });
});

describe('what a label may say of hardware', () => {
  const channels: Channel[] = [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }];
  const manifest = (label: Partial<Label>, hardware?: QualityReport['hardware'], own = channels) => ({ channels: own, label: { simulated: false, device: 'Polar H10', rows: 20, durationSeconds: 86_400, ...label }, quality: hardware ? { hardware } : {} }) as unknown as Pick<Manifest, 'label' | 'quality' | 'channels'>;
  const of = (label: Partial<Label>, hardware?: QualityReport['hardware'], own?: Channel[]) => hardwareOf(manifest(label, hardware, own), registry);
  const entry = { device: 'polar-h10', entry: entryHash(h10) };
  const hand: Channel[] = [{ name: 'weight', kind: 'weight', unit: 'kg', components: ['value'], decimals: 3 }];

  it.each<[string, boolean, () => ReturnType<typeof of>]>([
    ['a device of the list', true, () => of({ model: 'polar-h10' }, entry)],
    ['none, simulated', true, () => of({ simulated: true })],
    ['one, simulated', false, () => of({ simulated: true, model: 'polar-h10' }, entry)],
    ['none, written by hand', true, () => of({ byHand: true }, undefined, hand)],
    ['one, written by hand', false, () => of({ byHand: true, model: 'polar-h10' }, entry, hand)],
    ['an acceleration by hand', false, () => of({ byHand: true })],
    ['a hundred rows a second by hand', false, () => of({ byHand: true, rows: 8_640_000 }, undefined, hand)],
    ['none', false, () => of({})],
    ['one that the report does not know', false, () => of({ model: 'polar-h10' })],
    ['another than the report', false, () => of({ model: 'polar-oh1' }, entry)],
    ['one by another name', false, () => of({ model: 'polar-h10', device: 'Polar H11' }, entry)],
  ])('%s: %s', (_, ok, made) => expect(made().findings.map((f) => f.ok)).toEqual([ok]));

  it('is not judged by who does not know that list, and tried again', () => {
    let thrown: unknown;
    try { of({ model: 'polar-h10' }, { device: 'polar-h10', entry: 'ab'.repeat(32) }); } catch (error) { thrown = error; }
    expect(thrown).toMatchObject({ code: 'devices-refused', retryable: true, hint: expect.stringContaining('Version 1 of the list is in use') });
  });

  it('may be of a list before, but not of a device that was taken off since', () => {
    const { list: base, ...rest } = builtInList();
    const changed = base.devices.map((d) => (d.id === 'polar-h10' ? { ...d, placements: [] } : d));
    const next = { ...rest, list: { ...base, version: 2, devices: changed } };
    expect(hardwareOf(manifest({ model: 'polar-h10' }, entry), createRegistry([next, builtInList()])).findings[0]!.ok).toBe(true);
    const off = { ...rest, list: { ...base, version: 2, devices: base.devices.map((d) => (d.id === 'polar-h10' ? { ...d, withdrawn: 'Counterfeits abound.' } : d)) } };
    expect(hardwareOf(manifest({ model: 'polar-h10' }, entry), createRegistry([off, builtInList()])).findings).toEqual([{ ok: false, detail: expect.stringContaining('Counterfeits abound.') }]);
  });
});
