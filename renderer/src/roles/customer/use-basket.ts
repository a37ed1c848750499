import { useMemo } from 'react';
import { useSession } from '../../stores/session.ts';
import { MAX_BASKET, useBasketStore } from './basket-store.ts';

const NONE: number[] = [];

export type Basket = { ids: number[]; full: boolean; has(id: number): boolean; add(id: number): void; remove(...ids: number[]): void };

/** The basket of this account on this network. */
export function useBasket(): Basket {
  const { address, network } = useSession();
  const account = `${network?.chainId ?? 0}:${address ?? ''}`;
  const ids = useBasketStore((s) => s.byAccount[account] ?? NONE);
  const add = useBasketStore((s) => s.add);
  const remove = useBasketStore((s) => s.remove);
  return useMemo(() => {
    const set = new Set(ids);
    return { ids, full: ids.length >= MAX_BASKET, has: (id) => set.has(id), add: (id) => add(account, id), remove: (...gone) => remove(account, gone) };
  }, [ids, account, add, remove]);
}
