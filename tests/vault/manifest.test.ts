import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes, datasetRecordRoot, MAX_MANIFEST_BYTES, manifestHash, parseManifest, writeManifest } from '../../electron/vault/manifest.ts';
import { sealDataset } from '../../electron/vault/seal-dataset.ts';
import { createMerkleTree, leafHash } from '../../electron/merkle/tree.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { sealRequest, testKeepers, testSegments } from './fixture.ts';

let good: Manifest;
let bytes: Uint8Array;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-manifest-'));
  ({ manifest: good, manifestBytes: bytes } = await sealDataset(sealRequest(join(dir, 'sealed'), testKeepers(3), testSegments(10, 20))));
  rmSync(dir, { recursive: true });
});
const invalid = (message: RegExp | string) => expect.objectContaining({ code: 'manifest-invalid', message: expect.stringMatching(message) as string });
const text = (value: string) => new TextEncoder().encode(value);
const altered = (change: (m: Manifest) => void): Manifest => { const copy = structuredClone(good); change(copy); return copy; };

describe('manifest', () => {
  it('reads back what was written, byte for byte', () => {
    expect(parseManifest(bytes)).toEqual(good);
    expect(Buffer.from(writeManifest(parseManifest(bytes))).equals(bytes)).toBe(true);
    expect(manifestHash(bytes)).toMatch(/^0x[0-9a-f]{64}$/);
    expect(Buffer.from(bytes).toString().startsWith('{"channels":[{')).toBe(true);
  });

  it('has the RFC 6962 root of the segments’ roots as record root', () => {
    const tree = createMerkleTree(good.segments.map((s) => leafHash(Buffer.from(s.recordRoot.slice(2), 'hex'))));
    expect(datasetRecordRoot(good.segments)).toBe(`0x${Buffer.from(tree.root).toString('hex')}`);
    expect(datasetRecordRoot(good.segments.toReversed())).not.toBe(good.recordRoot);
  });

  it('refuses what is not in its canonical form', () => {
    const json = Buffer.from(bytes).toString();
    const other = [JSON.stringify(JSON.parse(json), null, 1), ` ${json}`, `${json}\n`, `\ufeff${json}`, JSON.stringify(Object.fromEntries(Object.entries(good).reverse())), json.replace('"threshold":2', '"threshold":2.0'), json.replace('"threshold":2', '"threshold":2,"threshold":2'), json.replace('Wrist', '\\u0057rist')];
    for (const form of other) {
      expect(form).not.toBe(json);
      expect(() => parseManifest(text(form))).toThrow(invalid(/canonical form|no JSON/));
    }
  });

  it('refuses unknown fields at any depth, naming that it does', () => {
    const add = (path: (m: Record<string, any>) => Record<string, unknown>) => { const copy = structuredClone(good) as Record<string, any>; path(copy).note = 'x'; return canonicalBytes(copy); };
    expect(() => parseManifest(add((m) => m))).toThrow(invalid(/format phdex\/v1.*note/));
    for (const path of [(m: any) => m.label, (m: any) => m.label.demographics, (m: any) => m.segments[1], (m: any) => m.envelopes[0], (m: any) => m.cipher, (m: any) => m.channels[0], (m: any) => m.quality.reasons[0].spans[0]]) {
      expect(() => parseManifest(add(path))).toThrow(invalid(/fields that the format does not know/));
    }
  });

  it.each<[string, (m: Manifest) => void, RegExp]>([
    ['a threshold above the number of keepers', (m) => { m.threshold = 4; }, /wants 4 of 3 keepers/],
    ['a threshold of one', (m) => { m.threshold = 1; }, /threshold/],
    ['an envelope too few', (m) => { m.envelopes.pop(); }, /2 envelopes for 3 seats/],
    ['a commitment too few', (m) => { m.commitments.pop(); }, /3 envelopes for 2 seats/],
    ['envelopes out of order', (m) => { m.envelopes.reverse(); }, /not in their order/],
    ['an index twice', (m) => { m.envelopes[1]!.index = 0; }, /not in their order/],
    ['a keeper twice', (m) => { m.envelopes[1]!.keeper = m.envelopes[0]!.keeper; }, /ascending order, or one is named twice/],
    ['keepers out of order', (m) => { [m.envelopes[0]!.keeper, m.envelopes[1]!.keeper] = [m.envelopes[1]!.keeper, m.envelopes[0]!.keeper]; }, /ascending order/],
    ['a better score', (m) => { m.quality.score = 100; }, /quality report/],
    ['another quality hash', (m) => { m.qualityHash = `0x${'00'.repeat(32)}`; }, /quality report/],
    ['another record root', (m) => { m.recordRoot = `0x${'00'.repeat(32)}`; }, /record root/],
    ['another root of a segment', (m) => { m.segments[0]!.recordRoot = `0x${'00'.repeat(32)}`; }, /record root/],
    ['segments in another order', (m) => { m.segments.reverse(); }, /record root/],
    ['a segment of no channel', (m) => { m.segments[0]!.channel = 'ecg'; }, /belongs to no channel/],
    ['a segment of another day', (m) => { m.segments[0]!.day = 7; }, /says that it is of day 7/],
    ['an impossible length', (m) => { m.segments[0]!.sealedBytes += 1; }, /cannot have 71 sealed bytes of 10/],
    ['a segment’s name that points elsewhere', (m) => { m.segments[0]!.name = '../day-000'; }, /segments\.0\.name/],
    ['another cipher', (m) => { (m.cipher as { aead: string }).aead = 'none'; }, /cipher\.aead/],
    ['another format', (m) => { (m as { format: string }).format = 'phdex/v2'; }, /format/],
    ['no segment', (m) => { m.segments = []; }, /segments/],
    ['a nonce in capitals', (m) => { m.nonce = m.nonce.toUpperCase().replace('0X', '0x'); m.nonce = m.nonce.replace(/[0-9]$/, 'A'); }, /nonce/],
  ])('refuses %s, when read and when written', (_name, change, message) => {
    const bad = altered(change);
    expect(() => parseManifest(canonicalBytes(bad))).toThrow(invalid(message));
    expect(() => writeManifest(bad)).toThrow(invalid(message));
  });

  it('refuses a segment named twice', () => {
    const bad = altered((m) => { m.segments[1] = { ...m.segments[0]! }; m.recordRoot = datasetRecordRoot(m.segments); });
    expect(() => writeManifest(bad)).toThrow(invalid(/named twice/));
  });

  it('refuses what is too long before it reads it, and what is no JSON', () => {
    expect(() => parseManifest(new Uint8Array(MAX_MANIFEST_BYTES + 1))).toThrow(invalid(/4194305 bytes; 4194304 are the most/));
    for (const junk of [new Uint8Array(), text('null'), text('[]'), text('{"a":'), Uint8Array.of(0xff, 0xfe), text('['.repeat(100_000)), text(`{"__proto__":${'['.repeat(2000)}${']'.repeat(2000)}}`)]) expect(() => parseManifest(junk)).toThrow(invalid(/./));
  });

  it('never takes changed bytes for the same manifest', () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Uint8Array.from(bytes);
      changed[at % changed.length]! ^= by;
      expect(manifestHash(changed)).not.toBe(manifestHash(bytes));
      try { expect(parseManifest(changed)).not.toEqual(good); } catch (error) { expect(error).toMatchObject({ code: 'manifest-invalid' }); }
    }), { numRuns: 300 });
  });
});
