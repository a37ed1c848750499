import type { KeeperOverview, KeptShare, ReleaseView } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { useLive, type Live } from '../../stores/live.ts';

/** As many past releases as one page shows. */
const RELEASES = 1000;

export const useOverview = (): Live<KeeperOverview> => useLive<KeeperOverview>(['keeper'], () => api.keeper.overview.query(), ['keeper', 'settings']);
export const useShares = (): Live<KeptShare[]> => useLive<KeptShare[]>(['keeper-shares'], () => api.keeper.shares.query(), ['keeper']);
export const useReleases = (): Live<ReleaseView[]> => useLive<ReleaseView[]>(['keeper-releases'], () => api.keeper.releases.query({ limit: RELEASES }), ['keeper']);
