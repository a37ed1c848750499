import { useState } from 'react';
import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Hourglass } from 'lucide-react';
import type { KeeperOverview } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { ago, dateTime, duration, native, NATIVE } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useNow } from '../use-now.ts';
import { AmountField, readAmount } from './AmountField.tsx';

type Way = 'add' | 'unstake';

export function StakePanel({ overview: o, reload }: { overview: KeeperOverview; reload(): void }) {
  const now = useNow(5000);
  const [way, setWay] = useState<Way | null>(null);
  const withdraw = useAct(async () => { await api.keeper.withdrawStake.mutate(); reload(); });
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="keeper-stake">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4" id="keeper-stake">{t('keeper.stake.title')}</Title>
          <Text fw={650} className="ph-num">{native(o.stake)}</Text>
        </Group>
        <Text size="sm" c="dimmed">{t('keeper.stake.text')}</Text>
        {o.unstake && (
          <Alert variant="light" color="blue" icon={<Hourglass size={18} aria-hidden />}>
            <Stack gap="sm" align="flex-start">
              <Text size="sm">{now < o.unstake.availableAt ? t('keeper.stake.waiting', { amount: native(o.unstake.amount), ago: ago(o.unstake.availableAt, now), time: dateTime(o.unstake.availableAt) }) : t('keeper.stake.ready', { amount: native(o.unstake.amount) })}</Text>
              {now >= o.unstake.availableAt && <Button size="xs" loading={withdraw.busy} onClick={() => void withdraw.run()}>{t('keeper.stake.withdraw')}</Button>}
            </Stack>
          </Alert>
        )}
        <ErrorBox error={withdraw.error} />
        {way === null ? (
          <Group gap="xs">
            <Button variant="default" onClick={() => setWay('add')}>{t('keeper.stake.add')}</Button>
            {!o.unstake && <Button variant="subtle" disabled={o.stake === '0'} onClick={() => setWay('unstake')}>{t('keeper.stake.unstake')}</Button>}
          </Group>
        ) : <StakeForm way={way} overview={o} onClose={() => setWay(null)} onDone={() => { setWay(null); reload(); }} />}
      </Stack>
    </Paper>
  );
}

function StakeForm({ way, overview: o, onClose, onDone }: { way: Way; overview: KeeperOverview; onClose(): void; onDone(): void }) {
  const [text, setText] = useState('');
  const [confirming, setConfirming] = useState(false);
  const max = way === 'add' ? o.balanceNative : o.stake;
  const amount = readAmount(text, { max });
  const act = useAct(async (wei: string) => { await (way === 'add' ? api.keeper.addStake.mutate(wei) : api.keeper.requestUnstake.mutate(wei)); return true; });
  const shown = native(amount ?? '0');
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (amount) { act.clear(); setConfirming(true); } }}>
      <Stack gap="sm">
        <AmountField label={t(way === 'add' ? 'keeper.stake.addAmount' : 'keeper.stake.unstakeAmount', { unit: NATIVE })} text={text} onText={setText} max={max} tooMuch={t('keeper.stake.tooMuch', { amount: native(max) })} all={way === 'unstake'} />
        <Group gap="xs">
          <Button type="submit" disabled={!amount}>{t('keeper.stake.next')}</Button>
          <Button variant="default" onClick={onClose}>{t('keeper.stake.cancel')}</Button>
        </Group>
      </Stack>
      <ConfirmAct
        opened={confirming && amount !== null} onClose={() => setConfirming(false)} title={t(way === 'add' ? 'keeper.stake.add' : 'keeper.stake.unstake')}
        sentences={way === 'add' ? [t('keeper.stake.add.s1', { amount: shown })] : [t('keeper.stake.unstake.s1', { amount: shown, delay: duration(o.unstakeDelaySeconds) }), t('keeper.stake.unstake.s2', { min: native(o.minStake) })]}
        costs={[{ label: t('keeper.stake.locked'), value: native(o.stake) }, { label: t(way === 'add' ? 'keeper.stake.add' : 'keeper.stake.unstake'), value: shown }, { label: t('keeper.cost.fee'), value: t('keeper.cost.feeText') }]}
        confirm={t(way === 'add' ? 'keeper.stake.addConfirm' : 'keeper.stake.unstakeConfirm')} busy={act.busy} error={act.error}
        onConfirm={() => { if (amount) void act.run(amount).then((done) => { if (done) { setConfirming(false); onDone(); } }); }}
      />
    </form>
  );
}
