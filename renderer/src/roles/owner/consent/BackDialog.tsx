import type { GrantView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { grantSentence } from '../../../components/consent/sentence.ts';
import { partyName } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { gasText } from './gas-text.ts';
import { useOverview } from './use-consent.ts';

/** Taking back is never a longer way than giving: this is its only step, and nothing has to be ticked. */
export function BackDialog({ grant, onClose }: { grant: GrantView; onClose(): void }) {
  const overview = useOverview();
  const back = useAct(async () => { await api.consent.revoke.mutate(grant.rightId); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.back.title')} danger
      sentences={[grantSentence(grant), t('consent.back.does', { who: partyName(grant.to) }), t('consent.back.copies')]} costs={[{ label: t('consent.cost.gas'), value: gasText(overview.data?.cost.revoke) }]}
      confirm={t('consent.back.confirm')} onConfirm={() => void back.run()} busy={back.busy} error={back.error}
    />
  );
}
