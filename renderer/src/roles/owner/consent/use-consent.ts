import type { ConsentOverview, GrantView, RequestView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';

export const useOverview = (): Live<ConsentOverview> => useLive(['consent', 'overview'], () => api.consent.overview.query(), ['consent', 'records', 'history']);
export const useRequests = (): Live<RequestView[]> => useLive(['consent', 'requests'], () => api.consent.requests.query(), ['consent', 'recordings', 'datasets', 'records']);
export const useGrants = (): Live<GrantView[]> => useLive(['consent', 'grants'], () => api.consent.grants.query(), ['consent', 'history']);
