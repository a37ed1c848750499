import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Label } from '../../shared/domain/label.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import type { SealRequest } from '../../electron/vault/seal-dataset.ts';
import type { SegmentSource } from '../../electron/vault/seal-segment.ts';

/** Bytes that look random and are the same in every run. */
export function noise(length: number, seed = 'noise'): Uint8Array {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i += 1) blocks.push(createHash('sha256').update(`${seed}/${i}`).digest());
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
}

/** The bytes as a source, cut into parts of the given lengths, over and over. */
export async function* parts(data: Uint8Array, ...lengths: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < data.length; i += 1) {
    const length = lengths.length === 0 ? data.length : lengths[i % lengths.length]!;
    yield data.subarray(at, at + length);
    at += length;
  }
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of source) all.push(part);
  return Buffer.concat(all);
}

/** What a source yields before it throws, and the code of what it throws. */
export async function fate(source: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; code: string | undefined }> {
  const all: Uint8Array[] = [];
  try {
    for await (const part of source) all.push(part);
  } catch (error) {
    return { bytes: Buffer.concat(all), code: (error as { code?: string }).code ?? String(error) };
  }
  return { bytes: Buffer.concat(all), code: undefined };
}

export function x25519Pair(): { privateKey: Uint8Array; publicKey: Uint8Array } {
  const pair = generateKeyPairSync('x25519');
  const raw = (part: 'd' | 'x') => new Uint8Array(Buffer.from(pair.privateKey.export({ format: 'jwk' })[part]!, 'base64url'));
  return { privateKey: raw('d'), publicKey: raw('x') };
}

export type TestKeeper = { address: Hex; encryptionKey: Uint8Array; privateKey: Uint8Array };

/** Keepers in ascending order of address. */
export function testKeepers(n: number): TestKeeper[] {
  return Array.from({ length: n }, (_, i) => {
    const { privateKey, publicKey } = x25519Pair();
    return { address: `0x${(i + 1).toString(16).padStart(2, '0').repeat(20)}` as Hex, encryptionKey: publicKey, privateKey };
  });
}

export const channels: Channel[] = [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 }];

export const quality: QualityReport = {
  version: 2, rules: { name: 'test', sha256: '0'.repeat(64) }, model: null, score: 97, parts: [{ name: 'coverage', score: 97.25, weight: 1 }],
  reasons: [{ part: 'coverage', code: 'gap', channel: 'acceleration', cost: 2.75, sentence: 'One gap of 3 s.', spans: [{ from: 1e6, to: 4e6 }], spanCount: 1 }],
  labels: null, channels: [], rows: 300, durationSeconds: 3, rateHz: 100,
};

export const label: Label = {
  title: 'Wrist, one day', description: '', dataTypes: ['acceleration'], channels: [{ name: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], rateHz: 100 }],
  rows: 300, durationSeconds: 3, month: '2026-05', days: 1, device: null, simulated: true,
  demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 97, tags: ['wrist'],
};

export type TestSegment = { name: string; parquet: Uint8Array };

export const testSegments = (...lengths: number[]): TestSegment[] =>
  lengths.map((length, day) => ({ name: `acceleration/day-${String(day).padStart(3, '0')}`, parquet: noise(length, `segment ${day}`) }));

export async function* segmentSources(segments: readonly TestSegment[], partBytes = 100_000): AsyncGenerator<SegmentSource> {
  for (const [day, { name, parquet }] of segments.entries()) {
    yield { name, channel: 'acceleration', day, parquet: parts(parquet, partBytes), finish: () => ({ rows: 100, records: 100, recordRoot: `0x${createHash('sha256').update(parquet).digest('hex')}` }) };
  }
}

export const sealRequest = (outDir: string, keepers: readonly TestKeeper[], segments: readonly TestSegment[], change: Partial<SealRequest> = {}): SealRequest => ({
  segments: segmentSources(segments), label, channels, quality, keepers: keepers.map(({ address, encryptionKey }) => ({ address, encryptionKey })),
  threshold: 2, providers: ['/ip4/127.0.0.1/tcp/4001'], outDir, ...change,
});
