import type { ShareIn, SharePreview } from '../../../shared/api/owner.ts';
import { parseEther } from 'ethers';
import { isAppError, type AppError } from '../../../shared/errors.ts';
import type { Chain } from '../chain-service.ts';
import type { Ranked } from './rank-keepers.ts';

/** The highest price that the contract takes: no more coins can ever exist. */
export const MAX_PRICE = parseEther('1000000000');

export type Problem = SharePreview['problems'][number];
export type Limits = { minKeeperFee: bigint; reward: bigint };

/** What the contract says now. `minKeeperFee` never changes in the life of a network; the reward does. */
export async function readLimits(chain: Pick<Chain, 'read'>): Promise<Limits> {
  const [[parameters], [reward]] = await Promise.all([chain.read('market', 'parameters', []), chain.read('market', 'nextReward', [])]);
  return { minKeeperFee: BigInt((parameters as { minKeeperFee: bigint }).minKeeperFee), reward: BigInt(reward as bigint) };
}

/** Least price at which each of the k paid keepers gets the least fee: bps of it, rounded down, over k, rounded down. Null: no price does. */
export function leastPrice(minKeeperFee: bigint, keepersBps: number, threshold: number): bigint | null {
  if (minKeeperFee === 0n) return 1n;
  if (keepersBps <= 0) return null;
  const bps = BigInt(keepersBps);
  const price = (minKeeperFee * BigInt(Math.max(1, threshold)) * 10_000n + bps - 1n) / bps;
  return price > MAX_PRICE ? null : price;
}

/** How the contract splits a sale among its parties: what rounding leaves is the owner's. */
export function splitSale(price: bigint, { keepersBps, validatorBps, threshold }: Pick<ShareIn, 'keepersBps' | 'validatorBps' | 'threshold'>): SharePreview['perSale'] {
  const paid = BigInt(Math.max(1, threshold));
  const keepers = ((price * BigInt(keepersBps)) / 10_000n / paid) * paid;
  const validator = (price * BigInt(validatorBps)) / 10_000n;
  return { owner: (price - keepers - validator).toString(), keepers: keepers.toString(), validator: validator.toString() };
}

/** The owner's part of the reward for a certificate: a quarter each goes to the keepers who released and to the validator. */
export function ownersReward(reward: bigint, keepers: number): bigint {
  const quarter = (reward * 2500n) / 10_000n;
  const released = BigInt(Math.max(1, keepers));
  return reward - (quarter / released) * released - quarter;
}

/** Everything that the contract or the choice of keepers would refuse, by field. */
export function termProblems(input: ShareIn, limits: Limits, all: readonly Ranked[], check: () => unknown): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, message: string, hint: string) => { problems.push({ field, message, hint }); };
  const { keepers, threshold, namedKeepers } = input;
  if (threshold > keepers) add('threshold', `A threshold of ${threshold} cannot be met by ${keepers} keepers.`, 'Choose a threshold of at most the number of keepers.');
  if (namedKeepers) {
    const fit = new Set<string>(all.map((r) => r.row.address));
    const unfit = namedKeepers.find((a) => !fit.has(a));
    if (unfit) add('namedKeepers', `${unfit} is not a keeper with enough stake on this network.`, 'Choose one from the list.');
    if (new Set(namedKeepers).size !== namedKeepers.length) add('namedKeepers', 'A keeper is named twice.', 'Each keeper holds one share; name another.');
    if (namedKeepers.length !== keepers) add('namedKeepers', `${namedKeepers.length} keepers are chosen where ${keepers} are asked for.`, 'Choose as many as the number of keepers says.');
  } else if (all.length < keepers) {
    add('keepers', `The network has ${all.length} ${all.length === 1 ? 'keeper' : 'keepers'} with enough stake; ${keepers} were asked for.`, 'Choose fewer keepers, or wait until more have joined.');
  }
  const price = BigInt(input.price);
  const least = leastPrice(limits.minKeeperFee, input.keepersBps, threshold);
  if (least === null) add('keepersBps', 'No price gives each keeper the least fee that the network asks for.', 'Raise the keepers’ cut.');
  else if (price === 0n) add('price', 'A price of zero cannot be listed: keepers are paid for each sale.', 'Name a small price.');
  else if (price < least) add('price', `At this price each of ${threshold} keepers would get less than the network’s least fee.`, 'Raise the price or the keepers’ cut, or lower the threshold.');
  if (price > MAX_PRICE) add('price', 'The price is above the coins that can ever exist.', 'Name a price that somebody can pay.');
  if (problems.length === 0) {
    // Whatever publishing itself would say that is not foreseen here.
    try { check(); } catch (error) {
      if (!isAppError(error)) throw error;
      add(fieldOf(error), error.message, error.hint ?? '');
    }
  }
  return problems;
}

const fieldOf = (error: AppError): string => ({ 'price-invalid': 'price', 'rule-invalid': 'keepersBps', 'threshold-invalid': 'threshold' } as Record<string, string>)[error.code] ?? 'keepers';
