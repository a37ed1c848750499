import type { Hex } from '../../../shared/domain/chain.ts';
import type { ChainReads } from '../../db/queries/chain-reads.ts';
import { endpointsOf } from '../../market/fetch-manifest.ts';
import type { BlobStore } from '../../storage/blob-store.ts';

const AGAIN_MS = 5000;

type Reaching = { reads: Pick<ChainReads, 'participant'>; store: Pick<BlobStore, 'connect'> };

/** Connects to each of these keepers; one that does not answer is left out. */
export async function goToKeepers({ reads, store }: Reaching, keepers: Iterable<Hex>): Promise<void> {
  await Promise.allSettled([...keepers].map((keeper) => store.connect(endpointsOf([reads.participant(keeper)]), { timeoutMs: 2000 })));
}

/**
 * Stays connected to the keepers who have not taken their seat yet. A fresh account says nowhere how its person is
 * reached, so it is the owner who goes to the keepers; they fetch over that connection.
 * @returns the way to stop
 */
export function serveSeats({ reads, store, mine }: Reaching & { reads: Pick<ChainReads, 'datasetsOf' | 'seats'>; mine(): ReadonlySet<Hex> }): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  async function look(): Promise<void> {
    const waiting = new Set<Hex>();
    for (const owner of mine()) {
      for (const dataset of reads.datasetsOf(owner)) {
        if (dataset.status === 'published') for (const seat of reads.seats(dataset.id)) if (seat.status === 'named') waiting.add(seat.keeper);
      }
    }
    await goToKeepers({ reads, store }, waiting);
    if (!stopped) { timer = setTimeout(() => { void look(); }, AGAIN_MS); timer.unref(); }
  }
  void look();
  return () => { stopped = true; clearTimeout(timer); };
}
