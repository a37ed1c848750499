import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFhirBundle } from '../../electron/app/market/export-fhir.ts';
import { OFFSET_URL } from '../../electron/fhir/codes.ts';
import { CHUNK_ROWS } from '../../electron/fhir/sampled-data.ts';
import { fhirIssues } from '../../electron/fhir/validate.ts';
import { fileSafe } from '../../electron/app/market/export-place.ts';
import { writeCsvFile } from '../../electron/app/market/export-table.ts';
import type { Label } from '../../shared/domain/label.ts';
import { MISSING_INT32, type Channel, type SampleBatch } from '../../shared/domain/recording.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-fhir-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const channels: Channel[] = [
  { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y'], decimals: 2 },
  { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 },
  { name: 'temperature', kind: 'temperature', unit: 'Cel', components: ['value'], decimals: null },
];
const label = (rateHz: number, device: string | null): Label => ({
  title: 'Wrist', description: '', dataTypes: ['acceleration'], channels: channels.map((c) => ({ name: c.name, unit: c.unit, components: c.components, rateHz })), rows: 1, durationSeconds: 1, month: '2026-10', days: 1,
  device, simulated: false, demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 90, tags: [],
});
async function* once(batch: SampleBatch): AsyncGenerator<SampleBatch> { yield batch; }
type Observation = { resourceType: string; code: { text: string; coding: { system: string; code: string }[] }; extension: { url: string; valueDecimal: number }[]; note?: { text: string }[]; effectiveDateTime: string; valueSampledData: { data: string; factor?: number; period: number; dimensions: number } };

async function observations(batch: SampleBatch, rateHz = 10): Promise<Observation[]> {
  const path = join(dir, 'bundle.json');
  await writeFhirBundle(path, { channels, batches: once(batch), signal: new AbortController().signal, onRows: () => undefined }, {
    datasetId: 7, contentHash: `0x${'ab'.repeat(32)}`, cid: 'bafy', owner: `0x${'1'.repeat(40)}`, validator: null, score: 90, label: label(rateHz, 'Watch "7" <b>'), verifiedAt: 0,
  });
  const bundle = JSON.parse(readFileSync(path, 'utf8')) as { entry: { resource: { resourceType: string } }[] };
  expect(fhirIssues(bundle as never)).toEqual([]);
  return bundle.entry.map((e) => e.resource).filter((r) => r.resourceType === 'Observation') as Observation[];
}
const batch = (t: number[]): SampleBatch => ({
  t: Float64Array.from(t),
  columns: [Int32Array.from(t, (_, i) => i), Int32Array.from(t, (_, i) => (i === 1 ? MISSING_INT32 : -i)), Int32Array.from(t, (_, i) => (i === 0 ? 61 : MISSING_INT32)), Float64Array.from(t, (_, i) => (i === 2 ? NaN : 36.6 + i * 1e-8))],
});

it('interleaves components, marks what is missing, and keeps decimals as a factor', async () => {
  const [acceleration, heart, temperature] = await observations(batch([0, 100_000, 200_000]));
  expect(acceleration!.valueSampledData).toMatchObject({ data: '0 0 1 E 2 -2', factor: 0.01, period: 100, dimensions: 2 });
  expect(acceleration!.code.coding[0]).toMatchObject({ system: 'urn:phdex:channel-kind', code: 'acceleration' });
  expect(acceleration!.effectiveDateTime).toBe('2026-10');
  expect(heart!.valueSampledData.data).toBe('61 E E');
  expect(heart!.code.coding).toEqual([{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }]);
  expect(temperature!.valueSampledData).toMatchObject({ data: '36.6 36.60000001 E' });
  expect(temperature!.valueSampledData.factor).toBeUndefined();
});

it('gives events at uneven times Observations of their own, by their channel\'s code and without a device', async () => {
  const path = join(dir, 'bundle.json');
  const pressure: Channel[] = [{ name: 'blood-pressure-systolic', kind: 'blood-pressure', unit: 'mm[Hg]', components: ['value'], decimals: 3, loinc: '8480-6' }, { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0, loinc: '8867-4' }];
  const times = [0, 86_400e6, 90_000e6, 300_000e6];
  await writeFhirBundle(path, { channels: pressure, batches: once({ t: Float64Array.from(times), columns: [Int32Array.of(121_000, 118_500, 133_000, 127_000), Int32Array.of(61, MISSING_INT32, 70, 64)] }), signal: new AbortController().signal, onRows: () => undefined }, {
    datasetId: 7, contentHash: `0x${'ab'.repeat(32)}`, cid: 'bafy', owner: `0x${'1'.repeat(40)}`, validator: null, score: 90, verifiedAt: 0,
    label: { ...label(1 / 86_400, null), byHand: true, channels: pressure.map((c) => ({ name: c.name, unit: c.unit, components: c.components, rateHz: 1 / 86_400 })) },
  });
  expect(fhirIssues(JSON.parse(readFileSync(path, 'utf8')) as never)).toEqual([]);
  const all = (JSON.parse(readFileSync(path, 'utf8')) as { entry: { resource: Observation & { device?: object } }[] }).entry.map((e) => e.resource);
  expect(all.map((r) => r.resourceType)).not.toContain('Device');
  const systolic = all.filter((r) => r.code?.text === 'blood-pressure-systolic');
  expect(systolic.every((o) => o.device === undefined && o.code.coding[0]!.code === '8480-6')).toBe(true);
  expect(systolic.map((o) => [o.extension[0]!.valueDecimal, o.valueSampledData.data])).toEqual([[0, '121000 118500'], [90_000e6, '133000'], [300_000e6, '127000']]);
  expect(all.find((r) => r.code?.text === 'heart-rate')!.code.coding).toEqual([{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }]);
});

it('begins a new Observation after a gap, and one without a value is left out', async () => {
  const all = await observations(batch([0, 100_000, 5_000_000, 5_100_000]));
  const of = (name: string) => all.filter((o) => o.code.text === name).map((o) => [o.extension.find((e) => e.url === OFFSET_URL)!.valueDecimal, o.valueSampledData.data]);
  expect(of('acceleration')).toEqual([[0, '0 0 1 E'], [5_000_000, '2 -2 3 -3']]);
  expect(of('heart-rate')).toEqual([[0, '61 E']]);
});

it('says how far times leave the grid', async () => {
  const [first] = await observations(batch([0, 104_000, 199_000]));
  expect(first!.note![0]!.text).toContain('at most 4000 microseconds');
});

it('bounds an Observation', async () => {
  const t = Array.from({ length: 2 * CHUNK_ROWS + 1 }, (_, i) => i * 100_000);
  expect((await observations(batch(t))).filter((o) => o.code.text === 'acceleration').map((o) => o.valueSampledData.data.split(' ').length)).toEqual([2 * CHUNK_ROWS, 2 * CHUNK_ROWS, 2]);
});

it('CSV of several channels names each column and leaves empty what is missing', async () => {
  const path = join(dir, 'a.csv');
  await writeCsvFile(path, { channels, batches: once(batch([0, 100_000])), signal: new AbortController().signal, onRows: () => undefined });
  expect(readFileSync(path, 'utf8')).toBe('t [us],acceleration_x [m/s2],acceleration_y [m/s2],heart-rate [/min],temperature [Cel]\n0,0.00,0.00,61,36.6\n100000,0.01,,,36.60000001\n');
});

it('a title is no path', () => {
  expect([fileSafe('../../etc/passwd'), fileSafe('…'), fileSafe('Évening run'), fileSafe('CON:\\x')]).toEqual(['etc-passwd', 'dataset', 'evening-run', 'con-x']);
});
