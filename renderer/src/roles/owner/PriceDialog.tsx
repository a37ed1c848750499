import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { COIN, coins, coinsInput, native, parseCoins } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';

export function PriceDialog({ dataset: d, onClose }: { dataset: OwnDatasetDetail; onClose(): void }) {
  const [text, setText] = useState(() => coinsInput(d.price));
  const price = parseCoins(text);
  const cost = useLive(['owner', 'cost', 'setPrice'], () => api.owner.cost.query('setPrice'), []);
  const change = useAct(async (amount: string) => { await api.owner.setPrice.mutate({ datasetId: d.id, price: amount }); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('owner.price.title')}
      sentences={[t('owner.price.text', { old: coins(d.price), next: price === null ? '…' : coins(price) }), t('owner.price.open.sales')]}
      costs={[{ label: t('owner.cost.gas'), value: cost.data ? native(cost.data.wei) : '…' }]}
      confirm={t('owner.price.confirm')} disabled={price === null || price === d.price || !cost.data} onConfirm={() => { if (price !== null) void change.run(price); }} busy={change.busy} error={change.error ?? cost.error}
    >
      <TextInput label={t('owner.price.field')} inputMode="decimal" value={text} onChange={(e) => setText(e.currentTarget.value)} error={price === null ? t('owner.share.price.unread') : undefined} rightSection={<Text size="sm" c="dimmed" pe="sm">{COIN}</Text>} rightSectionWidth={56} maw={320} />
    </ConfirmAct>
  );
}
