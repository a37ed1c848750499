import type { ReactNode } from 'react';
import { PartTabs } from '../../../components/consent/PartTabs.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { HELD_TABS } from './tabs.ts';

/** A page of what is shared with me, under the tabs of its parts. */
export function HeldFrame({ title, subtitle, actions, back, children }: { title: string; subtitle?: ReactNode; actions?: ReactNode; back?: { to: string; label: string }; children: ReactNode }) {
  return (
    <Page title={title} subtitle={subtitle} actions={actions} {...(back ? { back } : {})}>
      <PartTabs label={t('grantee.tabs')} tabs={HELD_TABS} />
      {children}
    </Page>
  );
}
