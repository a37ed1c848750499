import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

/** Gives a right back, or withdraws the request for one. */
export function HandBackDialog({ right, onClose }: { right: HeldRightView; onClose(): void }) {
  const pending = right.status === 'pending';
  const run = useAct(async () => { await (pending ? api.grantee.withdrawRequest : api.grantee.handBack).mutate(right.rightId); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t(pending ? 'grantee.right.withdraw.title' : 'grantee.right.handBack.title')}
      sentences={pending ? [t('grantee.right.withdraw.does')] : [t('grantee.right.handBack.does'), t('grantee.right.handBack.again')]} costs={[]}
      confirm={t(pending ? 'grantee.right.withdraw.confirm' : 'grantee.right.handBack.confirm')} onConfirm={() => void run.run()} busy={run.busy} error={run.error}
    />
  );
}
