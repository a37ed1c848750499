import { AppError, toAppError } from '../../shared/errors.ts';
import { fingerprintQueries } from '../db/queries/fingerprints.ts';
import { labelQueries } from '../db/queries/labels.ts';
import type { Resembling } from '../market/certify.ts';
import type { Chain } from './chain-service.ts';
import type { NodeParts } from './open-parts.ts';
import { BATCH, fetchListed, forEachListing, RETRY_MS } from './market/fetch-listings.ts';
import type { Blobs } from './storage-service.ts';

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
      const { label } = await fetchListed(dataset, { blobs: blobs.store, reads: chain.reads }, signal);
      labels.saveLabel(id, dataset.contentHash, label, Date.now());
    } catch (error) {
      if (signal?.aborted) throw new AppError('cancelled', 'The check was cancelled.');
      labels.saveFailure(id, dataset.contentHash, toAppError(error).code, Date.now());
    }
  }

  return async (fingerprint, datasetId, signal) => {
    for (let done = 0; done < MOST;) {
      const wanted = labels.datasetsNeedingLabel(BATCH, Date.now() - RETRY_MS).filter((id) => id !== datasetId);
      if (wanted.length === 0) break;
      done += wanted.length;
      await forEachListing(wanted, (id) => fetchOne(id, signal));
    }
    return prints.copies(fingerprint, datasetId);
  };
}
