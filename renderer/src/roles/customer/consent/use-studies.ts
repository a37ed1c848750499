import type { CallView, EntryView } from '../../../../../shared/api/studies.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';

export const useOwnStudies = (): Live<CallView[]> => useLive(['studies', 'mine'], () => api.studies.mine.query(), ['studies']);
export const useEntries = (callId: number): Live<EntryView[]> => useLive(['studies', 'entries', callId], () => api.studies.entries.query(callId), ['studies', 'purchases']);
