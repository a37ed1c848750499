import { History, KeyRound, Search, ShieldCheck, UserRound, Wallet, type LucideIcon } from 'lucide-react';
import type { AppState, Settings } from '../../../shared/api/app.ts';
import { t, type Key } from '../i18n/index.ts';

export type RoleTab = Settings['homeRole'];
export type NavPage = { path: string; label: Key; /** Paths that count as this page in the navigation. */ under: RegExp };
export type NavRole = { role: RoleTab; path: string; label: Key; icon: LucideIcon; under: RegExp; letter: string; pages: NavPage[] };

export const ROLES: readonly NavRole[] = [
  { role: 'owner', path: '/owner', label: 'shell.nav.owner', icon: UserRound, under: /^\/owner(\/|$)/, letter: 'o', pages: [
    { path: '/owner', label: 'shell.nav.owner.recordings', under: /^\/owner(\/(recordings|devices).*)?$/ },
    { path: '/owner/capture', label: 'shell.nav.owner.capture', under: /^\/owner\/capture(\/|$)/ },
    { path: '/owner/manual', label: 'shell.nav.owner.manual', under: /^\/owner\/manual(\/|$)/ },
    { path: '/owner/datasets', label: 'shell.nav.owner.datasets', under: /^\/owner\/datasets(\/|$)/ },
    { path: '/owner/consent', label: 'shell.nav.owner.consent', under: /^\/owner\/consent(\/|$)/ },
    { path: '/owner/anchors', label: 'shell.nav.owner.anchors', under: /^\/owner\/anchors(\/|$)/ },
  ] },
  { role: 'keeper', path: '/keeper', label: 'shell.nav.keeper', icon: KeyRound, under: /^\/keeper(\/|$)/, letter: 'k', pages: [
    { path: '/keeper', label: 'shell.nav.keeper.overview', under: /^\/keeper$/ },
    { path: '/keeper/shares', label: 'shell.nav.keeper.shares', under: /^\/keeper\/shares/ },
    { path: '/keeper/releases', label: 'shell.nav.keeper.releases', under: /^\/keeper\/releases/ },
  ] },
  { role: 'customer', path: '/market', label: 'shell.nav.customer', icon: Search, under: /^\/(market|purchases|held)(\/|$)/, letter: 'm', pages: [
    { path: '/market', label: 'shell.nav.customer.market', under: /^\/market(\/\d+)?$/ },
    { path: '/market/basket', label: 'shell.nav.customer.basket', under: /^\/market\/basket/ },
    { path: '/purchases', label: 'shell.nav.customer.purchases', under: /^\/purchases(\/|$)/ },
    { path: '/held', label: 'shell.nav.customer.held', under: /^\/held(\/|$)/ },
    { path: '/market/saved', label: 'shell.nav.customer.saved', under: /^\/market\/saved/ },
  ] },
  { role: 'validator', path: '/validator', label: 'shell.nav.validator', icon: ShieldCheck, under: /^\/validator(\/|$)/, letter: 'v', pages: [
    { path: '/validator', label: 'shell.nav.validator.queue', under: /^\/validator/ },
  ] },
];

export const PLACES: readonly { path: string; label: Key; icon: LucideIcon; letter: string }[] = [
  { path: '/history', label: 'shell.nav.history', icon: History, letter: 'h' },
  { path: '/wallet', label: 'shell.nav.wallet', icon: Wallet, letter: 'w' },
];

/** Validators are accredited by the network: without that, the tab would be an empty promise. */
export const rolesOf = (state: AppState): NavRole[] => ROLES.filter((r) => r.role !== 'validator' || state.validator.accredited);
export const roleOf = (path: string): NavRole | undefined => ROLES.find((r) => r.under.test(path));
export const homeOf = (role: RoleTab | undefined, state: AppState): string => rolesOf(state).find((r) => r.role === role)?.path ?? '/owner';
/** A place that somebody else names (a deep link, a notice): a path of the app or nothing. */
export const isPlace = (path: string): boolean => /^\/[\w\-/]*$/.test(path);
/** The network on this machine goes by what it is, others by the name in their file. */
export const networkName = (network: NonNullable<AppState['network']>): string => (network.local ? t('shell.network.demo') : network.name);
