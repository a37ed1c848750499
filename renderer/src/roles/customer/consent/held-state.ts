import type { HeldRightView } from '../../../../../shared/api/consent.ts';

export type HeldState = 'live' | 'pending' | 'ended';
export const stateOf = (h: Pick<HeldRightView, 'status'>): HeldState => (h.status === 'pending' ? 'pending' : h.status === 'approved' || h.status === 'suspended' ? 'live' : 'ended');
/** What there is to show first: what holds, then what waits. */
export const firstState = (rows: readonly HeldRightView[]): HeldState => (['live', 'pending', 'ended'] as const).find((s) => rows.some((r) => stateOf(r) === s)) ?? 'live';
