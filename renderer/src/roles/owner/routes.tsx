import { lazy, type ComponentType } from 'react';

const RecordingsPage = lazy(() => import('./RecordingsPage.tsx').then((m) => ({ default: m.RecordingsPage })));
const RecordingPage = lazy(() => import('./RecordingPage.tsx').then((m) => ({ default: m.RecordingPage })));
const SharePage = lazy(() => import('./SharePage.tsx').then((m) => ({ default: m.SharePage })));
const CapturePage = lazy(() => import('./capture/CapturePage.tsx').then((m) => ({ default: m.CapturePage })));
const ManualPage = lazy(() => import('./manual/ManualPage.tsx').then((m) => ({ default: m.ManualPage })));
const DevicesPage = lazy(() => import('./device/DevicesPage.tsx').then((m) => ({ default: m.DevicesPage })));
const DatasetsPage = lazy(() => import('./DatasetsPage.tsx').then((m) => ({ default: m.DatasetsPage })));
const DatasetPage = lazy(() => import('./DatasetPage.tsx').then((m) => ({ default: m.DatasetPage })));

/** Consent, each of its pages a chunk of its own. */
const InboxPage = lazy(() => import('./consent/InboxPage.tsx').then((m) => ({ default: m.InboxPage })));
const RequestPage = lazy(() => import('./consent/RequestPage.tsx').then((m) => ({ default: m.RequestPage })));
const GivePage = lazy(() => import('./consent/GivePage.tsx').then((m) => ({ default: m.GivePage })));
const RightsPage = lazy(() => import('./consent/RightsPage.tsx').then((m) => ({ default: m.RightsPage })));
const RightPage = lazy(() => import('./consent/RightPage.tsx').then((m) => ({ default: m.RightPage })));
const ConsentHistoryPage = lazy(() => import('./consent/ConsentHistoryPage.tsx').then((m) => ({ default: m.ConsentHistoryPage })));
const RecordsPage = lazy(() => import('./consent/RecordsPage.tsx').then((m) => ({ default: m.RecordsPage })));
const EmergenciesPage = lazy(() => import('./consent/EmergenciesPage.tsx').then((m) => ({ default: m.EmergenciesPage })));
const HealthLinksPage = lazy(() => import('./consent/HealthLinksPage.tsx').then((m) => ({ default: m.HealthLinksPage })));
const CallsPage = lazy(() => import('./consent/CallsPage.tsx').then((m) => ({ default: m.CallsPage })));
const MatchPage = lazy(() => import('./consent/MatchPage.tsx').then((m) => ({ default: m.MatchPage })));

/** Anchors. */
const AnchorsPage = lazy(() => import('./anchors/AnchorsPage.tsx').then((m) => ({ default: m.AnchorsPage })));
const BatchPage = lazy(() => import('./anchors/BatchPage.tsx').then((m) => ({ default: m.BatchPage })));
const VerifyPage = lazy(() => import('./anchors/VerifyPage.tsx').then((m) => ({ default: m.VerifyPage })));

export const routes: { path: string; component: ComponentType }[] = [
  { path: '/owner', component: RecordingsPage },
  { path: '/owner/recordings/:id', component: RecordingPage },
  { path: '/owner/recordings/:id/share', component: SharePage },
  { path: '/owner/capture', component: CapturePage },
  { path: '/owner/manual', component: ManualPage },
  { path: '/owner/devices', component: DevicesPage },
  { path: '/owner/datasets', component: DatasetsPage },
  { path: '/owner/datasets/:id', component: DatasetPage },
  { path: '/owner/consent', component: InboxPage },
  { path: '/owner/consent/requests/:id', component: RequestPage },
  { path: '/owner/consent/give', component: GivePage },
  { path: '/owner/consent/give/record/:record', component: GivePage },
  { path: '/owner/consent/rights', component: RightsPage },
  { path: '/owner/consent/rights/:id', component: RightPage },
  { path: '/owner/consent/history', component: ConsentHistoryPage },
  { path: '/owner/consent/records', component: RecordsPage },
  { path: '/owner/consent/emergencies', component: EmergenciesPage },
  { path: '/owner/consent/links', component: HealthLinksPage },
  { path: '/owner/consent/studies', component: CallsPage },
  { path: '/owner/consent/match', component: MatchPage },
  { path: '/owner/anchors', component: AnchorsPage },
  { path: '/owner/anchors/batches/:id', component: BatchPage },
  { path: '/owner/anchors/verify', component: VerifyPage },
];
