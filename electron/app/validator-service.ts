import { AppError, toAppError } from '../../shared/errors.ts';
import { Role } from '../../shared/domain/chain.ts';
import { certifyDataset, waitingForCertificate, type Verdict } from '../market/certify.ts';
import { systemClock } from '../market/ports.ts';
import { createCopyFinder } from './copies.ts';
import { followNetwork } from './devices-api.ts';
import type { NodeParts } from './open-parts.ts';
import { createGranteeKeys } from './secret-stores.ts';

export type ValidatorOptions = { patienceMs: number; once: boolean; signal?: AbortSignal; onVerdict?: (verdict: Verdict) => void; onError?: (datasetId: number, error: AppError) => void };

/** The first pause before another try; each further one is twice as long, up to the last. */
const RETRY_MS = { first: 5000, last: 60_000 };
/** After what will hardly be otherwise next time. It is tried again all the same: nobody gets out of being looked at. */
const REFUSED_MS = { first: 30_000, last: 600_000 };
const RELEASE_SECONDS = 3600;

/** Handles what waits for a certificate, one dataset at a time, until it is stopped. */
export async function runValidator(parts: NodeParts, options: ValidatorOptions): Promise<{ done: Promise<void>; stop(): Promise<void> }> {
  const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
  const { reads } = chain;
  if (((reads.participant(parts.address)?.roles ?? 0) & Role.validator) === 0) {
    throw new AppError('not-a-validator', `${parts.address} is not accredited as a validator on ${chain.network.name}.`, { hint: 'The registrar of the network accredits validators; on a local network: `phdex network accredit`.' });
  }
  await chain.ensureRegistered(Role.customer, blobs.endpoint);
  const deps = {
    reads, submit: chain.outbox, changes: chain.indexer, clock: systemClock, keys: createGranteeKeys(parts.db, parts.wallet), network: chain.market,
    me: parts.address, mine: () => parts.accounts.mine(), registry: parts.devices.registry, resembling: createCopyFinder(parts, chain, blobs), blobs: blobs.store, patienceMs: options.patienceMs, releaseSeconds: RELEASE_SECONDS,
  };
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const notBefore = new Map<number, number>();
  const tries = new Map<number, number>();
  let wake: () => void = () => undefined;
  const unsubscribe = chain.indexer.onChange(() => wake());

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const next = waitingForCertificate(deps).find((d) => (notBefore.get(d.id) ?? 0) <= Date.now());
      if (!next) {
        if (options.once) return;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 1000);
          wake = () => { clearTimeout(timer); resolve(); };
          signal.addEventListener('abort', wake, { once: true });
        });
        continue;
      }
      try {
        // In two steps: an optional call that nobody listens to does not evaluate its argument.
        const verdict = await certifyDataset(next.id, deps, { signal });
        options.onVerdict?.(verdict);
      } catch (cause) {
        if (signal.aborted) return;
        const error = toAppError(cause);
        // The owner may know a newer list of devices: the network names it.
        if (error.code === 'devices-refused' && (await followNetwork(parts.devices, chain, blobs.store, signal).catch(() => false))) continue;
        options.onError?.(next.id, error);
        const tried = tries.get(next.id) ?? 0;
        tries.set(next.id, tried + 1);
        const pause = error.retryable ? RETRY_MS : REFUSED_MS;
        notBefore.set(next.id, Date.now() + Math.min(pause.first * 2 ** tried, pause.last));
      }
    }
  }
  const done = work();
  return { done, async stop() { unsubscribe(); stopping.abort(new AppError('cancelled', 'The validator was stopped.')); wake(); await done; } };
}
