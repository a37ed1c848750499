import { Button } from '@mantine/core';
import { Compass } from 'lucide-react';
import { Link } from 'wouter';
import { Empty } from '../components/Empty.tsx';
import { Page } from '../components/Page.tsx';
import { t } from '../i18n/index.ts';

export function NotFound() {
  return (
    <Page title={t('shell.notFound.title')}>
      <Empty icon={<Compass size={26} />} title={t('shell.notFound')} text={t('shell.notFound.text')} action={<Button component={Link} href="/">{t('shell.notFound.action')}</Button>} />
    </Page>
  );
}
