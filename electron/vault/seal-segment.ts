import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from '../../shared/domain/chain.ts';
import type { ManifestSegment } from '../../shared/domain/manifest.ts';
import { writeNewFile } from '../recordings/new-file.ts';
import { segmentFile } from './segment-file.ts';
import { segmentAad, segmentKey } from './segment-key.ts';
import { sealStream } from './stream.ts';

/** A segment on its way into the vault. `finish` tells what is known when `parquet` has been read to its end. */
export type SegmentSource = {
  name: string;
  channel: string;
  day: number;
  parquet: AsyncIterable<Uint8Array>;
  finish(): { rows: number; recordRoot: Hex; records: number };
};

/** Seals one segment into its file in `dir`, under its own key. The segment is read to its end. */
export async function sealSegment(segment: SegmentSource, datasetKey: Uint8Array, nonce: Hex, dir: string, signal?: AbortSignal): Promise<ManifestSegment> {
  const path = join(dir, segmentFile(segment.name));
  const salt = Buffer.from(nonce.slice(2), 'hex');
  const key = segmentKey(datasetKey, salt, segment.name);
  const digest = createHash('sha256');
  let plainBytes = 0;
  let sealedBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of segment.parquet) { signal?.throwIfAborted(); plainBytes += chunk.length; yield chunk; }
  }
  async function* sealed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of sealStream({ key, aad: segmentAad(salt, segment.name), source: counted() })) { digest.update(chunk); sealedBytes += chunk.length; yield chunk; }
  }
  try {
    await writeDurably(path, sealed());
  } finally {
    key.fill(0);
  }
  const { rows, recordRoot, records } = segment.finish();
  return { name: segment.name, channel: segment.channel, day: segment.day, rows, plainBytes, sealedBytes, sha256: `0x${digest.digest('hex')}`, recordRoot, records };
}

export async function writeDurably(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  await writeNewFile(path, async (file) => { for await (const chunk of chunks) await file.writeFile(chunk); });
}

/** Makes new names in a folder last; a system that cannot open folders (Windows) does so by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
