import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { followNetwork } from '../../electron/app/devices-api.ts';
import { openDevices } from '../../electron/app/devices.ts';
import { nameDeviceList } from '../../electron/chain/deploy.ts';
import { builtInList } from '../../electron/quality/hardware/registry.ts';
import { rawPublicKey, signatureLine } from '../../electron/quality/hardware/signature.ts';
import { MAINTAINER_KEYS } from '../../electron/quality/hardware/maintainers.ts';
import type { DeviceList } from '../../shared/domain/device.ts';
import { toAppError } from '../../shared/errors.ts';
import { createWorld, type Person, type World } from '../market/world.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const keys = [...MAINTAINER_KEYS, rawPublicKey(privateKey).toString('base64')];
const base = builtInList().list;
const listOf = (version: number, change: Partial<DeviceList> = {}): { bytes: Buffer; signature: string; hash: string } => {
  const bytes = Buffer.from(JSON.stringify({ ...base, version, ...change }));
  return { bytes, signature: signatureLine(bytes, privateKey), hash: `0x${createHash('sha256').update(bytes).digest('hex')}` };
};
const take = (devices: ReturnType<typeof openDevices>, it: ReturnType<typeof listOf>) => devices.update(it.bytes, it.signature, 'file');
const refusal = async (work: () => unknown) => { try { await work(); } catch (error) { const { code, message } = toAppError(error); return { code, message }; } throw new Error('was not refused'); };

