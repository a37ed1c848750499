import type { PurchaseView } from '../../../../../shared/api/market.ts';

export type PurchaseState = 'waiting' | 'ready' | 'opened' | 'refundable' | 'refunded' | 'closed';

/** What a purchase waits for, as one word; which of them holds is the server's to say. */
export function purchaseState(p: Pick<PurchaseView, 'status' | 'opened' | 'refundable' | 'shares'>): PurchaseState {
  if (p.status === 'refunded') return 'refunded';
  if (p.opened) return 'opened';
  if (p.refundable) return 'refundable';
  if (p.shares.have >= p.shares.want) return 'ready';
  return p.status === 'closed' ? 'closed' : 'waiting';
}
