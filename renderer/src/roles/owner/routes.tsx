import { lazy, type ComponentType } from 'react';

const RecordingsPage = lazy(() => import('./RecordingsPage.tsx').then((m) => ({ default: m.RecordingsPage })));
const RecordingPage = lazy(() => import('./RecordingPage.tsx').then((m) => ({ default: m.RecordingPage })));
const SharePage = lazy(() => import('./SharePage.tsx').then((m) => ({ default: m.SharePage })));
const DatasetsPage = lazy(() => import('./DatasetsPage.tsx').then((m) => ({ default: m.DatasetsPage })));
const DatasetPage = lazy(() => import('./DatasetPage.tsx').then((m) => ({ default: m.DatasetPage })));

export const routes: { path: string; component: ComponentType }[] = [
  { path: '/owner', component: RecordingsPage },
  { path: '/owner/recordings/:id', component: RecordingPage },
  { path: '/owner/recordings/:id/share', component: SharePage },
  { path: '/owner/datasets', component: DatasetsPage },
  { path: '/owner/datasets/:id', component: DatasetPage },
];
