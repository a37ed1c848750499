import { useState } from 'react';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import type { PurchaseDetail } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { coins } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

export function RefundSection({ purchase, onDone }: { purchase: PurchaseDetail; onDone(): void }) {
  const [confirming, setConfirming] = useState(false);
  const refund = useAct(async () => { await api.market.refund.mutate(purchase.accessId); return true; });
  if (!purchase.refundable) return null;
  return (
    <Alert color="orange" variant="light" icon={<Undo2 size={18} aria-hidden />} title={t('customer.purchase.state.refundable')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('customer.purchase.refundText')}</Text>
        <Button onClick={() => { refund.clear(); setConfirming(true); }}>{t('customer.purchase.refund')}</Button>
      </Stack>
      <ConfirmAct
        opened={confirming} onClose={() => setConfirming(false)} title={t('customer.purchase.refund.title')} sentences={[t('customer.purchase.refund.s1'), t('customer.purchase.refund.s2')]}
        costs={[{ label: t('customer.purchase.refund.cost'), value: coins(purchase.price) }]} confirm={t('customer.purchase.refund.confirm')} busy={refund.busy} error={refund.error}
        onConfirm={() => void refund.run().then((done) => { if (done) { setConfirming(false); onDone(); } })}
      />
    </Alert>
  );
}
