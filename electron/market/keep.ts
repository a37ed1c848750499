import type { AccessRow, DatasetRow, Hex, SeatRow } from '../../shared/domain/chain.ts';
import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { sealShareForAccess, commitmentOf } from '../vault/release.ts';
import { seatProof } from '../vault/seat-tree.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { ChainChanges, Clock, MarketNetwork, MarketReads, Submitter } from './ports.ts';

/** Shares at rest: encrypted under a key of the profile; plaintext exists only while a caller holds it. */
export type ShareStore = {
  get(datasetId: number, index: number): Uint8Array | undefined;
  put(datasetId: number, index: number, share: Uint8Array): void;
  /** Overwrites and removes. @returns whether there was one */
  destroy(datasetId: number, index: number): boolean;
};

export type KeepingDeps = {
  reads: MarketReads;
  submit: Submitter;
  changes: ChainChanges;
  clock: Clock;
  network: MarketNetwork;
  me: Hex;
  shares: ShareStore;
  /** Fetches and checks a dataset's manifest against the contentHash on chain. */
  fetchManifest(dataset: DatasetRow, signal?: AbortSignal): Promise<Manifest>;
  /** Opens an envelope with the keeper's X25519 key. @throws AppError `envelope-unreadable` */
  openEnvelope(manifest: Manifest, index: number): Promise<Uint8Array>;
  /** Fetches and pins the ciphertext within the keeper's quota. */
  pin(dataset: DatasetRow, signal?: AbortSignal): Promise<void>;
  unpin(dataset: DatasetRow): Promise<void>;
  /** Re-seals a share to an access key. Only tests and the demo's liar hand in another. */
  sealShare?: (access: AccessRow) => typeof sealShareForAccess;
  /** How long a keeper whose turn it is not waits, per place in the line, before it steps in. */
  standbyMs?: number;
  /** Off: seats are taken, but nothing is released without the person. On by default; asked each time where it is a function. */
  autoRelease?: boolean | (() => boolean);
  /** While it says yes no seat is taken; what is owed is released, settled and destroyed all the same. */
  paused?: () => boolean;
  onEvent?(event: KeepingEvent): void;
};

export type KeepingEvent =
  | { type: 'accepted' | 'destroyed'; datasetId: number; index: number; gas: bigint }
  | { type: 'released'; accessId: number; index: number; gas: bigint }
  | { type: 'settled'; accessId: number; gas: bigint }
  | { type: 'refused'; datasetId: number; index: number; error: AppError }
  | { type: 'failed'; what: string; error: AppError };

export type Keeping = {
  stop(): Promise<void>;
  /** Looks at once: a setting has changed. */
  look(): void;
  /** Releases one share by the person's word. @throws AppError why it cannot be */
  releaseNow(accessId: number, index: number): Promise<void>;
};

/** The first pause before another try; each further one is twice as long, up to the last. */
const RETRY_MS = { first: 2000, last: 60_000 };
const REFUSED_MS = { first: 30_000, last: 600_000 };
/** What the bytes behind a CID say for ever: no other try can change it. */
const FINAL = ['hash-mismatch', 'manifest-invalid', 'envelope-unreadable', 'share-mismatch'] as const;

/**
 * The line of an access: its seated seats in the order of keccak256("access:seat"). The first k release at once, the
 * others only when somebody is late. Over many accesses every keeper is first equally often.
 */
