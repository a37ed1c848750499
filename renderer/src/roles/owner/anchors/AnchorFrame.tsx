import type { ReactNode } from 'react';
import { PartTabs } from '../../../components/consent/PartTabs.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { ANCHOR_TABS } from './tabs.ts';

/** A page of anchors, under the tabs of its parts. */
export function AnchorFrame({ title, subtitle, actions, back, documentTitle, children }: { title: string; subtitle?: ReactNode; actions?: ReactNode; back?: { to: string; label: string }; documentTitle?: string; children: ReactNode }) {
  return (
    <Page title={title} subtitle={subtitle} actions={actions} {...(back ? { back } : {})} {...(documentTitle ? { documentTitle } : {})}>
      <PartTabs label={t('anchors.tabs')} tabs={ANCHOR_TABS} />
      {children}
    </Page>
  );
}
