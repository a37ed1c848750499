import type { OwnDataset } from '../../../../../shared/api/owner.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { datasetTitle } from '../dataset-words.ts';

/** Marks a dataset as readable in an emergency, with what follows from it, or unmarks it. */
export function MarkDialog({ dataset, readable, onClose, onDone }: { dataset: OwnDataset; readable: boolean; onClose(): void; onDone(): void }) {
  const title = datasetTitle(dataset);
  const mark = useAct(async () => { await api.consent.setEmergencyReadable.mutate({ datasetId: dataset.id, readable }); onDone(); });
  return (
    <ConfirmAct
      opened onClose={onClose} danger={readable} title={t(readable ? 'records.emergency.mark.title' : 'records.emergency.unmark.title')}
      sentences={readable ? [t('records.emergency.mark.who', { title }), t('records.emergency.mark.log'), t('records.emergency.mark.back')] : [t('records.emergency.unmark.does', { title })]} costs={[]}
      confirm={t(readable ? 'records.emergency.mark.confirm' : 'records.emergency.unmark.confirm')} onConfirm={() => void mark.run()} busy={mark.busy} error={mark.error}
    />
  );
}
