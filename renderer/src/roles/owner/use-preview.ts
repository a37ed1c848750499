import { useDebouncedValue } from '@mantine/hooks';
import type { ShareIn, SharePreview } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { useLive, type Live } from '../../stores/live.ts';

const TYPING_MS = 350;

/** What the world would see and what it would cost, asked for again once the person stops typing; the last answer stays until then. */
export function usePreview(input: ShareIn | null): Live<SharePreview> & { /** Whether the answer is of what stands in the fields now. */ fresh: boolean } {
  const [settled] = useDebouncedValue(input, TYPING_MS);
  const live = useLive(['owner', 'preview', settled], () => api.owner.preview.query(settled!), ['datasets'], { enabled: settled !== null, keepPrevious: true });
  return { ...live, fresh: settled === input && !live.loading };
}
