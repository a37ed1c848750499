import type { TraceRow } from '../../../../shared/api/account.ts';
import { api } from '../../api/client.ts';
import { useTracePages, type TracePages } from './use-trace-pages.ts';

export type TraceFilter = { datasetId?: number; events?: string[] };

/** The trace of the own account, newest first. */
export const useTrace = (filter: TraceFilter): TracePages<TraceRow> => useTracePages('account.trace', filter, (question) => api.account.trace.query(question), ['history']);
