import { Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { useSettings } from '../../stores/settings.ts';
import { BackupDialog } from '../backup/BackupDialog.tsx';
import { ErrorBoundary } from '../ErrorBoundary.tsx';
import { homeOf, roleOf } from '../nav.ts';
import { NotFound } from '../NotFound.tsx';
import { HistoryPage, SettingsPage, WalletPage } from '../pages.ts';
import { roleRoutes } from '../role-routes.tsx';
import { Activity } from './Activity.tsx';
import css from './frame.module.css';
import { Header } from './Header.tsx';
import { Palette } from './Palette.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { BackupStrip, DemoStrip } from './Strips.tsx';
import { SubNav } from './SubNav.tsx';

/** The open app: the frame around the page that the address names. */
export function Shell() {
  const [path] = useLocation();
  const session = useSession();
  const settings = useSettings();
  const role = roleOf(path);
  const RolePages = role && roleRoutes[role.role];
  return (
    <>
      {/* Not a link: the hash of the address is the page. */}
      <button type="button" className={css.skip} onClick={() => document.getElementById('main')?.focus()}>{t('shell.skip')}</button>
      <Header />
      <DemoStrip />
      <BackupStrip />
      <main id="main" tabIndex={-1} className={css.main}>
        <SubNav />
        <ErrorBoundary place={path}>
          <Suspense fallback={<Loading />}>
            {RolePages ? <RolePages /> : (
              <Switch>
                <Route path="/wallet"><WalletPage /></Route>
                <Route path="/history"><HistoryPage /></Route>
                <Route path="/settings"><SettingsPage /></Route>
                {['/', '/welcome'].map((from) => <Route key={from} path={from}>{settings ? <Redirect to={homeOf(settings.homeRole, session)} replace /> : <Loading />}</Route>)}
                <Route><NotFound /></Route>
              </Switch>
            )}
          </Suspense>
        </ErrorBoundary>
      </main>
      <Activity />
      <Palette />
      <Shortcuts />
      <BackupDialog />
    </>
  );
}
