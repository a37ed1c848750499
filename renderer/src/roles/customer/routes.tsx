import { lazy, type ComponentType } from 'react';
import { MarketPage } from './market/MarketPage.tsx';
import { PurchasesPage } from './purchases/PurchasesPage.tsx';
import { SavedPage } from './saved/SavedPage.tsx';

/** What draws plots comes when it is wanted; the market itself is there at once. */
const BasketPage = lazy(async () => ({ default: (await import('./basket/BasketPage.tsx')).BasketPage }));
const DatasetPage = lazy(async () => ({ default: (await import('./dataset/DatasetPage.tsx')).DatasetPage }));
const PurchasePage = lazy(async () => ({ default: (await import('./purchases/PurchasePage.tsx')).PurchasePage }));

/** What is shared with me. */
const HeldPage = lazy(async () => ({ default: (await import('./consent/HeldPage.tsx')).HeldPage }));
const HeldRightPage = lazy(async () => ({ default: (await import('./consent/HeldRightPage.tsx')).HeldRightPage }));
const AskPage = lazy(async () => ({ default: (await import('./consent/AskPage.tsx')).AskPage }));
const QuotePage = lazy(async () => ({ default: (await import('./consent/AskPage.tsx')).QuotePage }));
const IssuePage = lazy(async () => ({ default: (await import('./consent/IssuePage.tsx')).IssuePage }));
const EmergencyPage = lazy(async () => ({ default: (await import('./consent/EmergencyPage.tsx')).EmergencyPage }));
const OwnStudiesPage = lazy(async () => ({ default: (await import('./consent/OwnStudiesPage.tsx')).OwnStudiesPage }));
const NewStudyPage = lazy(async () => ({ default: (await import('./consent/NewStudyPage.tsx')).NewStudyPage }));
const OwnStudyPage = lazy(async () => ({ default: (await import('./consent/OwnStudyPage.tsx')).OwnStudyPage }));

/** The named pages before the one that takes any id. */
export const routes: { path: string; component: ComponentType }[] = [
  { path: '/market', component: MarketPage },
  { path: '/market/basket', component: BasketPage },
  { path: '/market/saved', component: SavedPage },
  { path: '/market/:id', component: DatasetPage },
  { path: '/purchases', component: PurchasesPage },
  { path: '/purchases/:id', component: PurchasePage },
  { path: '/held', component: HeldPage },
  { path: '/held/ask', component: AskPage },
  { path: '/held/ask/:dataset', component: AskPage },
  { path: '/held/quote', component: QuotePage },
  { path: '/held/issue', component: IssuePage },
  { path: '/held/emergency', component: EmergencyPage },
  { path: '/held/studies', component: OwnStudiesPage },
  { path: '/held/studies/new', component: NewStudyPage },
  { path: '/held/studies/:id', component: OwnStudyPage },
  { path: '/held/:id', component: HeldRightPage },
];