describe('the lists of a profile', () => {
  let dir: string;
  beforeEach(() => { dir = join(mkdtempSync(join(tmpdir(), 'phdex-devices-')), 'devices'); });
  afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

  it('begin with the one that came with the app, and leave nothing on the disk for it', () => {
    expect(openDevices(dir).view()).toMatchObject({ version: base.version, from: 'built-in', problem: null });
    expect(existsSync(dir)).toBe(false);
  });

  it('go forward by what the maintainers signed, and stay so', () => {
    const devices = openDevices(dir, { keys });
    take(devices, listOf(5));
    expect(devices.view()).toMatchObject({ version: 5, from: 'file', problem: null });
    expect(devices.registry().version).toBe(5);
    expect(openDevices(dir, { keys }).view()).toMatchObject({ version: 5, from: 'file' });
  });

  it('never go back, nor to another list of the same version; the same one again is nothing', async () => {
    const devices = openDevices(dir, { keys });
    take(devices, listOf(5));
    take(devices, listOf(5));
    for (const version of [1, 4, 5]) expect(await refusal(() => take(devices, listOf(version, { issued: '2030-01-01' })))).toEqual({ code: 'devices-refused', message: expect.stringContaining('a list never goes back') });
    expect(readdirSync(dir).sort()).toEqual(['devices-5.file.json', 'devices-5.file.json.sig']);
  });

  it('keep what waits for a certificate may still name, and no more', () => {
    const devices = openDevices(dir, { keys });
    for (let v = 2; v <= 9; v++) take(devices, listOf(v));
    expect(readdirSync(dir).filter((n) => n.endsWith('.json')).sort()).toEqual(['devices-6.file.json', 'devices-7.file.json', 'devices-8.file.json', 'devices-9.file.json']);
    expect(openDevices(dir, { keys }).registry().version).toBe(9);
  });

  it('of which one was changed on the disk is refused with a sentence, and the others are used', () => {
    const devices = openDevices(dir, { keys });
    take(devices, listOf(3));
    take(devices, listOf(4));
    const path = join(dir, 'devices-4.file.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('Polar', 'Polor'));
    const again = openDevices(dir, { keys });
    expect(again.view()).toMatchObject({ version: 3, problem: { message: expect.stringContaining('was refused: The list of devices is not signed'), hint: expect.any(String) } });
    rmSync(join(dir, 'devices-3.file.json.sig'));
    expect(openDevices(dir, { keys }).view()).toMatchObject({ version: base.version, from: 'built-in', problem: { message: expect.any(String) } });
    // And is put right by the next one.
    take(again, listOf(6));
    expect(again.view().problem).toBeNull();
  });

  it('are refused from anybody else', async () => {
    const devices = openDevices(dir);
    expect((await refusal(() => take(devices, listOf(5)))).code).toBe('devices-refused');
    expect(devices.view().version).toBe(base.version);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('the network\'s list', () => {
  let world: World;
  let people: { registrar: Person; reader: Person };
  let registrar: Awaited<ReturnType<World['parts']>>;
  let reader: Awaited<ReturnType<World['parts']>>;
  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    people = { registrar: await world.person('registrar'), reader: await world.person('reader') };
    [registrar, reader] = [await world.parts(people.registrar), await world.parts(people.reader)];
  });
  afterAll(() => world.stop());

  const serve = async (files: Record<string, Uint8Array | string>): Promise<string> => {
    const dir = mkdtempSync(join(world.dir, 'list-'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    const { cid } = await registrar.blobsNow.store.addDirectory(dir);
    return `ipfs://${cid}#${registrar.blobsNow.store.addresses().join(',')}`;
  };
  const announce = async (version: number, it: ReturnType<typeof listOf>, uri?: string) => nameDeviceList(world.rpc, world.network, { version, hash: it.hash, uri: uri ?? await serve({ 'devices.json': it.bytes, 'devices.json.sig': it.signature }) });
  const follow = (devices: ReturnType<typeof openDevices>) => followNetwork(devices, reader.chainNow, reader.blobsNow.store);
  const fresh = () => openDevices(mkdtempSync(join(world.dir, 'devices-')), { keys });

  it('is none at first: the app\'s own is used', async () => {
    const devices = fresh();
    expect(await follow(devices)).toBe(false);
    expect(devices.view()).toMatchObject({ version: base.version, problem: null });
  });

  it('is announced from the command line, by who serves it', async () => {
    const who = await world.person('first');
    const node = await world.open(who);
    const path = join(world.dir, 'first.json');
    writeFileSync(path, builtInList().bytes);
    writeFileSync(`${path}.sig`, builtInList().signature);
    const said = await node.devices.announce(path);
    expect(said).toMatchObject({ version: base.version, hash: builtInList().hash, uri: expect.stringMatching(/^ipfs:\/\/[a-z0-9]+#\/ip4\/127\.0\.0\.1\//), to: world.network.contracts.devices });
    expect(said.gas).toBeGreaterThan(0n);
    expect(await reader.chainNow.read('devices', 'current', [])).toEqual([BigInt(base.version), builtInList().hash, said.uri]);
    expect(readdirSync(join(who.dir, 'work'))).toEqual([]);
    // Nothing newer than what everybody has.
    expect(await follow(fresh())).toBe(false);
    await node.stop();
  });

  it('is fetched from a peer, checked and kept', async () => {
    await announce(10, listOf(10));
    const devices = fresh();
    expect(await follow(devices)).toBe(true);
    expect(devices.view()).toMatchObject({ version: 10, from: 'network', problem: null });
    expect(await follow(devices)).toBe(false);
    // Who has a newer one by file stays with it.
    const ahead = fresh();
    take(ahead, listOf(11));
    expect(await follow(ahead)).toBe(false);
    expect(ahead.view()).toMatchObject({ version: 11, from: 'file' });
  });

  it('is refused with a sentence where the registrar names what the maintainers did not sign, or something else', async () => {
    const devices = fresh();
    const foreign = generateKeyPairSync('ed25519').privateKey;
    const unsigned = listOf(20);
    await announce(20, unsigned, await serve({ 'devices.json': unsigned.bytes, 'devices.json.sig': signatureLine(unsigned.bytes, foreign) }));
    expect(await refusal(() => follow(devices))).toMatchObject({ code: 'devices-refused', message: expect.stringContaining('not signed by the maintainers') });
    expect(devices.view()).toMatchObject({ version: base.version, from: 'built-in', problem: { message: expect.stringContaining('not signed') } });
    // Signed, but not the one that is named: another hash, and another version.
    const other = listOf(21);
    await announce(21, { ...other, hash: listOf(99).hash }, await serve({ 'devices.json': other.bytes, 'devices.json.sig': other.signature }));
    expect((await refusal(() => follow(devices))).message).toContain('not the one that the network names');
    await announce(22, other);
    expect((await refusal(() => follow(devices))).message).toContain('not the one that the network names');
    await announce(23, other, 'https://example.org/devices.json');
    expect((await refusal(() => follow(devices))).message).toContain('an address that this app cannot read');
    expect(devices.registry().version).toBe(base.version);
    await announce(24, listOf(24));
    expect(await follow(devices)).toBe(true);
    expect(devices.view().problem).toBeNull();
  });

  it('cannot be set back on the contract, nor by anybody but the registrar', async () => {
    await expect(announce(24, listOf(24))).rejects.toMatchObject({ code: 'chain-reverted' });
    await expect(announce(3, listOf(3))).rejects.toMatchObject({ code: 'chain-reverted' });
  });

  it('is not asked for on a network that was made before there was one', async () => {
    const { devices: _, ...contracts } = world.network.contracts;
    const chain = { ...reader.chainNow, network: { ...reader.chainNow.network, contracts } };
    const devices = fresh();
    expect(await followNetwork(devices, chain, reader.blobsNow.store)).toBe(false);
    expect(devices.view().version).toBe(base.version);
  });

  it('is announced, named and listed from the command line', async () => {
    const node = await world.open(await world.person('teller'));
    const { bytes, signature } = builtInList();
    const path = join(world.dir, 'devices.json');
    writeFileSync(path, bytes);
    writeFileSync(`${path}.sig`, signature);
    expect(await refusal(() => node.devices.announce(path))).toEqual({ code: 'devices-refused', message: 'The network names version 24 of the list already; version 1 is not newer.' });
    expect(node.devices.view().version).toBe(base.version);
    const { info } = await importOne(node, await world.csv());
    expect(() => node.devices.name(info.id, 'no-such')).toThrow(/not on the list/);
    expect(node.devices.name(info.id, 'polar-h10')).toMatchObject({ id: 'polar-h10', how: 'named', trusted: true });
    expect((await node.score(info.id)).hardware?.device).toBe('polar-h10');
    expect(node.devices.name(info.id, null)).toMatchObject({ id: null, trusted: false });
    const simulated = await world.record(node);
    expect(() => node.devices.name(simulated, 'polar-h10')).toThrow(/cannot be named as of the Polar H10: It was made by a simulator/);
  });
});

async function importOne(node: Awaited<ReturnType<World['open']>>, path: string) { const { made } = await node.importFile(path); return { info: made[0]! }; }
