import type { Topic } from '../../../../../shared/api/app.ts';
import type { AnchorBatchView, AnchorLeafView, AnchorProgress, AnchorState } from '../../../../../shared/api/anchors.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';
import { usePages, type Pages } from './use-pages.ts';

/** A batch is an event of the account's own: it comes with the history. */
const TOPICS: Topic[] = ['history', 'recordings', 'settings'];

export const useAnchorState = (): Live<AnchorState> => useLive(['anchors', 'state'], () => api.anchors.state.query(), TOPICS);
export const useBatches = (): Pages<AnchorBatchView> => usePages(['anchors', 'batches'], (page) => api.anchors.batches.query(page), (b) => b.id, ['history']);
export const useBatch = (id: number): Live<AnchorBatchView> => useLive(['anchors', 'batch', id], () => api.anchors.batch.query(id), ['history']);
export const useLeaves = (batch: number): Pages<AnchorLeafView> => usePages(['anchors', 'leaves', batch], (page) => api.anchors.leaves.query({ batch, ...page }), (l) => l.index, ['recordings']);
export const useRecordingAnchor = (id: string): Live<AnchorProgress | null> => useLive(['anchors', 'find', id], () => api.anchors.find.query({ kind: 'recording', ref: id }), TOPICS);
