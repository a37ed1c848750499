import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../electron/vault/manifest.ts';
import { openWithKey } from '../../electron/vault/open-dataset.ts';
import { segmentFile } from '../../electron/vault/segment-file.ts';
import type { SegmentSource } from '../../electron/vault/seal-segment.ts';
import { parseShare, sealShare, SHARE_FILE } from '../../electron/vault/share-manifest.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import { noise } from './fixture.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-share-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const channels: Channel[] = [{ name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 }];
const parts = [noise(1000, 'a'), noise(1_100_000, 'b')];
async function* segments(count = parts.length): AsyncGenerator<SegmentSource> {
  for (let day = 0; day < count; day += 1) yield { name: `heart-rate/day-00${day}`, channel: 'heart-rate', day, parquet: (async function* () { yield parts[day]!; })(), finish: () => ({ rows: 1 + day, recordRoot: `0x${String(day + 1).repeat(64)}` as Hex, records: 1 }) };
}
const seal = (key: Uint8Array, name = 'one') => sealShare({ segments: segments(), channels, simulated: false, key, outDir: join(dir, name) });
const code = (c: string) => expect.objectContaining({ code: c });

async function openPart(name: string, index: number, { key, nonce }: { key: Uint8Array; nonce: Hex }) {
  const share = parseShare(readFileSync(join(dir, name, SHARE_FILE)));
  const segment = share.segments[index]!;
  const chunks: Uint8Array[] = [];
  for await (const chunk of openWithKey({ key, nonce: Buffer.from(nonce.slice(2), 'hex'), segment, source: (async function* () { yield readFileSync(join(dir, name, segmentFile(segment.name))); })() })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a delivery', () => {
  it('opens segment by segment, each with its own key', async () => {
    const sealed = await seal(noise(32, 'key'));
    expect(readdirSync(join(dir, 'one')).sort()).toEqual(['heart-rate.day-000.phdx', 'heart-rate.day-001.phdx', SHARE_FILE]);
    for (const i of [0, 1]) expect(await openPart('one', i, { key: sealed.keys[i]!, nonce: sealed.nonce })).toEqual(Buffer.from(parts[i]!));
    await expect(openPart('one', 1, { key: sealed.keys[0]!, nonce: sealed.nonce })).rejects.toThrowError(code('seal-key-wrong'));
  });

  it('has no segment key in common with another one under the same key', async () => {
    const [one, two] = [await seal(noise(32, 'key'), 'one'), await seal(noise(32, 'key'), 'two')];
    expect(one.nonce).not.toBe(two.nonce);
    await expect(openPart('two', 0, { key: one.keys[0]!, nonce: two.nonce })).rejects.toThrowError(code('seal-key-wrong'));
    await expect(openPart('two', 0, { key: one.keys[0]!, nonce: one.nonce })).rejects.toThrowError(code('seal-key-wrong'));
  });

  it('says nothing of when, and is refused with one field changed', async () => {
    await seal(noise(32, 'key'));
    const bytes = readFileSync(join(dir, 'one', SHARE_FILE));
    const share = parseShare(bytes);
    expect(Object.keys(share).sort()).toEqual(['channels', 'cipher', 'format', 'nonce', 'recordRoot', 'segments', 'simulated']);
    const bad = (change: object) => () => parseShare(canonicalBytes({ ...share, ...change }));
    const first = share.segments[0]!;
    for (const change of [
      { also: 1 }, { format: 'phdex/v1' }, { segments: [] }, { channels: [] }, { recordRoot: share.nonce }, { segments: [first, first] }, { segments: [{ ...first, day: 4 }] }, { segments: [{ ...first, sealedBytes: first.sealedBytes + 1 }, share.segments[1]!] },
    ]) expect(bad(change), JSON.stringify(change).slice(0, 60)).toThrowError(code('manifest-invalid'));
    expect(() => parseShare(Buffer.concat([bytes, Buffer.from(' ')]))).toThrowError(code('manifest-invalid'));
    expect(() => parseShare(Buffer.from([0xff]))).toThrowError(code('manifest-invalid'));
  });

  it('leaves nothing behind when there is nothing to seal, or it breaks off', async () => {
    await expect(sealShare({ segments: segments(0), channels, simulated: false, key: noise(32), outDir: join(dir, 'none') })).rejects.toThrowError(code('too-few-samples'));
    const broken = (async function* () { yield* segments(1); throw new Error('the disk went away'); })();
    await expect(sealShare({ segments: broken, channels, simulated: false, key: noise(32), outDir: join(dir, 'none') })).rejects.toThrowError('the disk went away');
    expect(existsSync(dir) && readdirSync(dir)).toEqual([]);
  });
});
