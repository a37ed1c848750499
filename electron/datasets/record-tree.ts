import { createHash } from 'node:crypto';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Column } from '../../shared/domain/recording.ts';
import { createMerkleBuilder } from '../merkle/tree.ts';
import { lowerBound } from '../recordings/lower-bound.ts';

export const MINUTE = 60e6;
export const DAY = 86_400e6;

/** The rows `from` to `to` (exclusive) of one minute since the start of the recording. */
export type MinuteRows = { minute: number; from: number; to: number };

/**
 * Leaf hashes (RFC 6962 §2.1) of a segment's records. A record is one minute of the segment; its data is
 * utf8(segment name) ‖ u32le minute since the start of the recording ‖ u32le rows ‖ the times as f64le ‖ each component's
 * column as i32le (integer / 10^decimals) or f64le; see docs/protocol.md, Records.
 * @returns 32 bytes a record, one after the other
 */
export function recordLeaves(name: string, t: Float64Array, columns: Column[], minutes: MinuteRows[]): Uint8Array {
  // The leaf prefix, the name, and room for two numbers.
  const head = Buffer.concat([Buffer.of(0), Buffer.from(name, 'utf8'), Buffer.alloc(8)]);
  const out = new Uint8Array(minutes.length * 32);
  minutes.forEach(({ minute, from, to }, i) => {
    head.writeUInt32LE(minute, head.length - 8);
    head.writeUInt32LE(to - from, head.length - 4);
    // `leafHash` of merkle/tree.ts over data that is never put together: a record may have 100 kB.
    const leaf = createHash('sha256').update(head).update(bytesOf(t, from, to));
    for (const column of columns) leaf.update(bytesOf(column, from, to));
    out.set(leaf.digest(), i * 32);
  });
  return out;
}

/** Merkle tree over a segment's records, from their leaf hashes in order. */
export function createRecordTree(): { append(leaves: Uint8Array): void; root(): Hex; readonly count: number } {
  const builder = createMerkleBuilder();
  return {
    append(leaves) { for (let at = 0; at < leaves.length; at += 32) builder.append(leaves.subarray(at, at + 32)); },
    root: () => `0x${Buffer.from(builder.root()).toString('hex')}`,
    get count() { return builder.count; },
  };
}

// Little-endian as every platform that Node runs on and this app is built for.
const bytesOf = (c: Column, from: number, to: number) => new Uint8Array(c.buffer, c.byteOffset + from * c.BYTES_PER_ELEMENT, (to - from) * c.BYTES_PER_ELEMENT);

/** The first row at or after `from` whose time is in another minute; `t.length` where there is none. */
export function endOfMinute(t: Float64Array, from: number): number {
  const next = (Math.floor(t[from]! / MINUTE) + 1) * MINUTE;
  if (t.length === 0 || t[t.length - 1]! < next) return t.length;
  // Times never decrease.
  return lowerBound(t, next, from + 1);
}
