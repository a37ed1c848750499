import { AppError, toAppError } from '../../shared/errors.ts';
import { fingerprintQueries } from '../db/queries/fingerprints.ts';
import { labelQueries } from '../db/queries/labels.ts';
import { fetchManifest } from '../market/fetch-manifest.ts';
import type { Resembling } from '../market/certify.ts';
import type { Chain } from './chain-service.ts';
import type { NodeParts } from './node.ts';
import { dialHolders, type Blobs } from './storage-service.ts';

const CONCURRENCY = 8;
const BATCH = 200;
const RETRY_MS = 60_000;
const TIMEOUT_MS = 6000;
/** Labels fetched for one check at most: a validator that comes new to a large network catches up over several. */
const MOST = 2000;

/**
 * What a validator needs to find copies: brings labels that are not here yet, then looks for the fingerprint among all of them. A label
 * that cannot be had now hides its dataset from this check, and from no later one.
 */
export function createCopyFinder(parts: Pick<NodeParts, 'db'>, chain: Pick<Chain, 'reads'>, blobs: Pick<Blobs, 'store'>): Resembling {
  const labels = labelQueries(parts.db);
  const prints = fingerprintQueries(parts.db);

  async function fetchOne(id: number, signal?: AbortSignal): Promise<void> {
    const dataset = chain.reads.dataset(id);
    if (!dataset) return;
    try {
      await dialHolders(blobs.store, chain.reads, dataset);
      const { manifest } = await fetchManifest(dataset, { blobs: blobs.store, timeoutMs: TIMEOUT_MS }, signal);
      labels.saveLabel(id, dataset.contentHash, manifest.label, Date.now());
    } catch (error) {
      if (signal?.aborted) throw new AppError('cancelled', 'The check was cancelled.');
      labels.saveFailure(id, dataset.contentHash, toAppError(error).code, Date.now());
    }
  }

  return async (fingerprint, datasetId, signal) => {
    for (let done = 0; done < MOST;) {
      const queue = labels.datasetsNeedingLabel(BATCH, Date.now() - RETRY_MS).filter((id) => id !== datasetId);
      if (queue.length === 0) break;
      done += queue.length;
      await Promise.all(Array.from({ length: CONCURRENCY }, async () => { for (let id = queue.shift(); id !== undefined; id = queue.shift()) await fetchOne(id, signal); }));
    }
    return prints.copies(fingerprint, datasetId);
  };
}
