import { t } from '../../i18n/index.ts';

export const titleOf = (it: { datasetId: number; title: string | null }): string => it.title?.trim() || t('validator.untitled', { id: String(it.datasetId) });
