import { Alert, Badge, Button, CopyButton, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Archive, Check, Copy, FlaskConical } from 'lucide-react';
import { Coins } from '../../components/Coins.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { Stat } from '../../components/Stat.tsx';
import { ago, native, t } from '../../i18n/all.ts';
import { useSession } from '../../stores/session.ts';
import { setUi } from '../../stores/ui.ts';
import { networkName } from '../nav.ts';
import { FreshAccounts } from './FreshAccounts.tsx';
import { SendForm } from './SendForm.tsx';
import { Withdraw } from './Withdraw.tsx';

export function BackupCard() {
  const { backup } = useSession();
  return (
    <Stack className="ph-panel" gap="sm">
      <Group justify="space-between"><Title order={2}>{t('shell.wallet.backup')}</Title>{backup.due && <Badge color="yellow" variant="light" tt="none">{t('shell.wallet.backup.due')}</Badge>}</Group>
      <Text size="sm" c="dimmed">{t('shell.wallet.backup.text')}</Text>
      <Group justify="space-between" mt="auto">
        <Text size="sm">{backup.lastAt === null ? t('shell.wallet.backup.never') : t('shell.wallet.backup.last', { ago: ago(backup.lastAt) })}</Text>
        <Button variant={backup.due ? 'filled' : 'default'} leftSection={<Archive size={16} aria-hidden />} onClick={() => setUi({ backup: true })}>{t('shell.backup.now')}</Button>
      </Group>
    </Stack>
  );
}

export function WalletPage() {
  const { balance, address, network } = useSession();
  return (
    <Page title={t('shell.wallet.title')} subtitle={network && t('shell.wallet.subtitle', { network: networkName(network) })}>
      {network?.local && <Alert variant="light" icon={<FlaskConical size={20} aria-hidden />}>{t('shell.wallet.demo')}</Alert>}
      {!balance ? <Loading /> : (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <Stat label={t('shell.wallet.balance')} value={<Coins amount={balance.phd} />} hint={t('shell.wallet.balance.text')} />
          <Stat label={t('shell.wallet.earnings')} value={<Coins amount={balance.earnings} />} hint={<Stack gap={6} align="flex-start"><span>{t('shell.wallet.earnings.text')}</span><Withdraw earnings={balance.earnings} /></Stack>} />
          <Stat label={t('shell.wallet.native')} value={native(balance.native)} hint={t('shell.wallet.native.text')} />
          <Stat label={t('shell.wallet.stake')} value={native(balance.stake)} hint={t('shell.wallet.stake.text')} />
          {balance.compensation !== '0' && <Stat label={t('shell.wallet.compensation')} value={native(balance.compensation)} hint={t('shell.wallet.compensation.text')} />}
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {address && (
          <Stack className="ph-panel" gap="sm">
            <Title order={2}>{t('shell.wallet.address')}</Title>
            <Text size="sm" c="dimmed">{t('shell.wallet.address.text')}</Text>
            <Text className="ph-mono ph-wrap" fw={600}>{address}</Text>
            <CopyButton value={address}>{({ copied, copy }) => <Button variant="default" mt="auto" onClick={copy} leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />} style={{ alignSelf: 'flex-start' }}>{copied ? t('shell.copied') : t('shell.wallet.address.copy')}</Button>}</CopyButton>
          </Stack>
        )}
        <BackupCard />
      </SimpleGrid>
      <FreshAccounts />
      <SendForm />
    </Page>
  );
}
