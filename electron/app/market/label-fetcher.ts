import { toAppError } from '../../../shared/errors.ts';
import { summaryOf } from '../../../shared/report-view.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import { listingFacts } from '../../db/queries/market-rows.ts';
import { reportSummaries } from '../../db/queries/report-summaries.ts';
import type { Backstage } from '../backstage.ts';
import { BATCH, fetchListed, forEachListing, RETRY_MS } from './fetch-listings.ts';

export type LabelFetcher = {
  /** Looks for labels that are not here yet, in the background; cheap when there is nothing to do. */
  poke(): void;
  /** From now on reports are wanted of listings too whose label is here: there is a specification to hold them against. */
  wantReports(): void;
  stop(): Promise<void>;
};

/**
 * Brings labels of new listings from IPFS into the cache, a few at a time, newest first. A search reads the cache alone
 * and never waits for this. One that cannot be had is noted and tried again after a minute.
 */
export function createLabelFetcher(b: Backstage, onLabels: (datasetIds: number[]) => void): LabelFetcher {
  const labels = labelQueries(b.parts.db);
  const facts = listingFacts(b.parts.db);
  const summaries = reportSummaries(b.parts.db);
  const from = { blobs: b.blobs.store, reads: b.chain.reads };
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let lookedUpTo = -1;
  let failed = 0;
  let failedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let reportsWanted = false;
  /** Reports that could not be had, and when. */
  const unreachable = new Map<number, number>();

  async function fetchOne(id: number): Promise<boolean> {
    const dataset = b.chain.reads.dataset(id);
    if (!dataset) return false;
    try {
      const manifest = await fetchListed(dataset, from, stopping.signal);
      labels.saveLabel(id, dataset.contentHash, manifest.label, Date.now());
      summaries.save(id, dataset.contentHash, summaryOf(manifest.quality));
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      labels.saveFailure(id, dataset.contentHash, toAppError(error).code, Date.now());
      failed += 1;
      failedAt = Date.now();
      return false;
    }
  }

  /** Of listings whose label came some other way, or before there were summaries. */
  async function fetchReport(id: number): Promise<void> {
    const dataset = b.chain.reads.dataset(id);
    if (!dataset) return;
    try {
      summaries.save(id, dataset.contentHash, summaryOf((await fetchListed(dataset, from, stopping.signal)).quality));
    } catch {
      if (!stopping.signal.aborted) unreachable.set(id, Date.now());
    }
  }

  async function fetchReports(): Promise<void> {
    for (let below = Number.MAX_SAFE_INTEGER; reportsWanted && !stopping.signal.aborted;) {
      const ids = summaries.missing(below, BATCH);
      if (ids.length === 0) return;
      below = ids.at(-1)!;
      const wanted = ids.filter((id) => (unreachable.get(id) ?? 0) < Date.now() - RETRY_MS);
      await forEachListing(wanted, fetchReport, stopping.signal);
      const arrived = wanted.filter((id) => summaries.of(id) !== undefined);
      if (arrived.length > 0) onLabels(arrived);
    }
  }

  async function work(): Promise<void> {
    for (;;) {
      const newest = facts.maxId();
      failed = 0;
      const wanted = labels.datasetsNeedingLabel(BATCH, Date.now() - RETRY_MS);
      await forEachListing(wanted, async (id) => { if (await fetchOne(id)) onLabels([id]); }, stopping.signal);
      if (stopping.signal.aborted) return;
      lookedUpTo = newest;
      if (wanted.length < BATCH && !again) break;
      again = false;
    }
    await fetchReports();
    if (failed > 0) { clearTimeout(timer); timer = setTimeout(() => poke(true), RETRY_MS + 1000); timer.unref(); }
  }

  function poke(force = false): void {
    if (stopping.signal.aborted) return;
    const due = force || facts.maxId() !== lookedUpTo || (failedAt > 0 && Date.now() - failedAt > RETRY_MS);
    if (!due) return;
    failedAt = 0;
    if (running) { again = true; return; }
    running = new Promise<void>((resolve) => { setImmediate(resolve); }).then(work).catch(() => undefined).finally(() => { running = undefined; });
  }

  return {
    poke: () => poke(),
    wantReports() {
      if (reportsWanted) return;
      reportsWanted = true;
      poke(true);
    },
    async stop() { stopping.abort(); clearTimeout(timer); await running; },
  };
}
