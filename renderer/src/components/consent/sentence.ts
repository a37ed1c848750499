import type { GrantView, HeldRightView, PartyView, RequestView } from '../../../../shared/api/consent.ts';
import type { Category, Operations, RightStatus, Scope } from '../../../../shared/domain/consent.ts';
import type { Purpose } from '../../../../shared/domain/purpose.ts';
import { day } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { categoryName, channelName, daysWords, listOf, partyName, purposeTitle, purposeWhy, utcDay } from './words.ts';

/** What a sentence says of a request or a right. `at`: when it was asked or given, Unix milliseconds. */
export type Said = { category: Category; operations: Operations; scope: Scope | null; purpose: Purpose | null; datasetTitle?: string | null; at: number; until: number };
/** `might`: a draft that nobody has agreed to; `could`: a right that has ended; `asked`: a request that led to none. */
type Mood = 'asks' | 'may' | 'might' | 'could' | 'asked';
const OWN = { may: 'you', could: 'youCould', asked: 'youAsked' } as const;
/** How to speak of a right that stands there. */
const moodOf = (status: RightStatus): keyof typeof OWN => (status === 'approved' || status === 'suspended' ? 'may' : status === 'pending' || status === 'rejected' || status === 'withdrawn' ? 'asked' : 'could');

const FOREVER_MS = 8.64e15;
const untilDay = (ms: number): string => day(Math.min(ms, FOREVER_MS));

function what({ category, scope, datasetTitle }: Said, whose: string): string {
  const params = { whose, category: categoryName(category) };
  const said = scope === null ? t('consent.what.unknown', params) : scope.channels.length === 0 ? t('consent.what.all', params) : t('consent.what.some', { whose, list: listOf(scope.channels.map(channelName)) });
  return datasetTitle ? t(whose === t('consent.whose.your') ? 'consent.does.dataset' : 'consent.does.theirDataset', { title: datasetTitle, what: said }) : said;
}

/** «read your heart rate of the last 30 days and what is recorded from now on» */
export function doesWords(said: Said, whose: 'your' | 'their'): string {
  return t(`consent.does.${said.operations}`, {
    what: what(said, t(`consent.whose.${whose}`)),
    days: said.scope ? daysWords(said.scope.days, utcDay(said.at)) : '', live: said.scope?.live ? t('consent.live') : '',
  });
}

/** One plain sentence about somebody else, for the owner. */
export function sentence(mood: Mood, who: string, said: Said): string {
  const params = { who, does: doesWords(said, 'your'), until: untilDay(said.until) };
  return said.purpose ? t(`consent.sentence.${mood}`, { ...params, why: purposeWhy(said.purpose) }) : t(`consent.sentence.${mood}.noPurpose`, params);
}

/** The same for the one who asks. */
export function ownSentence(mood: keyof typeof OWN, said: Said): string {
  const key = OWN[mood];
  const params = { does: doesWords(said, 'their'), until: untilDay(said.until) };
  return said.purpose ? t(`consent.sentence.${key}`, { ...params, why: purposeTitle(said.purpose.term) }) : t(`consent.sentence.${key}.noPurpose`, params);
}

/** «Dr … asks to read your heart rate of the last 30 days, to treat you, until 1 March.» @param now Unix milliseconds: time counts from the answer on */
export const requestSentence = (r: RequestView, now: number): string => sentence('asks', partyName(r.from), { ...r, at: r.requestedAt, until: now + r.duration * 1000 });
export const grantSentence = (g: GrantView): string => sentence(moodOf(g.status), partyName(g.to), { ...g, at: g.givenAt, until: g.endedAt ?? g.expiresAt });
export const heldSentence = (h: HeldRightView, now: number): string => ownSentence(moodOf(h.status), { ...h, at: h.requestedAt ?? now, until: h.endedAt ?? h.expiresAt });

const YEAR_SECONDS = 366 * 86_400;
type Warned = { from: Pick<PartyView, 'accredited' | 'suspended'>; problem: string | null; words?: string | null; scope: Scope | null; duration: number };

/** What a person should know before they answer; the gravest first. */
export function warnings({ from, problem, scope, duration }: Warned): string[] {
  return [
    ...(problem !== null ? [t('consent.warn.details', { problem })] : scope === null ? [t('consent.warn.noDetails')] : []),
    ...(from.suspended ? [t('consent.warn.suspended')] : from.accredited ? [] : [t('consent.warn.unaccredited')]),
    ...(duration > YEAR_SECONDS ? [t('consent.warn.long')] : []),
    ...(scope?.live ? [t('consent.warn.live')] : []),
  ];
}
