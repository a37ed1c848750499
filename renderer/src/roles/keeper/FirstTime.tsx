import { useState } from 'react';
import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { Coins as CoinsIcon, KeyRound, ShieldAlert } from 'lucide-react';
import type { KeeperOverview } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { Page } from '../../components/Page.tsx';
import { coinsInput, duration, native, NATIVE } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { AmountField, readAmount } from './AmountField.tsx';
import css from './keeper.module.css';

const PARTS = [['does', KeyRound], ['earns', CoinsIcon], ['risks', ShieldAlert]] as const;

/** What a keeper does, earns and risks, before anything is staked. */
export function FirstTime({ overview, reload }: { overview: KeeperOverview; reload(): void }) {
  const [text, setText] = useState(() => coinsInput(overview.minStake));
  const [confirming, setConfirming] = useState(false);
  const start = useAct(async (stake: string) => { await api.keeper.start.mutate({ stake }); return true; });
  const stake = readAmount(text, { min: overview.minStake, max: overview.balanceNative });
  const delay = duration(overview.unstakeDelaySeconds);
  return (
    <Page title={t('keeper.first.title')} subtitle={t('keeper.first.subtitle')}>
      <div className={css.three}>
        {PARTS.map(([part, Icon]) => (
          <Paper key={part} component="section" className="ph-panel">
            <Icon size={22} aria-hidden />
            <Title order={2} size="h4" mt="xs" mb={6}>{t(`keeper.first.${part}`)}</Title>
            <Text size="sm">{t(`keeper.first.${part}.text`)}</Text>
          </Paper>
        ))}
      </div>
      <Paper component="form" className="ph-panel" maw={560} onSubmit={(e: React.FormEvent) => { e.preventDefault(); if (stake) { start.clear(); setConfirming(true); } }}>
        <Stack>
          <AmountField
            label={t('keeper.first.stake', { unit: NATIVE })} description={t('keeper.first.stakeHint', { min: native(overview.minStake), balance: native(overview.balanceNative) })}
            text={text} onText={setText} min={overview.minStake} max={overview.balanceNative} tooMuch={t('keeper.first.stakeHigh', { balance: native(overview.balanceNative) })}
          />
          <Text size="sm" c="dimmed">{t('keeper.first.delay', { delay })}</Text>
          <Button type="submit" disabled={!stake} style={{ alignSelf: 'flex-start' }}>{t('keeper.first.button')}</Button>
        </Stack>
      </Paper>
      <ConfirmAct
        opened={confirming && stake !== null} onClose={() => setConfirming(false)} title={t('keeper.first.title')}
        sentences={[t('keeper.first.confirm.s1', { stake: native(stake ?? '0') }), t('keeper.first.confirm.s2'), t('keeper.first.confirm.s3', { delay })]}
        costs={[{ label: t('keeper.cost.stake'), value: native(stake ?? '0') }, { label: t('keeper.cost.fee'), value: t('keeper.cost.feeText') }, { label: t('keeper.cost.balance'), value: native(overview.balanceNative) }]}
        confirm={t('keeper.first.button')} busy={start.busy} error={start.error}
        onConfirm={() => { if (stake) void start.run(stake).then((done) => { if (done) { setConfirming(false); reload(); } }); }}
      />
    </Page>
  );
}
