import { Anchor, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import css from './capture.module.css';
import { captureStore, watchCaptures } from './capture-store.ts';

/** Reminds that something is being recorded while one is elsewhere. */
export function RunningCaptures() {
  useEffect(() => watchCaptures(), []);
  const count = captureStore((s) => s.state?.captures.length ?? 0);
  if (count === 0) return null;
  return (
    <Panel padding="sm" role="status">
      <Group gap="sm"><span className={css.dot} aria-hidden="true" /><Text size="sm">{t('capture.running', { count })}</Text><Anchor component={Link} href="/owner/capture" size="sm">{t('capture.running.look')}</Anchor></Group>
    </Panel>
  );
}
