import { create } from 'zustand';
import type { Hex } from '../../../../shared/domain/chain.ts';
import type { Demographics } from '../../../../shared/domain/label.ts';
import type { Span } from '../../../../shared/api/common.ts';
import type { RecordingDetail, ShareIn } from '../../../../shared/api/owner.ts';
import { parseCoins } from '../../i18n/format.ts';

/** What the person has filled in so far; the price as it was typed. Kept while they look elsewhere. */
export type ShareDraft = {
  title: string; description: string; tags: string[]; demographics: Demographics; statistics: boolean;
  free: boolean; price: string; keepersBps: number; validatorBps: number;
  keepers: number; threshold: number;
  /** Until the person chooses their number, the server does. */
  counted: boolean;
  /** Null: the server chooses. */
  named: Hex[] | null;
  step: number;
};

/** `ShareIn`'s own defaults; the server judges what is sent. */
const DEFAULTS = { keepersBps: 1000, validatorBps: 200, keepers: 5, threshold: 3 };
const FIRST_PRICE = '10';

export function newDraft(recording: RecordingDetail): ShareDraft {
  return {
    // A title that a device or file gave can hold a name: the person writes one for the world.
    title: '', description: '', tags: recording.channels.some((c) => c.kind === 'acceleration') ? ['motion'] : [],
    demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, statistics: false,
    free: false, price: FIRST_PRICE, ...DEFAULTS, counted: false, named: null, step: 0,
  };
}

export const draftStore = create<{ of: Record<string, ShareDraft> }>(() => ({ of: {} }));

export function setDraft(id: string, recording: RecordingDetail, part: Partial<ShareDraft>): void {
  draftStore.setState(({ of }) => ({ of: { ...of, [id]: { ...(of[id] ?? newDraft(recording)), ...part } } }));
}
export const dropDraft = (id: string): void => draftStore.setState(({ of }) => ({ of: Object.fromEntries(Object.entries(of).filter(([key]) => key !== id)) }));
export const useDraft = (id: string): ShareDraft | undefined => draftStore((s) => s.of[id]);

/** As the server takes it; null while the price cannot be read. */
export function shareInput(id: string, draft: ShareDraft, exclude: Span[]): ShareIn | null {
  const price = draft.free ? '0' : parseCoins(draft.price);
  if (price === null) return null;
  return {
    recordingId: id, title: draft.title, description: draft.description, tags: draft.tags, demographics: draft.demographics, exclude, price,
    keepersBps: draft.keepersBps, validatorBps: draft.validatorBps, keepers: draft.named ? draft.named.length : draft.keepers, threshold: draft.threshold,
    ...(draft.named ? { namedKeepers: draft.named } : {}), statistics: draft.statistics,
  };
}
