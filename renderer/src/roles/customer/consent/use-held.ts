import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { useLive, type Live } from '../../../stores/live.ts';

export const useHeld = (): Live<HeldRightView[]> => useLive(['grantee', 'held'], () => api.grantee.held.query(), ['held', 'history']);
