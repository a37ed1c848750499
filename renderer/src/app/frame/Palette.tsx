import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, type SpotlightFilterFunction } from '@mantine/spotlight';
import { Activity, Archive, AudioWaveform, Database, Keyboard, Lock, Monitor, Moon, Search, Settings as Gear, ShoppingBasket, Sun, Upload } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { useSession } from '../../stores/session.ts';
import { saveSettings } from '../../stores/settings.ts';
import { setUi } from '../../stores/ui.ts';
import { PLACES, rolesOf } from '../nav.ts';

const SHOWN_PER_GROUP = 6;
const isGroup = (it: SpotlightActionData | SpotlightActionGroupData): it is SpotlightActionGroupData => 'group' in it;
const fits = (action: SpotlightActionData, words: string[]): boolean => {
  // What the server found fits by more than its title.
  if (action.id.startsWith('market:')) return true;
  const text = `${action.label ?? ''} ${action.description ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
};
const filter: SpotlightFilterFunction = (query, actions) => {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return actions.filter(isGroup)
    .map((group) => ({ ...group, actions: group.actions.filter((action) => fits(action, words)).slice(0, words.length === 0 && group.actions[0]?.id.includes(':') ? 3 : SHOWN_PER_GROUP * 4) }))
    .filter((group) => group.actions.length > 0);
};

/** Ctrl or Cmd + K: any page, recording or dataset by its name, and what one does often. */
export function Palette() {
  const [, go] = useLocation();
  const session = useSession();
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 150);
  const theme = useAct(saveSettings);
  const lock = useAct(() => api.app.lock.mutate());
  const recordings = useLive(['owner.recordings'], () => api.owner.recordings.query(), ['recordings'], { enabled: opened });
  const datasets = useLive(['owner.datasets'], () => api.owner.datasets.query(), ['datasets'], { enabled: opened });
  const found = useLive(['palette.market', asked], () => api.market.search.query({ text: asked, certifiedOnly: false, sort: 'relevance', offset: 0, limit: SHOWN_PER_GROUP }), ['listings'], { enabled: opened && asked.length >= 2, keepPrevious: true });

  const roles = rolesOf(session);
  const pages: SpotlightActionData[] = [
    ...roles.flatMap((role) => role.pages.map((page) => ({ id: page.path, label: t(page.label), description: t(role.label), leftSection: <role.icon size={18} aria-hidden />, onClick: () => go(page.path) }))),
    ...PLACES.map((place) => ({ id: place.path, label: t(place.label), leftSection: <place.icon size={18} aria-hidden />, onClick: () => go(place.path) })),
    { id: '/settings', label: t('shell.nav.settings'), leftSection: <Gear size={18} aria-hidden />, onClick: () => go('/settings') },
  ];
  const acts: SpotlightActionData[] = [
    { id: 'import', label: t('shell.palette.import'), description: t('shell.palette.import.text'), leftSection: <Upload size={18} aria-hidden />, onClick: () => go('/owner') },
    { id: 'basket', label: t('shell.palette.basket'), leftSection: <ShoppingBasket size={18} aria-hidden />, onClick: () => go('/market/basket') },
    { id: 'activity', label: t('shell.palette.activity'), leftSection: <Activity size={18} aria-hidden />, onClick: () => setUi({ activity: true }) },
    { id: 'backup', label: t('shell.palette.backup'), leftSection: <Archive size={18} aria-hidden />, onClick: () => setUi({ backup: true }) },
    { id: 'light', label: t('shell.palette.theme.light'), leftSection: <Sun size={18} aria-hidden />, onClick: () => void theme.run({ theme: 'light' }) },
    { id: 'dark', label: t('shell.palette.theme.dark'), leftSection: <Moon size={18} aria-hidden />, onClick: () => void theme.run({ theme: 'dark' }) },
    { id: 'system', label: t('shell.palette.theme.system'), leftSection: <Monitor size={18} aria-hidden />, onClick: () => void theme.run({ theme: 'system' }) },
    { id: 'keys', label: t('shell.palette.shortcuts'), leftSection: <Keyboard size={18} aria-hidden />, onClick: () => setUi({ shortcuts: true }) },
    { id: 'lock', label: t('shell.palette.lock'), leftSection: <Lock size={18} aria-hidden />, onClick: () => void lock.run() },
  ];
  const groups: SpotlightActionGroupData[] = [
    { group: t('shell.palette.pages'), actions: pages },
    { group: t('shell.palette.recordings'), actions: (recordings.data ?? []).map((r) => ({ id: `recording:${r.id}`, label: r.title, leftSection: <AudioWaveform size={18} aria-hidden />, onClick: () => go(`/owner/recordings/${r.id}`) })) },
    { group: t('shell.palette.datasets'), actions: (datasets.data ?? []).map((d) => ({ id: `dataset:${d.id}`, label: d.title ?? `#${d.id}`, description: `#${d.id}`, leftSection: <Database size={18} aria-hidden />, onClick: () => go(`/owner/datasets/${d.id}`) })) },
    { group: t('shell.palette.market'), actions: (asked.length >= 2 ? (found.data?.rows ?? []) : []).map((l) => ({ id: `market:${l.id}`, label: l.title ?? `#${l.id}`, description: `#${l.id}`, leftSection: <Search size={18} aria-hidden />, onClick: () => go(`/market/${l.id}`) })) },
    { group: t('shell.palette.actions'), actions: acts },
  ];
  return (
    <Spotlight
      actions={groups} filter={filter} query={query} onQueryChange={setQuery} onSpotlightOpen={() => setOpened(true)} onSpotlightClose={() => setOpened(false)}
      shortcut="mod + K" tagsToIgnore={[]} nothingFound={t('shell.palette.nothing')} highlightQuery scrollable maxHeight={440} attributes={{ content: { 'aria-label': t('shell.header.search') } }} clearQueryOnClose
      searchProps={{ leftSection: <Search size={18} aria-hidden />, placeholder: t('shell.palette.placeholder'), 'aria-label': t('shell.palette.placeholder') }}
    />
  );
}
