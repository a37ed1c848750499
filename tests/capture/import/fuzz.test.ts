import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { deflateRawSync } from 'node:zlib';
import { FitEncoder } from 'fit-file-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openImports } from '../../../electron/capture/import/index.ts';
import { isAppError } from '../../../shared/errors.ts';
import { temporaryFolder } from '../helpers.ts';
import { actigraphCsv, axivityCsv, e4Files, edfFile, fitFile, gadgetbridgeDb, gpxFile, gt3xFile, ouraJson, samsungZip, tcxFile } from './devices.ts';
import { APPLE_HEAD, appleRecord, held, zip } from './fixtures.ts';

const apple = `${APPLE_HEAD}${Array.from({ length: 12 }, (_, i) => appleRecord(['HeartRate', 'StepCount', 'OxygenSaturation'][i % 3]!, ['count/min', 'count', '%'][i % 3]!, ['61', '12', '0.97'][i % 3]!, `2024-03-31 01:59:${String(10 + i)} +0100`)).join('')}</HealthData>`;
const fitbit = '[{"dateTime":"03/30/24 22:00:05","value":{"bpm":54,"confidence":2}},{"dateTime":"03/30/24 22:00:10","value":{"bpm":55,"confidence":3}}]';
const files: Record<string, Buffer> = Object.fromEntries(Object.entries({
  apple, fitbit, fit: fitFile(), gpx: gpxFile(), tcx: tcxFile(), gadgetbridge: gadgetbridgeDb(200), e4: zip(e4Files()), actigraph: actigraphCsv('M/d/yyyy', true), gt3x: gt3xFile(), axivity: axivityCsv(), edf: edfFile(), samsung: samsungZip('utc'), oura: ouraJson(),
  fhir: JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [61, 62, 64].map((value, i) => ({ resource: { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: `2024-01-01T00:00:0${i}Z`, valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '/min' } } })) }),
  csv: 't,hr\n2024-01-01T00:00:00Z,60\n2024-01-01T00:00:01Z,61.5\n', wisdm: '1600,A,7.09,-0.59,8.19;\n1600,A,7.08,-0.59,8.19;\n', appleZip: zip([{ name: 'a/export.xml', content: apple }]),
}).map(([k, v]) => [k, Buffer.from(v as string)]));

/** Reads all that can be read. What is thrown must be for a person; rows must be what the store takes. */
async function survive(bytes: Uint8Array, name?: string, spoolDir?: string): Promise<number> {
  // Of the processor, so that a busy machine is no fault.
  const began = process.cpuUsage();
  let rows = 0;
  try {
    const imports = await openImports(held(bytes, name), { memoryBytes: 1 << 16, spoolDir, maxExpandedBytes: 32 << 20 });
    for await (const source of imports.recordings) {
      let last = -Infinity;
      for await (const batch of source.batches) {
        for (const column of batch.columns) {
          expect(column.length).toBe(batch.t.length);
          for (const v of column) if (v === Infinity || v === -Infinity) throw new Error('a value that is not finite');
        }
        for (const t of batch.t) { if (!(t >= last) || !Number.isInteger(t)) throw new Error(`times: ${last}, ${t}`); last = t; }
        rows += batch.t.length;
      }
      expect(source.finish().report.rowsRead).toBeGreaterThan(0);
    }
  } catch (error) {
    if (!isAppError(error) || error.code === 'internal') throw error;
    expect(error.message.length).toBeGreaterThan(10);
  }
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(4000);
  return rows;
}

const NUMBERS = ['1e308', '-1e308', '1e999', 'NaN', '-0', '99999999999999999999', '0x10', '١٢', '', '-', '1,5', '2147483648', '-32769'];

describe.each(Object.entries(files))('whatever happens to %s', (name, bytes) => {
  it('reads it as it is', async () => { expect(await survive(bytes)).toBeGreaterThan(1); });

  it('survives being cut', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (at) => { await survive(bytes.subarray(0, at)); }), { numRuns: 40 });
  });

  it('survives flipped bits and foreign bytes', async () => {
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 });
    await fc.assert(fc.asyncProperty(flips, async (changes) => {
      const bad = Buffer.from(bytes);
      for (const [at, value] of changes) bad[at] = value;
      await survive(bad);
    }), { numRuns: 80 });
  });

  it('survives pieces that are left out, doubled or swapped', async () => {
    const cuts = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length), fc.nat(bytes.length));
    await fc.assert(fc.asyncProperty(cuts, async (at) => {
      const [a, b, c] = [...at].sort((x, y) => x - y) as [number, number, number];
      await survive(Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(b)]));
    }), { numRuns: 30 });
  });

  if (!['fit', 'gadgetbridge', 'e4', 'gt3x', 'samsung', 'appleZip'].includes(name)) {
    it('survives wild numbers', async () => {
      const text = bytes.toString('latin1');
      const places = [...text.matchAll(/\d+(\.\d+)?/g)];
      await fc.assert(fc.asyncProperty(fc.nat(places.length - 1), fc.constantFrom(...NUMBERS), async (n, number) => {
        const m = places[n]!;
        await survive(Buffer.from(text.slice(0, m.index) + number + text.slice(m.index + m[0].length), 'latin1'));
      }), { numRuns: 60 });
    });
  }
});

