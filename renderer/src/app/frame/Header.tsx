import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Activity, CircleCheck, EllipsisVertical, Keyboard, Lock, Monitor, Moon, RefreshCw, Search, Settings as Gear, Sun, WifiOff } from 'lucide-react';
import { spotlight } from '@mantine/spotlight';
import { Link, useLocation } from 'wouter';
import type { AppState, Settings } from '../../../../shared/api/app.ts';
import { api } from '../../api/client.ts';
import { coins, number, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useSession } from '../../stores/session.ts';
import { saveSettings, useSettings } from '../../stores/settings.ts';
import { setUi } from '../../stores/ui.ts';
import { networkName, PLACES, rolesOf } from '../nav.ts';
import { Brand } from './Brand.tsx';
import css from './frame.module.css';

function NetworkState({ state }: { state: AppState }) {
  if (!state.network) return null;
  const sync = state.sync;
  const words = !sync || sync.state === 'offline' ? t('shell.header.offline') : sync.state === 'live' ? t('shell.header.live') : t('shell.header.catching-up', { done: sync.head, total: sync.tip });
  const Icon = !sync || sync.state === 'offline' ? WifiOff : sync.state === 'live' ? CircleCheck : RefreshCw;
  const hue = !sync || sync.state === 'offline' ? css.off : sync.state === 'live' ? css.live : css.wait;
  return (
    <Tooltip label={words}>
      <div className={css.network}>
        <Icon size={16} className={hue} aria-hidden />
        <span className={`${css.networkName} ${css.hideNarrow}`}>{networkName(state.network)}</span>
        {sync && <span className={css.block}>{t('shell.header.block', { block: sync.head })}</span>}
        <span className="ph-hidden">{words}</span>
      </div>
    </Tooltip>
  );
}

const NEXT: Record<Settings['theme'], Settings['theme']> = { system: 'light', light: 'dark', dark: 'system' };

function ThemeSwitch() {
  const theme = useSettings()?.theme ?? 'system';
  const save = useAct(saveSettings);
  const label = t('shell.header.theme', { theme: t(`shell.theme.${theme}`), next: t(`shell.theme.${NEXT[theme]}`) });
  const Icon = theme === 'system' ? Monitor : theme === 'light' ? Sun : Moon;
  return <Tooltip label={label}><ActionIcon variant="subtle" color="gray" size="lg" className={css.hideNarrow} aria-label={label} onClick={() => void save.run({ theme: NEXT[theme] })}><Icon size={19} aria-hidden /></ActionIcon></Tooltip>;
}

function ActivityButton() {
  const running = useJobs().filter((j) => j.state === 'running').length;
  const { unread } = useSession();
  const label = t('shell.header.activity.state', { jobs: running, unread });
  return (
    <Tooltip label={label}>
      <span className={css.iconBox}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={() => setUi({ activity: true })}><Activity size={19} aria-hidden /></ActionIcon>
        {running + unread > 0 && <span className={css.count} aria-hidden>{running + unread > 99 ? '99+' : number(running + unread)}</span>}
        <span className="ph-hidden" role="status">{label}</span>
      </span>
    </Tooltip>
  );
}

function MoreMenu() {
  const [, go] = useLocation();
  const lock = useAct(() => api.app.lock.mutate());
  return (
    <Menu position="bottom-end" width={230} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('shell.header.menu')}><EllipsisVertical size={19} aria-hidden /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Gear size={16} aria-hidden />} onClick={() => go('/settings')}>{t('shell.nav.settings')}</Menu.Item>
        <Menu.Item leftSection={<Keyboard size={16} aria-hidden />} onClick={() => setUi({ shortcuts: true })}>{t('shell.header.shortcuts')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Lock size={16} aria-hidden />} onClick={() => void lock.run()}>{t('shell.header.lock')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Header() {
  const state = useSession();
  const [path] = useLocation();
  return (
    <header className={css.header}>
      <div className={css.inner}>
        <div className={css.top}>
          <Link href="/" aria-label={t('shell.header.home')} style={{ textDecoration: 'none' }}><Brand /></Link>
          <NetworkState state={state} />
          <div className={css.grow} />
          {state.balance && <Link href="/wallet" className={css.balance} aria-label={t('shell.header.balance', { amount: coins(state.balance.phd) })}>{coins(state.balance.phd)}</Link>}
          <Tooltip label={t('shell.header.search')}><ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('shell.header.search')} onClick={() => spotlight.open()}><Search size={19} aria-hidden /></ActionIcon></Tooltip>
          <ActivityButton />
          <ThemeSwitch />
          <MoreMenu />
        </div>
        <nav aria-label={t('shell.nav.roles')} className={css.tabs}>
          {rolesOf(state).map(({ role, path: to, label, icon: Icon, under }) => <Link key={role} href={to} className={css.tab} aria-current={under.test(path) ? 'true' : undefined}><Icon size={17} aria-hidden />{t(label)}</Link>)}
          <span className={css.push} />
          {PLACES.map(({ path: to, label, icon: Icon }) => <Link key={to} href={to} className={css.tab} aria-current={path === to ? 'page' : undefined}><Icon size={17} aria-hidden />{t(label)}</Link>)}
        </nav>
      </div>
    </header>
  );
}
