import { afterEach, describe, expect, it } from 'vitest';
import { companyId, describe as describeDevice } from '../../../electron/capture/ble/found.ts';
import type { FoundDevice, PeripheralLike } from '../../../electron/capture/ble/types.ts';
import { until } from './virtual/bench.ts';
import { createProduct, type Product } from './virtual/product.ts';
import { createStrap } from './virtual/watches/strap.ts';

let product: Product | null = null;
afterEach(async () => { await product?.end(); product = null; });

const said = (advertisement: PeripheralLike['advertisement'], connectable = true) => describeDevice({ id: 'a', rssi: -40, connectable, advertisement } as PeripheralLike, 5);

describe('what an advertisement says', () => {
  it('is told in one spelling, once each', () => {
    expect(said({ localName: 'Strap', serviceUuids: ['180D', '0000180d-0000-1000-8000-00805f9b34fb', 'fee'], manufacturerData: Uint8Array.of(0x6b, 0, 9) }))
      .toEqual({ id: 'a', name: 'Strap', rssi: -40, services: ['0fee', '180d'], connectable: true, kind: 'Heart rate monitor', known: true, lastSeen: 5, companyId: 0x6b, manufacturerData: '6b0009', drivers: ['heart-rate'] });
  });

  it('cannot disguise itself or fill the screen', () => {
    expect(said({ localName: 'Polar\u202E01H\u0000\u0007 ' }).name).toBe('Polar01H');
    expect(said({ localName: '\u200B' }).name).toBeNull();
    expect([...said({ localName: '😀'.repeat(500) }).name!]).toHaveLength(80);
    expect(said({ serviceUuids: Array.from({ length: 5000 }, (_, i) => i.toString(16).padStart(4, '0')) }).services).toHaveLength(64);
  });

  it('of a maker in tests, or of half a maker, names none', () => {
    expect([Uint8Array.of(0xff, 0xff, 1), Uint8Array.of(0x6b), new Uint8Array(), undefined].map(companyId)).toEqual([null, null, null, null]);
  });

  it('may be of a battery alone, which is nothing to record', () => expect(said({ serviceUuids: ['180f'] })).toMatchObject({ drivers: ['battery'], known: false, kind: null }));
});

describe('a scan', () => {
  it('tells a device once a second however often it advertises, and nothing after it was stopped', async () => {
    product = createProduct();
    await product.add(createStrap().device);
    const times: number[] = [];
    const scan = product.bluetooth.scan((d) => { if (d.name === 'Strap 1') times.push(d.lastSeen); });
    // It advertises every 10 ms.
    await until('it is told three times', () => times.length >= 3);
    scan.stop();
    expect(times.slice(1).every((t, i) => t - times[i]! >= 990)).toBe(true);
    const count = times.length;
    await new Promise((r) => setTimeout(r, 1200));
    expect(times).toHaveLength(count);
  });

  it('goes on after a device was connected meanwhile, for which noble stops it', async () => {
    product = createProduct();
    await product.add(createStrap('First').device);
    const found = new Set<string | null>();
    const scan = product.bluetooth.scan((d) => found.add(d.name));
    await until('the first', () => found.has('First'));
    const session = await product.bluetooth.connect('d00000000001');
    await product.add(createStrap('Second').device);
    await until('the second', () => found.has('Second'));
    scan.stop();
    await session.stop();
    expect(product.violations()).toEqual([]);
  });

  it('is taken up again when another program stopped it', async () => {
    product = createProduct();
    await product.add(createStrap().device);
    let told = 0;
    const scan = product.bluetooth.scan(() => told++);
    await until('the device', () => told > 0);
    await product.central.noble.stopScanningAsync();
    const before = told;
    await until('it is told again', () => told > before + 1);
    scan.stop();
  });

  it('rests while a device is tried for, which most adapters cannot do at once', async () => {
    product = createProduct({ timeouts: { connect: 800 } });
    const peripheral = await product.add(createStrap().device);
    await product.add(createStrap('Other').device);
    const { id } = await product.find('Strap 1');
    let told = 0;
    const scan = product.bluetooth.scan(() => told++);
    await until('both', () => told >= 2);
    product.air.leave(peripheral.controller);
    let starts = 0;
    product.central.noble.on('scanStart', (() => starts++) as never);
    await product.bluetooth.connect(id).catch(() => undefined);
    expect(starts).toBe(0);
    await until('it goes on', () => starts === 1);
    scan.stop();
  });

  it('of several does not end with one of them, and tells each what it asked for', async () => {
    product = createProduct();
    await product.add(createStrap('Strap').device);
    await product.add({ name: 'Kettle', advertises: ['fe95'], services: [] });
    const all: FoundDevice[] = [];
    const kettles: FoundDevice[] = [];
    const first = product.bluetooth.scan((d) => all.push(d));
    const second = product.bluetooth.scan((d) => kettles.push(d), { services: ['0000FE95-0000-1000-8000-00805F9B34FB'] });
    await until('both', () => new Set(all.map((d) => d.name)).size >= 2 && kettles.length > 0);
    first.stop();
    const before = kettles.length;
    await until('the second goes on', () => kettles.length > before);
    second.stop();
    expect(kettles.every((d) => d.id === 'd00000000002')).toBe(true);
  });

  it('that is stopped before the adapter answered never begins', async () => {
    product = createProduct();
    await product.add(createStrap().device);
    let told = 0;
    product.bluetooth.scan(() => told++).stop();
    await product.find('Strap 1');
    expect(told).toBe(0);
  });
});
