import { AppError } from '../../shared/errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { MarketReads, Sent, Submitter } from './ports.ts';

/** Ends a listing: no new access, keepers destroy their shares and say so on chain, the owner's own copy is unpinned. */
export async function withdrawDataset(
  datasetId: number,
  deps: { reads: MarketReads; submit: Submitter; me: string; blobs: Pick<BlobStore, 'unpin' | 'isPinned'> },
  signal?: AbortSignal,
): Promise<{ sent: Sent | null; freedBytes: number }> {
  const dataset = deps.reads.dataset(datasetId);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list --mine`.' });
  if (dataset.owner.toLowerCase() !== deps.me.toLowerCase()) throw new AppError('not-yours', `Dataset ${datasetId} belongs to ${dataset.owner}.`, { hint: 'Withdraw it with the profile that published it.' });
  const sent = dataset.status === 'withdrawn' ? null : await deps.submit.send({ key: `withdraw:${datasetId}`, contract: 'market', method: 'withdraw', args: [datasetId] }, { signal });
  const freedBytes = (await deps.blobs.isPinned(dataset.cid)) ? await deps.blobs.unpin(dataset.cid) : 0;
  return { sent, freedBytes };
}
