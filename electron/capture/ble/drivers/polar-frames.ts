import { viewOf } from './driver.ts';

/** A data frame of Polar PMD (reference §1.8, 6): type u8, stamp u64 in ns of the last sample, frame type u8, content. */
export type PmdFrame = { type: number; /** Microseconds on the device's clock; 0: none. */ time: number; compressed: boolean; kind: number; content: Uint8Array };

export function readFrame(bytes: Uint8Array): PmdFrame | null {
  if (bytes.length < 10) return null;
  const kind = bytes[9]!;
  // Nanoseconds of 26 years do not fit a double exactly; microseconds do.
  const time = Number(viewOf(bytes).getBigUint64(1, true) / 1000n);
  return { type: bytes[0]! & 0x3f, time, compressed: kind >= 0x80, kind: kind & 0x7f, content: bytes.subarray(10) };
}

/** Signed little-endian whole numbers of `size` bytes, `channels` to a sample. Null where they do not come out even. */
export function rawSamples(content: Uint8Array, size: number, channels: number): number[][] | null {
  const step = size * channels;
  if (content.length === 0 || content.length % step !== 0) return null;
  const out: number[][] = [];
  for (let at = 0; at < content.length; at += step) out.push(Array.from({ length: channels }, (_, c) => signed(content, at + c * size, size)));
  return out;
}

/**
 * Delta frames (reference §1.8, 8; `parseDeltaFramesAll`): a reference sample, then blocks of u8 width ‖ u8 count ‖
 * signed deltas packed LSB first, interleaved by channel, padded to a byte. Null where a block is cut or makes no sense.
 */
export function deltaSamples(content: Uint8Array, channels: number, bits: number): number[][] | null {
  const size = Math.ceil(bits / 8);
  if (content.length < size * channels) return null;
  let last = Array.from({ length: channels }, (_, c) => signed(content, c * size, size));
  const out = [last];
  for (let at = size * channels; at < content.length;) {
    if (at + 2 > content.length) return null;
    const width = content[at]!;
    const count = content[at + 1]!;
    at += 2;
    const bytes = Math.ceil((width * count * channels) / 8);
    if (width === 0 || width > 32 || count === 0 || at + bytes > content.length) return null;
    let bit = at * 8;
    for (let i = 0; i < count; i++) {
      last = last.map((value) => {
        const sum = value + signedBits(content, bit, width);
        bit += width;
        return sum;
      });
      out.push(last);
    }
    at += bytes;
  }
  return out;
}

function signed(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value;
}

function signedBits(bytes: Uint8Array, from: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 2 + ((bytes[(from + i) >> 3]! >> ((from + i) & 7)) & 1);
  return value >= 2 ** (width - 1) ? value - 2 ** width : value;
}
