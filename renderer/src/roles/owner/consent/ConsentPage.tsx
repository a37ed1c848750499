import type { ReactNode } from 'react';
import { PartTabs } from '../../../components/consent/PartTabs.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { CONSENT_TABS } from './tabs.ts';

/** A page of the owner's consent, under the tabs of its parts. */
export function ConsentPage({ title, subtitle, actions, back, documentTitle, children }: { title: string; subtitle?: ReactNode; actions?: ReactNode; back?: { to: string; label: string }; documentTitle?: string; children: ReactNode }) {
  return (
    <Page title={title} subtitle={subtitle} actions={actions} {...(back ? { back } : {})} {...(documentTitle ? { documentTitle } : {})}>
      <PartTabs label={t('consent.tabs')} tabs={CONSENT_TABS} />
      {children}
    </Page>
  );
}
