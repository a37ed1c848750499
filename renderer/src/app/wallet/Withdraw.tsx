import { Alert, Button, Group, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import type { Coins as Amount, GasCost } from '../../../../shared/api/common.ts';
import type { Hex } from '../../../../shared/domain/chain.ts';
import { api } from '../../api/client.ts';
import { Addr } from '../../components/Addr.tsx';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { coins, native, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';

/** Earnings lie in the contract until their owner takes them. */
export function Withdraw({ earnings }: { earnings: Amount }) {
  const [cost, setCost] = useState<GasCost | null>(null);
  const [tx, setTx] = useState<Hex | null>(null);
  const ask = useAct(async () => { setTx(null); setCost(await api.owner.cost.query('withdraw')); });
  const withdraw = useAct(async () => { const done = await api.account.withdrawEarnings.mutate(); setCost(null); setTx(done.tx); });
  return (
    <>
      {earnings === '0' ? <Text size="xs" c="dimmed">{t('shell.wallet.withdraw.nothing')}</Text> : <Button size="compact-sm" variant="light" onClick={() => void ask.run()} loading={ask.busy}>{t('shell.wallet.withdraw')}</Button>}
      <ErrorBox error={ask.error} />
      {tx && <Alert mt={8} p="xs" color="green" variant="light" icon={<CircleCheck size={18} aria-hidden />} role="status"><Group gap={6}><Text size="xs">{t('shell.wallet.withdrawn')}</Text><Addr address={tx} /></Group></Alert>}
      <ConfirmAct
        opened={cost !== null} onClose={() => { setCost(null); withdraw.clear(); }} title={t('shell.wallet.withdraw.title')}
        sentences={[t('shell.wallet.withdraw.what', { amount: coins(earnings) }), t('shell.wallet.withdraw.sign')]}
        costs={cost ? [{ label: t('shell.wallet.cost.amount'), value: coins(earnings) }, { label: t('shell.wallet.cost.fee'), value: native(cost.wei) }] : []}
        confirm={t('shell.wallet.withdraw')} onConfirm={() => void withdraw.run()} busy={withdraw.busy} error={withdraw.error}
      />
    </>
  );
}
