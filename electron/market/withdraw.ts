import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { MarketReads, Sent, Submitter } from './ports.ts';

/** `submitterOf` gives whoever sends for an account of the person, undefined for somebody else's. */
type Deps = { reads: MarketReads; submitterOf(owner: Hex): Submitter | undefined };

/**
 * Ends a listing: no new access, keepers destroy their shares and say so on chain. The owner's own copy stays. What a
 * validator rejected has ended already, and so has what was withdrawn: nothing is sent.
 */
export async function endListing(datasetId: number, deps: Deps, signal?: AbortSignal): Promise<Sent | null> {
  const dataset = deps.reads.dataset(datasetId);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list --mine`.' });
  const submit = deps.submitterOf(dataset.owner);
  if (!submit) throw new AppError('not-yours', `Dataset ${datasetId} belongs to ${dataset.owner}.`, { hint: 'Withdraw it with the profile that published it.' });
  if (dataset.status === 'withdrawn' || dataset.status === 'rejected') return null;
  return submit.send({ key: `withdraw:${datasetId}`, contract: 'market', method: 'withdraw', args: [datasetId] }, { signal });
}

/** Ends a listing, and unpins the owner's own copy. */
export async function withdrawDataset(
  datasetId: number,
  deps: Deps & { blobs: Pick<BlobStore, 'unpin' | 'isPinned'> },
  signal?: AbortSignal,
): Promise<{ sent: Sent | null; freedBytes: number }> {
  const sent = await endListing(datasetId, deps, signal);
  const { cid } = deps.reads.dataset(datasetId)!;
  const freedBytes = (await deps.blobs.isPinned(cid)) ? await deps.blobs.unpin(cid) : 0;
  return { sent, freedBytes };
}
