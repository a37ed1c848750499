import { hasKey, t } from '../../i18n/index.ts';

export const titleOf = (it: { datasetId: number; title: string | null }): string => it.title?.trim() || t('keeper.untitled', { id: String(it.datasetId) });

/** Kinds of access come from the chain: one that this version does not know is shown as it came. */
export function kindName(kind: string): string {
  const key = `keeper.pending.kind.${kind}`;
  return hasKey(key) ? t(key) : kind;
}
