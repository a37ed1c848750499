import type { RecordView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';

export const useRecords = (): Live<RecordView[]> => useLive(['records', 'mine'], () => api.records.records.query(), ['records', 'history']);
