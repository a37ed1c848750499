import { Group, Loader, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { connection } from '../../api/connection.ts';
import { t } from '../../i18n/index.ts';
import { Gate } from './Gate.tsx';

const PATIENCE_MS = 4000;

/** Before the app has said a word; where that lasts, the address most likely lacks its token. */
export function Boot() {
  const { state } = useStore(connection);
  const [long, setLong] = useState(false);
  useEffect(() => { const timer = setTimeout(() => setLong(true), PATIENCE_MS); return () => clearTimeout(timer); }, []);
  return (
    <Gate title={t('shell.connection.first')}>
      <Group wrap="nowrap" role="status"><Loader size="sm" aria-hidden />{long && state !== 'open' ? <Text>{t('shell.connection.wrong')}</Text> : <Text c="dimmed">{t('shell.loading')}</Text>}</Group>
    </Gate>
  );
}
