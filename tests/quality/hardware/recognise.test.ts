import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNameable, recognise, refusalOf } from '../../../electron/quality/hardware/recognise.ts';
import { builtInList, createRegistry } from '../../../electron/quality/hardware/registry.ts';
import type { HardwareIdentity } from '../../../shared/domain/device.ts';
import { SourceInfo } from '../../../shared/domain/recording.ts';

const registry = createRegistry([builtInList()]);
const source = (change: Partial<SourceInfo>): SourceInfo => ({ kind: 'csv', device: null, simulated: false, times: 'source', ...change });
const nothing: HardwareIdentity = { manufacturer: null, model: null, firmware: null, hardware: null, pnp: null, companyId: null, services: [] };
const PMD = 'fb005c8002e7f3871cad8acd2d8df0c8';
const h10: HardwareIdentity = { ...nothing, manufacturer: 'Polar Electro Oy\0', model: 'H10', firmware: '5.0.0', companyId: 0x6b, pnp: { source: 'bluetooth', vendor: 0x6b, product: 10 }, services: ['1800', '180a', '180d', '180f', PMD, 'feee'] };
const ble = (identity: HardwareIdentity) => recognise(source({ kind: 'ble', identity }), registry);

describe('a Bluetooth device', () => {
  it('is known by manufacturer, model and services, whatever the form of the UUIDs', () => {
    expect(ble(h10)).toMatchObject({ entry: { id: 'polar-h10' }, confidence: 'model', cause: 'none', hint: null });
    expect(ble({ ...h10, services: ['0000180d-0000-1000-8000-00805f9b34fb', 'FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8'] }).entry?.id).toBe('polar-h10');
    // Another stack withholds what the registry can do without.
    expect(ble({ ...h10, companyId: null, pnp: null, firmware: null }).entry?.id).toBe('polar-h10');
  });

  it.each<[string, Partial<HardwareIdentity>, RegExp]>([
    ['lacks the model\'s own service', { services: ['180d'] }, /lacks the service fb005c80/],
    ['advertises another maker', { companyId: 0x0059 }, /another maker's identifier \(0x0059\)/],
    ['has another maker\'s PnP ID', { pnp: { source: 'bluetooth', vendor: 0x0087, product: 1 } }, /PnP ID is of another maker \(0x0087\)/],
  ])('that calls itself an H10 but %s is none, and no other Polar either', (_, change, reason) => {
    expect(ble({ ...h10, ...change })).toMatchObject({ entry: null, cause: 'contradiction', reason: expect.stringMatching(reason) });
  });

  it('of which only the maker is known counts as of its maker', () => {
    expect(ble({ ...h10, model: 'H9', services: ['180d'] })).toMatchObject({ entry: { id: 'polar-heart-rate' }, confidence: 'maker' });
    expect(ble({ ...nothing, companyId: 0x1fc, services: ['180d', '180a'] }).entry?.id).toBe('wahoo-heart-rate');
    // One that names itself otherwise than it advertises does not.
    expect(ble({ ...nothing, companyId: 0x1fc, manufacturer: 'Noname', services: ['180d'] })).toMatchObject({ entry: null, cause: 'contradiction', reason: expect.stringContaining('«Noname»') });
  });

  it('of one maker is told apart by its services', () => {
    expect(ble({ ...nothing, companyId: 0x611, services: ['1822'] }).entry?.id).toBe('beurer-oximeter');
    expect(ble({ ...nothing, companyId: 0x611, services: ['1809'] }).entry?.id).toBe('beurer-thermometer');
    expect(ble({ ...nothing, companyId: 0x611, services: ['180d'] })).toMatchObject({ entry: null, cause: 'unknown' });
  });

  it('that only borrows a chip maker\'s identifier is unknown', () => {
    for (const companyId of [0x0059, 0x02e5, 0x000d, 0xffff]) expect(ble({ ...nothing, companyId, services: ['180d', PMD] }).cause).toBe('unknown');
  });

  it('that said what it is cannot be named otherwise by its owner; one that said nothing can', () => {
    expect(recognise(source({ kind: 'ble', model: 'polar-h10', identity: { ...nothing, manufacturer: 'Noname', model: 'X1', services: ['180d'] } }), registry)).toMatchObject({ entry: null, cause: 'unknown', told: 'Noname X1' });
    expect(recognise(source({ kind: 'ble', model: 'polar-oh1', identity: h10 }), registry).entry?.id).toBe('polar-h10');
    expect(recognise(source({ kind: 'ble', model: 'polar-oh1', identity: { ...nothing, services: ['180d'] } }), registry)).toMatchObject({ entry: { id: 'polar-oh1' }, confidence: 'claim' });
  });
});

describe('a file', () => {
  it.each<[Partial<SourceInfo>, string | null]>([
    [{ kind: 'apple-health', device: 'Apple Inc. Watch Watch4,2' }, 'apple-watch'],
    [{ kind: 'apple-health', device: 'Apple Watch Watch7,1' }, 'apple-watch'],
    [{ kind: 'apple-health', device: 'Apple Inc. iPhone iPhone12,1' }, null],
    [{ kind: 'apple-health', device: null }, null],
    [{ kind: 'fit', device: 'FIT manufacturer 1, product 3121' }, 'garmin-fit'],
    [{ kind: 'fit', device: 'FIT manufacturer 123' }, 'polar-fit'],
    // Zwift is a game, 255 is for development, 12 is not 1.
    [{ kind: 'fit', device: 'FIT manufacturer 260, product 1' }, null],
    [{ kind: 'fit', device: 'FIT manufacturer 255, product 1' }, null],
    [{ kind: 'fit', device: 'FIT manufacturer 12, product 1' }, null],
    [{ kind: 'tcx', device: 'Garmin Forerunner 245' }, 'garmin-fit'],
    [{ kind: 'tcx', device: 'Polar H10' }, 'polar-h10'],
    [{ kind: 'gpx', device: 'StravaGPX' }, null],
    [{ kind: 'gadgetbridge', device: 'PINE64 PineTime' }, 'pine64-pinetime'],
    [{ kind: 'gadgetbridge', device: 'Huami Mi Band 3' }, null],
    [{ kind: 'gt3x', device: 'ActiGraph wGT3XBT' }, 'actigraph-wgt3xbt'],
    [{ kind: 'actigraph-csv', device: 'ActiGraph GT3X+' }, 'actigraph-gt3xplus'],
    // GT3X alone is the older one, of which little is known; GT3X+ is not taken for it.
    [{ kind: 'actigraph-csv', device: 'ActiGraph' }, 'actigraph'],
    [{ kind: 'axivity-csv', device: 'Axivity' }, 'axivity-ax'],
    [{ kind: 'empatica-e4', device: 'Empatica E4' }, 'empatica-e4'],
    [{ kind: 'fitbit', device: null }, 'fitbit-wearable'],
    [{ kind: 'oura', device: 'Oura Ring' }, 'oura-ring'],
    [{ kind: 'samsung-health', device: null }, 'samsung-wearable'],
    [{ kind: 'wisdm', device: null }, 'lg-g-watch'],
    [{ kind: 'edf', device: 'Somnomedics' }, null],
    [{ kind: 'csv', device: null }, null],
    [{ kind: 'csv', device: 'Some watch' }, null],
    // What the owner wrote at the import counts as a claim where it is the list's own name.
    [{ kind: 'csv', device: ' polar  h10 ' }, 'polar-h10'],
    [{ kind: 'csv', model: 'axivity-ax' }, 'axivity-ax'],
    [{ kind: 'csv', model: 'no-such-thing' }, null],
    // A claim does not overrule what the file says.
    [{ kind: 'wisdm', device: null, model: 'polar-h10' }, 'lg-g-watch'],
    [{ kind: 'fit', device: 'FIT manufacturer 260, product 1', model: 'garmin-fit' }, null],
  ])('%j is of %s', (change, id) => {
    const found = recognise(source(change), registry);
    expect(found.entry?.id ?? null).toBe(id);
    expect(found.cause).toBe(id === null ? 'unknown' : 'none');
    if (id === null) expect(found.hint).toBeTruthy();
    if (change.kind === 'csv' && id !== null) expect(found.confidence).toBe('claim');
  });

  it('of a simulator or of a person\'s hand is of no device, whatever is claimed', () => {
    expect(recognise(source({ kind: 'simulator', simulated: true, model: 'polar-h10', device: 'Polar H10' }), registry)).toMatchObject({ entry: null, cause: 'simulated' });
    expect(recognise(source({ kind: 'manual', model: 'polar-h10' }), registry)).toMatchObject({ entry: null, cause: 'by-hand' });
    expect(isNameable(source({ simulated: true }))).toBe(false);
  });
});

describe('whether it may be listed', () => {
  const refusal = (change: Partial<SourceInfo>, allowSimulated = true) => refusalOf(recognise(source(change), registry), { allowSimulated });
  it('is refused with the reason and what to do, on any network, where the device is unknown', () => {
    for (const network of [true, false]) {
      expect(refusal({ kind: 'edf', device: 'Somnomedics' }, network)).toEqual({ message: 'It cannot be listed: «Somnomedics» is not on the list of validated hardware.', hint: expect.stringContaining('keep the recording for yourself') });
      expect(refusal({}, network)?.message).toBe('It cannot be listed: nothing says which device made it.');
      expect(refusal({ kind: 'ble', identity: { ...h10, services: [] } }, network)?.message).toMatch(/calls itself Polar H10 but lacks/);
      expect(refusal({ kind: 'wisdm' }, network)).toBeNull();
      expect(refusal({ kind: 'manual' }, network)).toBeNull();
    }
  });
  it('depends on the network for what a simulator made', () => {
    expect(refusal({ kind: 'simulator', simulated: true }, true)).toBeNull();
    expect(refusal({ kind: 'simulator', simulated: true }, false)).toMatchObject({ message: expect.stringContaining('simulator') });
  });
  it('is refused where the list took the device off', () => {
    const { list, ...rest } = builtInList();
    const later = createRegistry([{ ...rest, list: { ...list, devices: list.devices.map((d) => (d.id === 'lg-g-watch' ? { ...d, withdrawn: 'Its clock runs backwards.' } : d)) } }]);
    const found = recognise(source({ kind: 'wisdm' }), later);
    expect(found).toMatchObject({ entry: null, cause: 'withdrawn' });
    expect(refusalOf(found, { allowSimulated: true })?.message).toContain('Its clock runs backwards.');
  });
});

it('whatever a device or a file says, the answer is one of the list or a reason, and the same again', () => {
  const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('Polar Electro Oy', 'PINE64', 'H10', 'Garmin', '')), { nil: null });
  const identity = fc.record({ manufacturer: text, model: text, firmware: text, hardware: text, pnp: fc.option(fc.record({ source: fc.constantFrom('bluetooth' as const, 'usb' as const), vendor: fc.nat(0xffff), product: fc.nat(0xffff) }), { nil: null }), companyId: fc.option(fc.nat(0xffff), { nil: null }), services: fc.array(fc.oneof(fc.string(), fc.constantFrom('180d', PMD)), { maxLength: 8 }) });
  const any = fc.record({ kind: SourceInfo.shape.kind.options.length > 0 ? fc.constantFrom(...SourceInfo.shape.kind.options) : fc.constant('csv' as const), device: text, simulated: fc.boolean(), times: fc.constant('source' as const), identity: fc.option(identity, { nil: undefined }), model: fc.option(fc.constantFrom('polar-h10', 'nothing-such'), { nil: undefined }) });
  fc.assert(fc.property(any, (it) => {
    const [a, b] = [recognise(it as SourceInfo, registry), recognise(structuredClone(it) as SourceInfo, registry)];
    expect(a).toEqual(b);
    expect((a.entry === null) === (a.cause !== 'none')).toBe(true);
    expect(a.reason.length).toBeGreaterThan(10);
    if (a.cause === 'unknown' || a.cause === 'contradiction') expect(refusalOf(a, { allowSimulated: true })).not.toBeNull();
    if (it.simulated) expect(a.entry).toBeNull();
  }), { numRuns: 2000 });
});
