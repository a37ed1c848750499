import type { Quote } from '../../../shared/api/market.ts';
import type { DatasetRow } from '../../../shared/domain/chain.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { openableAccesses, probeDataset, type Probe } from '../../market/buy.ts';
import { errorView } from '../error-view.ts';
import { gasCost } from '../gas-costs.ts';
import type { Backstage } from '../backstage.ts';
import { inTurn } from './in-turn.ts';

const PROBES_AT_ONCE = 4;

/** A dataset that can be bought now. @throws AppError `dataset-unknown`, `dataset-not-for-sale` */
export function onSale(b: Pick<Backstage, 'chain'>, id: number): DatasetRow {
  const dataset = b.chain.reads.dataset(id);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${id} on this network.`, { hint: 'Look for it in the market again.' });
  if (dataset.status !== 'certified') {
    throw new AppError('dataset-not-for-sale', `Dataset ${id} is ${dataset.status}, not certified.`, { hint: dataset.status === 'published' ? 'Wait until a validator has certified it.' : 'Choose another dataset.' });
  }
  return dataset;
}

/** What it costs and whether it can be fetched, found out before anything is paid. */
export async function quoteItems(b: Backstage, ids: readonly number[], titleOf: (id: number) => string | null): Promise<Quote> {
  const { reads } = b.chain;
  const me = b.parts.address;
  const distinct = [...new Set(ids)];
  const items = await inTurn(distinct, PROBES_AT_ONCE, async (id): Promise<Quote['items'][number]> => {
    const dataset = reads.dataset(id);
    const item = {
      datasetId: id, title: titleOf(id), version: dataset?.version ?? 0, price: (dataset?.price ?? 0n).toString(), keepersOnline: 0, keepers: dataset?.acceptedSeats ?? 0, threshold: dataset?.threshold ?? 0,
      bytes: null as number | null, reachable: false, alreadyOwned: openableAccesses(reads, me, id)[0]?.id ?? null,
    };
    try {
      const probe: Probe = await probeDataset(onSale(b, id), { reads, blobs: b.blobs.store });
      return { ...item, keepersOnline: probe.keepersOnline.length, bytes: probe.bytes, reachable: true, problem: null };
    } catch (cause) {
      const error = toAppError(cause);
      // What the probe knew before it failed: too few keepers is told with their number; anything later had enough.
      const online = error.code === 'keepers-too-few' ? Number(error.details.online ?? 0) : error.code.startsWith('dataset') ? 0 : item.threshold;
      return { ...item, keepersOnline: online, problem: errorView(error) };
    }
  });
  // What cannot be bought costs nothing.
  const buyable = items.filter((i) => i.problem === null);
  const total = buyable.reduce((sum, i) => sum + BigInt(i.price), 0n);
  const balance = reads.balanceOf(me);
  const [gas, native] = await Promise.all([gasCost(b.chain, { act: 'buy', times: buyable.length }), b.chain.nativeBalance(me)]);
  return { items, total: total.toString(), balance: balance.toString(), gas, balanceNative: native.toString(), affordable: balance >= total && native >= BigInt(gas.wei) };
}
