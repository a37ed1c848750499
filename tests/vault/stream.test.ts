import { createDecipheriv, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, HEADER_BYTES, openStream, sealedLength, sealStream, TAG_BYTES } from '../../electron/vault/stream.ts';
import { collect, fate, noise, parts } from './fixture.ts';

const key = noise(32, 'key');
const aad = noise(40, 'aad');
const WHOLE = CHUNK_BYTES + TAG_BYTES;
const seal = (plain: Uint8Array, ...lengths: number[]) => collect(sealStream({ key, aad, source: parts(plain, ...lengths) }));
const open = (blob: Uint8Array, change: Partial<{ key: Uint8Array; aad: Uint8Array }> = {}, ...lengths: number[]) => fate(openStream({ key, aad, source: parts(blob, ...lengths), ...change }));

const plain = noise(3 * CHUNK_BYTES + 12_345);
const blob = await seal(plain);
const exact = noise(2 * CHUNK_BYTES, 'exact');
const exactBlob = await seal(exact);
const small = noise(77, 'small');
const smallBlob = await seal(small);
/** Chunk i of the blob as it is stored. */
const chunk = (i: number) => blob.subarray(HEADER_BYTES + i * WHOLE, HEADER_BYTES + Math.min((i + 1) * WHOLE, blob.length));
const header = blob.subarray(0, HEADER_BYTES);

