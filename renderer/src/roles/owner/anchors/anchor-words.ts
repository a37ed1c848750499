import type { AnchorBatchView, AnchorKind, AnchorLeafView, AnchorState } from '../../../../../shared/api/anchors.ts';
import { t } from '../../../i18n/index.ts';

export const kindWord = (kind: AnchorKind): string => t(`anchors.kind.${kind}`);

/** What a leaf is of, as the person knows it. */
export function leafName(leaf: Pick<AnchorLeafView, 'kind' | 'ref' | 'title'>): string {
  if (leaf.kind === 'recording') return leaf.title ?? t('anchors.leaf.gone');
  if (leaf.kind === 'file') return leaf.ref;
  return t(leaf.kind === 'entry' ? 'anchors.leaf.entry' : 'anchors.leaf.access', { id: leaf.ref });
}

/** What would go into a batch now, part by part; empty where there is nothing. */
export function freshParts({ fresh, waiting }: Pick<AnchorState, 'fresh' | 'waiting'>): string[] {
  return [
    fresh.recordings > 0 && t('anchors.count.recordings', { count: fresh.recordings }),
    fresh.entries > 0 && t('anchors.count.entries', { count: fresh.entries }),
    waiting > 0 && t('anchors.count.waiting', { count: waiting }),
  ].filter((part): part is string => part !== false);
}

/** Where a batch stands, as a badge of the shared ones. */
export const badgeOf = (state: AnchorBatchView['state']): 'done' | 'running' => (state === 'anchored' ? 'done' : 'running');
export const isFirst = (previous: string): boolean => /^0x0+$/.test(previous);
