import { existsSync } from 'node:fs';
import type { DatasetRow, Hex } from '../../shared/domain/chain.ts';
import type { ChainReads } from '../db/queries/chain-reads.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { NodeParts } from './open-parts.ts';
import { createDatasetKeyStore, createPublicationStore } from './secret-stores.ts';
import { dialHolders } from './storage-service.ts';

export type RepinDeps = { reads: Pick<ChainReads, 'datasetsOf' | 'seatsOf' | 'dataset'> & Parameters<typeof dialHolders>[1]; store: BlobStore; me: Hex; /** All accounts of the profile. */ mine?: () => ReadonlySet<Hex>; /** Bytes that others' blobs may take. */ quotaBytes(): number };

/** What this profile has to serve: its own listings, and those of which it keeps a share. */
export function toServe({ reads, me, mine }: Pick<RepinDeps, 'reads' | 'me' | 'mine'>): { dataset: DatasetRow; own: boolean }[] {
  const live = (d: DatasetRow | undefined): d is DatasetRow => d !== undefined && (d.status === 'published' || d.status === 'certified');
  const owners = mine?.() ?? new Set([me]);
  const own = [...owners].flatMap((owner) => reads.datasetsOf(owner)).filter(live);
  const kept = reads.seatsOf(me).filter((s) => s.status === 'accepted').map((s) => reads.dataset(s.datasetId)).filter(live);
  return [...own.map((dataset) => ({ dataset, own: true })), ...[...new Map(kept.map((d) => [d.id, d])).values()].filter((d) => !owners.has(d.owner)).map((dataset) => ({ dataset, own: false }))];
}

/**
 * Fetches again what should be served from here and is not, as after a restore: a backup holds no IPFS blocks. Whoever
 * else holds it is asked; what nobody serves now is left for the next start.
 * @returns how many came back, and how many did not
 */
export async function repin(deps: RepinDeps, signal: AbortSignal): Promise<{ fetched: number; missing: number }> {
  let [fetched, missing] = [0, 0];
  for (const { dataset, own } of toServe(deps)) {
    if (signal.aborted) break;
    if (await deps.store.isPinned(dataset.cid)) continue;
    try {
      await dialHolders(deps.store, deps.reads, dataset);
      const room = own ? undefined : Math.max(0, deps.quotaBytes() - (await deps.store.storedBytes()));
      await deps.store.pin(dataset.cid, { signal, maxBytes: room });
      fetched += 1;
    } catch { missing += 1; }
  }
  return { fetched, missing };
}

/**
 * A publication that was interrupted after its blobs had been made, and whose blobs are gone since: it begins anew, with
 * another key, unless it is on its way to the chain already.
 */
export async function mendPublications({ db, wallet, profile }: Pick<NodeParts, 'db' | 'wallet' | 'profile'>, store: Pick<BlobStore, 'isPinned'>): Promise<void> {
  const publications = createPublicationStore(db);
  const keys = createDatasetKeyStore(db, wallet);
  const sent = db.prepare('SELECT 1 FROM outbox WHERE key = ?').pluck();
  for (const p of publications.unfinished()) {
    const there = p.state === 'sealed' ? existsSync(profile.path('work', `${p.id}.sealed`)) : p.state === 'stored' ? await store.isPinned(p.cid!) : true;
    if (there || sent.get(`publish:${p.id}`) !== undefined) continue;
    if (p.sealed) keys.forget(p.sealed.nonce);
    publications.save({ ...p, state: 'started', sealed: null, cid: null });
  }
}
