import { randomUUID } from 'node:crypto';
import type { FreshAccountView } from '../../shared/api/account.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Chain } from './chain-service.ts';
import type { NodeParts } from './open-parts.ts';

export type Collected = { address: Hex; amount: bigint; tx: Hex };

/** What fresh accounts hold and have earned, and the one act by which it leaves them. */
export function createFreshCoins({ accounts, address: own }: Pick<NodeParts, 'accounts' | 'address'>, chain: Pick<Chain, 'reads' | 'as'>) {
  const { reads } = chain;
  const held = (of: Hex) => ({ phd: reads.balanceOf(of), earnings: reads.participant(of)?.earnings ?? 0n });

  return {
    accounts: (): FreshAccountView[] => accounts.list().map((a) => {
      const { phd, earnings } = held(a.address);
      return { address: a.address, kind: a.kind, label: a.label, createdAt: a.createdAt, phd: phd.toString(), earnings: earnings.toString(), datasetIds: reads.datasetsOf(a.address).map((d) => d.id) };
    }),

    /**
     * Moves the coins of fresh accounts to the own one. This links each of them to it on the chain, for good.
     * @param addresses all that hold something, where left out
     * @throws AppError `not-yours`, `coins-too-few`
     */
    async collect(addresses?: readonly Hex[]): Promise<Collected[]> {
      const named = (addresses ?? accounts.list().map((a) => a.address)).map((a) => a.toLowerCase() as Hex);
      const stranger = named.find((a) => accounts.byAddress(a) === undefined);
      if (stranger) throw new AppError('not-yours', `${stranger} is no fresh account of this profile.`, { hint: 'See `phdex accounts`.' });
      const rich = named.filter((a) => { const { phd, earnings } = held(a); return phd + earnings > 0n; });
      if (rich.length === 0) throw new AppError('coins-too-few', 'There is nothing to collect.', { hint: 'Coins come with certificates and sales.' });
      const collected: Collected[] = [];
      for (const address of rich) {
        const sender = chain.as(accounts.byAddress(address)!.index);
        if (held(address).earnings > 0n) await sender.send({ key: `withdrawEarnings:${randomUUID()}`, contract: 'participants', method: 'withdrawEarnings', args: [] });
        const amount = held(address).phd;
        const { hash } = await sender.send({ key: `collect:${randomUUID()}`, contract: 'coin', method: 'transfer', args: [own, amount] });
        collected.push({ address, amount, tx: hash });
      }
      return collected;
    },
  };
}
