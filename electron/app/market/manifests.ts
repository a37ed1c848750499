import type { DatasetRow } from '../../../shared/domain/chain.ts';
import type { Manifest } from '../../../shared/domain/manifest.ts';
import { customerRows } from '../../db/queries/market-rows.ts';
import type { Db } from '../../db/open-database.ts';
import { fetchManifest } from '../../market/fetch-manifest.ts';
import { parseManifest } from '../../vault/manifest.ts';
import type { ChainReads } from '../../db/queries/chain-reads.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { dialHolders } from '../storage-service.ts';

export type Manifests = {
  /** What was fetched before. */
  known(dataset: DatasetRow): Manifest | null;
  /** From here, or fetched and held against the hash on chain. */
  get(dataset: DatasetRow, options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<Manifest>;
};

/** Manifests by the hash that stands on chain: fetched once, kept. */
export function createManifests({ db, reads, blobs }: { db: Db; reads: ChainReads; blobs: BlobStore }): Manifests {
  const rows = customerRows(db);
  const underWay = new Map<string, Promise<Manifest>>();
  const known = (dataset: DatasetRow) => {
    const text = rows.manifest(dataset.contentHash);
    return text === undefined ? null : parseManifest(Buffer.from(text));
  };
  async function fetch(dataset: DatasetRow, options: { signal?: AbortSignal; timeoutMs?: number }): Promise<Manifest> {
    await dialHolders(blobs, reads, dataset);
    const { manifest, bytes } = await fetchManifest(dataset, { blobs, timeoutMs: options.timeoutMs }, options.signal);
    rows.saveManifest(dataset.contentHash, Buffer.from(bytes).toString('utf8'));
    return manifest;
  }
  return {
    known,
    get(dataset, options = {}) {
      const here = known(dataset);
      if (here) return Promise.resolve(here);
      let run = underWay.get(dataset.contentHash);
      if (!run) {
        run = fetch(dataset, options).finally(() => underWay.delete(dataset.contentHash));
        underWay.set(dataset.contentHash, run);
      }
      return run;
    },
  };
}
