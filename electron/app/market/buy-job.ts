import { keccak256, toUtf8Bytes } from 'ethers';
import type { BuyIn } from '../../../shared/api/market.ts';
import type { Job } from '../../../shared/api/app.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { customerRows } from '../../db/queries/market-rows.ts';
import { buyDataset, openableAccesses, probeDataset, type Bought, type Probe } from '../../market/buy.ts';
import { waitFor } from '../../market/wait-for.ts';
import type { Backstage } from '../backstage.ts';
import type { JobControl } from '../jobs.ts';
import { customerBase, permitSigner } from './customer-base.ts';
import { inTurn } from './in-turn.ts';
import { onSale } from './quote.ts';

const PROBES_AT_ONCE = 4;
/** How long the job watches the shares arrive. They go on arriving without it. */
const SHARES_MS = 120_000;

export const purposeHash = (words: string): Hex => keccak256(toUtf8Bytes(words)) as Hex;

/**
 * Buys what is in the basket, one purchase each, after all of it was probed: nobody pays for a half that is of no use
 * because the other half cannot be fetched. A purchase that fails after others went through is reported, not hidden.
 */
export function createBasket(b: Backstage, input: BuyIn, titleOf: (id: number) => string | null): (control: JobControl) => Promise<Job['result']> {
  const { reads } = b.chain;
  const base = customerBase(b);
  const rows = customerRows(b.parts.db);
  /** Bought by this basket, so that another try of the job goes on where it stopped. */
  const bought = new Map<number, Bought>();

  function check(): void {
    let sum = 0n;
    for (const item of input.items) {
      if (bought.has(item.datasetId)) continue;
      const dataset = onSale(b, item.datasetId);
      const owned = openableAccesses(reads, b.parts.address, item.datasetId)[0];
      if (owned && !input.again) throw new AppError('dataset-owned', `You already bought dataset ${item.datasetId}: access ${owned.id}.`, { hint: 'Open it from your purchases; it costs nothing.', details: { accessId: owned.id } });
      if (dataset.price > BigInt(item.maxPrice)) throw new AppError('price-changed', `Dataset ${item.datasetId} costs more now than you agreed to.`, { hint: 'Look at the new price and agree to it, or leave it. Nothing was paid.', details: { datasetId: item.datasetId } });
      if (dataset.version !== item.version) throw new AppError('price-changed', `The listing of dataset ${item.datasetId} was changed since you looked at it.`, { hint: 'Look at it again. Nothing was paid.', details: { datasetId: item.datasetId } });
      sum += dataset.price;
    }
    const balance = reads.balanceOf(b.parts.address);
    if (balance < sum) throw new AppError('coins-too-few', 'This account holds too few coins for all of it.', { hint: 'Take something out of the basket, or earn or receive coins first. Nothing was paid.', details: { balance: balance.toString(), needed: sum.toString() } });
  }

  return async ({ signal, progress, subject }) => {
    const items = input.items;
    check();
    const left = items.filter((i) => !bought.has(i.datasetId));
    let probed = 0;
    progress('checking', 0, left.length);
    const probes = new Map<number, Probe>();
    await inTurn(left, PROBES_AT_ONCE, async ({ datasetId }) => {
      probes.set(datasetId, await probeDataset(onSale(b, datasetId), { reads, blobs: b.blobs.store }, signal));
      progress('checking', ++probed, left.length);
    });
    signal.throwIfAborted();
    const [parameters] = (await b.chain.read('market', 'parameters', [])) as [{ minReleasePeriod: bigint }];
    const deps = { ...base, signPermit: permitSigner(b), minReleaseSeconds: Number(parameters.minReleasePeriod) };
    const purpose = input.purpose?.trim() ? purposeHash(input.purpose.trim()) : undefined;
    if (purpose) rows.savePurpose(purpose, input.purpose!.trim());

    const failures: { datasetId: number; error: AppError }[] = [];
    let stopped = false;
    for (const [n, item] of left.entries()) {
      progress('buying', bought.size, items.length);
      // Cancelled between two purchases: what was sent stays bought, nothing more is sent.
      if (signal.aborted) { stopped = true; break; }
      try {
        const it = await buyDataset(item.datasetId, deps, { maxPrice: BigInt(item.maxPrice), purpose, again: input.again, probe: probes.get(item.datasetId) });
        bought.set(item.datasetId, it);
        if (items.length === 1) subject({ accessId: it.accessId });
        b.changed('purchases', 'listings', 'history');
      } catch (cause) {
        const error = toAppError(cause);
        failures.push({ datasetId: item.datasetId, error });
        // Out of coins or gas is the same for the rest.
        if (isAppError(error, 'coins-too-few') || isAppError(error, 'funds-too-low')) { for (const rest of left.slice(n + 1)) failures.push({ datasetId: rest.datasetId, error }); break; }
      }
    }
    if (bought.size === 0) throw stopped ? (signal.reason as Error) : failures[0]!.error;

    const waiting = [...bought.values()];
    const arrived = () => waiting.map(({ accessId, datasetId }) => {
      const want = reads.dataset(datasetId)?.threshold ?? 0;
      return { want, have: Math.min(want, reads.releases(accessId).filter((r) => r.status === 'standing').length) };
    });
    const sum = (list: { want: number; have: number }[], key: 'want' | 'have') => list.reduce((n, i) => n + i[key], 0);
    await waitFor(b.chain.indexer, () => {
      const now = arrived();
      progress('shares', sum(now, 'have'), sum(now, 'want'));
      return now.every((i) => i.have >= i.want) ? true : undefined;
    }, { what: 'the keepers’ shares', timeoutMs: SHARES_MS, signal }).catch(() => undefined);
    const now = arrived();
    return {
      bought: bought.size, of: items.length, accessId: waiting[0]!.accessId, accessIds: waiting.map((w) => w.accessId).join(','),
      sharesHave: sum(now, 'have'), sharesWant: sum(now, 'want'),
      notBought: items.filter((i) => !bought.has(i.datasetId)).map((i) => titleOf(i.datasetId) ?? `#${i.datasetId}`).join(', ') || null, reason: failures[0]?.error.message ?? null,
    };
  };
}