describe('what was made to do harm', () => {
  it('FIT with any messages under a checksum that is right', async () => {
    const message = fc.tuple(fc.constantFrom(0, 20, 55, 78, 132, 165, 227, 269, 275, 297, 371), fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2, 131, 132, 133, 134, 136, 139, 140), fc.integer({ min: 1, max: 20 }), fc.nat(255)), { minLength: 1, maxLength: 6 }));
    await fc.assert(fc.asyncProperty(fc.array(message, { maxLength: 30 }), async (messages) => {
      const e = new FitEncoder({ protocolVersion: 0x20 });
      const width = (type: number) => ([0, 1, 2].includes(type) ? 1 : [131, 132, 139].includes(type) ? 2 : 4);
      for (const [number, fields] of messages) {
        const once = new Map(fields.map((f) => [f[0], f] as const));
        e.writeMessage(number, [...once.values()].map(([n, baseType, count, fill]) => ({ number: n, size: count * width(baseType), baseType, value: new Uint8Array(count * width(baseType)).fill(fill) })));
      }
      await survive(e.close());
    }), { numRuns: 100 });
  });

  it('XML: entities of all kinds, depth, endless tags, endless text', async () => {
    const lol = `<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'.split('').map((c, i) => `<!ENTITY ${c} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><HealthData>&j;&x;${appleRecord('HeartRate', 'count/min', '&j;', '2024-01-01 00:00:00 +0000')}${appleRecord('HeartRate', 'count/min', '60', '2024-01-01 00:00:00 +0000')}</HealthData>`;
    expect(await survive(Buffer.from(lol))).toBe(1);
    for (const text of [`<HealthData>${'<a>'.repeat(300_000)}`, `<gpx>${'<trkpt>'.repeat(200_000)}`, `<HealthData ${'a="b" '.repeat(300_000)}`, `<HealthData>${'x'.repeat(12 << 20)}`, `<HealthData><Record type="${'y'.repeat(12 << 20)}`, `<!DOCTYPE HealthData [${'<!ELEMENT a (b)>'.repeat(1 << 20)}`, `<HealthData>${'</x>'.repeat(300_000)}`, `<HealthData>${'\x0b'.repeat(100_000)}`]) expect(await survive(Buffer.from(text))).toBe(0);
  });

  it('very many series, sources and annotations', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => appleRecord('HeartRate', 'count/min', '60', '2024-01-01 00:00:00 +0000', undefined, `sourceName="s${i}"`)).join('');
    expect(await survive(Buffer.from(`${APPLE_HEAD}${many}</HealthData>`))).toBe(400);
  });

  it('zips: bombs one in the other, entries that lie over each other, names, numbers of entries', async () => {
    const inner = zip([{ name: 'a.gpx', content: gpxFile().replace('</gpx>', `${' '.repeat(20 << 20)}</gpx>`) }]);
    expect(await survive(zip([{ name: 'inner.zip', content: inner }]))).toBe(0);
    expect(await survive(zip(Array.from({ length: 200 }, (_, i) => ({ name: `${i}.gpx`, content: inner }))))).toBe(0);
    // A directory whose entries all point at the same bytes.
    const overlapping = zip(Array.from({ length: 50 }, (_, i) => ({ name: `${String(i).padStart(2, '0')}.gpx`, content: gpxFile() })));
    for (let at = overlapping.indexOf('PK\x01\x02'); at >= 0; at = overlapping.indexOf('PK\x01\x02', at + 4)) overlapping.writeUInt32LE(0, at + 42);
    await survive(overlapping);
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ name: fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('../x', '..\\x', '/x', 'a/./b', 'ACC.csv', 'info.txt', 'log.bin', 'COM1', 'x\0y', '')), content: fc.oneof(fc.constantFrom(...Object.values(files)), fc.uint8Array({ maxLength: 200 })) }), { maxLength: 6 }), async (entries) => { await survive(zip(entries)); }), { numRuns: 60 });
    expect(deflateRawSync(Buffer.alloc(10)).length).toBeGreaterThan(0);
  });

  it('any bytes at all, under the first bytes of each format', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.values(files)), fc.integer({ min: 0, max: 400 }), fc.uint8Array({ maxLength: 2000 }), async (bytes, keep, rest) => { await survive(Buffer.concat([bytes.subarray(0, keep), rest])); }), { numRuns: 200 });
  });

  it('leaves no file behind', async () => {
    const dir = temporaryFolder();
    const rows = Array.from({ length: 40_000 }, (_, i) => appleRecord('HeartRate', 'count/min', String(60 + (i % 9)), new Date(1.7e12 + ((i * 7919) % 40_000) * 1e3).toISOString().replace('T', ' ').replace(/\..*/, ' +0000'))).join('');
    const before = readdirSync(tmpdir()).filter((n) => n.endsWith('.spool'));
    expect(await survive(Buffer.from(`${APPLE_HEAD}${rows}</HealthData>`), 'a.xml', dir)).toBe(40_000);
    expect(readdirSync(dir)).toEqual([]);
    const imports = await openImports(held(`${APPLE_HEAD}${rows}</HealthData>`), { memoryBytes: 1000, spoolDir: dir });
    for await (const source of imports.recordings) { for await (const _ of source.batches) break; break; }
    expect(readdirSync(dir)).toEqual([]);
    expect(readdirSync(tmpdir()).filter((n) => n.endsWith('.spool'))).toEqual(before);
  });
});
