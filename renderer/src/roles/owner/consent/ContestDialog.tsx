import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { ContestIn, type EmergencyView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

const REASON_MAX = 400;

export function ContestDialog({ emergency, onClose }: { emergency: EmergencyView; onClose(): void }) {
  const [reason, setReason] = useState('');
  const input = ContestIn.safeParse({ accessId: emergency.accessId, reason: reason.trim() });
  const contest = useAct(async () => { if (input.success) { await api.consent.contest.mutate(input.data); onClose(); } });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('records.emergency.contest.title')} sentences={[t('records.emergency.contest.does'), t('records.emergency.contest.chain'), t('records.emergency.contest.not')]} costs={[]}
      confirm={t('records.emergency.contest.confirm')} disabled={!input.success} onConfirm={() => void contest.run()} busy={contest.busy} error={contest.error}
    >
      <Textarea label={t('records.emergency.contest.reason')} value={reason} maxLength={REASON_MAX} autosize minRows={2} onChange={(e) => setReason(e.currentTarget.value)} />
    </ConfirmAct>
  );
}
