import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findPersonalData } from '../../../electron/datasets/personal-data.ts';
import { recognise } from '../../../electron/quality/hardware/recognise.ts';
import { builtInList, createRegistry, deviceName, entryHash } from '../../../electron/quality/hardware/registry.ts';
import { conversion } from '../../../electron/quality/hardware/units.ts';
import { schemaText } from '../../../scripts/sign-devices.ts';
import { DeviceEntry, DeviceList, type HardwareIdentity } from '../../../shared/domain/device.ts';
import type { SourceInfo } from '../../../shared/domain/recording.ts';

const { list } = builtInList();
const registry = createRegistry([builtInList()]);
const source = (change: Partial<SourceInfo>): SourceInfo => ({ kind: 'csv', device: null, simulated: false, times: 'source', ...change });
const nothing: HardwareIdentity = { manufacturer: null, model: null, firmware: null, hardware: null, pnp: null, companyId: null, services: [] };
/** Chip makers' identifiers say nothing of the brand, 0xFFFF is for tests (reference, 2). */
const NO_BRAND = [0xffff, 0x0059, 0x02e5, 0x000d];

describe.each(list.devices.map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  it('says whole what it must', () => {
    expect(DeviceEntry.parse(entry)).toEqual(entry);
    expect(entry.evidence.every((e) => !/\d{3,}-\d{3,}-\d{4}|@/.test(`${e.source}${e.says}`) || e.source.startsWith('@garmin'))).toBe(true);
    if (entry.ble) expect(entry.ble.companyIds.filter((c) => NO_BRAND.includes(c))).toEqual([]);
    // A model is told by a string or a product number; a family by its maker.
    if (entry.ble && entry.level === 'model') expect(entry.ble.models.length).toBeGreaterThan(0);
    if (entry.ble && entry.level === 'maker') expect(entry.ble.models).toEqual([]);
    if (entry.ble) expect(entry.ble.services.length).toBeGreaterThan(0);
  });

  it('has a name that a label may carry', () => {
    expect(findPersonalData(deviceName(entry))).toBeNull();
    expect(deviceName(entry).length).toBeLessThanOrEqual(80);
  });

  it('is recognised by each way that it names', () => {
    for (const file of entry.files) {
      for (const device of file.devices.length > 0 ? file.devices : [null, 'whatever']) {
        const found = recognise(source({ kind: file.kind, device }), registry);
        expect([file.kind, device, found.entry?.id]).toEqual([file.kind, device, id]);
        // And what follows a word's end, a product or a version, does not matter.
        if (device !== null && file.devices.length > 0) expect(recognise(source({ kind: file.kind, device: `${device.toUpperCase()} 7.1` }), registry).entry?.manufacturer).toBe(entry.manufacturer);
      }
    }
    if (!entry.ble) return;
    const { manufacturers, models, companyIds, services, pnp } = entry.ble;
    for (const manufacturer of manufacturers) for (const model of models.length > 0 ? models : [null]) {
      expect([manufacturer, model, recognise(source({ kind: 'ble', identity: { ...nothing, manufacturer: ` ${manufacturer.toUpperCase()}`, model, services } }), registry).entry?.id]).toEqual([manufacturer, model, id]);
    }
    for (const companyId of companyIds) expect(recognise(source({ kind: 'ble', identity: { ...nothing, companyId, model: models[0] ?? null, services } }), registry).entry?.id).toBe(id);
    for (const p of pnp) expect(recognise(source({ kind: 'ble', identity: { ...nothing, pnp: { source: p.source, vendor: p.vendor, product: p.product ?? 1 }, model: models[0] ?? null, services } }), registry).entry?.id).toBe(id);
  });

  it('is not recognised without the services that it has', () => {
    if (!entry.ble) return;
    const { manufacturers, models, companyIds, services } = entry.ble;
    for (const missing of services) {
      const identity = { ...nothing, manufacturer: manufacturers[0] ?? null, model: models[0] ?? null, companyId: companyIds[0] ?? null, services: services.filter((s) => s !== missing) };
      const found = recognise(source({ kind: 'ble', identity }), registry);
      expect(found.entry?.id).not.toBe(id);
      if (models.length > 0) expect(found).toMatchObject({ entry: null, cause: 'contradiction', reason: expect.stringContaining(missing.slice(0, 8)) });
    }
  });

  it('measures in units that recordings can be converted to', () => {
    for (const c of entry.channels) {
      expect(conversion(c.kind, c.unit, c.unit)).toEqual({ factor: 1, offset: 0 });
      if (c.kind === 'acceleration') for (const unit of ['g', 'mg', 'm/s2']) expect(conversion(c.kind, unit, c.unit)).not.toBeNull();
      if (c.range && c.step) expect(c.step).toBeLessThan((c.range[1] - c.range[0]) / 10);
      // What is not known is said.
      if (c.range === null && c.step === null && c.rates === null) expect(c.note).toBeTruthy();
    }
  });
});

describe('the list', () => {
  it('names each device by one id and one name, and each maker by one spelling', () => {
    const names = list.devices.map(deviceName);
    expect(new Set(names.map((n) => n.toLowerCase())).size).toBe(names.length);
    expect(new Set(list.devices.map(entryHash)).size).toBe(list.devices.length);
  });

  it('has the schema that zod has, in the file beside it', () => {
    expect(readFileSync(new URL('../../../resources/devices.schema.json', import.meta.url), 'utf8')).toBe(schemaText());
    expect(Object.keys(z.toJSONSchema(DeviceList, { io: 'input' }))).toContain('properties');
  });

  it('refuses what no entry may say', () => {
    const [first] = list.devices;
    const bad = (change: Record<string, unknown>) => DeviceEntry.safeParse({ ...first, ...change }).success;
    expect(bad({})).toBe(true);
    expect(bad({ id: 'Polar H10' })).toBe(false);
    expect(bad({ serial: '1234' })).toBe(false);
    expect(bad({ ble: null, files: [] })).toBe(false);
    expect(bad({ evidence: [] })).toBe(false);
    expect(bad({ channels: [first!.channels[0], first!.channels[0]] })).toBe(false);
    expect(bad({ channels: [{ ...first!.channels[0], range: [1, 1] }] })).toBe(false);
    expect(DeviceList.safeParse({ ...list, devices: [first, first] }).success).toBe(false);
    expect(DeviceList.safeParse({ ...list, version: 0 }).success).toBe(false);
  });
});
