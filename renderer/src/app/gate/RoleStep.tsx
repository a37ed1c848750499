import { Button, Group, Radio, Stack } from '@mantine/core';
import { KeyRound, Search, UserRound } from 'lucide-react';
import { useState } from 'react';
import { navigate } from 'wouter/use-hash-location';
import type { NetworkIn } from '../../../../shared/api/app.ts';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { saveSettings } from '../../stores/settings.ts';
import { ROLES } from '../nav.ts';
import { ChoiceRadio } from './Choice.tsx';

type Home = 'owner' | 'customer' | 'keeper';

export function RoleStep({ network, onBack }: { network: NetworkIn; onBack: () => void }) {
  const [role, setRole] = useState<Home>('owner');
  const start = useAct(async () => {
    await saveSettings({ homeRole: role });
    navigate(ROLES.find((r) => r.role === role)!.path, { replace: true });
    await api.app.chooseNetwork.mutate(network);
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); void start.run(); }}>
      <Stack>
        <Radio.Group value={role} onChange={(value) => setRole(value as Home)} aria-label={t('shell.welcome.role.title')}>
          <Stack gap="sm">
            <ChoiceRadio icon={UserRound} value="owner" checked={role === 'owner'} title={t('shell.welcome.role.owner')} text={t('shell.welcome.role.owner.text')} />
            <ChoiceRadio icon={Search} value="customer" checked={role === 'customer'} title={t('shell.welcome.role.customer')} text={t('shell.welcome.role.customer.text')} />
            <ChoiceRadio icon={KeyRound} value="keeper" checked={role === 'keeper'} title={t('shell.welcome.role.keeper')} text={t('shell.welcome.role.keeper.text')} />
          </Stack>
        </Radio.Group>
        <ErrorBox error={start.error} />
        <Group justify="space-between">
          <Button variant="default" onClick={onBack} disabled={start.busy}>{t('shell.back')}</Button>
          <Button type="submit" loading={start.busy}>{t('shell.welcome.start')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
