import { lazy, type ComponentType } from 'react';

const RecordingsPage = lazy(() => import('./RecordingsPage.tsx').then((m) => ({ default: m.RecordingsPage })));
const RecordingPage = lazy(() => import('./RecordingPage.tsx').then((m) => ({ default: m.RecordingPage })));
const SharePage = lazy(() => import('./SharePage.tsx').then((m) => ({ default: m.SharePage })));
const CapturePage = lazy(() => import('./capture/CapturePage.tsx').then((m) => ({ default: m.CapturePage })));
const ManualPage = lazy(() => import('./manual/ManualPage.tsx').then((m) => ({ default: m.ManualPage })));
const DevicesPage = lazy(() => import('./device/DevicesPage.tsx').then((m) => ({ default: m.DevicesPage })));
const DatasetsPage = lazy(() => import('./DatasetsPage.tsx').then((m) => ({ default: m.DatasetsPage })));
const DatasetPage = lazy(() => import('./DatasetPage.tsx').then((m) => ({ default: m.DatasetPage })));

export const routes: { path: string; component: ComponentType }[] = [
  { path: '/owner', component: RecordingsPage },
  { path: '/owner/recordings/:id', component: RecordingPage },
  { path: '/owner/recordings/:id/share', component: SharePage },
  { path: '/owner/capture', component: CapturePage },
  { path: '/owner/manual', component: ManualPage },
  { path: '/owner/devices', component: DevicesPage },
  { path: '/owner/datasets', component: DatasetsPage },
  { path: '/owner/datasets/:id', component: DatasetPage },
];
