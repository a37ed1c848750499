import type { RequestView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { partyName } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { gasText } from './gas-text.ts';
import { useOverview } from './use-consent.ts';

export function RefuseDialog({ request, onClose, onDone }: { request: RequestView; onClose(): void; onDone?(): void }) {
  const overview = useOverview();
  const refuse = useAct(async () => { await api.consent.reject.mutate(request.rightId); onClose(); onDone?.(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.refuse.title')}
      sentences={[t('consent.refuse.text', { who: partyName(request.from) }), t('consent.refuse.again')]} costs={[{ label: t('consent.cost.gas'), value: gasText(overview.data?.cost.revoke) }]}
      confirm={t('consent.refuse.confirm')} onConfirm={() => void refuse.run()} busy={refuse.busy} error={refuse.error}
    />
  );
}
