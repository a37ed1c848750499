import type { PartTab } from '../../../components/consent/PartTabs.tsx';

export const HELD = '/held';
/** What a grantee does. What needs a role stays in sight: the page says which one, and why. */
export const HELD_TABS: readonly PartTab[] = [
  { path: HELD, label: 'grantee.tab.held', under: /^\/held(\/\d+)?$/ },
  { path: `${HELD}/ask`, label: 'grantee.tab.ask', under: /^\/held\/ask(\/|$)/ },
  { path: `${HELD}/quote`, label: 'grantee.tab.quote', under: /^\/held\/quote$/ },
  { path: `${HELD}/issue`, label: 'grantee.tab.issue', under: /^\/held\/issue$/ },
  { path: `${HELD}/emergency`, label: 'grantee.tab.emergency', under: /^\/held\/emergency$/ },
  { path: `${HELD}/studies`, label: 'grantee.tab.studies', under: /^\/held\/studies(\/|$)/ },
];
