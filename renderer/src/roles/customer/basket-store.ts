import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** As many as one quote and one purchase take. */
export const MAX_BASKET = 50;

type BasketState = {
  /** Ids of datasets by account and network: an id means another dataset on another network. */
  byAccount: Record<string, number[]>;
  add(account: string, id: number): void;
  remove(account: string, ids: readonly number[]): void;
};

/** What the person means to buy. Only ids are kept: price and title are asked of the server each time. */
export const useBasketStore = create<BasketState>()(persist((set) => ({
  byAccount: {},
  add: (account, id) => set((s) => {
    const ids = s.byAccount[account] ?? [];
    return ids.includes(id) || ids.length >= MAX_BASKET ? s : { byAccount: { ...s.byAccount, [account]: [...ids, id] } };
  }),
  remove: (account, gone) => set((s) => ({ byAccount: { ...s.byAccount, [account]: (s.byAccount[account] ?? []).filter((id) => !gone.includes(id)) } })),
}), { name: 'phdex.basket', version: 1, partialize: ({ byAccount }) => ({ byAccount }) }));
