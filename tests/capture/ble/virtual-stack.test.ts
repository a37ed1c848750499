import { afterEach, describe, expect, it } from 'vitest';
import type { CharacteristicLike, NobleLike, PeripheralLike } from '../../../electron/capture/ble/types.ts';
import { createBench, until, type Bench } from './virtual/bench.ts';
import { COMMAND, PACKET, STATUS } from './virtual/hci.ts';
import { createStrap } from './virtual/watches/strap.ts';
import type { VirtualDevice } from './virtual/stacks.ts';

type Peer = PeripheralLike & { discoverAllServicesAndCharacteristicsAsync(): Promise<{ characteristics: CharacteristicLike[] }> };

let bench: Bench;
afterEach(() => bench.close());

async function poweredOn(noble: NobleLike): Promise<void> {
  let on = false;
  noble.on('stateChange', ((state: string) => { on = state === 'poweredOn'; }) as never);
  await until('noble is on', () => on || noble.state === 'poweredOn');
}

async function find(noble: NobleLike, name: string): Promise<Peer> {
  await poweredOn(noble);
  let found: Peer | null = null;
  const listener = ((p: Peer) => { if (p.advertisement.localName === name) found = p; }) as never;
  noble.on('discover', listener);
  await noble.startScanningAsync([], true);
  await until(`${name} is found`, () => found !== null);
  await noble.stopScanningAsync();
  noble.removeListener('discover', listener);
  return found!;
}

const VALUE = Uint8Array.from({ length: 480 }, (_, i) => (i * 7) % 256);

function echo(): { device: VirtualDevice; written: () => Uint8Array; send: (bytes: Uint8Array) => void } {
  let written = new Uint8Array();
  let send: (bytes: Uint8Array) => void = () => undefined;
  return {
    written: () => written,
    send: (bytes) => send(bytes),
    device: {
      name: 'Echo', advertises: ['1234'],
      services: [{ uuid: '1234', characteristics: [{ uuid: '4321', properties: ['read', 'write', 'notify'], read: () => VALUE, write: (bytes) => { written = new Uint8Array(bytes); }, subscribed: (s) => { send = s; } }] }],
    },
  };
}

describe('noble and bleno over the virtual controller', () => {
  it.each([
    { mtu: 23, aclLength: 27, aclPackets: 1, longPackets: false },
    { mtu: 23, aclLength: 251, aclPackets: 8, longPackets: true },
    { mtu: 247, aclLength: 27, aclPackets: 2, longPackets: false },
    { mtu: 247, aclLength: 251, aclPackets: 8, longPackets: true },
    // L2CAP packets that fit neither side's ACL packets nor the air's evenly.
    { mtu: 200, aclLength: 64, aclPackets: 3, longPackets: true },
  ])('carries values whole at an MTU of $mtu with $aclPackets ACL packets of $aclLength', async ({ mtu, ...controller }) => {
    bench = createBench(controller);
    const { device, written, send } = echo();
    await bench.add(device, { mtu, ...controller });
    const peer = await find(bench.central.noble, 'Echo');
    await peer.connectAsync();
    const { characteristics } = await peer.discoverAllServicesAndCharacteristicsAsync();
    expect(peer.mtu).toBe(mtu);
    const characteristic = characteristics.find((c) => c.uuid === '4321')!;
    expect(new Uint8Array(await characteristic.readAsync())).toEqual(VALUE);
    await characteristic.writeAsync(Buffer.from(VALUE.subarray(0, 300)), false);
    expect(written()).toEqual(VALUE.subarray(0, 300));

    const got: Uint8Array[] = [];
    characteristic.on('data', ((data: Buffer) => got.push(new Uint8Array(data))) as never);
    await characteristic.subscribeAsync();
    for (let i = 0; i < 50; i++) send(VALUE.subarray(i, i + mtu - 3));
    await until('50 notifications', () => got.length === 50);
    got.forEach((bytes, i) => expect(bytes).toEqual(VALUE.subarray(i, i + mtu - 3)));
    expect(bench.violations()).toEqual([]);
  });

  it('advertises what a scan shows: name, services, manufacturer data and signal', async () => {
    bench = createBench();
    await bench.add(createStrap('Strap A').device, { rssi: -71 });
    const peer = await find(bench.central.noble, 'Strap A');
    expect(peer).toMatchObject({ id: 'd00000000001', rssi: -71, connectable: true });
    expect(peer.advertisement.serviceUuids).toEqual(['180d']);
    expect([...peer.advertisement.manufacturerData!]).toEqual([0x6b, 0x00, 0x33]);
  });

  it('tells both sides of a connection that went out of reach, and lets it be made again', async () => {
    bench = createBench();
    const strap = createStrap();
    const peripheral = await bench.add(strap.device);
    const peer = await find(bench.central.noble, 'Strap 1');
    await peer.connectAsync();
    const { characteristics } = await peer.discoverAllServicesAndCharacteristicsAsync();
    await characteristics.find((c) => c.uuid === '2a37')!.subscribeAsync();
    expect(strap.heart.measurement.open).toBe(true);
    let reason: number | null = null;
    peer.on('disconnect', ((r: number) => { reason = r; }) as never);
    bench.air.leave(peripheral.controller);
    await until('the loss', () => reason !== null);
    expect(reason).toBe(STATUS.connectionTimeout);
    await until('the strap to know it', () => !strap.heart.measurement.open);
    bench.air.comeBack(peripheral.controller);
    await peer.connectAsync();
    expect(peer.state).toBe('connected');
    await until('the second connection', () => peripheral.connections === 2);
    expect(bench.violations()).toEqual([]);
  });

  it('does not advertise while it is connected, and ends a connection from either side', async () => {
    bench = createBench();
    const peripheral = await bench.add(createStrap().device);
    const peer = await find(bench.central.noble, 'Strap 1');
    const reasons: number[] = [];
    peer.on('disconnect', ((r: number) => reasons.push(r)) as never);
    await peer.connectAsync();
    expect(peripheral.controller.advertising).toBe(false);
    peripheral.controller.hangUp();
    await until('the end by the device', () => reasons.length === 1);
    await until('it advertises again', () => peripheral.controller.advertising);
    await peer.connectAsync();
    await peer.disconnectAsync();
    expect(reasons).toEqual([STATUS.remoteEnded, STATUS.localEnded]);
  });

  it('counts what a host does against the rules', async () => {
    bench = createBench({ aclLength: 27, aclPackets: 1 });
    await bench.add(createStrap().device);
    const peer = await find(bench.central.noble, 'Strap 1');
    await peer.connectAsync();
    await peer.discoverAllServicesAndCharacteristicsAsync();
    const { controller } = bench.central;
    const handle = [...bench.air.links][0]!.central.handle;
    const packet = (length: number) => Buffer.from([PACKET.acl, handle, 0, length, 0, ...new Array<number>(length).fill(0)]);
    controller.fromHost(packet(28));
    controller.fromHost(packet(4));
    controller.fromHost(Buffer.from([PACKET.command, COMMAND.leConnect & 0xff, 0xff, 0]));
    expect(controller.violations).toEqual(['ACL packet of 28', 'more ACL packets than buffers', 'command 0xff0d']);
  });
});
