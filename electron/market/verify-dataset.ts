import type { DatasetRow } from '../../shared/domain/chain.ts';
import type { Manifest, ManifestSegment } from '../../shared/domain/manifest.ts';
import type { SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { readSegment, warmReader } from '../datasets/read-segment.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { collectBytes } from '../vault/collect-bytes.ts';
import { openSegment } from '../vault/open-dataset.ts';
import { segmentFile } from '../vault/segment-file.ts';

export type Check = { name: string; ok: boolean; detail: string };

export type OpenedSegment = { segment: ManifestSegment; parquet: Uint8Array };

/**
 * Fetches, decrypts and verifies a dataset's segments one by one: SHA-256 of each blob, every chunk's tag, row count
 * and Merkle root of the records. Nothing is yielded before all of a segment's checks have passed.
 */
export async function* openSegments(
  dataset: DatasetRow,
  manifest: Manifest,
  datasetKey: Uint8Array,
  deps: { blobs: Pick<BlobStore, 'readFile'>; timeoutMs?: number },
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): AsyncGenerator<OpenedSegment & { checks: Check[] }> {
  const total = manifest.segments.reduce((sum, s) => sum + s.sealedBytes, 0);
  let done = 0;
  warmReader();
  for (const segment of manifest.segments) {
    const source = deps.blobs.readFile(dataset.cid, segmentFile(segment.name), { signal: options.signal, timeoutMs: deps.timeoutMs ?? 30_000, maxBytes: segment.sealedBytes });
    const parquet = await collectBytes(openSegment({ datasetKey, manifest, name: segment.name, source }));
    const verified = await readSegment({ parquet, segment, channels: manifest.channels });
    if (verified.rows !== segment.rows || verified.recordRoot !== segment.recordRoot) {
      throw new AppError('root-mismatch', `Segment ${segment.name} of dataset ${dataset.id} holds other records than its manifest names.`, { hint: 'Do not confirm the purchase; the escrow is returned when no release is confirmed, or dispute the certificate with its validator.' });
    }
    done += segment.sealedBytes;
    options.onProgress?.(done, total);
    yield {
      segment,
      parquet,
      checks: [
        { name: `${segment.name}: ciphertext`, ok: true, detail: `SHA-256 ${segment.sha256}` },
        { name: `${segment.name}: decryption`, ok: true, detail: 'every chunk authenticated, none missing' },
        { name: `${segment.name}: records`, ok: true, detail: `${segment.rows} rows, ${segment.records} records, Merkle root ${segment.recordRoot}` },
      ],
    };
  }
}

export type { SampleBatch };
