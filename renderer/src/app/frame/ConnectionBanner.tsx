import { Alert, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { connection } from '../../api/connection.ts';
import { t } from '../../i18n/index.ts';
import css from './frame.module.css';

/** A blink is not worth a word. */
const PATIENCE_MS = 700;

export function ConnectionBanner() {
  const { state, opened } = useStore(connection);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (state !== 'lost' || opened === 0) { setShown(false); return undefined; }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state, opened]);
  return (
    <div role="status" aria-live="polite" className={css.banner}>
      {shown && <Alert color="yellow" variant="light" p="xs" icon={<Loader size={16} color="currentColor" aria-hidden />} className={css.bannerBox}>{t('shell.connection.lost')}</Alert>}
    </div>
  );
}
