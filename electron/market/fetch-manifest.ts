import type { DatasetRow, Hex, ParticipantRow } from '../../shared/domain/chain.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { AppError } from '../../shared/errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { collectBytes } from '../vault/collect-bytes.ts';
import { manifestHash, MAX_MANIFEST_BYTES, parseManifest } from '../vault/manifest.ts';
import type { MarketReads } from './ports.ts';

/** Fetches a dataset's manifest and holds it against the contentHash on chain before anything of it is read. */
export async function fetchManifest(
  dataset: DatasetRow,
  deps: { blobs: Pick<BlobStore, 'readFile'>; timeoutMs?: number },
  signal?: AbortSignal,
): Promise<{ manifest: Manifest; bytes: Uint8Array }> {
  const bytes = await collectBytes(deps.blobs.readFile(dataset.cid, 'manifest.json', { signal, timeoutMs: deps.timeoutMs ?? 20_000, maxBytes: MAX_MANIFEST_BYTES }));
  if (manifestHash(bytes) !== dataset.contentHash) {
    throw new AppError('hash-mismatch', `The manifest behind ${dataset.cid} is not the one that dataset ${dataset.id} names on chain.`, {
      hint: 'Do not buy it: its CID serves other bytes than its owner signed for.',
    });
  }
  const manifest = parseManifest(bytes);
  if (manifest.nonce !== dataset.nonce || manifest.recordRoot !== dataset.recordRoot || manifest.threshold !== dataset.threshold) {
    throw new AppError('manifest-invalid', `The manifest of dataset ${dataset.id} and its listing on chain disagree (nonce, record root or threshold).`, { hint: 'Do not buy it.' });
  }
  return { manifest, bytes };
}

/** libp2p addresses in a registered endpoint; what else it names (a profile) is none. */
export const addressesIn = (endpoint: string): string[] => endpoint.split(',').map((a) => a.trim()).filter((a) => a.startsWith('/'));

/** libp2p addresses of a dataset's owner and keepers. */
export const holdersOf = (reads: Pick<MarketReads, 'seats' | 'participant'>, { id, owner }: { id: number; owner: Hex }): string[] => endpointsOf([owner, ...reads.seats(id).map((s) => s.keeper)].map((a) => reads.participant(a)));

/** libp2p addresses that may serve a dataset: its owner's, its keepers', and those that the manifest carries. */
export function endpointsOf(people: readonly (ParticipantRow | undefined)[], manifest?: Manifest): string[] {
  const listed = people.flatMap((p) => (p?.endpoint ? addressesIn(p.endpoint) : []));
  return [...new Set([...listed, ...(manifest?.providers ?? [])].map((a) => a.trim()).filter(Boolean))];
}
