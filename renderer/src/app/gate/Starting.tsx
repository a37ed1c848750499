import { Group, Loader, Text } from '@mantine/core';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { Gate } from './Gate.tsx';
import { UnlockForm } from './UnlockForm.tsx';

export function Starting() {
  return <Gate title={t('shell.starting.title')}><Group wrap="nowrap" role="status"><Loader size="sm" aria-hidden /><Text c="dimmed">{t('shell.starting.text')}</Text></Group></Gate>;
}

export function Failed() {
  const { failure } = useSession();
  return (
    <Gate title={t('shell.failed.title')} text={t('shell.failed.text')}>
      <ErrorBox error={failure} />
      <Text size="sm">{t('shell.failed.unlock')}</Text>
      <UnlockForm />
    </Gate>
  );
}
