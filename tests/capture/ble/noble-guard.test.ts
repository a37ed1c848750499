import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readable } from '../../../electron/capture/ble/noble-guard.ts';

const bytes = (...b: number[]) => Buffer.from(b);

describe('packets that noble may read', () => {
  it('are those of a device that keeps to the specification', () => {
    expect(readable(bytes(0x03, 0xf7, 0x00))).toBe(true);
    expect(readable(bytes(0x1b, 0x10, 0x00))).toBe(true);
    expect(readable(bytes(0x11, 6, 1, 0, 9, 0, 0x0d, 0x18))).toBe(true);
    expect(readable(bytes(0x09, 7, 2, 0, 0x10, 3, 0, 0x37, 0x2a))).toBe(true);
    expect(readable(bytes(0x01, 0x08, 1, 0, 0x0a))).toBe(true);
    expect(readable(bytes(0x0b))).toBe(true);
  });

  it('are not those on which it throws, reads for ever or divides by nothing', () => {
    expect(readable(bytes())).toBe(false);
    expect(readable(bytes(0x1b, 0x10))).toBe(false);
    expect(readable(bytes(0x03, 5, 0))).toBe(false);
    expect(readable(bytes(0x11, 0, 1, 0, 9, 0))).toBe(false);
    expect(readable(bytes(0x09, 7))).toBe(false);
    expect(readable(bytes(0x11, 6, 1, 0, 9, 0, 0x0d))).toBe(false);
  });

  it('never let a list of entries of nothing pass', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0x09, 0x11), (rest, op) => {
      const data = Buffer.from([op, ...rest]);
      if (readable(data)) expect(Number.isInteger((data.length - 2) / data[1]!)).toBe(true);
    }));
  });
});
