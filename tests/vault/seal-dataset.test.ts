import { createHash, createHmac as hmacOf, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnvelope } from '../../electron/vault/envelope.ts';
import { datasetRecordRoot, manifestHash, parseManifest } from '../../electron/vault/manifest.ts';
import { openSegment } from '../../electron/vault/open-dataset.ts';
import { commitmentOf } from '../../electron/vault/release.ts';
import { sealDataset, type Sealed, type SealRequest } from '../../electron/vault/seal-dataset.ts';
import type { SegmentSource } from '../../electron/vault/seal-segment.ts';
import { segmentFile } from '../../electron/vault/segment-file.ts';
import { segmentKey } from '../../electron/vault/segment-key.ts';
import { combineShares, sharesAgree } from '../../electron/vault/split.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { collect, fate, noise, parts, sealRequest, segmentSources, testKeepers, testSegments } from './fixture.ts';

let dir: string;
let out: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-vault-')); out = join(dir, 'sealed'); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const keepers = testKeepers(5);
const segments = testSegments(2_500_000, 1, 1_048_576);

async function sealed(change: Partial<SealRequest> = {}): Promise<{ result: Sealed; key: Uint8Array }> {
  let key = new Uint8Array();
  const result = await sealDataset(sealRequest(out, keepers, segments, { threshold: 3, keep: (k) => { key = Uint8Array.from(k); }, ...change }));
  return { result, key };
}
const blobOf = (name: string) => readFileSync(join(out, segmentFile(name)));

