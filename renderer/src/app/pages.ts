import { lazy } from 'react';

/** Pages that belong to no role, each a chunk of its own. */
export const WalletPage = lazy(async () => ({ default: (await import('./wallet/WalletPage.tsx')).WalletPage }));
export const HistoryPage = lazy(async () => ({ default: (await import('./history/HistoryPage.tsx')).HistoryPage }));
export const SettingsPage = lazy(async () => ({ default: (await import('./settings/SettingsPage.tsx')).SettingsPage }));
