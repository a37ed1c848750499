import type { DatasetRow } from '../../../shared/domain/chain.ts';
import type { Manifest } from '../../../shared/domain/manifest.ts';
import { fetchManifest } from '../../market/fetch-manifest.ts';
import type { Chain } from '../chain-service.ts';
import { dialHolders, type Blobs } from '../storage-service.ts';

/** Listings that are asked for at a time, and how many of those together. */
export const BATCH = 200;
const CONCURRENCY = 8;
/** What could not be had is left alone for so long. */
export const RETRY_MS = 60_000;
const TIMEOUT_MS = 6000;

/** A listing's manifest from whoever holds it. @throws AppError `storage-timeout`, `manifest-invalid`, … */
export async function fetchListed(dataset: DatasetRow, { blobs, reads }: { blobs: Blobs['store']; reads: Chain['reads'] }, signal?: AbortSignal): Promise<Manifest> {
  await dialHolders(blobs, reads, dataset);
  return (await fetchManifest(dataset, { blobs, timeoutMs: TIMEOUT_MS }, signal)).manifest;
}

/** Does `work` for each, a few at a time; begins no more once it is stopped. */
export async function forEachListing(ids: readonly number[], work: (id: number) => Promise<void>, signal?: AbortSignal): Promise<void> {
  const queue = [...ids];
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => { for (let id = queue.shift(); id !== undefined && !signal?.aborted; id = queue.shift()) await work(id); }));
}
