import { lazy, type ComponentType } from 'react';
import { MarketPage } from './market/MarketPage.tsx';
import { PurchasesPage } from './purchases/PurchasesPage.tsx';
import { SavedPage } from './saved/SavedPage.tsx';

/** What draws plots comes when it is wanted; the market itself is there at once. */
const BasketPage = lazy(async () => ({ default: (await import('./basket/BasketPage.tsx')).BasketPage }));
const DatasetPage = lazy(async () => ({ default: (await import('./dataset/DatasetPage.tsx')).DatasetPage }));
const PurchasePage = lazy(async () => ({ default: (await import('./purchases/PurchasePage.tsx')).PurchasePage }));

/** The named pages before the one that takes any id. */
export const routes: { path: string; component: ComponentType }[] = [
  { path: '/market', component: MarketPage },
  { path: '/market/basket', component: BasketPage },
  { path: '/market/saved', component: SavedPage },
  { path: '/market/:id', component: DatasetPage },
  { path: '/purchases', component: PurchasesPage },
  { path: '/purchases/:id', component: PurchasePage },
];
