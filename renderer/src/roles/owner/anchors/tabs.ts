import type { PartTab } from '../../../components/consent/PartTabs.tsx';

export const ANCHORS = '/owner/anchors';
/** The parts of anchors. */
export const ANCHOR_TABS: readonly PartTab[] = [
  { path: ANCHORS, label: 'anchors.tab.batches', under: /^\/owner\/anchors(\/batches\/.*)?$/ },
  { path: `${ANCHORS}/verify`, label: 'anchors.tab.verify', under: /^\/owner\/anchors\/verify/ },
];
