import { ago, duration } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

const HOUR = 3600;
const DAY = 86_400;
/** How long something is given for, in steps that a person thinks in. */
const TIMES = [[HOUR, 'consent.time.hour'], [DAY, 'consent.time.day'], [7 * DAY, 'consent.time.week'], [30 * DAY, 'consent.time.month'], [90 * DAY, 'consent.time.quarter'], [180 * DAY, 'consent.time.half'], [365 * DAY, 'consent.time.year']] as const;
export const MONTH_SECONDS = 30 * DAY;

/** How long ago something was that lies behind us: the clock of a page ticks seldom, and that of a chain may be ahead. */
export const since = (ms: number, now: number): string => ago(Math.min(ms, now), now);

/** @param most seconds that were asked for: the longest that may be chosen, by its own name */
export function timeOptions(most?: number): { value: string; label: string }[] {
  const options = TIMES.filter(([seconds]) => most === undefined || seconds < most).map(([seconds, key]) => ({ value: String(seconds), label: t(key) }));
  return most === undefined ? options : [...options, { value: String(most), label: t('consent.time.asked', { time: duration(most) }) }];
}
