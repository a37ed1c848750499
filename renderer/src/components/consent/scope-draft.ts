import { Scope, type Category } from '../../../../shared/domain/consent.ts';
import { addDays, utcDay } from './words.ts';

/** The fields of a scope; days as a date field has them, kept while all days are chosen. */
export type ScopeDraft = { channels: string[]; allDays: boolean; from: string; to: string; live: boolean };

const FIRST_DAYS = 30;

/** @param now Unix milliseconds */
export function newScope(now: number): ScopeDraft {
  const today = utcDay(now);
  return { channels: [], allDays: true, from: addDays(today, 1 - FIRST_DAYS), to: today, live: false };
}

export const scopeDraftOf = (scope: Scope, now: number): ScopeDraft => ({ ...newScope(now), channels: [...scope.channels], live: scope.live, allDays: scope.days === null, ...scope.days });

/** As the API takes it; null while the days cannot be. Channels and days are of health data alone. */
export function scopeOf(draft: ScopeDraft, category: Category = 'health'): Scope | null {
  if (category !== 'health') return { channels: [], days: null, live: false };
  if (!draft.allDays && draft.from > draft.to) return null;
  const parsed = Scope.safeParse({ channels: [...new Set(draft.channels)], days: draft.allDays ? null : { from: draft.from, to: draft.to }, live: draft.live });
  return parsed.success ? parsed.data : null;
}
