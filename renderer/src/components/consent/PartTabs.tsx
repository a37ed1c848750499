import { Link, useLocation } from 'wouter';
import { t, type Key } from '../../i18n/index.ts';
import css from './PartTabs.module.css';

export type PartTab = { path: string; label: Key; under: RegExp };

/** The parts of a page that has many, as links beneath its title. */
export function PartTabs({ label, tabs }: { label: string; tabs: readonly PartTab[] }) {
  const [path] = useLocation();
  return (
    <nav aria-label={label} className={css.tabs}>
      {tabs.map((tab) => <Link key={tab.path} href={tab.path} className={css.tab} aria-current={tab.under.test(path) ? 'page' : undefined}>{t(tab.label)}</Link>)}
    </nav>
  );
}
