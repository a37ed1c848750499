import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISSING_INT32 } from '../../../shared/domain/recording.ts';
import { decodePnp, decodeText } from '../../../electron/capture/ble/drivers/device-information.ts';
import { float32, sfloat } from '../../../electron/capture/ble/drivers/ieee11073.ts';
import { drivers, driversFor, knownAs } from '../../../electron/capture/ble/drivers/index.ts';
import { readSettings } from '../../../electron/capture/ble/drivers/polar-control.ts';
import { PMD_CONTROL, PMD_DATA } from '../../../electron/capture/ble/drivers/polar-control.ts';

/** Vectors: shared/reference/devices-and-standards.md §1.1–1.10, which names their sources. */
const hex = (text: string) => Uint8Array.from(text.trim().split(/\s+/).map((b) => parseInt(b, 16)));
const driver = (id: string) => drivers.find((d) => d.id === id)!;
const decode = (id: string, characteristic: string, text: string) => driver(id).open().decode(characteristic, hex(text));
const ACC = '02 00 94 35 77 00 00 00 00';

describe('heart rate', () => {
  it('reads contact and intervals in 1/1024 s', () => {
    const { blocks, contact } = decode('heart-rate', '2a37', '16 42 18 04 70 01');
    expect(contact).toBe(true);
    expect(blocks[0]!.columns).toEqual([[66], [1], [MISSING_INT32]]);
    expect(blocks[1]!.intervals).toEqual([1023.4375, 359.375]);
  });
  it('reads a wide rate, energy and an interval', () => {
    const { blocks } = decode('heart-rate', '2a37', '19 48 00 1E 00 00 04');
    expect(blocks[0]!.columns).toEqual([[72], [MISSING_INT32], [30]]);
    expect(blocks[1]!.columns).toEqual([[1_000_000]]);
  });
  it('keeps no value where there is no contact or no fix, never 0 bpm', () => {
    expect(decode('heart-rate', '2a37', '04 42').blocks[0]!.columns[0]).toEqual([MISSING_INT32]);
    expect(decode('heart-rate', '2a37', '00 00').blocks[0]!.columns[0]).toEqual([MISSING_INT32]);
  });
  it('refuses an odd remainder and a cut packet', () => {
    expect(decode('heart-rate', '2a37', '10 42 18 04 70').refused).toBe('malformed');
    expect(decode('heart-rate', '2a37', '01 42').refused).toBe('too-short');
    expect(decode('heart-rate', '2a37', '').refused).toBe('too-short');
  });
});

describe('IEEE 11073 numbers', () => {
  it('are those of the reference, and reserved words are none', () => {
    expect([0x0061, 0xf3cf, 0xf072].map(sfloat)).toEqual([97, 97.5, 11.4]);
    expect([0x07ff, 0x0800, 0x07fe, 0x0802, 0x0801].map(sfloat)).toEqual([null, null, null, null, null]);
    expect([0xff00016e | 0, 0xfe000e4c | 0].map(float32)).toEqual([36.6, 36.6]);
    expect([0x007fffff, 0x00800000, 0x007ffffe, 0x00800002, 0x00800001].map(float32)).toEqual([null, null, null, null, null]);
  });
});

describe('pulse oximeter and thermometer', () => {
  it('read the continuous measurement', () => expect(decode('pulse-oximeter', '2a5f', '00 61 00 48 00').blocks[0]!.columns).toEqual([[9700], [7200], [MISSING_INT32]]));
  it('drop what the device calls invalid', () => expect(decode('pulse-oximeter', '2a5f', '04 61 00 48 00 00 80').refused).toBe('not-usable'));
  it('refuse values that no body has', () => expect(decode('pulse-oximeter', '2a5f', '00 65 00 48 00').refused).toBe('out-of-range'));
  it('take a date of the spot check unless the clock was never set', () => {
    const date = 'EA 07 03 01 0C 22 38';
    expect(decode('pulse-oximeter', '2a5e', `01 61 00 48 00 ${date}`).blocks[0]!.wallTime).toBe(new Date(2026, 2, 1, 12, 34, 56).getTime() * 1000);
    expect(decode('pulse-oximeter', '2a5e', `11 61 00 48 00 ${date}`).blocks[0]!.wallTime).toBeUndefined();
  });
  it('read a temperature with date and site, in either unit', () => {
    const block = decode('health-thermometer', '2a1c', '06 6E 01 00 FF EA 07 03 01 0C 22 38 02').blocks[0]!;
    expect(block.columns).toEqual([[36_600], [2]]);
    expect(block.wallTime).toBe(new Date(2026, 2, 1, 12, 34, 56).getTime() * 1000);
    expect(decode('health-thermometer', '2a1c', '01 DA 03 00 FF').blocks[0]!.columns[0]).toEqual([37_000]);
  });
});

