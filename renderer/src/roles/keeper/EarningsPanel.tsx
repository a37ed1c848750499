import { useState } from 'react';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { KeeperOverview } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { coins } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';

export function EarningsPanel({ overview: o, reload }: { overview: KeeperOverview; reload(): void }) {
  const [confirming, setConfirming] = useState(false);
  const withdraw = useAct(async () => { await api.keeper.withdrawEarnings.mutate(); return true; });
  const some = o.earnings !== '0';
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="keeper-earnings">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4" id="keeper-earnings">{t('keeper.earnings.title')}</Title>
          <Text fw={650} className="ph-num">{coins(o.earnings)}</Text>
        </Group>
        <Text size="sm" c="dimmed">{t('keeper.earnings.text')}</Text>
        {some ? <Group><Button variant="default" onClick={() => { withdraw.clear(); setConfirming(true); }}>{t('keeper.earnings.withdraw')}</Button></Group> : <Text size="sm">{t('keeper.earnings.none')}</Text>}
      </Stack>
      <ConfirmAct
        opened={confirming} onClose={() => setConfirming(false)} title={t('keeper.earnings.withdraw.title')} sentences={[t('keeper.earnings.withdraw.s1')]}
        costs={[{ label: t('keeper.earnings.withdraw.amount'), value: coins(o.earnings) }, { label: t('keeper.cost.fee'), value: t('keeper.cost.feeText') }]}
        confirm={t('keeper.earnings.withdraw.confirm')} busy={withdraw.busy} error={withdraw.error}
        onConfirm={() => void withdraw.run().then((done) => { if (done) { setConfirming(false); reload(); } })}
      />
    </Paper>
  );
}
