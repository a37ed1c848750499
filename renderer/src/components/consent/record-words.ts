import type { IssuedView, RecordView } from '../../../../shared/api/records.ts';
import { t } from '../../i18n/index.ts';

/** A record's title is sealed until it is accepted; till then it goes by its number. */
export const recordTitle = (r: Pick<RecordView | IssuedView, 'title' | 'recordId'>): string => r.title?.trim() || t('records.untitled', { id: String(r.recordId) });
