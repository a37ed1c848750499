import type { Hex } from '../../shared/domain/chain.ts';
import type { ChainReads } from '../db/queries/chain-reads.ts';
import { endpointsOf } from '../market/fetch-manifest.ts';
import type { BlobStore } from '../storage/blob-store.ts';

export type Presence = {
  /** What the last probe said; null before the first. A probe that is too old is made again behind the answer. */
  known(address: Hex): boolean | null;
  /** Probes now, unless one was made within `FRESH_MS`. */
  online(addresses: readonly Hex[]): Promise<Map<Hex, boolean>>;
  /** Share of this app's probes that were answered, 0–1; null before the first. */
  uptime(address: Hex): number | null;
  onChange(listener: () => void): () => void;
};

const FRESH_MS = 30_000;

/** Who answers: a libp2p connection to the peer of the registered endpoint stands. */
export function createPresence({ reads, blobs }: { reads: Pick<ChainReads, 'participant'>; blobs: Pick<BlobStore, 'connect'> }): Presence {
  type Seen = { at: number; online: boolean; probes: number; answers: number; running?: Promise<boolean> };
  const seen = new Map<Hex, Seen>();
  const listeners = new Set<() => void>();

  function probe(address: Hex): Promise<boolean> {
    const entry = seen.get(address) ?? { at: 0, online: false, probes: 0, answers: 0 };
    seen.set(address, entry);
    if (entry.running) return entry.running;
    if (Date.now() - entry.at < FRESH_MS) return Promise.resolve(entry.online);
    const addresses = endpointsOf([reads.participant(address)]);
    entry.running = (addresses.length === 0 ? Promise.resolve(false) : blobs.connect(addresses).then(() => true, () => false)).then((online) => {
      const news = entry.probes === 0 || entry.online !== online;
      Object.assign(entry, { at: Date.now(), online, probes: entry.probes + 1, answers: entry.answers + (online ? 1 : 0), running: undefined });
      if (news) for (const listener of listeners) listener();
      return online;
    });
    return entry.running;
  }

  return {
    known(address) {
      void probe(address);
      const entry = seen.get(address);
      return entry && entry.probes > 0 ? entry.online : null;
    },
    online: async (addresses) => new Map(await Promise.all(addresses.map(async (a) => [a, await probe(a)] as const))),
    uptime(address) { const entry = seen.get(address); return entry && entry.probes > 0 ? entry.answers / entry.probes : null; },
    onChange(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
  };
}
