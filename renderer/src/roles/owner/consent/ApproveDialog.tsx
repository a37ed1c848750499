import type { ApproveIn } from '../../../../../shared/api/consent.ts';
import { CANNOT_BE_ERASED } from '../../../../../shared/domain/erasure.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { gasText } from './gas-text.ts';
import { useOverview } from './use-consent.ts';

/** What cannot be undone is said before, in the words that stand in the receipt. */
export const beforeGiving = (): string[] => [t('consent.approve.does.seal'), t('consent.before.back'), CANNOT_BE_ERASED];

export function ApproveDialog({ sentence, input, onClose, onGiven }: { sentence: string; input: ApproveIn; onClose(): void; onGiven(jobId: string): void }) {
  const overview = useOverview();
  const approve = useAct(async () => { onGiven((await api.consent.approve.mutate(input)).jobId); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.approve.title')} sentences={[sentence, ...beforeGiving()]} costs={[{ label: t('consent.cost.gas'), value: gasText(overview.data?.cost.approve) }]}
      confirm={t('consent.approve.confirm')} onConfirm={() => void approve.run()} busy={approve.busy} error={approve.error}
    />
  );
}
