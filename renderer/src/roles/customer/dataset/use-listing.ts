import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';

export const useListing = (id: number): Live<ListingDetail> => useLive<ListingDetail>(['listing', id], () => api.market.listing.query(id), ['listings', 'purchases']);
