import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesApi } from '../../electron/app/devices-api.ts';
import { createUploads } from '../../electron/app/uploads.ts';
import { builtInList } from '../../electron/quality/hardware/registry.ts';
import type { RecordingDevice } from '../../shared/api/owner.ts';
import type { SourceInfo } from '../../shared/domain/recording.ts';
import { createWorld, refusal, type World } from '../market/world.ts';
import { openOwner, share, type OwnerSide } from './owner-world.ts';

let world: World;
let owner: OwnerSide;
let devices: ReturnType<typeof createDevicesApi>;
let uploads: ReturnType<typeof createUploads>;

beforeAll(async () => {
  world = await createWorld();
  uploads = createUploads(join(world.dir, 'uploads'));
  owner = await openOwner(world, await world.person('owner'), { uploads });
  devices = createDevicesApi(owner.b, owner.api);
});
afterAll(async () => { devices.close(); await owner.stop(); await uploads.stop(); await world.stop(); });

const imported = async (): Promise<string> => (await owner.done(owner.api.importFile({ file: { path: await world.csv() }, skipMalformed: false }))).result.recordingId as string;
const deviceOf = async (id: string): Promise<RecordingDevice> => (await owner.api.recording(id)).device;
const problems = async (id: string) => (await owner.api.preview(share(id))).problems.filter((p) => p.field === 'recordingId');

describe('the device of a recording', () => {
  it('that nothing tells may be named: the page says so, the wizard refuses until then, the score follows', async () => {
    const id = await imported();
    expect(await deviceOf(id)).toEqual({ id: null, name: null, manufacturer: null, trusted: false, how: null, nameable: true, reason: expect.stringMatching(/^Nothing says which device made it\. .*keep the recording for yourself/) });
    expect(await problems(id)).toEqual([{ field: 'recordingId', message: 'It cannot be listed: nothing says which device made it.', hint: expect.stringContaining('Name its device') }]);
    await expect(owner.api.publish(share(id))).rejects.toThrow('It cannot be listed');

    const before = (await owner.api.recording(id)).report!;
    expect(before.hardware).toBeUndefined();
    owner.changed.length = 0;
    await owner.done(devices.name({ recordingId: id, device: 'empatica-e4' }));
    expect(owner.changed).toContain('recordings');
    expect(await deviceOf(id)).toMatchObject({ id: 'empatica-e4', name: 'Empatica E4', manufacturer: 'Empatica', trusted: true, how: 'named', nameable: true, reason: expect.stringContaining('held against') });
    const after = (await owner.api.recording(id)).report!;
    expect(after.hardware!.device).toBe('empatica-e4');
    expect(after.score).toBeLessThan(before.score);
    expect(after.reasons.map((r) => r.code)).toEqual(expect.arrayContaining(['hardware-rate', 'hardware-step']));
    const seen = await owner.api.preview(share(id));
    expect(seen.problems.filter((p) => p.field === 'recordingId')).toEqual([]);
    expect(seen.label).toMatchObject({ model: 'empatica-e4', device: 'Empatica E4' });
    expect(seen.report!.hardware).toEqual(after.hardware);

    await owner.done(devices.name({ recordingId: id, device: null }));
    expect(await deviceOf(id)).toMatchObject({ id: null, trusted: false });
    expect((await owner.api.recording(id)).report!.hardware).toBeUndefined();
  });

  it('is not asked for again in the wizard where a list changed since it was scored: it is scored anew', async () => {
    const id = await imported();
    owner.parts.recordings.amend(id, { source: { ...owner.parts.recordings.get(id)!.source, model: 'polar-h10' } });
    expect((await owner.api.recording(id)).report!.hardware).toBeUndefined();
    expect((await owner.api.preview(share(id))).report!.hardware!.device).toBe('polar-h10');
  });

  it('of the simulator is none, and cannot be named', async () => {
    const id = (await owner.done(owner.api.simulate({ minutes: 1, seed: 3 }))).result.recordingId as string;
    expect(await deviceOf(id)).toMatchObject({ id: null, trusted: true, nameable: false });
    expect((await refusal(devices.name({ recordingId: id, device: 'polar-h10' }))).code).toBe('device-unknown');
    expect(await problems(id)).toEqual([]);
  });

  it('that told itself is not overruled; one that is not on the list is nobody\'s', async () => {
    const id = await imported();
    const as = (change: Partial<SourceInfo>) => owner.parts.recordings.amend(id, { source: { ...owner.parts.recordings.get(id)!.source, ...change } });
    as({ kind: 'ble', identity: { manufacturer: 'Noname', model: 'X1', firmware: null, hardware: null, pnp: null, companyId: null, services: ['180d'] } });
    expect(await deviceOf(id)).toMatchObject({ id: null, name: 'Noname X1', trusted: false, nameable: false });
    expect((await refusal(devices.name({ recordingId: id, device: 'polar-h10' }))).message).toContain('«Noname X1» is not on the list');
    expect((await refusal(devices.name({ recordingId: 'ffffffffffffffff', device: 'polar-h10' }))).code).toBe('invalid-argument');
    expect((await refusal(devices.name({ recordingId: id, device: 'polar-h11' }))).message).toContain('«polar-h11» is not on the list');
  });
});

describe('the list', () => {
  it('is shown with what is known of each and why', () => {
    const view = devices.list();
    expect(view).toMatchObject({ version: builtInList().list.version, from: 'built-in', problem: null });
    expect(view.devices.find((d) => d.id === 'polar-h10')).toMatchObject({ name: 'Polar H10', level: 'model', evidence: expect.arrayContaining([expect.objectContaining({ says: expect.any(String) })]) });
    expect(view.devices.find((d) => d.id === 'polar-h10')!.channels).toContainEqual({ kind: 'acceleration', unit: 'g', range: [-8, 8], rates: '25, 50, 100 or 200 Hz', step: 0.001, note: expect.any(String) });
  });

  it('is updated by two files, from a path or from a page, and by nothing that is not signed', async () => {
    const { bytes, signature } = builtInList();
    const dir = join(world.dir, 'lists');
    mkdirSync(dir);
    const path = join(dir, 'devices.json');
    writeFileSync(path, bytes);
    expect((await refusal(devices.update({ list: { path } }))).code).toBe('file-not-found');
    writeFileSync(`${path}.sig`, signature);
    expect((await devices.update({ list: { path } })).version).toBe(builtInList().list.version);
    writeFileSync(path, Buffer.from(bytes).fill(32, 10, 12));
    expect((await refusal(devices.update({ list: { path } }))).code).toBe('devices-refused');

    async function* once(content: Uint8Array) { yield content; }
    const sent = async (content: Uint8Array, name: string) => ({ upload: (await uploads.put(name, once(content))).upload });
    const [list, sig] = [await sent(bytes, 'devices.json'), await sent(Buffer.from(signature), 'devices.json.sig')];
    expect((await devices.update({ list, signature: sig })).problem).toBeNull();
    expect((await refusal(devices.update({ list, signature: sig }))).code).toBe('file-not-found');
    expect((await refusal(async () => devices.update({ list: await sent(bytes, 'devices.json') }))).message).toContain('signature');
    expect((await refusal(async () => devices.update({ list: await sent(bytes, 'devices.json'), signature: await sent(new Uint8Array(20_000), 'x.sig') }))).code).toBe('devices-refused');
    expect((await refusal(async () => devices.update({ list: await sent(bytes, 'd'), signature: await sent(Buffer.from('no'), 's') }))).message).toContain('not signed');
    expect((await devices.refresh()).from).toBe('built-in');
  });
});
