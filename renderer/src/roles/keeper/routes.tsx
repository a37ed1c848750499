import type { ComponentType } from 'react';
import { OverviewPage } from './OverviewPage.tsx';
import { ReleasesPage } from './ReleasesPage.tsx';
import { SharesPage } from './SharesPage.tsx';

export const routes: { path: string; component: ComponentType }[] = [
  { path: '/keeper', component: OverviewPage },
  { path: '/keeper/shares', component: SharesPage },
  { path: '/keeper/releases', component: ReleasesPage },
];
