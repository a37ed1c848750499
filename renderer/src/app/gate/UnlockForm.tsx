import { Button, Checkbox, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useSession } from '../../stores/session.ts';

export function UnlockForm() {
  const { passphrase: keeps } = useSession();
  const [passphrase, setPassphrase] = useState('');
  const [remember, setRemember] = useState(keeps.remembered);
  const unlock = useAct(async () => { await api.app.unlock.mutate({ passphrase, remember: keeps.canRemember && remember }); setPassphrase(''); });
  return (
    <form onSubmit={(e) => { e.preventDefault(); void unlock.run(); }}>
      <Stack>
        <PasswordInput label={t('shell.welcome.passphrase')} value={passphrase} onChange={(e) => setPassphrase(e.currentTarget.value)} autoComplete="current-password" data-autofocus autoFocus required />
        {keeps.canRemember && <Checkbox label={t('shell.welcome.remember')} description={t('shell.welcome.remember.text')} checked={remember} onChange={(e) => setRemember(e.currentTarget.checked)} />}
        <ErrorBox error={unlock.error} />
        <Button type="submit" size="md" loading={unlock.busy} disabled={passphrase === ''}>{t('shell.locked.unlock')}</Button>
      </Stack>
    </form>
  );
}
