import type { Hex, ParticipantRow } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { checkThreshold } from '../vault/split.ts';

/**
 * Keepers for a dataset: those that were named, or else the ones with the highest stake; among equals in an order
 * drawn from `seed`, so that owners do not all choose the same. Never the owner itself.
 * @returns n participants in ascending order of address, as the contract wants the seats
 */
export function chooseKeepers(
  candidates: readonly ParticipantRow[],
  options: { n: number; threshold: number; named?: readonly Hex[]; owner: Hex; minStake: bigint; seed: Uint8Array },
): ParticipantRow[] {
  const { n, threshold, named } = options;
  checkThreshold(n, threshold);
  const fit = candidates.filter((c) => c.stake >= options.minStake && c.address.toLowerCase() !== options.owner.toLowerCase());
  let chosen: ParticipantRow[];
  if (named) {
    const lower = named.map((a) => a.toLowerCase());
    const twice = lower.find((a, i) => lower.indexOf(a) !== i);
    if (twice) throw new AppError('keeper-duplicate', `Keeper ${twice} is named twice.`, { hint: 'Each keeper holds one share; name another.' });
    if (lower.length !== n) throw new AppError('invalid-argument', `${lower.length} keepers are named where ${n} were asked for.`, { hint: 'Name as many keepers as --keepers says.' });
    chosen = lower.map((address) => {
      const found = fit.find((c) => c.address.toLowerCase() === address);
      if (!found) throw new AppError('not-a-keeper', `${address} is not a keeper with enough stake on this network.`, { hint: 'Choose one from `phdex list --keepers`.' });
      return found;
    });
  } else {
    if (fit.length < n) throw new AppError('keepers-too-few', `The network has ${fit.length} keepers with enough stake; ${n} were asked for.`, { hint: 'Choose fewer keepers, or wait until more have joined.', retryable: true });
    const tie = (c: ParticipantRow) => Buffer.from(options.seed).toString('hex').concat(c.address).split('').reduce((h, ch) => (Math.imul(h, 31) + ch.charCodeAt(0)) >>> 0, 7);
    chosen = fit.sort((a, b) => (a.stake === b.stake ? tie(a) - tie(b) : a.stake > b.stake ? -1 : 1)).slice(0, n);
  }
  return chosen.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}
