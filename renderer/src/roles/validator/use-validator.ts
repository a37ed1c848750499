import type { CheckView, DecidedRow, QueueRow } from '../../../../shared/api/validator.ts';
import { api } from '../../api/client.ts';
import { useLive, type Live } from '../../stores/live.ts';

export const useQueue = (enabled = true): Live<QueueRow[]> => useLive<QueueRow[]>(['validator-queue'], () => api.validator.queue.query(), ['validator', 'listings'], { enabled });
export const useDecided = (enabled = true): Live<DecidedRow[]> => useLive<DecidedRow[]>(['validator-decided'], () => api.validator.decided.query(), ['validator'], { enabled });
export const useChecked = (datasetId: number): Live<CheckView | null> => useLive<CheckView | null>(['validator-checked', datasetId], () => api.validator.checked.query(datasetId), ['validator']);
