import { deflateRawSync, crc32 } from 'node:zlib';
import { openImports, type ImportsOptions, type ImportsReport } from '../../../electron/capture/import/index.ts';
import type { ImportFile } from '../../../electron/capture/import/index.ts';
import { drain } from '../helpers.ts';

/** A file that is held in memory. */
export const held = (content: string | Uint8Array, name = 'export.bin'): ImportFile => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return { name, size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
};

export type Read = Awaited<ReturnType<typeof drain>> & { title: string; series: string; zone?: string; device: string | null; kind: string; rate: number | null };

export async function readAll(from: ImportFile, options: ImportsOptions = {}): Promise<{ recordings: Read[]; report: ImportsReport; formats: string[] }> {
  const imports = await openImports(from, options);
  const recordings: Read[] = [];
  for await (const source of imports.recordings) {
    const rows = await drain(source);
    const { title, nominalRateHz, source: info } = source.draft;
    recordings.push({ ...rows, title, series: info.series!, zone: info.zone, device: info.device, kind: info.kind, rate: nominalRateHz });
  }
  return { recordings, report: imports.report(), formats: imports.formats };
}

export type ZipFile = { name: string; content: string | Uint8Array; /** What the headers say, where it is a lie. */ saidSize?: number; mode?: number };

/** Writes a zip as it should be, or, by names and sizes that lie, as it should not. */
export function zip(files: ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const raw = Buffer.from(file.content as string);
    const packed = deflateRawSync(raw);
    const name = Buffer.from(file.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(file.saidSize ?? raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((file.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, tail, name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

export const APPLE_HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ENTITY lol "lollollol">
]>
<HealthData locale="en_DE">
 <ExportDate value="2024-04-01 10:00:00 +0200"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-01-01" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
`;
const WATCH = `sourceName="Anna’s Apple Watch" sourceVersion="10.1" device="&lt;&lt;HKDevice: 0x28123456&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;"`;
export const appleRecord = (type: string, unit: string, value: string, start: string, end = start, source = WATCH): string => ` <Record type="HKQuantityTypeIdentifier${type}" ${source} unit="${unit}" creationDate="${end}" startDate="${start}" endDate="${end}" value="${value}"/>\n`;
export { WATCH };
