import { toAppError } from '../../../shared/errors.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import { listingFacts } from '../../db/queries/market-rows.ts';
import { fetchManifest } from '../../market/fetch-manifest.ts';
import { dialHolders } from '../storage-service.ts';
import type { Backstage } from '../host-types.ts';

const CONCURRENCY = 8;
const BATCH = 200;
const RETRY_MS = 60_000;
const TIMEOUT_MS = 6000;

export type LabelFetcher = {
  /** Looks for labels that are not here yet, in the background; cheap when there is nothing to do. */
  poke(): void;
  stop(): Promise<void>;
};

/**
 * Brings labels of new listings from IPFS into the cache, a few at a time, newest first. A search reads the cache alone
 * and never waits for this. One that cannot be had is noted and tried again after a minute.
 */
export function createLabelFetcher(b: Backstage, onLabels: (datasetIds: number[]) => void): LabelFetcher {
  const labels = labelQueries(b.parts.db);
  const facts = listingFacts(b.parts.db);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let lookedUpTo = -1;
  let failed = 0;
  let failedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  async function fetchOne(id: number): Promise<boolean> {
    const dataset = b.chain.reads.dataset(id);
    if (!dataset) return false;
    try {
      await dialHolders(b.blobs.store, b.chain.reads, dataset);
      const { manifest } = await fetchManifest(dataset, { blobs: b.blobs.store, timeoutMs: TIMEOUT_MS }, stopping.signal);
      labels.saveLabel(id, dataset.contentHash, manifest.label, Date.now());
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      labels.saveFailure(id, dataset.contentHash, toAppError(error).code, Date.now());
      failed += 1;
      failedAt = Date.now();
      return false;
    }
  }

  async function work(): Promise<void> {
    for (;;) {
      const newest = facts.maxId();
      failed = 0;
      const wanted = labels.datasetsNeedingLabel(BATCH, Date.now() - RETRY_MS);
      const arrived: number[] = [];
      const queue = [...wanted];
      await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
        for (let id = queue.shift(); id !== undefined && !stopping.signal.aborted; id = queue.shift()) {
          if (await fetchOne(id)) { arrived.push(id); onLabels([id]); }
        }
      }));
      if (stopping.signal.aborted) return;
      lookedUpTo = newest;
      if (wanted.length < BATCH && !again) break;
      again = false;
    }
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
    async stop() { stopping.abort(); clearTimeout(timer); await running; },
  };
}
