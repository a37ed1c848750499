import type { PartTab } from '../../../components/consent/PartTabs.tsx';

export const CONSENT = '/owner/consent';
/** The owner's parts of consent. */
export const CONSENT_TABS: readonly PartTab[] = [
  { path: CONSENT, label: 'consent.tab.inbox', under: /^\/owner\/consent(\/(requests|give).*)?$/ },
  { path: `${CONSENT}/rights`, label: 'consent.tab.rights', under: /^\/owner\/consent\/rights/ },
  { path: `${CONSENT}/history`, label: 'consent.tab.history', under: /^\/owner\/consent\/history/ },
  { path: `${CONSENT}/records`, label: 'consent.tab.records', under: /^\/owner\/consent\/records/ },
  { path: `${CONSENT}/emergencies`, label: 'consent.tab.emergencies', under: /^\/owner\/consent\/emergencies/ },
  { path: `${CONSENT}/links`, label: 'consent.tab.links', under: /^\/owner\/consent\/links/ },
  { path: `${CONSENT}/studies`, label: 'consent.tab.studies', under: /^\/owner\/consent\/studies/ },
  { path: `${CONSENT}/match`, label: 'consent.tab.match', under: /^\/owner\/consent\/match/ },
];
