import type { PartyView } from '../../../../shared/api/consent.ts';
import type { RoleName } from '../../../../shared/domain/chain.ts';
import type { Category, RightStatus, Scope } from '../../../../shared/domain/consent.ts';
import type { Purpose, PurposeTerm } from '../../../../shared/domain/purpose.ts';
import { address, day } from '../../i18n/format.ts';
import { currentLocale, hasKey, t } from '../../i18n/index.ts';
import { perLocale } from '../../i18n/locale.ts';

const DAY_MS = 86_400_000;
const lists = perLocale((locale) => new Intl.ListFormat(locale ?? 'en', { type: 'conjunction' }));
export const listOf = (names: readonly string[]): string => lists().format(names);

/** A channel in the middle of a sentence; a name that this version does not know is shown as it came. */
export function channelName(name: string): string {
  const key = `consent.channel.${name}`;
  return hasKey(key) ? t(key) : name;
}
/** The same at the beginning of a line. */
export function channelTitle(name: string): string {
  const said = channelName(name);
  return said.charAt(0).toLocaleUpperCase(currentLocale()) + said.slice(1);
}
export const categoryName = (category: Category): string => t(`consent.category.${category}`);
export const categoryTitle = (category: Category): string => t(`consent.category.title.${category}`);
export const purposeTitle = (term: PurposeTerm): string => t(`consent.purpose.${term}`);
export const purposeWhy = (purpose: Purpose): string => t(`consent.why.${purpose.term}`);
export const roleWord = (role: RoleName): string => t(`consent.role.${role}`);
export const statusWord = (status: RightStatus): string => t(`consent.status.${status}`);

/** Roles that say who somebody is; anybody may be an owner, a keeper or a buyer. */
const ACCREDITED: readonly RoleName[] = ['provider', 'insurer', 'researcher', 'agency', 'institution', 'validator'];
export const accreditedRoles = (party: Pick<PartyView, 'roles'>): string => listOf(party.roles.filter((r) => ACCREDITED.includes(r)).map(roleWord));

/** How somebody is named in a sentence. */
export function partyName(party: Pick<PartyView, 'name' | 'address'>): string {
  const name = party.name?.trim();
  return name ? t('consent.who.named', { name }) : t('consent.who.unnamed', { address: address(party.address) });
}

/** A day of the scope, `2026-11-21`: a day of the calendar and no instant, the same wherever it is read. */
export function scopeDay(date: string): string {
  const [y = 0, m = 1, d = 1] = date.split('-').map(Number);
  return day(new Date(y, m - 1, d).getTime());
}

/** The UTC day of an instant, as scopes count days. */
export const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
export const addDays = (date: string, days: number): string => utcDay(Date.parse(date) + days * DAY_MS);

/** Which days, as the sentence goes on; `today`: when it was asked, so that «the last 30 days» is said of these. */
export function daysWords(days: Scope['days'], today: string): string {
  if (days === null) return t('consent.days.all');
  const count = daysBetween(days.from, days.to);
  if (days.to === today && count > 0) return t('consent.days.last', { count });
  if (count === 1) return t('consent.days.single', { day: scopeDay(days.from) });
  return t('consent.days.span', { from: scopeDay(days.from), to: scopeDay(days.to) });
}
