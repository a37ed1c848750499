import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { native } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { datasetTitle } from './dataset-words.ts';

export function StopDialog({ dataset: d, onClose }: { dataset: OwnDatasetDetail; onClose(): void }) {
  const cost = useLive(['owner', 'cost', 'withdraw'], () => api.owner.cost.query('withdraw'), []);
  const stop = useAct(async () => { await api.owner.stopSharing.mutate(d.id); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('owner.stop.title', { title: datasetTitle(d) })} danger
      sentences={[t('owner.stop.does.sales'), t('owner.stop.does.open'), t('owner.stop.does.keepers'), t('owner.stop.does.keep'), t('owner.out.not.copies'), t('owner.out.forever')]}
      costs={[{ label: t('owner.cost.gas'), value: cost.data ? native(cost.data.wei) : '…' }]}
      confirm={t('owner.stop.open')} disabled={!cost.data} onConfirm={() => void stop.run()} busy={stop.busy} error={stop.error ?? cost.error}
    />
  );
}