export function releaseOrder(accessId: number, seatedBits: number): number[] {
  const rank = (seat: number) => Buffer.from(keccak_256(Buffer.from(`${accessId}:${seat}`))).toString('hex');
  return Array.from({ length: 32 }, (_, seat) => seat).filter((seat) => (seatedBits >>> seat) & 1).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/**
 * The keeper's part: takes the seats it was named for, releases its share for accesses that the contract opened and
 * for nothing else, settles what nobody settled, and destroys its share when the dataset is withdrawn or rejected.
 * Everything is derived from the event cache, so a keeper that was killed goes on by looking again.
 */
export function startKeeping(deps: KeepingDeps): Keeping {
  const { reads, submit, clock, network, me } = deps;
  const sealShare = deps.sealShare ?? (() => sealShareForAccess);
  const standbyMs = deps.standbyMs ?? 400;
  const stopping = new AbortController();
  /** Work under way or done with, by name; a name that failed is freed after a pause. */
  const busy = new Map<string, Promise<void>>();
  /** When this process first saw an access: the line of standbys counts from there. */
  const firstSeen = new Map<number, number>();
  const tries = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function once(name: string, work: () => Promise<void>, describe?: (error: AppError) => KeepingEvent): void {
    if (busy.has(name) || stopping.signal.aborted) return;
    const run = work().catch((cause: unknown) => {
      if (stopping.signal.aborted) return;
      const error = toAppError(cause);
      deps.onEvent?.(describe?.(error) ?? { type: 'failed', what: name, error });
      if (FINAL.some((code) => isAppError(error, code))) return;
      const tried = tries.get(name) ?? 0;
      tries.set(name, tried + 1);
      const pause = error.retryable ? RETRY_MS : REFUSED_MS;
      setTimeout(() => { busy.delete(name); look(); }, Math.min(pause.first * 2 ** tried, pause.last)).unref();
    });
    busy.set(name, run);
  }

  /** Opens the seat's envelope and checks the share. @returns the share, the caller's to wipe */
  async function shareFromEnvelope(seat: SeatRow, dataset: DatasetRow): Promise<Uint8Array> {
    const share = await deps.openEnvelope(await deps.fetchManifest(dataset, stopping.signal), seat.index);
    if (commitmentOf(dataset.nonce, seat.index, share) === seat.commitment) return share;
    share.fill(0);
    throw new AppError('share-mismatch', `The share in seat ${seat.index} of dataset ${dataset.id} does not match its commitment on chain.`, {
      hint: 'The seat was not taken: releasing that share would cost this keeper its stake.',
    });
  }

  async function accept(seat: SeatRow, dataset: DatasetRow): Promise<void> {
    const share = await shareFromEnvelope(seat, dataset);
    try {
      await deps.pin(dataset, stopping.signal);
      // The share is stored before the seat is taken: a crash in between repeats the accept, never owes a lost share.
      deps.shares.put(dataset.id, seat.index, share);
    } finally {
      share.fill(0);
    }
    const all = reads.seats(dataset.id);
    const proof = seatProof(dataset.nonce, all.map((s) => ({ keeper: s.keeper, commitment: s.commitment })), seat.index);
    const sent = await submit.send({ key: `accept:${dataset.id}:${seat.index}`, contract: 'market', method: 'accept', args: [dataset.id, seat.index, seat.commitment, dataset.nonce, proof] }, { signal: stopping.signal });
    deps.onEvent?.({ type: 'accepted', datasetId: dataset.id, index: seat.index, gas: sent.gasUsed });
  }

  async function release(access: AccessRow, seat: SeatRow): Promise<void> {
    // A profile that was restored from its mnemonic has no shares, but its key still opens the envelopes.
    const share = deps.shares.get(access.datasetId, seat.index) ?? (await shareFromEnvelope(seat, reads.dataset(access.datasetId)!));
    const context = { chainId: network.chainId, market: network.market, accessId: access.id, index: seat.index };
    const { ex, ey, ctHead, ctTail } = sealShare(access)({ share, accessKey: { px: access.px, py: access.py }, context });
    share.fill(0);
    try {
      const sent = await submit.send({ key: `release:${access.id}:${seat.index}`, contract: 'market', method: 'release', args: [access.id, seat.index, { ex, ey, ctHead, ctTail }] }, { signal: stopping.signal });
      deps.onEvent?.({ type: 'released', accessId: access.id, index: seat.index, gas: sent.gasUsed });
    } catch (error) {
      // Others were faster: enough shares stand. Should a dispute take one out, the next look tries again.
      if (isAppError(error, 'chain-reverted') && error.details.reason === 'MarketEnoughReleases') busy.delete(`release:${access.id}:${seat.index}`);
      else throw error;
    }
  }

  const place = (access: AccessRow, index: number): number => releaseOrder(access.id, access.seatedBits).indexOf(index);

  function lookAtAccess(access: AccessRow, mine: readonly SeatRow[], now: number): number {
    const seat = mine.find((s) => s.datasetId === access.datasetId && ((access.seatedBits >>> s.index) & 1) === 1);
    if (!seat || reads.head() - access.openedBlock < network.confirmations) return Infinity;
    const releases = reads.releases(access.id);
    const dataset = reads.dataset(access.datasetId);
    if (!dataset) return Infinity;
    const standing = releases.filter((r) => r.status === 'standing').length;
    if (access.challengeEnd !== null) {
      if (!releases.some((r) => r.keeper === me && r.status === 'standing')) return Infinity;
      // One settles; the others only if it does not.
      const wait = access.challengeEnd * 1000 + 1000 + place(access, seat.index) * 2000 - now;
      if (wait > 0) return wait;
      once(`settle:${access.id}`, async () => {
        const sent = await submit.send({ key: `settle:${access.id}`, contract: 'market', method: 'settle', args: [access.id] }, { signal: stopping.signal });
        deps.onEvent?.({ type: 'settled', accessId: access.id, gas: sent.gasUsed });
      }, (error) => ({ type: 'failed', what: `settle:${access.id}`, error }));
      return Infinity;
    }
    if (releases.some((r) => r.index === seat.index) || access.deadline * 1000 <= now) return Infinity;
    const needed = access.kind === 'validation' ? Infinity : dataset.threshold;
    const seen = firstSeen.get(access.id) ?? now;
    firstSeen.set(access.id, seen);
    const turn = seen + Math.max(0, place(access, seat.index) - (needed === Infinity ? 31 : needed) + 1) * standbyMs;
    if (standing >= needed) return Infinity;
    if (deps.autoRelease === false) return Infinity;
    // The person may turn it on again at any time.
    if (typeof deps.autoRelease === 'function' && !deps.autoRelease()) return 1000;
    if (turn > now) return turn - now;
    once(`release:${access.id}:${seat.index}`, () => release(access, seat));
    return Infinity;
  }

  function look(): void {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    const now = clock.now();
    const mine = reads.seatsOf(me);
    for (const seat of mine) {
      const dataset = reads.dataset(seat.datasetId);
      if (!dataset) continue;
      // Not after the certificate: no validator has seen that share, and its commitment alone does not say that it fits.
      if (seat.status === 'named' && dataset.status === 'published' && !deps.paused?.()) {
        once(`accept:${dataset.id}:${seat.index}`, () => accept(seat, dataset), (error) => ({ type: 'refused', datasetId: dataset.id, index: seat.index, error }));
      }
    }
    let next = Infinity;
    const open = reads.openAccesses();
    for (const access of open) next = Math.min(next, lookAtAccess(access, mine, now));
    for (const seat of mine) {
      const dataset = reads.dataset(seat.datasetId);
      // Both are final. What was bought before is served to its deadline; an access beyond it can be refunded, not released for.
      if (!dataset || (dataset.status !== 'withdrawn' && dataset.status !== 'rejected') || seat.status === 'destroyed') continue;
      const owed = open.filter((a) => a.datasetId === dataset.id && (a.challengeEnd !== null || a.deadline * 1000 > now));
      if (owed.length > 0) {
        for (const a of owed) if (a.challengeEnd === null) next = Math.min(next, a.deadline * 1000 - now + 20);
        continue;
      }
      once(`destroy:${dataset.id}:${seat.index}`, () => destroy(dataset, seat));
    }
    if (next < Infinity) timer = setTimeout(look, Math.max(20, Math.min(next, 2 ** 31 - 1)));
  }

  async function destroy(dataset: DatasetRow, seat: SeatRow): Promise<void> {
    const had = deps.shares.destroy(dataset.id, seat.index);
    if (had || seat.status === 'accepted') await deps.unpin(dataset);
    if (seat.status !== 'accepted') return;
    const sent = await submit.send({ key: `destroyed:${dataset.id}:${seat.index}`, contract: 'market', method: 'confirmDestroyed', args: [dataset.id, seat.index] }, { signal: stopping.signal });
    deps.onEvent?.({ type: 'destroyed', datasetId: dataset.id, index: seat.index, gas: sent.gasUsed });
  }

  async function releaseNow(accessId: number, index: number): Promise<void> {
    const access = reads.access(accessId);
    if (!access) throw new AppError('access-unknown', `There is no access ${accessId} on this network.`);
    const seat = reads.seatsOf(me).find((s) => s.datasetId === access.datasetId && s.index === index);
    if (!seat || ((access.seatedBits >>> index) & 1) === 0) throw new AppError('not-yours', `Seat ${index} of access ${accessId} is not this keeper's.`);
    if (reads.releases(accessId).some((r) => r.index === index)) return;
    if (access.status !== 'open' || access.deadline * 1000 <= clock.now()) throw new AppError('access-expired', `Access ${accessId} takes no release any more.`, { hint: access.status === 'open' ? 'Its deadline has passed.' : `It is ${access.status}.` });
    if (access.challengeEnd !== null) throw new AppError('access-not-ready', `Enough keepers have released for access ${accessId} already.`, { hint: 'There is nothing to do.' });
    const missing = network.confirmations - (reads.head() - access.openedBlock);
    if (missing > 0) throw new AppError('access-not-ready', `Access ${accessId} is too new: ${missing} more block${missing === 1 ? '' : 's'} must stand on top of it.`, { hint: 'Try again in a moment; a reorganisation must not hand out a share that was never paid for.', retryable: true });
    await release(access, seat);
  }

  const stopListening = deps.changes.onChange(look);
  look();

  return {
    look, releaseNow,
    async stop() {
      stopListening();
      clearTimeout(timer);
      stopping.abort(new AppError('cancelled', 'The keeper was stopped.'));
      await Promise.allSettled(busy.values());
    },
  };
}
