import type { RecordView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

export function AcceptRecordDialog({ record, onClose }: { record: RecordView; onClose(): void }) {
  const accept = useAct(async () => { await api.records.accept.mutate(record.recordId); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('records.accept.title')} sentences={[t('records.accept.does'), t('records.accept.refuse'), t('records.accept.chain')]} costs={[]}
      confirm={t('records.accept.confirm')} onConfirm={() => void accept.run()} busy={accept.busy} error={accept.error}
    />
  );
}