describe('sealDataset and openSegment', () => {
  it('gives every segment back through the keepers’ envelopes', async () => {
    const { result, key } = await sealed();
    expect(readdirSync(out).sort()).toEqual([...segments.map((s) => segmentFile(s.name)), 'manifest.json'].sort());
    expect(readdirSync(dir)).toEqual(['sealed']);
    const bytes = readFileSync(join(out, 'manifest.json'));
    const manifest = parseManifest(bytes);
    expect(manifest).toEqual(result.manifest);
    expect(result.contentHash).toBe(`0x${createHash('sha256').update(bytes).digest('hex')}`);
    expect(result.contentHash).toBe(manifestHash(result.manifestBytes));
    expect(manifest.recordRoot).toBe(datasetRecordRoot(manifest.segments));
    expect(result.plainBytes).toBe(segments.reduce((n, s) => n + s.parquet.length, 0));
    expect(result.sealedBytes).toBe(readdirSync(out).reduce((n, f) => n + readFileSync(join(out, f)).length, 0));

    const shares = await Promise.all(keepers.map((k, index) => openEnvelope(manifest.envelopes[index] as { enc: Hex; ciphertext: Hex }, k.privateKey, { nonce: result.nonce, index, keeper: k.address })));
    shares.forEach((share, index) => expect(commitmentOf(result.nonce, index, share)).toBe(result.commitments[index]));
    expect(result.commitments).toEqual(manifest.commitments);
    expect(sharesAgree(shares, 3)).toBe(true);
    const datasetKey = await combineShares([shares[4]!, shares[0]!, shares[2]!], 3);
    expect(Buffer.from(datasetKey).equals(key)).toBe(true);
    for (const { name, parquet } of segments) {
      const opened = await collect(openSegment({ datasetKey, manifest, name, source: parts(blobOf(name), 65_536) }));
      expect(opened.equals(parquet)).toBe(true);
    }
  });

  it('writes nothing of key, shares or plaintext to the disk', async () => {
    const { result, key } = await sealed();
    const all = Buffer.concat(readdirSync(out).map((f) => readFileSync(join(out, f))));
    const shares = await Promise.all(keepers.map((k, index) => openEnvelope(result.manifest.envelopes[index] as { enc: Hex; ciphertext: Hex }, k.privateKey, { nonce: result.nonce, index, keeper: k.address })));
    const nonce = Buffer.from(result.nonce.slice(2), 'hex');
    for (const secret of [key, ...shares.map((s) => s.subarray(0, 32)), ...segments.map((s) => segmentKey(key, nonce, s.name)), segments[0]!.parquet.subarray(5000, 5032)]) {
      expect(all.includes(Buffer.from(secret))).toBe(false);
      expect(all.includes(Buffer.from(secret).toString('hex'))).toBe(false);
    }
  });

  it('wipes the dataset key when it is done, also when it fails', async () => {
    let lent: Uint8Array | undefined;
    const keep = (k: Uint8Array) => { lent = k; expect(k.some((b) => b !== 0)).toBe(true); };
    await sealDataset(sealRequest(out, keepers, segments, { keep }));
    expect(lent!.every((b) => b === 0)).toBe(true);
    rmSync(out, { recursive: true });
    await expect(sealDataset(sealRequest(out, keepers, segments, { keep: (k) => { lent = k; throw new Error('the note cannot be kept'); } }))).rejects.toThrow('the note cannot be kept');
    expect(lent!.every((b) => b === 0)).toBe(true);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('seals the same rows under another key each time', async () => {
    const first = await sealed();
    rmSync(out, { recursive: true });
    const second = await sealed();
    expect(second.result.nonce).not.toBe(first.result.nonce);
    expect(second.result.contentHash).not.toBe(first.result.contentHash);
    expect(Buffer.from(second.key).equals(first.key)).toBe(false);
    expect(second.result.manifest.recordRoot).toBe(first.result.manifest.recordRoot);
  });

  it('refuses bad terms before it reads a row or makes a file', async () => {
    let read = 0;
    async function* watched(): AsyncGenerator<SegmentSource> { read += 1; yield* segmentSources(segments); }
    const attempt = (change: Partial<SealRequest>) => sealDataset({ ...sealRequest(out, keepers, segments, change), segments: watched() });
    await expect(attempt({ threshold: 1 })).rejects.toMatchObject({ code: 'threshold-invalid', message: 'A threshold of 1 would let a single keeper rebuild the key.' });
    await expect(attempt({ threshold: 6 })).rejects.toMatchObject({ code: 'threshold-invalid', message: 'A threshold of 6 cannot be met by 5 keepers.' });
    await expect(attempt({ keepers: Array.from({ length: 33 }, () => keepers[0]!) })).rejects.toMatchObject({ code: 'threshold-invalid', message: '33 keepers are more than the 32 that a dataset can have.' });
    await expect(attempt({ keepers: [keepers[0]!, keepers[1]!, keepers[1]!] })).rejects.toMatchObject({ code: 'keeper-duplicate', message: `Keeper ${keepers[1]!.address} is named twice.` });
    await expect(attempt({ keepers: [keepers[1]!, keepers[0]!] })).rejects.toThrow('ascending order');
    await expect(attempt({ keepers: [keepers[0]!, { address: keepers[1]!.address, encryptionKey: new Uint8Array(31) }] })).rejects.toMatchObject({ code: 'invalid-argument' });
    mkdirSync(out);
    await expect(attempt({})).rejects.toMatchObject({ code: 'invalid-argument', message: `There is something at ${out} already.` });
    expect([read, readdirSync(out), readdirSync(dir)]).toEqual([0, [], ['sealed']]);
  });

  it('leaves nothing behind when a segment breaks off, is cancelled, or its manifest would not hold', async () => {
    async function* breaks(): AsyncGenerator<SegmentSource> {
      yield* segmentSources(segments.slice(0, 1));
      yield { name: 'acceleration/day-001', channel: 'acceleration', day: 1, finish: () => { throw new Error('unused'); }, parquet: (async function* () { yield noise(3_000_000); throw new Error('the source is gone'); })() };
    }
    await expect(sealDataset({ ...sealRequest(out, keepers, []), segments: breaks() })).rejects.toThrow('the source is gone');
    expect(readdirSync(dir)).toEqual([]);

    const stop = new AbortController();
    async function* cancels(): AsyncGenerator<SegmentSource> { yield* segmentSources(segments.slice(0, 1)); stop.abort(new Error('enough')); yield* segmentSources(segments.slice(1)); }
    await expect(sealDataset({ ...sealRequest(out, keepers, []), segments: cancels(), signal: stop.signal })).rejects.toThrow('enough');
    expect(readdirSync(dir)).toEqual([]);

    await expect(sealDataset(sealRequest(out, keepers, []))).rejects.toMatchObject({ code: 'too-few-samples' });
    await expect(sealDataset(sealRequest(out, keepers, [segments[0]!, segments[0]!]))).rejects.toThrow();
    await expect(sealDataset(sealRequest(out, keepers, [{ name: '../../evil', parquet: noise(3) }]))).rejects.toThrow(RangeError);
    await expect(sealDataset(sealRequest(out, keepers, segments, { providers: ['x'.repeat(201)] }))).rejects.toMatchObject({ code: 'manifest-invalid' });
    await expect(sealDataset(sealRequest(out, keepers.map((k, i) => ({ ...k, encryptionKey: i === 2 ? new Uint8Array(32) : k.encryptionKey })), segments))).rejects.toMatchObject({ code: 'envelope-unreadable' });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('clears what a killed process left of an earlier try', async () => {
    mkdirSync(`${out}.sealing`);
    writeFileSync(join(`${out}.sealing`, segmentFile('acceleration/day-000')), 'half a blob');
    await sealed();
    expect(readdirSync(dir)).toEqual(['sealed']);
    expect(existsSync(join(out, 'manifest.json'))).toBe(true);
  });

  it('says that the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    async function* breaks(): AsyncGenerator<SegmentSource> { yield { name: 'acceleration/day-000', channel: 'acceleration', day: 0, finish: () => { throw full; }, parquet: parts(noise(10)) }; }
    await expect(sealDataset({ ...sealRequest(out, keepers, []), segments: breaks() })).rejects.toMatchObject({ code: 'disk-full', message: 'The disk is full; the dataset was not sealed.' });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('openSegment refuses by name', () => {
  const name = segments[0]!.name;
  it('every way in which a blob can be wrong', async () => {
    const { result: { manifest }, key } = await sealed();
    const blob = blobOf(name);
    const open = (source: Uint8Array, change: Partial<{ datasetKey: Uint8Array; name: string }> = {}) => fate(openSegment({ datasetKey: key, manifest, name, source: parts(source, 300_000), ...change }));
    expect((await open(blob)).code).toBeUndefined();
    const flipped = Buffer.from(blob);
    flipped[2_000_000]! ^= 1;
    expect((await open(flipped)).code).toBe('seal-tampered');
    expect((await open(blob.subarray(0, 2_000_000))).code).toBe('seal-truncated');
    expect((await open(blob.subarray(0, blob.length - 1))).code).toBe('seal-truncated');
    expect((await open(blob.subarray(0, 44 + 1_048_592))).code).toBe('seal-truncated');
    expect((await open(blob.subarray(0, 0))).code).toBe('seal-truncated');
    expect((await open(Buffer.concat([blob, randomBytes(1)]))).code).toBe('hash-mismatch');
    expect((await open(blob, { datasetKey: noise(32) })).code).toBe('seal-key-wrong');
    expect((await open(blobOf(segments[1]!.name))).code).toBe('seal-key-wrong');
    expect((await open(Buffer.from('<html>not found</html>'.repeat(10)))).code).toBe('seal-format');
    expect((await open(blob, { name: 'acceleration/day-009' })).code).toBe('manifest-invalid');
  });

  it('a blob that is sealed rightly but is not the one that the manifest names', async () => {
    const { result: { manifest }, key } = await sealed();
    const [first, ...rest] = manifest.segments;
    const other = { ...manifest, segments: [{ ...first!, sha256: `0x${'00'.repeat(32)}` }, ...rest] };
    expect((await fate(openSegment({ datasetKey: key, manifest: other, name, source: parts(blobOf(name)) }))).code).toBe('hash-mismatch');
  });

  it('a blob of another dataset under the same name', async () => {
    const first = await sealed();
    const blob = blobOf(name);
    rmSync(out, { recursive: true });
    const second = await sealed();
    expect((await fate(openSegment({ datasetKey: second.key, manifest: second.result.manifest, name, source: parts(blob) }))).code).toBe('seal-key-wrong');
    expect((await fate(openSegment({ datasetKey: first.key, manifest: second.result.manifest, name, source: parts(blob) }))).code).toBe('seal-key-wrong');
  });

  it('an endless blob, without reading far', async () => {
    const { result: { manifest }, key } = await sealed();
    const blob = blobOf(name);
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> { yield blob; for (;;) { read += 1; yield noise(65_536); } }
    expect((await fate(openSegment({ datasetKey: key, manifest, name, source: endless() }))).code).toBe('hash-mismatch');
    expect(read).toBe(1);
  });
});

describe('segment keys and names', () => {
  it('differ by name, nonce and dataset key', () => {
    const nonce = noise(32, 'nonce');
    const key = noise(32, 'key');
    const all = [segmentKey(key, nonce, 'a/day-000'), segmentKey(key, nonce, 'a/day-001'), segmentKey(key, noise(32, 'x'), 'a/day-000'), segmentKey(noise(32, 'y'), nonce, 'a/day-000')].map((k) => Buffer.from(k).toString('hex'));
    expect(new Set(all).size).toBe(4);
    expect(() => segmentKey(key.subarray(1), nonce, 'a/day-000')).toThrow('segmentKey: datasetKey has 31 bytes, not 32');
    expect(() => segmentKey(key, nonce.subarray(1), 'a/day-000')).toThrow('segmentKey: nonce has 31 bytes, not 32');
  });

  it('are fixed by the protocol: these bytes may never change', () => {
    // HKDF-SHA256 computed by hand from HMAC: extract with the nonce, expand one block.
    const hmac = (k: Uint8Array, ...data: Uint8Array[]) => { const h = hmacOf('sha256', k); for (const d of data) h.update(d); return h.digest(); };
    const prk = hmac(noise(32, 'nonce'), noise(32, 'key'));
    const expected = hmac(prk, Buffer.from('phdex/v1/segment/acceleration/day-000'), Buffer.of(1));
    expect(Buffer.from(segmentKey(noise(32, 'key'), noise(32, 'nonce'), 'acceleration/day-000')).equals(expected)).toBe(true);
  });

  it('name a file that stays in its folder', () => {
    expect(segmentFile('acceleration/day-000')).toBe('acceleration.day-000.phdx');
    for (const bad of ['../day-000', 'a/../day-000', '/day-000', 'a/day-0', 'a\\day-000', 'a/day-000/', 'A/day-000', '']) expect(() => segmentFile(bad)).toThrow(RangeError);
  });
});