describe('STREAM', () => {
  it.each([0, 1, 15, 16, 17, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 16])('gives %i bytes back, in a blob of the length that was foretold', async (length) => {
    const data = noise(length);
    const sealed = await seal(data);
    expect(sealed.length).toBe(sealedLength(length));
    const opened = await open(sealed);
    expect(opened.code).toBeUndefined();
    expect(opened.bytes.equals(data)).toBe(true);
  });

  it('does not mind how source and blob are cut, nor empty parts', async () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 100_000, max: 1_500_000 }), fc.constant(CHUNK_BYTES), fc.constant(WHOLE)), { minLength: 1, maxLength: 4 }).filter((l) => l.some((n) => n > 99_999));
    await fc.assert(fc.asyncProperty(lengths, lengths, async (cutPlain, cutBlob) => {
      const opened = await open(await seal(plain, ...cutPlain), {}, ...cutBlob);
      expect(opened.code).toBeUndefined();
      expect(opened.bytes.equals(plain)).toBe(true);
    }), { numRuns: 12 });
    const single = await open(smallBlob, {}, 1);
    expect(single.bytes.equals(small)).toBe(true);
  });

  it('is laid out as the protocol says', async () => {
    expect(header.subarray(0, 5).toString('latin1')).toBe('PHDX\u0001');
    const prefix = header.subarray(5, 12);
    expect(Buffer.from(hkdfSync('sha256', key, prefix, 'phdex/v1/key-check', 32)).equals(header.subarray(12))).toBe(true);
    for (const i of [0, 1, 2, 3]) {
      const nonce = Buffer.concat([prefix, Buffer.of(0, 0, 0, i), Buffer.of(i === 3 ? 1 : 0)]);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.concat([header, aad])).setAuthTag(chunk(i).subarray(-TAG_BYTES));
      expect(decipher.update(chunk(i).subarray(0, -TAG_BYTES)).equals(plain.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES))).toBe(true);
      decipher.final();
    }
  });

  it('never seals the same plaintext to the same bytes', async () => {
    const again = await seal(small);
    expect(again.equals(smallBlob)).toBe(false);
    expect(again.subarray(5, 12).equals(smallBlob.subarray(5, 12))).toBe(false);
  });

  it('refuses any flipped bit by name, and yields nothing of its chunk', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: blob.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const changed = Buffer.from(blob);
      changed[at]! ^= 1 << bit;
      const opened = await open(changed);
      expect(opened.code).toBe(at < 5 ? 'seal-format' : at < HEADER_BYTES ? 'seal-key-wrong' : 'seal-tampered');
      const sound = at < HEADER_BYTES ? 0 : Math.floor((at - HEADER_BYTES) / WHOLE) * CHUNK_BYTES;
      expect(opened.bytes.equals(plain.subarray(0, sound))).toBe(true);
    }), { numRuns: 60 });
  });

  it('refuses each flipped bit of a small blob', async () => {
    for (let bit = 0; bit < smallBlob.length * 8; bit += 1) {
      const changed = Buffer.from(smallBlob);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const { code, bytes } = await open(changed);
      expect([code, bytes.length]).toEqual([bit < 40 ? 'seal-format' : bit < HEADER_BYTES * 8 ? 'seal-key-wrong' : 'seal-tampered', 0]);
    }
  });

  const rebuilt = (...chunks: Uint8Array[]) => Buffer.concat([header, ...chunks]);
  it.each([
    ['the first chunk dropped', () => rebuilt(chunk(1), chunk(2), chunk(3)), 0, 'seal-tampered'],
    ['a middle chunk dropped', () => rebuilt(chunk(0), chunk(2), chunk(3)), 1, 'seal-tampered'],
    ['the last chunk dropped', () => rebuilt(chunk(0), chunk(1), chunk(2)), 2, 'seal-truncated'],
    ['all but the first chunk dropped', () => rebuilt(chunk(0)), 0, 'seal-truncated'],
    ['all chunks dropped', () => rebuilt(), 0, 'seal-truncated'],
    ['two chunks swapped', () => rebuilt(chunk(1), chunk(0), chunk(2), chunk(3)), 0, 'seal-tampered'],
    ['a chunk repeated', () => rebuilt(chunk(0), chunk(0), chunk(1), chunk(2), chunk(3)), 1, 'seal-tampered'],
    ['the last chunk repeated', () => rebuilt(chunk(0), chunk(1), chunk(2), chunk(3), chunk(3)), 3, 'seal-tampered'],
    ['the last chunk alone', () => rebuilt(chunk(3)), 0, 'seal-tampered'],
    ['one byte behind', () => Buffer.concat([blob, Buffer.of(0)]), 3, 'seal-tampered'],
    ['a second blob behind', () => Buffer.concat([blob, smallBlob]), 3, 'seal-tampered'],
    ['a byte behind a blob of whole chunks', () => Buffer.concat([exactBlob, Buffer.of(0)]), 1, 'seal-tampered'],
    ['a chunk of another blob under the same key', () => rebuilt(exactBlob.subarray(HEADER_BYTES, HEADER_BYTES + WHOLE), chunk(1), chunk(2), chunk(3)), 0, 'seal-tampered'],
    ['the header of another blob under the same key', () => Buffer.concat([exactBlob.subarray(0, HEADER_BYTES), chunk(0)]), 0, 'seal-tampered'],
    ['nothing', () => Buffer.alloc(0), 0, 'seal-truncated'],
    ['half a header', () => header.subarray(0, 20), 0, 'seal-truncated'],
    ['three bytes of a header', () => header.subarray(0, 3), 0, 'seal-truncated'],
    ['something short that is no blob', () => Buffer.from('PAR1'), 0, 'seal-format'],
    ['something long that is no blob', () => noise(5000), 0, 'seal-format'],
    ['a later version', () => Buffer.concat([Buffer.from('PHDX\u0002', 'latin1'), blob.subarray(5)]), 0, 'seal-format'],
  ])('refuses %s', async (_name, make, soundChunks, code) => {
    const opened = await open(make());
    expect(opened.code).toBe(code);
    expect(opened.bytes.length).toBeLessThanOrEqual(soundChunks * CHUNK_BYTES);
    const kept = opened.bytes.length;
    expect(opened.bytes.equals((_name.includes('whole chunks') ? exact : plain).subarray(0, kept))).toBe(true);
  });

  it('refuses a blob cut anywhere', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: blob.length - 1 }), async (length) => {
      const { code, bytes } = await open(blob.subarray(0, length));
      expect(['seal-truncated', 'seal-tampered']).toContain(code);
      expect(bytes.equals(plain.subarray(0, bytes.length))).toBe(true);
    }), { numRuns: 40 });
    for (let length = 0; length < smallBlob.length; length += 1) expect((await open(smallBlob.subarray(0, length))).code).toMatch(/^seal-(truncated|tampered)$/);
  });

  it('tells a wrong key from a changed blob', async () => {
    expect((await open(blob, { key: noise(32, 'other') })).code).toBe('seal-key-wrong');
    for (let bit = 0; bit < 256; bit += 17) {
      const near = Uint8Array.from(key);
      near[bit >> 3]! ^= 1 << (bit & 7);
      expect((await open(smallBlob, { key: near })).code).toBe('seal-key-wrong');
    }
  });

  it('refuses foreign associated data', async () => {
    for (const other of [noise(40, 'other'), aad.subarray(0, 39), Buffer.concat([aad, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(await open(smallBlob, { aad: other })).toEqual({ code: 'seal-tampered', bytes: Buffer.alloc(0) });
    }
  });

  it('refuses a key of the wrong length, naming it', async () => {
    await expect(collect(sealStream({ key: noise(31), aad, source: parts(small) }))).rejects.toThrow('stream: key has 31 bytes, not 32');
    await expect(collect(openStream({ key: noise(16), aad, source: parts(smallBlob) }))).rejects.toThrow('stream: key has 16 bytes, not 32');
  });

  it('holds a few chunks at most, whatever the length', async () => {
    // The reader may be ahead of the writer by no more than the chunk at hand and the one that shows it is not the last.
    let read = 0;
    let written = 0;
    let ahead = 0;
    const count = 24;
    async function* long(): AsyncGenerator<Uint8Array> {
      const part = new Uint8Array(CHUNK_BYTES / 4);
      for (let i = 0; i < count * 4; i += 1) { read += part.length; ahead = Math.max(ahead, read - written); yield part; }
    }
    const sealed = sealStream({ key, aad, source: long() });
    for await (const part of openStream({ key, aad, source: sealed })) written += part.length;
    expect(written).toBe(count * CHUNK_BYTES);
    expect(ahead).toBeLessThanOrEqual(3 * CHUNK_BYTES);
  });

  it('closes its source when the reader goes away or the blob is bad', async () => {
    const closed: string[] = [];
    async function* watched(data: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
      try { for (let at = 0; at < data.length; at += 100_000) yield data.subarray(at, at + 100_000); } finally { closed.push(name); }
    }
    for await (const _ of openStream({ key, aad, source: watched(blob, 'left') })) break;
    await fate(openStream({ key: noise(32, 'x'), aad, source: watched(blob, 'wrong key') }));
    for await (const _ of sealStream({ key, aad, source: watched(plain, 'not begun') })) break;
    let n = 0;
    for await (const _ of sealStream({ key, aad, source: watched(plain, 'sealing') })) if (++n === 3) break;
    expect(closed).toEqual(['left', 'wrong key', 'sealing']);
  });

  it('passes a source’s error on as it is', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> { yield blob.subarray(0, 2_000_000); throw new Error('the line is dead'); }
    await expect(collect(openStream({ key, aad, source: broken() }))).rejects.toThrow('the line is dead');
    await expect(collect(sealStream({ key, aad, source: broken() }))).rejects.toThrow('the line is dead');
  });
});
