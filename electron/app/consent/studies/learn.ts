import { toAppError } from '../../../../shared/errors.ts';
import { summaryOf } from '../../../../shared/report-view.ts';
import { labelQueries } from '../../../db/queries/labels.ts';
import { reportSummaries } from '../../../db/queries/report-summaries.ts';
import type { Chain } from '../../chain-service.ts';
import { BATCH, fetchListed, forEachListing, RETRY_MS } from '../../market/fetch-listings.ts';
import type { NodeParts } from '../../open-parts.ts';
import type { Blobs } from '../../storage-service.ts';

/** How long an answer waits for labels and reports that are not here yet, and who hears of those that come later. */
export type Patience = { patienceMs: number; onLearnt(): void };

/** Waits for what is being fetched, but not long: what comes later is told by `onLater`. */
export function atMost(work: Promise<boolean>, ms: number, onLater: () => void): Promise<void> {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const done = work.then((came) => { clearTimeout(timer); if (late && came) onLater(); }, () => undefined);
  return Promise.race([done, new Promise<void>((resolve) => { timer = setTimeout(() => { late = true; resolve(); }, ms); timer.unref(); })]);
}

export type Learn = {
  /** Fetches what is not known of these listings. @returns whether something came */
  these(ids: readonly number[], signal?: AbortSignal): Promise<boolean>;
  /** Of all listings on offer. */
  all(signal?: AbortSignal): Promise<boolean>;
};

/** Labels and reports of listings that a study is held against; one that cannot be had is left alone for a minute. */
export function createLearn({ parts, chain, blobs }: { parts: Pick<NodeParts, 'db'>; chain: Pick<Chain, 'reads'>; blobs: Blobs }): Learn {
  const labels = labelQueries(parts.db);
  const summaries = reportSummaries(parts.db);
  const unreachable = new Map<number, number>();

  async function one(id: number, signal?: AbortSignal): Promise<boolean> {
    const dataset = chain.reads.dataset(id);
    if (!dataset) return false;
    try {
      const manifest = await fetchListed(dataset, { blobs: blobs.store, reads: chain.reads }, signal);
      labels.saveLabel(id, dataset.contentHash, manifest.label, Date.now());
      summaries.save(id, dataset.contentHash, summaryOf(manifest.quality));
      return true;
    } catch (error) {
      if (signal?.aborted) return false;
      unreachable.set(id, Date.now());
      if (labels.labelOf(id) === null) labels.saveFailure(id, dataset.contentHash, toAppError(error).code, Date.now());
      return false;
    }
  }
  async function these(ids: readonly number[], signal?: AbortSignal): Promise<boolean> {
    const wanted = [...new Set(ids)].filter((id) => (summaries.of(id) === undefined || labels.labelOf(id) === null) && (unreachable.get(id) ?? 0) < Date.now() - RETRY_MS);
    let came = false;
    await forEachListing(wanted, async (id) => { came = (await one(id, signal)) || came; }, signal);
    return came;
  }
  return {
    these,
    async all(signal) {
      let came = false;
      for (let below = Number.MAX_SAFE_INTEGER; !signal?.aborted;) {
        const ids = summaries.missing(below, BATCH);
        if (ids.length === 0) return came;
        below = ids.at(-1)!;
        came = (await these(ids, signal)) || came;
      }
      return came;
    },
  };
}
