import { randomUUID } from 'node:crypto';
import type { OwnDataset, OwnDatasetDetail } from '../../../shared/api/owner.ts';
import type { DatasetRow } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AccountApi } from '../api-types.ts';
import type { OwnerBase } from './base.ts';
import type { Erasing } from './erasing.ts';
import { leastPrice, MAX_PRICE, readLimits } from './terms.ts';

const TRACE_ROWS = 500;
const LIST_MS = 2000;

/** The owner's datasets, as the chain and this profile know them. */
export function createDatasets(base: OwnerBase, erasing: Pick<Erasing, 'certificate'>, trace: AccountApi['trace']) {
  const { b, reads, rows, facts, listing, reputation } = base;

  function view(dataset: DatasetRow, published: ReturnType<typeof rows.published>): OwnDataset {
    const label = base.labelOf(dataset.id);
    const known = published.get(dataset.nonce);
    const erasure = rows.erasure(dataset.nonce);
    const recordingId = known?.recordingId ?? erasure?.recordingId ?? null;
    return {
      id: dataset.id, title: label?.title ?? known?.title ?? null, label, status: dataset.status, erased: erasure !== undefined,
      price: dataset.price.toString(), version: dataset.version, score: dataset.score, seats: dataset.seats, acceptedSeats: dataset.acceptedSeats, threshold: dataset.threshold,
      destroyedSeats: facts.destroyedSeats(dataset.id), sales: listing.sales(dataset.id), openAccesses: facts.openAccesses(dataset.id), earned: facts.earned(dataset.id).toString(),
      publishedAt: dataset.publishedAt * 1000, recordingId: recordingId !== null && b.parts.recordings.get(recordingId) ? recordingId : null, cid: dataset.cid,
    };
  }

  async function storedBytes(dataset: DatasetRow): Promise<number> {
    if (!(await b.blobs.store.isPinned(dataset.cid))) return 0;
    // From the own blocks: what is pinned is here.
    const files = await b.blobs.store.list(dataset.cid, { timeoutMs: LIST_MS }).catch(() => null);
    return files ? files.reduce((sum, f) => sum + f.bytes, 0) : (rows.published().get(dataset.nonce)?.sealedBytes ?? 0);
  }

  return {
    list(): OwnDataset[] { const published = rows.published(); return base.datasets().reverse().map((d) => view(d, published)); },

    async detail(id: number): Promise<OwnDatasetDetail> {
      const dataset = base.own(id);
      return {
        ...view(dataset, rows.published()),
        keepers: reads.seats(id).map((s) => ({ index: s.index, address: s.keeper, status: s.status, online: b.presence.known(s.keeper), reputation: reputation.keeper(s.keeper) })),
        trace: (await trace({ datasetId: id, limit: TRACE_ROWS, offset: 0 })).rows,
        earnings: facts.earningsByDay(id),
        storedBytes: await storedBytes(dataset),
        certificate: erasing.certificate(id),
      };
    },

    async setPrice(id: number, text: string): Promise<void> {
      const dataset = base.own(id);
      if (dataset.status !== 'published' && dataset.status !== 'certified') throw new AppError('dataset-not-for-sale', `Dataset ${id} is ${dataset.status}: it has no price any more.`, { hint: 'Share the recording again.' });
      const price = BigInt(text);
      if (price === dataset.price) return;
      const { minKeeperFee } = await readLimits(b.chain);
      const least = leastPrice(minKeeperFee, dataset.keepersBps, dataset.threshold);
      if (price <= 0n || price > MAX_PRICE || least === null || price < least) {
        throw new AppError('price-invalid', price > MAX_PRICE ? 'The price is above the coins that can ever exist.' : 'At this price the keepers would get less than the network’s least fee.', { hint: 'Raise it: keepers are paid for each sale.', details: { least: least === null ? null : least.toString() } });
      }
      await base.submitterOf(dataset.owner)!.send({ key: `setPrice:${id}:${randomUUID()}`, contract: 'market', method: 'setPrice', args: [id, price] });
      b.changed('datasets', 'listings', 'history');
    },
  };
}
