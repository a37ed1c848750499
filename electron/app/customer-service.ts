import { AppError, toAppError } from '../../shared/errors.ts';
import { labelQueries, type ListingQuery } from '../db/queries/labels.ts';
import { buyDataset, type BuyOptions } from '../market/buy.ts';
import { fetchManifest } from '../market/fetch-manifest.ts';
import { openAccess, type OpenOptions } from '../market/open.ts';
import { customerBase, permitSigner } from './market/customer-base.ts';
import type { NodeParts } from './open-parts.ts';
import { dialHolders } from './storage-service.ts';

const LABEL_RETRY_MS = 60_000;

export type Customer = Awaited<ReturnType<typeof createCustomer>>;

export async function createCustomer(parts: NodeParts) {
  const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
  const { reads } = chain;
  const labels = labelQueries(parts.db);
  const base = customerBase({ parts, chain, blobs });
  const signPermit = permitSigner({ parts, chain });

  /** Fetches labels that are not here yet. One that cannot be had is noted and tried again later. */
  async function fetchLabels(limit: number): Promise<void> {
    const now = Date.now();
    await Promise.all(labels.datasetsNeedingLabel(limit, now - LABEL_RETRY_MS).map(async (id) => {
      const dataset = reads.dataset(id)!;
      try {
        await dialHolders(blobs.store, reads, dataset);
        const { manifest } = await fetchManifest(dataset, { blobs: blobs.store, timeoutMs: 4000 });
        labels.saveLabel(id, dataset.contentHash, manifest.label, now);
      } catch (error) {
        labels.saveFailure(id, dataset.contentHash, toAppError(error).code, now);
      }
    }));
  }

  const labelled = (l: ReturnType<typeof labels.search>[number]) => ({ id: l.id, status: l.status, price: l.price, version: l.version, score: l.score, owner: l.owner, title: l.label?.title ?? null, label: l.label });

  return {
    async listings(query: { search?: string; all?: boolean; mine?: boolean; limit?: number }) {
      await fetchLabels(200);
      const asked: ListingQuery = { text: query.search, certifiedOnly: !query.all, owners: query.mine ? [...parts.accounts.mine()] : undefined, limit: query.limit };
      return labels.search(asked).map(labelled);
    },

    async quote(datasetId: number) {
      const dataset = reads.dataset(datasetId);
      if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list`.' });
      await fetchLabels(50);
      return { price: dataset.price, balance: reads.balanceOf(parts.address), score: dataset.score, validator: dataset.validator, title: labels.labelOf(datasetId)?.title ?? null };
    },

    async buy(datasetId: number, options: BuyOptions) {
      const [parameters] = (await chain.read('market', 'parameters', [])) as [{ minReleasePeriod: bigint }];
      const bought = await buyDataset(datasetId, { ...base, signPermit, minReleaseSeconds: Number(parameters.minReleasePeriod) }, options);
      return { accessId: bought.accessId, datasetId, price: bought.price, gas: bought.sent.gasUsed, keepersOnline: bought.probe.keepersOnline.length, bytes: bought.probe.bytes };
    },

    async open(accessId: number, options: Omit<OpenOptions, 'outDir'> & { outDir?: string }) {
      const opened = await openAccess(accessId, base, { ...options, outDir: options.outDir ?? parts.profile.path('opened', `access-${accessId}-${Date.now()}`) });
      const { confirmed, ...rest } = opened;
      return { ...rest, confirmed: confirmed !== null, gas: confirmed?.gasUsed ?? 0n };
    },
  };
}