describe('Polar', () => {
  const data = (text: string) => decode('polar', PMD_DATA.characteristic, text);
  it('reads raw acceleration', () => expect(data(`${ACC} 01 F7 FF FF FF E7 03 F8 FF FE FF E5 03`).blocks[0]).toMatchObject({ columns: [[-9, -8], [-1, -2], [999, 997]], deviceTimes: [1_980_000, 2_000_000] }));
  it('reads delta frames', () => expect(data(`${ACC} 81 F1 FF 14 00 F0 03 06 01 7B 0F 08`).blocks[0]!.columns).toEqual([[-15, -20], [20, 17], [1008, 1008]]));
  it('reads ECG', () => expect(data('00 00 94 35 77 00 00 00 00 00 02 80 FF 02 80 00').blocks[0]!.columns).toEqual([[-32766, 32770]]));
  it('reads pulse intervals', () => expect(data('03 00 00 00 00 00 00 00 00 00 80 80 80 80 80 FF').blocks[0]!.columns).toEqual([[32896], [32896], [128], [1], [1]]));
  it('steps between the stamps of two frames, and does not stretch over lost ones', () => {
    const decoder = driver('polar').open();
    const frame = (us: number) => { const b = new Uint8Array(10 + 24); b[0] = 2; new DataView(b.buffer).setBigUint64(1, BigInt(us) * 1000n, true); b[9] = 1; return b; };
    const times = (us: number) => decoder.decode(PMD_DATA.characteristic, frame(us)).blocks[0]!.deviceTimes;
    times(1_000_000);
    expect(times(1_080_000)).toEqual([1_020_000, 1_040_000, 1_060_000, 1_080_000]);
    expect(times(5_000_000)).toEqual([4_940_000, 4_960_000, 4_980_000, 5_000_000]);
  });
  it('reads settings and multiplies by the factor of the start answer', () => {
    expect(readSettings(hex('00 01 34 00 01 01 10 00 02 04 F5 00 F4 01 E8 03 D0 07 04 01 03'))).toEqual({ rates: [52], resolutions: [16], ranges: [245, 500, 1000, 2000], channels: [3], factor: 1 });
    const decoder = driver('polar').open();
    decoder.decode(PMD_CONTROL.characteristic, hex('F0 02 02 00 00 05 01 00 00 00 3F'));
    expect(decoder.decode(PMD_DATA.characteristic, hex(`${ACC} 81 F2 FF 14 00 F0 03`)).blocks[0]!.columns).toEqual([[-7], [10], [504]]);
  });
  it('tells when the device stopped by itself', () => expect(decode('polar', PMD_CONTROL.characteristic, '01 02').stopped).toBe(true));
  it('refuses kinds it does not know and blocks that are cut', () => {
    expect(data(`${ACC} 05 00 00`).refused).toBe('unknown-kind');
    expect(data(`${ACC} 81 F1 FF 14 00 F0 03 06 09 7B`).refused).toBe('malformed');
  });
});

describe('InfiniTime and Bangle.js', () => {
  it('read motion at 1024 to the g', () => expect(decode('infinitime', driver('infinitime').listen[0]!.characteristic, '10 00 F0 FF 00 04').blocks[0]!.columns).toEqual([[156_250], [-156_250], [10_000_000]]));
  it('put split lines together between prompts and echoes', () => {
    const decoder = driver('bangle').open();
    const text = (t: string) => decoder.decode('', new TextEncoder().encode(t));
    expect(text('>\r\n>{"t":"accel","ms":1000,"x":0.5,').blocks).toEqual([]);
    expect(text('"y":-0.25,"z":1}\r\nUncaught\r\n').blocks[0]).toMatchObject({ columns: [[500_000], [-250_000], [1_000_000]], deviceTimes: [1_000_000] });
    expect(text('{"t":"hrm","ms":2000,"bpm":71,"c":88}\r\n').blocks[0]!.columns).toEqual([[71], [88]]);
    expect(text('{"t":"accel","ms":1e999,"x":1,"y":1,"z":1}\n').refused).toBe('malformed');
  });
});

describe('what a device says of itself', () => {
  it('is a PnP id and plain text', () => {
    expect(decodePnp(hex('01 6B 00 0A 00 01 01'))).toEqual({ source: 'bluetooth', vendor: 0x6b, product: 10, version: '1.0.1' });
    expect(decodePnp(hex('01 6B'))).toBeNull();
    expect(decodeText(new TextEncoder().encode('Polar H10\u202E \0\0'))).toBe('Polar H10');
  });
  it('finds the driver by service in any spelling', () => {
    expect(driversFor(['0000180D-0000-1000-8000-00805F9B34FB', 'FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8']).map((d) => d.id)).toEqual(['polar', 'heart-rate']);
    expect(knownAs(['1234'])).toBeNull();
    expect(knownAs([], 'InfiniTime')).toBe('PineTime with InfiniTime');
  });
});

describe('any bytes', () => {
  it('become rows that fit their channels, or a refusal', () => {
    for (const d of drivers) {
      const packets = fc.array(fc.tuple(fc.constantFrom(...d.listen.map((l) => l.characteristic)), fc.uint8Array({ maxLength: 260 }), fc.boolean()), { maxLength: 20 });
      fc.assert(fc.property(packets, (list) => {
        const decoder = d.open();
        for (const [characteristic, bytes, framed] of list) {
          // Half of Polar's begin as frames do, so that the fuzz gets past the first check.
          if (framed && d.id === 'polar' && bytes.length > 10) { bytes[0] = [0, 2, 3][bytes[0]! % 3]!; bytes[9] = [0, 1, 2, 0x80, 0x81][bytes[9]! % 5]!; }
          const { blocks, refused } = decoder.decode(characteristic, bytes);
          expect(refused).not.toBe('fault');
          for (const b of blocks) {
            const spec = d.streams.find((s) => s.name === b.stream)!;
            expect(b.columns.length).toBe(spec.channels.flatMap((c) => c.components).length);
            for (const c of b.columns) { expect(c.length).toBe(b.rows); expect(c.every((v) => v === (v | 0))).toBe(true); }
            if (spec.timing === 'device') expect(b.deviceTimes!.every(Number.isFinite)).toBe(true);
            if (spec.timing === 'beats') expect(b.intervals!.every((v) => v > 0)).toBe(true);
          }
        }
      }), { numRuns: 500 });
    }
  });
});
