import { Button, CloseButton, Loader, Progress, Text } from '@mantine/core';
import { Archive, FlaskConical } from 'lucide-react';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { setUi, uiStore } from '../../stores/ui.ts';
import css from './frame.module.css';

/** While the simulated people of the demo network move in. */
export function DemoStrip() {
  const { demo } = useSession();
  if (demo.state === 'off' || demo.state === 'ready') return null;
  if (demo.state === 'failed') return <div className={css.inner} style={{ paddingTop: 16 }}><ErrorBox error={demo.error && { ...demo.error, message: `${t('shell.demo.failed')} ${demo.error.message}` }} /></div>;
  const words = demo.state === 'starting' || demo.total === 0 ? t('shell.demo.starting') : t('shell.demo.strip', { done: demo.done, count: demo.total });
  return (
    <div className={css.strip} role="region" aria-label={t('shell.network.demo')}>
      <div className={`${css.inner} ${css.stripInner}`}>
        <FlaskConical size={17} aria-hidden />
        <Text size="sm" role="status" className="ph-num">{words}</Text>
        {demo.total > 0 ? <Progress value={(demo.done / demo.total) * 100} size="sm" flex="1 1 160px" maw={320} aria-label={words} /> : <Loader size={14} aria-hidden />}
      </div>
    </div>
  );
}

export function BackupStrip() {
  const { backup, demo } = useSession();
  const hidden = uiStore((s) => s.backupReminderHidden);
  // One strip at a time; the demo's goes away by itself.
  if (!backup.due || hidden || demo.state === 'starting' || demo.state === 'filling') return null;
  return (
    <div className={css.strip} role="region" aria-label={t('shell.wallet.backup')}>
      <div className={`${css.inner} ${css.stripInner}`}>
        <Archive size={17} aria-hidden />
        <Text size="sm" flex="1 1 260px">{t('shell.backup.due')}</Text>
        <Button size="compact-sm" onClick={() => setUi({ backup: true })}>{t('shell.backup.now')}</Button>
        <CloseButton aria-label={t('shell.backup.later')} onClick={() => setUi({ backupReminderHidden: true })} />
      </div>
    </div>
  );
}
