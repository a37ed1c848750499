import type { OwnDataset } from '../../../../shared/api/owner.ts';
import { t, type Key } from '../../i18n/index.ts';

export const datasetTitle = (dataset: Pick<OwnDataset, 'id' | 'title'>): string => dataset.title ?? t('owner.dataset.number', { id: String(dataset.id) });

/** From draft to sold in one word, and the badge that it wears. */
export function stageOf(d: OwnDataset): { key: Key; badge: string } {
  if (d.erased) return { key: 'owner.stage.erased', badge: 'erased' };
  if (d.status === 'withdrawn') return { key: 'owner.stage.stopped', badge: 'withdrawn' };
  if (d.status === 'rejected') return { key: 'owner.stage.rejected', badge: 'rejected' };
  if (d.status === 'certified') return d.sales > 0 ? { key: 'owner.stage.sold', badge: 'certified' } : { key: 'owner.stage.sale', badge: 'certified' };
  return d.acceptedSeats < d.seats ? { key: 'owner.stage.seating', badge: 'waiting' } : { key: 'owner.stage.checking', badge: 'published' };
}
