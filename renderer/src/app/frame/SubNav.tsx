import { Link, useLocation } from 'wouter';
import { t } from '../../i18n/index.ts';
import { roleOf } from '../nav.ts';
import css from './frame.module.css';

/** The pages of the role one is in; nothing where there is only one. */
export function SubNav() {
  const [path] = useLocation();
  const role = roleOf(path);
  if (!role || role.pages.length < 2) return null;
  return (
    <nav aria-label={t('shell.nav.pages')} className={css.sub}>
      {role.pages.map((page) => <Link key={page.path} href={page.path} className={css.pill} aria-current={page.under.test(path) ? 'page' : undefined}>{t(page.label)}</Link>)}
    </nav>
  );
}
