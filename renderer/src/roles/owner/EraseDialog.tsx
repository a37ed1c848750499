import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { bytes, native } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { datasetTitle } from './dataset-words.ts';

export function EraseDialog({ dataset: d, onClose }: { dataset: OwnDatasetDetail; onClose(): void }) {
  const [recording, setRecording] = useState(false);
  const [understood, setUnderstood] = useState(false);
  // What was stopped before costs no transaction any more.
  const stopped = d.status === 'withdrawn';
  const cost = useLive(['owner', 'cost', 'withdraw'], () => api.owner.cost.query('withdraw'), [], { enabled: !stopped });
  const erase = useAct(async () => { await api.owner.erase.mutate({ datasetId: d.id, alsoRecording: recording }); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('owner.erase.title', { title: datasetTitle(d) })} danger
      sentences={[...(stopped ? [] : [t('owner.erase.does.stop')]), t('owner.erase.does.key'), t('owner.erase.does.files', { size: bytes(d.storedBytes) }), t('owner.erase.does.grants'), t('owner.erase.does.certificate'), d.sales > 0 ? t('owner.erase.opened', { count: d.sales }) : t('owner.out.not.copies'), t('owner.out.forever')]}
      costs={stopped ? [] : [{ label: t('owner.cost.gas'), value: cost.data ? native(cost.data.wei) : '…' }]}
      confirm={t('owner.erase.open')} disabled={!understood || (!stopped && !cost.data)} onConfirm={() => void erase.run()} busy={erase.busy} error={erase.error ?? cost.error}
    >
      {d.recordingId && <Checkbox checked={recording} onChange={(e) => setRecording(e.currentTarget.checked)} label={t('owner.erase.recording')} description={t('owner.erase.recording.text')} />}
      <Checkbox checked={understood} onChange={(e) => setUnderstood(e.currentTarget.checked)} label={t('owner.erase.understood')} />
    </ConfirmAct>
  );
}
